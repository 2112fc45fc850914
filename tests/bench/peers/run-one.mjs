/** One contestant in one round. */

/** Steps whose losses are compared; the first is told apart, the others warm up. */
export const checked = 3;

/**
 * @typedef {object} Plan
 * @property {number} seconds timing ends when that much is spent
 * @property {number} most or that many steps are done
 * @property {number} limit seconds after which a contestant is left
 * @property {boolean} [again] its losses were compared in an earlier round: of the slowest, one step
 *   after the first is enough
 *
 * @typedef {object} Run
 * @property {number} [load_ms] from asking for the module to being ready
 * @property {number} [first_ms]
 * @property {number[]} times milliseconds of the timed steps
 * @property {[number, number][]} losses of the first steps
 * @property {Record<string, number>} [calls] what a step asks of WebGPU
 * @property {number} [pipelines] made up to the end of the warm-up
 * @property {string} [error]
 * @property {string} [version] of a program
 * @property {boolean} [late] the error is that it was not done in time
 * @property {string[]} requests
 */

/**
 * @param {import('./seats.mjs').Seat} seat
 * @param {Plan} plan
 * @returns {Promise<Run>}
 */
export async function runOne(seat, plan) {
  /** @type {Run} */
  const run = { times: [], losses: [], requests: [] };
  const patience = until(plan.limit);
  const step = () => patience(seat.step());
  try {
    const loaded = await patience(seat.load());
    run.load_ms = loaded.ms;
    run.requests = loaded.requests;
    run.version = loaded.version;
    const first = await step();
    run.first_ms = first.ms;
    run.losses.push(first.losses);
    run.pipelines = loaded.pipelines + first.calls?.pipelines;

    while (run.losses.length < checked) {
      const { ms, losses, calls } = await step();
      run.times.push(ms);
      run.losses.push(losses);
      run.pipelines += calls?.pipelines;
      run.calls = calls;
      if (plan.again && ms > 1000 * plan.seconds) break;
    }
    // Of slow contestants these count; of fast ones they were there to warm up.
    if (run.times.at(-1) < 250 * plan.seconds) run.times = [];
    const spent = () => run.times.reduce((sum, ms) => sum + ms, 0) / 1000;
    while (run.times.length < plan.most && spent() < plan.seconds) {
      const { ms, calls } = await step();
      run.times.push(ms);
      run.calls = calls;
    }
  } catch (error) {
    run.late = error instanceof Late;
    run.error = [...new Set([explain(error), ...seat.complaints])].slice(0, 3).join(' · ');
  } finally {
    await seat.close();
  }
  return run;
}

class Late extends Error {}

/** A promise that does not wait longer than this from now. @param {number} seconds */
function until(seconds) {
  const end = performance.now() + 1000 * seconds;
  /** @template T @param {Promise<T>} work @returns {Promise<T>} */
  return async (work) => {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(
        () => reject(new Late(`not done after ${seconds} s`)),
        Math.max(0, end - performance.now()),
      );
    });
    work.catch(() => {});
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** The first line of an error from the page, without what the driver puts in front of it. */
const explain = (error) =>
  String(error?.message ?? error)
    .split('\n')[0]
    .replace(/^page\.evaluate: /, '');
