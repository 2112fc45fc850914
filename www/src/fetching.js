/** Fetching a file, on the page and in its worker. */
import { GanvasError, toError } from './errors.js';
import { inTime } from './waiting.js';

/**
 * All of a file, however long it takes. A server that stops in the middle, or never begins, is given
 * up.
 *
 * @param {string} name names it in an error
 * @param {string | URL} url
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function fetchWhole(name, url) {
  const away = new AbortController();
  try {
    return await inTime(name, async (heard) => {
      const response = await fetch(url, { signal: away.signal });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return collect(response, heard);
    });
  } catch (error) {
    away.abort();
    const { code, message } = toError(error);
    if (code === 'network') throw error;
    throw new GanvasError('network', `${name}: ${message}`);
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
