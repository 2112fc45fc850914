/** How fast an experiment trains on a backend: in a session of its own, which is thrown away. */
import { GanvasError, toPlain } from '../errors.js';
import { inTime, limits, Stalled } from '../waiting.js';
import { chooseBackend } from './backend.js';
import { relocate } from './download.js';
import { loadEngine, lostSession } from './engine.js';
import { macrotask } from './inbox.js';
import { compileTogether } from './pipelines.js';
import { Turns } from './turns.js';

/**
 * @typedef {import('../protocol.js').TrialOptions} TrialOptions
 * @typedef {import('../protocol.js').Speed} Speed
 * @typedef {import('./engine.js').Engine} Engine
 * @typedef {import('./engine.js').Session} Session
 */

/** As long as training goes without a read-back. */
const batchMs = 250;

/**
 * Whatever it fails of, the worker is of no use afterwards, and the error says why.
 *
 * @param {TrialOptions} options
 * @returns {Promise<Speed>}
 */
export async function measure(options) {
  if (options.stall !== undefined) limits.stall = options.stall;
  relocate(options.moved);
  const { patience } = options;
  /** @type {Engine | undefined} */
  let engine;
  try {
    // Without an adapter there is nothing to download for.
    if (options.backend === 'webgpu') await chooseBackend(options.backend);
    engine = await loadEngine(options.backend, options);
    const { Session } = engine;
    const session = await answered(patience, () =>
      Session.create(options.backend, options.experiment),
    );
    await answered(patience, () => compileTogether(() => session.warm_up()));
    const turns = new Turns();
    await turns.prepare(options.backend === 'webgpu');
    const rate = await rateOf(session, turns, options);
    const reason = session.device_lost();
    if (reason !== undefined) throw new GanvasError('device_lost', reason);
    const { adapter, software, relaxed, threads, parameters } = session.describe();
    return { ...rate, adapter, software, relaxed, threads, parameters };
  } catch (error) {
    const { code, message, field } = lostSession(error, engine) ?? toPlain(error);
    throw new GanvasError(code, message, field);
  }
}

/**
 * The first step, which is slower, is not counted unless there is time for no other. It is taken
 * update by update, so that a backend which is far too slow is soon known as such.
 *
 * @param {Session} session
 * @param {Turns} turns
 * @param {TrialOptions} options
 * @returns {Promise<import('../protocol.js').Rate>}
 */
async function rateOf(session, turns, { milliseconds, longest, patience }) {
  /** @param {() => Promise<void>} work */
  const timed = (work) => answered(patience, () => turns.take(() => clocked(work)));
  let first = 0;
  for (let done = 0; done === 0; ) {
    const update = await timed(async () => {
      done = await session.train(1, 0);
      await figures(session);
    });
    first += update;
    if (done === 0 && first > longest) return { steps_per_second: 1000 / first, whole: false };
    await macrotask();
  }
  if (first > longest) return { steps_per_second: 1000 / first, whole: true };
  let steps = 0;
  let spent = 0;
  for (let batch = 1; spent < milliseconds; ) {
    const next = batch;
    spent += await timed(async () => {
      for (let done = 0; done < next; ) {
        done += await session.train(next - done, Number.POSITIVE_INFINITY);
      }
      await figures(session);
    });
    steps += next;
    const fitting = Math.floor((batchMs * steps) / Math.max(spent, 0.01));
    batch = Math.max(1, Math.min(2 * batch, fitting));
    await macrotask();
  }
  return { steps_per_second: (1000 * steps) / Math.max(spent, 0.01), whole: true };
}

/**
 * Waits for all work that is under way. Losses that are no numbers are the experiment's affair.
 *
 * @param {Session} session
 */
async function figures(session) {
  try {
    await session.report();
  } catch (error) {
    if (toPlain(error).code !== 'diverged') throw error;
  }
}

/** Milliseconds of some work. @param {() => Promise<void>} work */
async function clocked(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/**
 * A GPU whose driver hangs never answers.
 *
 * @template T
 * @param {number} patience in milliseconds
 * @param {() => Promise<T>} work
 */
async function answered(patience, work) {
  try {
    return await inTime('The GPU', work, { stall: patience });
  } catch (error) {
    if (!(error instanceof Stalled)) throw error;
    const seconds = Math.round(patience / 1000);
    throw new GanvasError('device_lost', `The GPU did not answer for ${seconds} seconds`);
  }
}
