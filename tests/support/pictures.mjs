/** What a canvas of digits shows, square by square. */
import { layoutOf } from '../../www/src/views/pairs-canvas.js';

/**
 * @typedef {object} Square
 * @property {string} bytes all of its pixels, to be compared
 * @property {number} shades how many different pixels it has
 * @property {number} colour the largest difference between two channels of a pixel
 */

/**
 * The squares of a canvas, row by row, once it has this many.
 *
 * @param {import('playwright-core').Locator} canvas
 * @param {number} count
 * @param {number} [width] of a picture: 56 where samples are 64×64
 * @returns {Promise<Square[]>}
 */
export function squares(canvas, count, width = 28) {
  const ask = { wanted: count, side: width, gap: width / 14 };
  return canvas.evaluate(
    async (/** @type {HTMLCanvasElement} */ element, { wanted, side, gap }) => {
      const origins = () => {
        const all = [];
        for (let top = gap; top < element.height; top += side + gap) {
          for (let left = gap; left < element.width; left += side + gap) all.push([left, top]);
        }
        return all;
      };
      while (origins().length !== wanted) await new Promise(requestAnimationFrame);
      const context = element.getContext('2d');
      return origins().map(([left, top]) => {
        const { data } = context.getImageData(left, top, side, side);
        const pixels = new Set();
        let colour = 0;
        for (let at = 0; at < data.length; at += 4) {
          const [r, g, b] = data.subarray(at, at + 3);
          pixels.add((r << 16) | (g << 8) | b);
          colour = Math.max(colour, Math.max(r, g, b) - Math.min(r, g, b));
        }
        return { bytes: btoa(String.fromCharCode(...data)), shades: pixels.size, colour };
      });
    },
    ask,
  );
}

/**
 * The squares of a canvas of pairs, in the order of the pictures: an image, its translation, one of
 * the other kind, its translation.
 *
 * @param {import('playwright-core').Locator} canvas
 * @param {number} count
 * @returns {Promise<Square[]>}
 */
export async function paired(canvas, count) {
  const { width, height, place } = layoutOf({ width: 28, height: 28, count });
  const origins = Array.from({ length: count }, (_, index) => place(index));
  return canvas.evaluate(
    async (/** @type {HTMLCanvasElement} */ element, { size, corners }) => {
      while (element.width !== size.width || element.height !== size.height) {
        await new Promise(requestAnimationFrame);
      }
      const context = element.getContext('2d');
      return corners.map(({ left, top }) => {
        const { data } = context.getImageData(left, top, 28, 28);
        const pixels = new Set();
        let colour = 0;
        for (let at = 0; at < data.length; at += 4) {
          const [r, g, b] = data.subarray(at, at + 3);
          pixels.add((r << 16) | (g << 8) | b);
          colour = Math.max(colour, Math.max(r, g, b) - Math.min(r, g, b));
        }
        return { bytes: btoa(String.fromCharCode(...data)), shades: pixels.size, colour };
      });
    },
    { size: { width, height }, corners: origins },
  );
}

/**
 * The squares of a canvas as soon as some of them are others than before.
 *
 * @param {import('playwright-core').Locator} canvas
 * @param {Square[]} before
 * @returns {Promise<Square[]>}
 */
export async function changed(canvas, before) {
  for (;;) {
    const now = await squares(canvas, before.length);
    if (now.some(({ bytes }, at) => bytes !== before[at].bytes)) return now;
    await canvas.evaluate(() => new Promise(requestAnimationFrame));
  }
}
