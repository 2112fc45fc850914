/**
 * Starts the module worker, also where a plain `new Worker(url)` is refused: an element from
 * another origin, or a page of no origin at all (`<iframe sandbox="allow-scripts">`). There a
 * `blob:` worker imports the script; the host must then send `Access-Control-Allow-Origin`, as
 * GitHub Pages and other static hosts do.
 */
import { GanvasError } from './errors.js';

/**
 * @param {URL} url
 * @returns {Promise<Worker>} a worker that has said hello
 */
export async function startWorker(url) {
  if (url.origin === globalThis.origin) {
    try {
      return await greeted(new Worker(url, { type: 'module', name: 'ganvas' }));
    } catch {
      // Refused, or blocked by a policy: the other way may still be open.
    }
  }
  // A classic worker on purpose: Chromium refuses module workers from `blob:` to a page of no
  // origin, and `import()` works here as well. A failure must be thrown outside of the promise to
  // reach the page as an `error` event.
  const text = `import(${JSON.stringify(url.href)}).catch((e) => setTimeout(() => { throw e; }));`;
  const blob = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  try {
    return await greeted(new Worker(blob, { name: 'ganvas' }));
  } finally {
    URL.revokeObjectURL(blob);
  }
}

/**
 * @param {Worker} worker
 * @returns {Promise<Worker>}
 */
function greeted(worker) {
  return new Promise((resolve, reject) => {
    const settle = () => {
      worker.removeEventListener('message', hello);
      worker.removeEventListener('error', refused);
    };
    const hello = () => {
      settle();
      resolve(worker);
    };
    /** @param {ErrorEvent} event */
    const refused = (event) => {
      settle();
      worker.terminate();
      const detail = event.message ? `: ${event.message}` : '';
      reject(new GanvasError('network', `The worker script did not load${detail}`));
    };
    worker.addEventListener('message', hello, { once: true });
    worker.addEventListener('error', refused, { once: true });
  });
}
