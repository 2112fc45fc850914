/**
 * Starts the module worker, also where a plain `new Worker(url)` is refused: an element from
 * another origin, or a page of no origin at all (`<iframe sandbox="allow-scripts">`). There a
 * `blob:` worker imports the script; the host must then send `Access-Control-Allow-Origin`, as
 * GitHub Pages and other static hosts do.
 */
import { build } from './build.js';
import { GanvasError } from './errors.js';
import { trustedScript } from './trusted.js';
import { inTime, limits, Stalled } from './waiting.js';

/** A worker is asked for a sign of life so many times until silence counts as death. */
const pings = 6;

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
      // up, never answered, or is of another build.
      if (signal.aborted || error instanceof Stalled || error instanceof Renewed) throw error;
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

/**
 * A worker answers between two updates. One that does not for long is as good as dead. What counts
 * is how often it was asked: a computer that slept has asked no more than its worker could answer.
 *
 * @param {Worker} worker
 * @param {(error: GanvasError) => void} dead
 * @returns {() => void} ends the watch
 */
export function watchOver(worker, dead) {
  let unanswered = 0;
  const heard = () => {
    unanswered = 0;
  };
  const watch = setInterval(() => {
    if (unanswered >= pings) {
      dead(new GanvasError('internal', 'The worker does not answer'));
      return;
    }
    unanswered += 1;
    worker.postMessage({ type: 'ping' });
  }, limits.silence / pings);
  worker.addEventListener('message', heard);
  return () => {
    clearInterval(watch);
    worker.removeEventListener('message', heard);
  };
}

/** The site was built anew between the page and its worker: they may not understand each other. */
class Renewed extends GanvasError {
  constructor() {
    super('network', 'The site was renewed after this page was opened: reload the page');
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
    worker.addEventListener(
      'message',
      ({ data }) => (data.build === build ? resolve(worker) : reject(new Renewed())),
      { once: true },
    );
    worker.addEventListener(
      'error',
      (event) => {
        // A worker that was started by another is that one's affair: its error goes no further.
        event.preventDefault();
        const detail = event.message ? `: ${event.message}` : '';
        reject(new GanvasError('network', `The worker script did not load${detail}`));
      },
      { once: true },
    );
  });
}
