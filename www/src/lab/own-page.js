/** The page that shows a lab by its address: links to an experiment lead there. */
import { inTime } from '../waiting.js';

/**
 * A file of the site is one where the site is the page's own. Another one is asked: some CDNs send
 * pages as plain text. Where there is none, nothing links to it.
 *
 * @param {import('../site.js').Site} site
 * @returns {Promise<URL | undefined>}
 */
export async function ownPage({ base, page }) {
  if (page === undefined) return undefined;
  const url = new URL(page, base);
  if (page instanceof URL || url.origin === globalThis.origin) return url;
  try {
    const { ok, headers } = await inTime(url.href, () => fetch(url, { method: 'HEAD' }));
    return ok && headers.get('content-type')?.startsWith('text/html') ? url : undefined;
  } catch {
    return undefined;
  }
}
