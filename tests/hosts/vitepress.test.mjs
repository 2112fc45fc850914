/** VitePress with its own theme: Vue draws the pages, also when one goes from one to the next. */
import { underPath } from './support/path.mjs';
import { testHost } from './support/visits.mjs';

/** @type {import('./support/visits.mjs').Host} */
const host = {
  name: 'VitePress',
  recipe: {
    fixture: 'vitepress',
    packages: true,
    site: 'public/ganvas',
    build: ['npx', 'vitepress', 'build'],
    output: '.vitepress/dist',
  },
  swaps: true,
  open: (page, title) => page.locator('main a', { hasText: title }).click(),
  leave: (page) => page.locator('.VPNavBarTitle a').click(),
  turn: async (page, theme) => {
    const now = await page.evaluate(() => document.documentElement.classList.contains('dark'));
    // On a phone the switch is in a menu.
    if (now !== (theme === 'dark')) {
      await page.locator('.VPSwitchAppearance').first().dispatchEvent('click');
    }
  },
};

testHost(host);
testHost(underPath(host));
