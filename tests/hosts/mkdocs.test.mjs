/** MkDocs with the theme Material, whose instant navigation changes pages without loading them. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { serveFolder } from './support/host.mjs';
import { underPath } from './support/path.mjs';
import { testHost } from './support/visits.mjs';

/** Links that are not in the sitemap load a page; before it has come, all of them do. */
const hasSitemap = () =>
  performance
    .getEntriesByType('resource')
    .some(({ name, responseEnd }) => name.endsWith('/sitemap.xml') && responseEnd > 0);

/** @type {import('./support/visits.mjs').Host} */
const host = {
  name: 'MkDocs, Material',
  recipe: {
    fixture: 'mkdocs',
    python: true,
    site: 'docs/ganvas',
    build: ['mkdocs', 'build', '--strict'],
    output: 'site',
  },
  serve: async (folder, base) => {
    const server = await serveFolder(folder, base);
    // The theme compares addresses, and the port is known only now.
    const sitemap = path.join(folder, 'sitemap.xml');
    const written = await readFile(sitemap, 'utf8');
    await writeFile(sitemap, written.replaceAll(/(?<=<loc>)https?:\/\/[^/]+/g, server.origin));
    return server;
  },
  swaps: true,
  // The theme's search.
  workers: /\/search\./,
  open: async (page, title) => {
    await page.waitForFunction(hasSitemap);
    await page.locator('article a', { hasText: title }).click();
  },
  leave: (page) => page.locator('.md-header a.md-logo').dispatchEvent('click'),
  turn: async (page, theme) => {
    const scheme = { light: 'default', dark: 'slate' }[theme];
    const now = await page.evaluate(() => document.body.getAttribute('data-md-color-scheme'));
    if (now !== scheme) await page.locator('label[for^="__palette"]:visible').click();
  },
};

testHost(host);
testHost(underPath(host));
