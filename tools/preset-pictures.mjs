/**
 * Digits of the presets that the program of docs/results.md does not run, trained in the built site
 * by headless Chromium: `node tools/preset-pictures.mjs [PRESET…]`, all of them without a name.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { launch } from '../tests/support/browser.mjs';
import { openLab } from '../tests/support/lab.mjs';
import { serve } from '../tests/support/server.mjs';
import { docs } from './docs.mjs';
import { png } from './png.mjs';

/** How long each is trained: what fails has failed by then. @type {Record<string, number>} */
const budgets = {
  mode_collapse: 2000,
  vanishing_gradient: 1000,
  critic_without_penalty: 1000,
  article_004: 1000,
};

const asked = process.argv.slice(2);
const folder = new URL('results/page/', docs);
await mkdir(folder, { recursive: true });
const site = await serve();
const browser = await launch();
try {
  for (const name of asked.length > 0 ? asked : Object.keys(budgets)) {
    const attributes = { preset: name, seed: 1, backend: 'cpu', dataset: 'mnist' };
    const page = await openLab(browser, site, attributes);
    page.setDefaultTimeout(0);
    const { experiment, pixels } = await page.evaluate(async (steps) => {
      const { lab } = window;
      await lab.ready;
      await lab.train({ steps });
      const { pixels } = await lab.sample({ count: 64, seed: 1 });
      return { experiment: lab.experiment, pixels: [...pixels] };
    }, budgets[name]);
    await writeFile(new URL(`${name}.png`, folder), png(grid(pixels)));
    const record = { steps: budgets[name], experiment };
    await writeFile(new URL(`${name}.json`, folder), `${JSON.stringify(record, null, 2)}\n`);
    console.log(`${name}: ${record.steps} steps`);
    await page.close();
  }
} finally {
  await browser.close();
  await site.close();
}

/**
 * Eight rows of eight digits, two pixels between them.
 *
 * @param {number[]} pixels of 64 digits of 28×28, 0 background to 255 ink
 */
function grid(pixels) {
  const [edge, gap, across] = [28, 2, 8];
  const side = across * (edge + gap) + gap;
  const greys = new Uint8Array(side * side);
  for (const [index, ink] of pixels.entries()) {
    const digit = Math.floor(index / edge ** 2);
    const y = Math.floor(digit / across) * (edge + gap) + gap + (Math.floor(index / edge) % edge);
    const x = (digit % across) * (edge + gap) + gap + (index % edge);
    greys[y * side + x] = Math.round(ink / 17);
  }
  return { side, greys };
}
