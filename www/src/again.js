/**
 * Chunks from another address than their own. A browser may remember by its address that it could
 * not fetch a script, until the page is reloaded: Chromium does up to some version after 148, and
 * Firefox up to some after 153.
 *
 * Only for chunks that lie as they were built: none of those imports statically what is loaded
 * later, and what several share they import from one address, so that no module is there twice. A
 * bundler may lay them out otherwise.
 */

/**
 * What is said of a script that could not be fetched: by Chromium with the address that was asked
 * for, by Firefox with that of the file that failed, by Safari with none. What several chunks share,
 * `chunk-` and a hash by name, has no other address.
 */
const told = / dynamically imported module: (.+\/(?!chunk-)[^/]+\.js)/;
let times = 0;

/**
 * @param {string} message
 * @returns {(() => Promise<any>) | undefined} a way to load the script that was not tried yet
 */
export function again(message) {
  const address = told.exec(message)?.[1];
  // The page's map may hold scripts to their hashes, by their addresses: another would slip by it.
  if (!address || document.querySelector('script[type=importmap]')) return undefined;
  times += 1;
  const fresh = `${address}?again=${times}`;
  return () => import(fresh);
}
