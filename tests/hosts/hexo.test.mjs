/** Hexo with its three most used themes, PJAX on where the theme has it. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { testHost } from './support/visits.mjs';

/** @param {string} theme */
const recipe = (theme) => ({
  fixture: 'hexo',
  variant: theme,
  packages: true,
  site: 'source/ganvas',
  build: ['npx', 'hexo', 'generate', '--bail'],
  output: 'public',
  prepare: async (/** @type {string} */ folder) => {
    const file = path.join(folder, '_config.yml');
    const config = await readFile(file, 'utf8');
    await writeFile(file, config.replace(/^theme: .*$/m, `theme: ${theme}`));
  },
});

testHost({
  name: 'Hexo, Butterfly',
  recipe: recipe('butterfly'),
  swaps: true,
  open: (page, title) =>
    page.locator('.recent-post-item a.article-title', { hasText: title }).click(),
  // The bar with the link is out of sight while one reads on.
  leave: (page) => page.locator('.nav-site-title').dispatchEvent('click'),
  turn: async (page, theme) => {
    const now = await page.evaluate(() => document.documentElement.getAttribute('data-theme'));
    // On a phone the button is behind another one.
    if (now !== theme) await page.locator('#darkmode').dispatchEvent('click');
  },
});

testHost({
  name: 'Hexo, NexT',
  recipe: recipe('next'),
  swaps: true,
  open: (page, title) => page.locator('a.post-title-link', { hasText: title }).click(),
  leave: (page) => page.locator('.site-brand-container a.brand').click(),
  // NexT has no switch of its own: it follows the system.
  turn: (page, theme) => page.emulateMedia({ colorScheme: theme }),
});

testHost({
  name: 'Hexo, Fluid',
  recipe: recipe('fluid'),
  swaps: false,
  open: (page, title) => page.locator('.index-header a', { hasText: title }).click(),
  leave: (page) => page.locator('a.navbar-brand').dispatchEvent('click'),
  turn: async (page, theme) => {
    const now = await page.evaluate(() =>
      document.documentElement.getAttribute('data-user-color-scheme'),
    );
    // On a phone the switch is in a menu.
    if (now !== theme) await page.locator('#color-toggle-btn').dispatchEvent('click');
  },
});
