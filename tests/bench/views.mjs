/**
 * What it costs a run to be looked at: a lab with a view shown and the same lab without it, in
 * turn, round after round. Of the plane's picture also how often it is painted.
 *
 *     node tests/bench/views.mjs [--backend cpu] [--rounds 6] [--seconds 3] [--write-docs]
 *         [scores eyes judge curves explorer together plane]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { launch } from '../support/browser.mjs';
import { close, openLab } from '../support/lab.mjs';
import { serve } from '../support/server.mjs';
import { load } from './machine.mjs';
import { spread } from './numbers.mjs';
import { replace } from './section.mjs';
import { surroundings } from './surroundings.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    backend: { type: 'string', default: 'cpu' },
    rounds: { type: 'string', default: '6' },
    seconds: { type: 'string', default: '3' },
    'write-docs': { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const milliseconds = 1000 * Number(values.seconds);
const docs = new URL('../../docs/benchmarks.md', import.meta.url);

const lab = { backend: values.backend, lang: 'en', offscreen: 'run' };
const screen = { viewport: { width: 1280, height: 800 } };

/** @typedef {import('playwright-core').Page} Page */

/** @param {string} selector */
const click = (selector) => (/** @type {Page} */ page) => page.locator(selector).first().click();
/** @param {string} name */
const drawer = (name) => click(`details[data-drawer="${name}"] > summary`);

const scores = click('[data-action="scores"]');
const judge = drawer('judge');
const explorer = drawer('explorer');
const eyes = {
  show: async (/** @type {Page} */ page) => {
    await scores(page);
    await page.locator('.eye[data-index="9"]').click();
    await page.locator('.eyes').waitFor();
  },
  hide: async (/** @type {Page} */ page) => {
    await click('[data-action="eyes-close"]')(page);
    await scores(page);
  },
};
const both = (/** @type {(page: Page) => Promise<void>} */ toggle) => ({
  show: toggle,
  hide: toggle,
});

/**
 * How each is shown and hidden again.
 *
 * @type {Record<string, { name: string, show: (page: Page) => Promise<void>, hide: (page: Page) => Promise<void>, open?: boolean }>}
 */
const views = {
  scores: { name: "D's score on each digit", ...both(scores) },
  eyes: { name: "one digit with D's eyes, and the scores", ...eyes },
  judge: { name: 'the live judge', ...both(judge) },
  curves: { name: 'the curves', ...both(drawer('curves')), open: true },
  explorer: { name: 'the explorer', ...both(explorer) },
  together: {
    name: 'all of them together',
    show: async (page) => {
      await judge(page);
      await explorer(page);
      await eyes.show(page);
    },
    hide: async (page) => {
      await eyes.hide(page);
      await explorer(page);
      await judge(page);
    },
  },
};

/** Steps a second of a run that goes on, and paints a second of the plane's picture. */
const round = (/** @type {Page} */ page) =>
  page.evaluate(async (enough) => {
    const { step } = await window.lab.train({ steps: 2 });
    window.paints = 0;
    const start = performance.now();
    window.lab.train();
    await new Promise((resolve) => setTimeout(resolve, enough));
    const { step: last } = await window.lab.pause();
    const seconds = (performance.now() - start) / 1000;
    return { speed: (last - step) / seconds, paints: window.paints / seconds };
  }, milliseconds);

/**
 * The speed with the view over that without it, by rounds of which each is first in every other.
 *
 * @param {(shown: boolean) => Promise<number>} speed
 */
async function alternate(speed) {
  const ratios = [];
  for (let count = 0; count < rounds; count += 1) {
    const speeds = new Map();
    for (const shown of count % 2 === 0 ? [false, true] : [true, false])
      speeds.set(shown, await speed(shown));
    ratios.push(speeds.get(true) / speeds.get(false));
  }
  return ratios;
}

/**
 * @param {import('playwright-core').Browser} browser
 * @param {import('../support/server.mjs').Site} site
 * @param {string} view
 */
