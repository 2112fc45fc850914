/** From the runs of all rounds to one row for each contestant. */
import { median } from '../numbers.mjs';

/** How far losses may be from ours, relative to max(1, |ours|): another rounding, the same work. */
const tolerance = 1e-2;

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} title
 * @property {string} backend
 * @property {'same work' | 'different work' | 'cannot train' | 'too slow' | 'left out'} verdict
 * @property {string} [error]
 * @property {[number, number][]} [losses]
 * @property {number} [difference] the largest of the compared losses
 * @property {number} [ms] median of all timed steps
 * @property {number} [fastest_ms]
 * @property {[number, number]} [spread_ms] the lowest and the highest median of a round
 * @property {number} [steps] that were timed
 * @property {number} [first_ms] median of the rounds
 * @property {number} [load_ms] likewise
 * @property {Record<string, number>} [calls]
 * @property {number} [pipelines]
 * @property {string} [version] of a program
 * @property {{ raw: number, gzip: number, brotli: number }} [download]
 * @property {{ cpu?: number, webgpu?: number }} [ratio] its time over ours, of the same work
 */

/**
 * @param {import('./contestants.mjs').Contestant} contestant
 * @param {import('./run-one.mjs').Run[]} runs
 * @param {[number, number][]} expected losses
 * @returns {Row}
 */
export function row({ name, title, backend }, runs, expected) {
  const about = { name, title, backend };
  const error = runs.find((run) => run.error)?.error;
  const good = runs.filter(({ times }) => times.length > 0);
  if (good.length === 0) {
    const late = runs.find((run) => run.late);
    if (!late) return { ...about, verdict: 'cannot train', error };
    return { ...about, verdict: 'too slow', error, first_ms: late.first_ms };
  }
  const difference = Math.max(...good.map(({ losses }) => distance(losses, expected)));
  const medians = good.map(({ times }) => median(times));
  const times = good.flatMap((run) => run.times);
  return {
    ...about,
    verdict: difference <= tolerance ? 'same work' : 'different work',
    error,
    losses: good[0].losses,
    difference,
    ms: median(times),
    fastest_ms: Math.min(...times),
    spread_ms: [Math.min(...medians), Math.max(...medians)],
    steps: times.length,
    first_ms: median(good.map((run) => run.first_ms)),
    load_ms: median(good.map((run) => run.load_ms)),
    ...(good[0].version && { version: good[0].version }),
    // What another API was used for is counted as nothing.
    ...(good[0].calls?.dispatches > 0 && { calls: good[0].calls, pipelines: good[0].pipelines }),
  };
}

/** Times of other work are no measure. @param {Row | undefined} row */
export const isSame = (row) => row?.verdict === 'same work';

/** NaN is far away. */
function distance(losses, expected) {
  const differences = losses.flatMap((pair, step) =>
    pair.map((loss, which) => {
      const ours = expected[step][which];
      return Math.abs(loss - ours) / Math.max(1, Math.abs(ours));
    }),
  );
  return differences.some(Number.isNaN) ? Infinity : Math.max(...differences);
}

/**
 * Adds how many times longer than ours each takes that does the same work.
 *
 * @param {Row[]} rows
 * @param {import('./contestants.mjs').Contestant[]} contestants
 */
export function compare(rows, contestants) {
  for (const { name, ours } of contestants) {
    const base = ours && rows.find((row) => row.name === name);
    if (!isSame(base)) continue;
    for (const row of rows) {
      if (isSame(row)) row.ratio = { ...row.ratio, [ours]: row.ms / base.ms };
    }
  }
}
