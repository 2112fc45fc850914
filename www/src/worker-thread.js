/**
 * Starts the module worker, also where a plain `new Worker(url)` is refused: an element from
 * another origin, or a page of no origin at all (`<iframe sandbox="allow-scripts">`). There a
 * `blob:` worker imports the script; the host must then send `Access-Control-Allow-Origin`, as
 * GitHub Pages and other static hosts do.
 */
import { GanvasError } from './errors.js';
import { trustedScript } from './trusted.js';
import { inTime, Stalled } from './waiting.js';

/**
 * @param {URL} url
 * @param {AbortSignal} signal ends the wait, and the worker with it
 * @returns {Promise<Worker>} a worker that has said hello
 */
export async function startWorker(url, signal) {
  if (typeof Worker === 'undefined') {
    throw unsupported('This browser has no web workers, and Ganvas computes in one');
  }
  let modules = false;
  /** A browser that knows module workers asks which kind is wanted. @type {WorkerOptions} */
  const module = {
    get type() {
      modules = true;
      return /** @type {const} */ ('module');
    },
    name,
  };
  if (url.origin === globalThis.origin) {
    try {
      return await greeted(() => new Worker(trustedScript(url.href), module), signal);
    } catch (error) {
      // Refused, or blocked by a policy: the other way may still be open. Not so when it was given
      // up, or never answered.
      if (signal.aborted || error instanceof Stalled) throw error;
    }
  }
  // A classic worker on purpose: Chromium refuses module workers from `blob:` to a page of no
  // origin, and `import()` works here as well. A failure must be thrown outside of the promise to
  // reach the page as an `error` event.
  const text = `import(${JSON.stringify(url.href)}).catch((e) => setTimeout(() => { throw e; }));`;
  const blob = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  try {
    return await greeted(() => new Worker(trustedScript(blob), { name }), signal);
  } catch (error) {
    if (modules || url.origin !== globalThis.origin || signal.aborted) throw error;
    throw unsupported(
      'This browser knows no modules in workers. They came with Chrome and Edge 80, Firefox 114 and Safari 15: update the browser, or take another one',
    );
  } finally {
    URL.revokeObjectURL(blob);
  }
}

/** What developer tools call it. */
const name = 'ganvas';

/** @param {string} message */
const unsupported = (message) => new GanvasError('unsupported', message);

/**
 * @param {() => Worker} start
 * @param {AbortSignal} signal
 * @returns {Promise<Worker>}
 */
async function greeted(start, signal) {
  /** @type {Worker | undefined} */
  let worker;
  try {
    return await inTime(
      'worker.js',
      () => {
        worker = start();
        return hello(worker);
      },
      { signal },
    );
  } catch (error) {
    worker?.terminate();
    throw error;
  }
}

/** @param {Worker} worker @returns {Promise<Worker>} */
function hello(worker) {
  return new Promise((resolve, reject) => {
    worker.addEventListener('message', () => resolve(worker), { once: true });
    worker.addEventListener(
      'error',
      (event) => {
        const detail = event.message ? `: ${event.message}` : '';
        reject(new GanvasError('network', `The worker script did not load${detail}`));
      },
      { once: true },
    );
  });
}
