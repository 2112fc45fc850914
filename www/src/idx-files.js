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
 * Sorts what was dropped or chosen.
 *
 * @param {File[]} files
 * @returns {Promise<{ images?: File, labels?: File, checkpoint?: File }>}
 */
export async function sortFiles(files) {
  /** @type {{ images?: File, labels?: File, checkpoint?: File }} */
  const sorted = {};
  for (const file of files) {
    const kind = await kindOf(file);
    if (kind !== 'unknown') sorted[kind] ??= file;
  }
  // A file of neither kind goes to the parser, whose message says what is wrong with it.
  if (!sorted.images && !sorted.checkpoint)
    sorted.images = files.find((file) => file !== sorted.labels);
  return sorted;
}