async function compare(browser, site, view) {
  const { name, show, hide, open } = views[view];
  const page = await openLab(browser, site, lab, screen);
  await page.evaluate(() => window.lab.train({ steps: 5 }));
  if (open) await hide(page);
  await round(page);
  const ratios = await alternate(async (shown) => {
    if (shown) await show(page);
    const { speed } = await round(page);
    if (shown) await hide(page);
    return speed;
  });
  await close(page);
  return { name, ...spread(ratios) };
}

/**
 * The plane's picture is always shown: without it means that its frames are no longer ordered.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {import('../support/server.mjs').Site} site
 */
async function plane(browser, site) {
  const page = await openLab(browser, site, { ...lab, model: 'plane' }, screen);
  await page.evaluate(() => {
    const { postMessage } = Worker.prototype;
    window.plane = {};
    Worker.prototype.postMessage = function noted(message, ...others) {
      if (message.type === 'watch' && message.what === 'plane' && message.options)
        window.plane = { worker: this, order: message };
      return postMessage.call(this, message, ...others);
    };
    // The picture is painted with one call for its heat map.
    const { putImageData } = CanvasRenderingContext2D.prototype;
    window.paints = 0;
    CanvasRenderingContext2D.prototype.putImageData = function counted(...given) {
      window.paints += 1;
      return putImageData.apply(this, given);
    };
  });
  await round(page);
  const order = (/** @type {boolean} */ shown) =>
    page.evaluate((shown) => {
      const { worker, order } = window.plane;
      worker.postMessage(shown ? order : { ...order, options: null });
    }, shown);
  /** @type {number[]} */
  const paints = [];
  const ratios = await alternate(async (shown) => {
    await order(shown);
    const found = await round(page);
    if (shown) paints.push(found.paints);
    return found.speed;
  });
  await close(page);
  return { name: "the plane's picture", ...spread(ratios), paints: spread(paints).middle };
}

/** @param {{ machine: any, adapter: any }} on @param {any[]} rows */
function section({ machine, adapter }, rows) {
  const on = values.backend === 'cpu' ? 'the CPU' : `WebGPU (${adapter.webgpu.name})`;
  const share = (/** @type {number} */ ratio) => ratio.toFixed(2);
  const painted = (/** @type {number | undefined} */ paints) =>
    paints === undefined ? '–' : `${Math.round(paints)} a second`;
  const title = values.backend === 'cpu' ? '' : ' on an emulated GPU';
  return `## What the views cost${title}

Steps a second of a run that is looked at, over those of the same run that is not: medians of ${rounds} pairs of rounds of ${values.seconds} s, in turn, and their range. The default experiment, or the plane's, on ${on}, in a page 1280 px wide; headless ${machine.browser}, ${machine.processor}, ${load(machine)} before the run, ${machine.date}. A round begins when the view is opened, so that its first look counts. Written by \`node tests/bench/views.mjs --write-docs\`.

| shown | speed | range | painted |
| --- | --- | --- | --- |
${rows
  .map(
    ({ name, middle, least, most, paints }) =>
      `| ${name} | ${share(middle)} | ${share(least)} to ${share(most)} | ${painted(paints)} |`,
  )
  .join('\n')}`;
}

const site = await serve();
const webgpu = values.backend === 'webgpu' ? 'software' : false;
const on = await surroundings(site, 'software');
const asked = positionals.length > 0 ? positionals : [...Object.keys(views), 'plane'];
const rows = [];
for (const view of asked) {
  const browser = await launch({ webgpu });
  const row = view === 'plane' ? await plane(browser, site) : await compare(browser, site, view);
  rows.push(row);
  console.log(JSON.stringify(row));
  await browser.close();
}
await site.close();
const text = section(on, rows);
console.log(`\n${text}`);
if (values['write-docs']) {
  const name = values.backend === 'cpu' ? 'views' : `views-${values.backend}`;
  writeFileSync(docs, replace(readFileSync(docs, 'utf8'), name, text));
}
