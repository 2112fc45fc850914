/** Notebooks from Python files, by jupytext. */
import path from 'node:path';
import { installPython, run } from './host.mjs';

/**
 * Notebooks hold what their cells gave; kept here are their sources.
 *
 * @param {string} folder
 * @param {string[]} names
 */
export async function makeNotebooks(folder, names) {
  const jupytext = path.join(await installPython('notebook'), 'jupytext');
  const args = ['--quiet', '--to', 'ipynb', '--set-kernel', 'python3'];
  await run(folder, jupytext, [...args, ...names.map((name) => `${name}.py`)]);
}
