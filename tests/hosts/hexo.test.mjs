/** Hexo with its three most used themes, PJAX on where the theme has it. */
import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import { install } from './support/host.mjs';
import { installGanvas } from './support/package.mjs';
import { underPath } from './support/path.mjs';
import { testHost } from './support/visits.mjs';

/** @typedef {import('playwright-core').Page} Page */

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

const butterfly = {
  swaps: true,
  open: (/** @type {Page} */ page, /** @type {string} */ title) =>
    page.locator('.recent-post-item a.article-title', { hasText: title }).click(),
  // The bar with the link is out of sight while one reads on.
  leave: (/** @type {Page} */ page) => page.locator('.nav-site-title').dispatchEvent('click'),
  turn: async (/** @type {Page} */ page, /** @type {string} */ theme) => {
    const now = await page.evaluate(() => document.documentElement.getAttribute('data-theme'));
    // On a phone the button is behind another one.
    if (now !== theme) await page.locator('#darkmode').dispatchEvent('click');
  },
};

testHost({ name: 'Hexo, Butterfly', recipe: recipe('butterfly'), ...butterfly });

testHost({
  name: 'Hexo, Butterfly, the tag of the npm package',
  recipe: {
    ...recipe('butterfly'),
    variant: 'tag',
    // The package brings the site.
    site: undefined,
    prepare: async (folder) => {
      await installGanvas(path.join(folder, 'node_modules'));
      await cp(path.join(folder, 'tag'), folder, { recursive: true });
    },
  },
  ...butterfly,
});

testHost(underPath({ name: 'Hexo, Butterfly', recipe: recipe('butterfly'), ...butterfly }));

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

test('Hexo, the tag: what there is not fails the build', async () => {
  const modules = path.join(await install('hexo'), 'node_modules');
  await installGanvas(modules);
  /** @type {(words: string[]) => string} */
  let tag = () => '';
  createRequire(import.meta.url)(path.join(modules, 'ganvas/hexo.cjs'))({
    config: { language: 'en' },
    extend: {
      generator: { register: () => {} },
      helper: { get: () => (/** @type {string} */ file) => `/blog${file}` },
      tag: { register: (_, render) => (tag = render.bind({})) },
    },
  });
  assert.match(
    tag(['preset:quick', 'latent-dim:8', 'autoplay']),
    /<ganvas-lab preset="quick" latent-dim="8" autoplay>Here is a GAN/,
  );
  assert.match(tag([]), /src="\/blog\/ganvas\/ganvas\.js"/);
  assert.match(tag(['from-url', 'seed:"><b>']), /seed="&#34;&#62;&#60;b&#62;"/);
  assert.throws(() => tag(['presets:quick']), /has no "presets"\. It has .*preset, /);
  assert.throws(() => tag(['preset:fast']), /"preset" is one of quick, .*, not "fast"/);
});
