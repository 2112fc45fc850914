/** Hugo, as Debian has it, with a theme that is nothing but a style and a switch. */
import { underPath } from './support/path.mjs';
import { testHost } from './support/visits.mjs';

/** @type {import('./support/visits.mjs').Host} */
const host = {
  name: 'Hugo',
  recipe: { fixture: 'hugo', site: 'static/ganvas', build: ['hugo', '--quiet'], output: 'public' },
  swaps: false,
  open: (page, title) => page.locator('a.post', { hasText: title }).click(),
  leave: (page) => page.locator('a.home').click(),
  turn: async (page, theme) => {
    const now = await page.evaluate(() => document.documentElement.dataset.theme);
    if (now !== theme) await page.locator('#theme').click();
  },
};

testHost(host);
testHost(underPath(host));
