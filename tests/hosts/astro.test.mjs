/** Astro: articles in Markdown, and its router, which changes pages without loading them. */
import { underPath } from './support/path.mjs';
import { testHost } from './support/visits.mjs';

/** @type {import('./support/visits.mjs').Host} */
const host = {
  name: 'Astro',
  recipe: {
    fixture: 'astro',
    packages: true,
    site: 'public/ganvas',
    build: ['npx', 'astro', 'build'],
    output: 'dist',
  },
  swaps: true,
  open: (page, title) => page.locator('main a', { hasText: title }).click(),
  leave: (page) => page.locator('a.home').click(),
  turn: async (page, theme) => {
    const now = await page.evaluate(() => document.documentElement.dataset.theme);
    if (now !== theme) await page.locator('#theme').click();
  },
};

testHost(host);
testHost(underPath(host));
