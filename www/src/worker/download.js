/** Fetches the site's own files; the paths are relative to worker.js. */
import { GanvasError, toError } from '../errors.js';
import { inTime } from '../waiting.js';

/**
 * A file of the site, as it comes. A server that stops in the middle, or never begins, is given up.
 *
 * @param {string} file
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function download(file) {
  const url = new URL(`./${file}`, import.meta.url);
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
