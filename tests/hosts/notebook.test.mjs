/** A notebook, executed and exported as a page, light and dark. */
import { makeNotebooks } from './support/notebooks.mjs';
import { testHost } from './support/visits.mjs';

/** @typedef {import('playwright-core').Page} Page */

const notebooks = ['index', 'element', 'iframe'];

/** @param {'light' | 'dark'} scheme a page has no switch: it is exported so */
const host = (scheme) => ({
  name: `A notebook’s ${scheme} page`,
  home: '/index.html',
  recipe: {
    fixture: 'notebook',
    variant: scheme,
    python: true,
    site: 'ganvas',
    prepare: (/** @type {string} */ folder) => makeNotebooks(folder, notebooks),
    build: [
      'jupyter',
      'nbconvert',
      '--to=html',
      `--theme=${scheme}`,
      '--execute',
      ...notebooks.map((name) => `${name}.ipynb`),
    ],
    output: '.',
  },
  scheme,
  swaps: false,
  open: (/** @type {Page} */ page, /** @type {string} */ title) =>
    page.locator('a', { hasText: title }).click(),
  leave: (/** @type {Page} */ page) => page.locator('a', { hasText: 'Notes' }).first().click(),
});

testHost(host('light'));
testHost(host('dark'));
