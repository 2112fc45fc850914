/**
 * The last snapshot of a lab, kept in the browser's storage, so that a reload loses nothing. Where
 * storage is denied or full (sandboxed frames, private windows) nothing is kept, and nothing fails.
 *
 * @typedef {object} Run
 * @property {number} step
 * @property {Uint8Array} bytes a checkpoint
 * @property {import('./protocol.js').Experiment} experiment
 * @property {import('./protocol.js').DatasetFiles} [files] the reader's own data
 */

const store = 'runs';

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(runs: IDBObjectStore) => IDBRequest<T>} work
 * @returns {Promise<T | undefined>}
 */
async function inStore(mode, work) {
  try {
    const opening = indexedDB.open('ganvas', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(store);
    const database = await settled(opening);
    try {
      return await settled(work(database.transaction(store, mode).objectStore(store)));
    } finally {
      database.close();
    }
  } catch {
    return undefined;
  }
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** @param {string} key @returns {Promise<Run | undefined>} */
export const recall = (key) => inStore('readonly', (runs) => runs.get(key));

/** @param {string} key @param {Run} run */
export const keep = (key, run) => inStore('readwrite', (runs) => runs.put(run, key));

/** @param {string} key */
export const drop = (key) => inStore('readwrite', (runs) => runs.delete(key));
