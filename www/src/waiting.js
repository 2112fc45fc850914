/** Waiting that has an end: for a file, a module, a worker. Page and worker use the same. */
import { GanvasError, toError } from './errors.js';

/** Nothing came for too long. */
export class Stalled extends GanvasError {
  /**
   * @param {string} what
   * @param {number} milliseconds
   */
  constructor(what, milliseconds) {
    super('network', `${what}: nothing came for ${Math.round(milliseconds / 1000)} seconds`);
  }
}

/** How long nothing may happen before it counts as a fault, in milliseconds. */
export const limits = {
  /** No byte of a file, no word of a new worker. */
  stall: 30_000,
  /** No answer of a worker that has said hello; one update of a large network is one long task. */
  silence: 90_000,
  /** No answer of a GPU that is being tried. */
  trial: 15_000,
};

/**
 * The outcome of `work`, or a `network` error when nothing came for too long. Waiting starts anew
 * with each call of the function that `work` is given.
 *
 * @template T
 * @param {string} what names it in the error
 * @param {(heard: () => void) => Promise<T>} work
 * @param {{ signal?: AbortSignal, stall?: number }} [options] `signal` ends it with its reason
 * @returns {Promise<T>}
 */
export function inTime(what, work, { signal, stall = limits.stall } = {}) {
  return new Promise((resolve, reject) => {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const late = () => settle(() => reject(new Stalled(what, stall)));
    const heard = () => {
      clearTimeout(timer);
      timer = setTimeout(late, stall);
    };
    const cancelled = () => settle(() => reject(signal?.reason));
    /** @param {() => void} end */
    const settle = (end) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancelled);
      end();
    };
    if (signal?.aborted) return reject(signal.reason);
    signal?.addEventListener('abort', cancelled);
    heard();
    work(heard).then(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => reject(error)),
    );
  });
}

/**
 * How else to load a script that could not be fetched, by what the browser says of it. The entry
 * sets it where there is a way.
 *
 * @type {{ find?: (message: string) => (() => Promise<any>) | undefined }}
 */
export const detours = {};

/**
 * How chunks are loaded that their own addresses did not bring, by their names.
 *
 * @type {Record<string, (() => Promise<any>) | undefined>}
 */
const found = {};

/**
 * Loads a chunk of our own. After a failure the next call tries again, by another way if one was
 * found, and later calls by the same, so that the chunk is there once. A browser may remember a
 * script that it could read and not use, or still waits for, until the page is reloaded.
 *
 * @template {object} T
 * @param {string} name of this script alone
 * @param {() => Promise<T>} load
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export async function chunk(name, load, signal) {
  try {
    const loaded = await inTime(name, found[name] ?? load, { signal });
    if (Object.keys(loaded).length === 0) throw new Error('the file is empty');
    return loaded;
  } catch (error) {
    const { code, message } = toError(error);
    // What a browser says of a script that it could not fetch has no code.
    if (code !== 'internal') throw error;
    found[name] = detours.find?.(message);
    throw new GanvasError('network', `${name}: ${message}`);
  }
}
