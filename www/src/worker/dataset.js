/**
 * Gets the data that an experiment asks for: the site's MNIST, the reader's files, drawn digits,
 * points of the plane.
 */
import { GanvasError, toError } from '../errors.js';
import { traitsOf } from '../settings/traits.js';
import { download } from './download.js';

/**
 * @typedef {import('../protocol.js').Experiment} Experiment
 * @typedef {import('../protocol.js').DatasetFiles} DatasetFiles
 * @typedef {import('../protocol.js').Notice} Notice
 * @typedef {import('./engine.js').Data} Data
 * @typedef {import('./engine.js').Engine} Engine
 */

/** @type {Promise<Uint8Array[]> | undefined} */
let ahead;

/**
 * Begins to download what `dataFor` will want, while the wasm module is still on its way.
 *
 * @param {Experiment} experiment
 */
export function prefetchDataset({ dataset = 'mnist' }) {
  if (dataset !== 'mnist' || ahead) return;
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
 * the parser says what is wrong with it.
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
 * What a reader gave, parsed and sound.
 *
 * @param {Pick<Engine, 'Data'>} engine
 * @param {DatasetFiles} files
 * @returns {Data}
 */
export const dataOf = ({ Data }, files) =>
  'points' in files
    ? Data.from_points(files.name, files.points)
    : Data.from_idx(files.name, files.source, files.images, files.labels);

/**
 * The data of an experiment, parsed and sound. Nothing of the session is touched.
 *
 * @param {Engine} engine
 * @param {Experiment} experiment with its model and its dataset
 * @param {DatasetFiles} [files] the reader's
 * @returns {Promise<Data>}
 */
export async function dataFor({ Data }, experiment, files) {
  const { dataset: name = 'mnist', drawing = '' } = experiment;
  if (traitsOf(experiment).space === 'plane') return Data.of_plane(String(name), String(drawing));
  if (name === 'mnist') {
    const download = ahead ?? downloadMnist();
    ahead = undefined;
    const [images, labels] = await download;
    return Data.from_idx('mnist', 'site', images, labels);
  }
  if (name === 'file') {
    if (files && 'images' in files) return dataOf({ Data }, files);
    throw new GanvasError(
      'bad_dataset',
      'There are no files to train on: choose them first',
      String(name),
    );
  }
  return Data.procedural();
}

/**
 * A lab that starts shall run: for data that it cannot get it takes the drawn digits, and says so.
 *
 * @param {Engine} engine
 * @param {Experiment} experiment
 * @param {DatasetFiles} [files]
 * @returns {Promise<{ data: Data, notice?: Notice }>}
 */
export async function dataToStartWith(engine, experiment, files) {
  try {
    return { data: await dataFor(engine, experiment, files) };
  } catch (error) {
    // Nothing takes the place of points.
    if (error instanceof WebAssembly.RuntimeError || traitsOf(experiment).space === 'plane') {
      throw error;
    }
    const { code, message } = toError(error);
    const missing = experiment.dataset === 'file' ? 'files_missing' : 'mnist_missing';
    const notice = { name: missing, code, params: { message } };
    return { data: engine.Data.procedural(), notice };
  }
}
