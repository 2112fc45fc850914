/**
 * Where the files of the site are: beside ganvas.js, except those that a bundler has given another
 * place.
 *
 * @typedef {object} Site
 * @property {URL} base
 * @property {Record<string, string>} [moved] the address of each file that lies elsewhere
 * @property {string | URL} [page] what shows a lab by its address: a file of the site, or a page that
 *   was named; without one, nothing links to it
 */

/**
 * @param {Site} site
 * @param {string} file by its path in the site
 */
export const urlOf = ({ base, moved }, file) => new URL(moved?.[file] ?? file, base);
