/**
 * Several cores for the CPU module: whether this page may use them, how many, and the workers that
 * help. They run the same module on the same memory, and end with the worker that trains.
 */
import { inTime } from '../waiting.js';
import { startWorker } from '../worker-thread.js';

/**
 * What only that module exports, beside everything else.
 *
 * @typedef {object} Shared
 * @property {(of: Pick<Help, 'memory'> & { module_or_path: WebAssembly.Module }) => Promise<unknown>} default
 * @property {() => void} help never returns
 * @property {(count: number) => void} use_threads
 * @property {(resting: boolean) => void} rest
 * @property {() => void} fail
 *
 * @typedef {import('../protocol.js').Help} Help
 */

/** Of many cores some are slow, as in phones, and those who wait for them gain nothing. */
const most = 4;

/**
 * How many threads shall share the work. Memory is shared only on pages that are isolated from
 * other origins; a single core has nothing to share; and one core of many is left to the page.
 *
 * @param {import('../protocol.js').Threads} [asked]
 */
export function threadsFor(asked = 'auto') {
  if (!globalThis.crossOriginIsolated || typeof Worker === 'undefined') return 1;
  if (asked !== 'auto') return asked;
  const cores = navigator.hardwareConcurrency || 1;
  return cores < 3 ? cores : Math.min(cores - 1, most);
}

/**
 * Has workers help with what an engine computes. Those that do not come are not waited for.
 *
 * @param {Shared} engine
 * @param {number} count of helpers
 * @param {Omit<Help, 'type'>} what
 */
export async function findHelp(engine, count, what) {
  const asked = Array.from({ length: count }, () => helper({ type: 'help', ...what }));
  const outcomes = await Promise.allSettled(asked);
  const came = outcomes.filter(({ status }) => status === 'fulfilled').length;
  engine.use_threads(1 + came);
}

/** @param {Help} message */
async function helper(message) {
  const worker = await startWorker(new URL(import.meta.url), new AbortController().signal);
  await inTime('A worker that helps', () => {
    const answered = new Promise((resolve, reject) => {
      worker.addEventListener('message', resolve, { once: true });
      worker.addEventListener('error', reject, { once: true });
    });
    worker.addEventListener('error', (event) => event.preventDefault());
    worker.postMessage(message);
    return answered;
  }).catch((error) => {
    worker.terminate();
    throw error;
  });
}

/**
 * The other side: a worker that has been asked for help does nothing else from then on.
 *
 * @param {Help} message
 * @param {() => void} ready
 */
export async function help({ glue, module, memory }, ready) {
  const engine = /** @type {Shared} */ (await import(glue));
  await engine.default({ module_or_path: module, memory });
  ready();
  try {
    engine.help();
  } catch {
    // Whoever trains waits for what this one has begun, and says what has happened.
    engine.fail();
  }
}
