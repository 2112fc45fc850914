/**
 * Tries how fast an experiment trains on a backend. Each trial has a worker of its own, so that
 * whatever it dies of, and all its memory, ends with it; no run ever sees anything of it.
 */
import { toError } from '../errors.js';
import { urlOf } from '../site.js';
import { limits } from '../waiting.js';
import { startWorker, watchOver } from '../worker-thread.js';

/**
 * @typedef {import('../protocol.js').Speed} Speed
 * @typedef {import('../protocol.js').TrialOptions} TrialOptions
 */

/**
 * @param {import('../site.js').Site} site
 * @param {Pick<TrialOptions, 'backend' | 'exact' | 'threads' | 'experiment' | 'milliseconds' | 'longest' | 'patience'>} options
 * @param {AbortSignal} signal ends it with its reason
 * @returns {Promise<Speed>}
 */
export async function trial(site, options, signal) {
  const worker = await startWorker(urlOf(site, 'worker.js'), signal);
  let unwatch = () => {};
  const cancelled = new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  const measured = new Promise((resolve, reject) => {
    unwatch = watchOver(worker, reject);
    worker.addEventListener('error', ({ message }) => reject(toError(new Error(message))));
    worker.addEventListener('message', ({ data }) => {
      const message = /** @type {import('../protocol.js').FromWorker} */ (data);
      if (message.type === 'reply') resolve(message.value);
      else if (message.type === 'failure' || message.type === 'fatal') {
        reject(toError(message.error));
      }
    });
    const { stall } = limits;
    worker.postMessage({ type: 'trial', id: 1, ...options, stall, moved: site.moved });
  });
  try {
    if (signal.aborted) throw signal.reason;
    return /** @type {Speed} */ (await Promise.race([measured, cancelled]));
  } finally {
    unwatch();
    worker.terminate();
    // Nobody listens any more.
    for (const promise of [measured, cancelled]) promise.catch(() => {});
  }
}
