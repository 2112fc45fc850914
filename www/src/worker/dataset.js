/** Puts a dataset into a session: the site's MNIST, the reader's files, or the embedded digits. */
import { toError } from '../errors.js';
import { download } from './download.js';

/**
 * @typedef {import('../protocol.js').DatasetFiles} DatasetFiles
 * @typedef {import('../protocol.js').Notice} Notice
 * @typedef {import('./engine.js').Session} Session
 */

/** @type {Promise<Uint8Array[]> | undefined} */
let ahead;

/**
 * Begins to download what `useDataset` will want, while the wasm module is still on its way.
 *
 * @param {string} name
 */
export function prefetchDataset(name) {
  if (name !== 'mnist') return;
  ahead = downloadMnist();
  // Whoever uses it hears of the failure.
  ahead.catch(() => {});
}

const downloadMnist = () =>
  Promise.all([
    download('data/mnist/train-images-idx3-ubyte.gz').then(unpacked),
    download('data/mnist/train-labels-idx1-ubyte.gz'),
  ]);

/**
 * The browser unpacks while the module is still on its way. What it cannot unpack stays as it is:
 * the session says what is wrong with it.
 *
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
async function unpacked(bytes) {
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    return bytes;
  }
}

/**
 * MNIST that the site does not have is no error: the embedded digits stay, and the reader is told.
 *
 * @param {Session} session
 * @param {string} name the experiment's `dataset`
 * @param {DatasetFiles} [files]
 * @returns {Promise<Notice | undefined>}
 */
export async function useDataset(session, name, files) {
  if (name === 'mnist') {
    try {
      const download = ahead ?? downloadMnist();
      ahead = undefined;
      const [images, labels] = await download;
      session.load_dataset('mnist', 'site', images, labels);
      return undefined;
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) throw error;
      session.use_procedural();
      const { code, message } = toError(error);
      return { name: 'mnist_missing', code, params: { message } };
    }
  }
  if (name === 'file') {
    if (files) {
      session.load_dataset(files.name, files.source, files.images, files.labels);
      return undefined;
    }
    session.use_procedural();
    return { name: 'files_missing', code: 'bad_dataset' };
  }
  session.use_procedural();
  return undefined;
}
