/** A notebook, executed and exported as a page; and alive in JupyterLab. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { installPython } from './support/host.mjs';
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
    // Notebooks hold what their cells gave; kept here are their sources.
    prepare: async (/** @type {string} */ folder) => {
      const jupytext = path.join(await installPython('notebook'), 'jupytext');
      const sources = notebooks.map((name) => `${name}.py`);
      execFileSync(jupytext, ['--quiet', '--to', 'ipynb', ...sources], { cwd: folder });
    },
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
