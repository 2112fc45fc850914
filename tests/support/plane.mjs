/** Frames of the plane whose every number is known: what a worker sends that trains nothing. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { dist } from './server.mjs';
import { openDrawer } from './settings.mjs';

const script = readFileSync(new URL('plane-worker.js', import.meta.url), 'utf8');

/**
 * A site whose worker is that one.
 *
 * @param {'probability' | 'score'} [reading] of D's output
 * @returns {import('./server.mjs').Rule}
 */
export function staged(reading = 'probability') {
  const real = readFileSync(path.join(dist, 'worker.js'), 'utf8');
  const [, name] = /type:"hello",build:(\w+)/.exec(real);
  const [, build] = new RegExp(`\\b${name}="(\\w*)"`).exec(real);
  const body = script.replace('__READING__', reading).replace('__BUILD__', build);
  return (file) => (file === 'worker.js' ? { body, type: 'text/javascript' } : undefined);
}

/** What the staged D says, raw, and where its ½ is. @param {number} x @param {number} y */
export const output = (x, y) => 2 * x + y - 0.5;

/**
 * Keeps what the worker sends of the plane, from now on, in `window.frames`.
 *
 * @param {import('playwright-core').Page} page
 */
export const keepFrames = (page) =>
  page.evaluate(() => {
    window.planeFrames = [];
    const { addEventListener } = Worker.prototype;
    Worker.prototype.addEventListener = function (type, listener, options) {
      addEventListener.call(this, type, listener, options);
      if (type !== 'message' || this.kept) return;
      this.kept = true;
      addEventListener.call(this, 'message', ({ data }) => {
        if (data.type === 'watched' && data.what === 'plane') window.planeFrames.push(data.value);
      });
    };
  });

/**
 * The newest frame that the page has got, with plain arrays.
 *
 * @param {import('playwright-core').Page} page
 */
export const lastFrame = (page) =>
  page.evaluate(() => {
    const frame = window.planeFrames.at(-1);
    return Object.fromEntries(
      Object.entries(frame).map(([name, value]) => [
        name,
        value instanceof Float32Array ? [...value] : value,
      ]),
    );
  });

/**
 * Switches the layers so that exactly these are shown.
 *
 * @param {import('playwright-core').Page} page
 * @param {string[]} wanted
 */
export async function showLayers(page, wanted) {
  for (const button of await page.locator('[data-layer]').all()) {
    const name = await button.getAttribute('data-layer');
    const shown = (await button.getAttribute('aria-pressed')) === 'true';
    if (shown !== wanted.includes(name)) await button.click();
  }
  await painted(page);
}

/** What changed has been painted. @param {import('playwright-core').Page} page */
export const painted = (page) =>
  page.evaluate(async () => {
    for (let at = 0; at < 4; at += 1) await new Promise(requestAnimationFrame);
  });

/**
 * The picture's pixels: how far each is from the paper's colour, row by row.
 *
 * @param {import('playwright-core').Page} page
 * @returns {Promise<{ size: number, ink: number[] }>}
 */
export const inkOf = (page) =>
  page.locator('canvas.picture').evaluate((/** @type {HTMLCanvasElement} */ canvas) => {
    const { width: size } = canvas;
    const { data } = canvas.getContext('2d').getImageData(0, 0, size, size);
    const paper = getComputedStyle(canvas).getPropertyValue('--paper-rgb').trim().split(/\s+/);
    const ink = Array.from({ length: size * size }, (_, at) =>
      Math.max(...[0, 1, 2].map((c) => Math.abs(data[4 * at + c] - Number(paper[c])))),
    );
    return { size, ink };
  });

/**
 * Opens the pad, and draws a straight line on it with the mouse.
 *
 * @param {import('playwright-core').Page} page
 * @param {[number, number]} from in the plane, which shows −2 to 2 both ways
 * @param {[number, number]} to
 * @returns {Promise<import('playwright-core').Locator>} the pad
 */
export async function drawLine(page, from, to) {
  await openDrawer(page, 'pad');
  const pad = page.locator('canvas.pad');
  await pad.scrollIntoViewIfNeeded();
  const { x, y, width } = await pad.boundingBox();
  const at = ([u, v]) => [x + ((u + 2) / 4) * width, y + ((2 - v) / 4) * width];
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 20 });
  await page.mouse.up();
  return pad;
}
