/** Tells which of the reader's files are images, labels or a checkpoint. Rust does the parsing. */
import { GanvasError } from './errors.js';

/** @typedef {Blob | ArrayBuffer | Uint8Array} Bytes */

/** @param {Bytes} source */
export async function toBytes(source) {
  if (source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (source instanceof Blob) return new Uint8Array(await source.arrayBuffer());
  throw new GanvasError('bad_dataset', 'Expected a File, a Blob or an ArrayBuffer', 'images');
}

/**
 * @typedef {'images' | 'labels' | 'checkpoint' | 'unknown'} Kind
 * @param {Blob & { name?: string }} file
 * @returns {Promise<Kind>}
 */
export async function kindOf(file) {
  if (/\.safetensors$/i.test(file.name ?? '')) return 'checkpoint';
  const head = await firstBytes(file);
  const magic = head.length < 4 ? 0 : new DataView(head.buffer, head.byteOffset).getUint32(0);
  if (magic === 0x0803) return 'images';
  if (magic === 0x0801) return 'labels';
  // A safetensors file: eight bytes of length, then a JSON object.
  if (head[8] === 0x7b) return 'checkpoint';
  return 'unknown';
}

/** The first bytes of the content, looking into gzip. @param {Blob} file */
async function firstBytes(file) {
  const head = new Uint8Array(await file.slice(0, 16).arrayBuffer());
  if (head[0] !== 0x1f || head[1] !== 0x8b) return head;
  const stream = file.stream().pipeThrough(new DecompressionStream('gzip'));
  const reader = /** @type {ReadableStream<Uint8Array>} */ (stream).getReader();
  try {
    const { value } = await reader.read();
    return value?.slice(0, 16) ?? new Uint8Array();
  } catch {
    return new Uint8Array();
  } finally {
    // One chunk was enough; a gzip bomb stays unexploded.
    reader.cancel().catch(() => {});
  }
}

/**
 * Why a file was not used; worded by `files.<reason>`.
 *
 * @typedef {'test_set' | 'second' | 'no_images' | 'unknown' | 'folder'} Reason
 * @typedef {{ name: string, reason: Reason }} Unused
 *
 * @typedef {object} Sorted
 * @property {File} [images]
 * @property {File} [labels]
 * @property {File} [checkpoint]
 * @property {Unused[]} unused
 */

/** @param {File} file */
const isTestSet = ({ name }) => /(^|[^a-z])(t10k|test)([^a-z]|$)/i.test(name);

/** What the names of images and labels of one set have in common. @param {File} file */
const stemOf = ({ name }) =>
  name.toLowerCase().replace(/(images|labels|idx\d?|ubyte|gz|[^a-z0-9])/g, '');

/**
 * Sorts what was dropped or chosen: one set of images with its labels, or one checkpoint.
 *
 * @param {File[]} files
 * @returns {Promise<Sorted>}
 */
export async function sortFiles(files) {
  const kinds = await Promise.all(files.map(kindOf));
  const of = (/** @type {Kind} */ kind) => files.filter((_, at) => kinds[at] === kind);
  const [allImages, allLabels, checkpoints] = [of('images'), of('labels'), of('checkpoint')];
  // A training set before a test set, and a large one before a small one.
  const [images, ...otherImages] = allImages.sort(
    (a, b) => Number(isTestSet(a)) - Number(isTestSet(b)) || b.size - a.size,
  );
  const labels = images
    ? (allLabels.find((file) => stemOf(file) === stemOf(images)) ??
      allLabels.find((file) => isTestSet(file) === isTestSet(images)))
    : undefined;
  const [checkpoint, ...otherCheckpoints] = checkpoints;
  /** @type {Unused[]} */
  const unused = [
    ...otherImages.map((file) => because(file, isTestSet(file) ? 'test_set' : 'second')),
    ...allLabels
      .filter((file) => file !== labels)
      .map((file) =>
        because(file, images ? (isTestSet(file) ? 'test_set' : 'second') : 'no_images'),
      ),
    ...otherCheckpoints.map((file) => because(file, 'second')),
    ...of('unknown').map((file) => because(file, 'unknown')),
  ];
  return { images, labels, checkpoint, unused };
}

/** @param {File} file @param {Reason} reason @returns {Unused} */
const because = ({ name }, reason) => ({ name, reason });
