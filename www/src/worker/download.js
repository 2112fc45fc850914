/** Finds and fetches the site's own files, which are beside worker.js unless the page says otherwise. */
import { GanvasError, toError } from '../errors.js';
import { inTime } from '../waiting.js';

/** @type {Record<string, string>} */
let moved = {};

/** Takes the addresses of files that lie elsewhere. @param {Record<string, string>} [files] */
export function relocate(files = {}) {
  moved = files;
}

/** @param {string} file by its path in the site */
export const locate = (file) => moved[file] ?? new URL(`./${file}`, import.meta.url).href;

/**
 * A file of the site, as it comes. A server that stops in the middle, or never begins, is given up.
 *
 * @param {string} file
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function download(file) {
  const url = locate(file);
  const away = new AbortController();
  try {
    return await inTime(file, async (heard) => {
      const response = await fetch(url, { signal: away.signal });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return collect(response, heard);
    });
  } catch (error) {
    away.abort();
    const { code, message } = toError(error);
    if (code === 'network') throw error;
    throw new GanvasError('network', `${file}: ${message}`);
  }
}

/**
 * @param {Response} response
 * @param {() => void} heard
 */
async function collect(response, heard) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  const reader = response.body?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (!next || next.done) break;
    heard();
    parts.push(/** @type {Uint8Array<ArrayBuffer>} */ (next.value));
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** The weights that `evaluate` judges with: only who asks for figures needs them. */
export const downloadClassifier = () => download('digit-classifier.safetensors');
