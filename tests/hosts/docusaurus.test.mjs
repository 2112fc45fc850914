/** Docusaurus with its classic theme: articles in MDX, pages that React draws. */
import { run } from './support/host.mjs';
import { underPath } from './support/path.mjs';
import { testHost } from './support/visits.mjs';

/** @type {import('./support/visits.mjs').Host} */
const host = {
  name: 'Docusaurus',
  recipe: {
    fixture: 'docusaurus',
    packages: true,
    site: 'static/ganvas',
    // Its sites here share their packages, and with them a cache, which keeps links of another base.
    prepare: (folder) => run(folder, 'npx', ['docusaurus', 'clear']),
    build: ['npx', 'docusaurus', 'build'],
    output: 'build',
  },
  swaps: true,
  open: (page, title) => page.locator('article a', { hasText: title }).click(),
  leave: (page) => page.locator('a.navbar__brand').click(),
  turn: async (page, theme) => {
    const now = await page.evaluate(() => document.documentElement.dataset.theme);
    // On a phone the switch is in a menu.
    if (now !== theme) {
      await page.locator('button[class*="toggleButton"]').first().dispatchEvent('click');
    }
  },
};

testHost(host);
testHost(underPath(host));
