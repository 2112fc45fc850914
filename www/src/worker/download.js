/** Finds and fetches the site's own files, which are beside worker.js unless the page says otherwise. */
import { GanvasError, toPlain } from '../errors.js';
import { fetchWhole } from '../fetching.js';

/** @type {Record<string, string>} */
let moved = {};

/** Takes the addresses of files that lie elsewhere. @param {Record<string, string>} [files] */
export function relocate(files = {}) {
  moved = files;
}

/** @param {string} file by its path in the site */
export const locate = (file) => moved[file] ?? new URL(`./${file}`, import.meta.url).href;

/**
 * A file of the site.
 *
 * @param {string} file
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export const download = (file) => fetchWhole(file, locate(file));

/** The weights that `evaluate` judges with: only who asks for figures needs them. */
export const downloadClassifier = () => download('digit-classifier.safetensors');

/**
 * What a session throws that cannot use it. The file is the site's own: its damage is no fault of a
 * reader's checkpoint.
 *
 * @param {unknown} error
 */
export function blameClassifier(error) {
  const { code, message } = toPlain(error);
  if (code !== 'bad_checkpoint') return error;
  return new GanvasError('network', `digit-classifier.safetensors: ${message}`);
}
