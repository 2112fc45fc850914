/** Fetches the site's own files; the paths are relative to worker.js. */
import { GanvasError, toError } from '../errors.js';

/**
 * @param {string} file
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function download(file) {
  const url = new URL(`./${file}`, import.meta.url);
  let response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new GanvasError('network', `${url.pathname}: ${toError(error).message}`);
  }
  if (!response.ok) throw new GanvasError('network', `${url.pathname}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** The weights that `evaluate` judges with: only who asks for figures needs them. */
export const downloadClassifier = () => download('digit-classifier.safetensors');
