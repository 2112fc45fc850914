/** Docusaurus with its classic theme: articles in MDX, pages that React draws. */
import { testHost } from './support/visits.mjs';

testHost({
  name: 'Docusaurus',
  recipe: {
    fixture: 'docusaurus',
    packages: true,
    site: 'static/ganvas',
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
});
