/** What a tab takes of the machine's memory, as Linux tells it. */
import { readFile } from 'node:fs/promises';

/**
 * The largest process of a page: what it keeps in memory, and what of that is its own. The rest is
 * the browser's program, which all its processes share.
 *
 * @param {import('playwright-core').Browser} browser
 * @returns {Promise<{ resident: number, own: number } | undefined>} in bytes; nothing elsewhere
 */
export async function memoryOfPages(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const found = await Promise.all(
    processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => memoryOf(id)),
  );
  const [largest] = found.filter(Boolean).sort((a, b) => b.resident - a.resident);
  return largest;
}

/** @param {number} id of a process */
async function memoryOf(id) {
  const text = await readFile(`/proc/${id}/smaps_rollup`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const sum = (/** @type {RegExp} */ lines) =>
    [...text.matchAll(lines)].reduce((bytes, [, kilobytes]) => bytes + 1024 * Number(kilobytes), 0);
  return {
    resident: sum(/^Rss:\s+(\d+)/gm),
    own: sum(/^Private_(?:Clean|Dirty):\s+(\d+)/gm),
  };
}
