/** What a canvas of digits shows, square by square. */

/**
 * @typedef {object} Square
 * @property {string} bytes all of its pixels, to be compared
 * @property {number} shades how many different values its pixels have
 * @property {number} colour the largest difference between two channels of a pixel
 */

/**
 * The squares of a canvas of `drawDigits`, row by row.
 *
 * @param {import('playwright-core').Locator} canvas
 * @returns {Promise<Square[]>}
 */
export function squares(canvas) {
  return canvas.evaluate((/** @type {HTMLCanvasElement} */ element) => {
    const [side, gap] = [28, 2];
    const context = element.getContext('2d');
    const origins = [];
    for (let top = gap; top < element.height; top += side + gap) {
      for (let left = gap; left < element.width; left += side + gap) origins.push([left, top]);
    }
    return origins.map(([left, top]) => {
      const { data } = context.getImageData(left, top, side, side);
      const values = new Set();
      let colour = 0;
      for (let at = 0; at < data.length; at += 4) {
        const pixel = [...data.subarray(at, at + 3)];
        values.add(pixel.join());
        colour = Math.max(colour, Math.max(...pixel) - Math.min(...pixel));
      }
      return { bytes: btoa(String.fromCharCode(...data)), shades: values.size, colour };
    });
  });
}

/**
 * Waits until a canvas shows something else than these squares.
 *
 * @param {import('playwright-core').Locator} canvas
 * @param {Square[]} before
 * @returns {Promise<Square[]>}
 */
export async function changed(canvas, before) {
  for (;;) {
    const now = await squares(canvas);
    if (now.some(({ bytes }, at) => bytes !== before[at]?.bytes)) return now;
    await canvas.evaluate(() => new Promise(requestAnimationFrame));
  }
}
