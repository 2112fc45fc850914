/**
 * Draws www/assets/first-digits.png from the built site: what the facade paints on a light page, in
 * sixteen shades of grey. `node tools/first-digits-picture.mjs`, after the checkpoint has changed.
 */
import { writeFile } from 'node:fs/promises';
import { launch } from '../tests/support/browser.mjs';
import { openLab, patience } from '../tests/support/lab.mjs';
import { serve } from '../tests/support/server.mjs';
import { png } from './png.mjs';

const site = await serve();
const browser = await launch();
/** One number a pixel, from 0 to 15, row by row. @type {{ side: number, greys: number[] }} */
let picture;
try {
  const page = await openLab(browser, site, { theme: 'light' });
  await page.locator('figure.drawn canvas').waitFor({ timeout: patience });
  picture = await page.evaluate(() => {
    const canvas = window.lab.shadowRoot.querySelector('.drawn canvas');
    const { width: side, height } = canvas;
    if (side !== height) throw new Error(`a picture of ${side}×${height}`);
    const { data } = canvas.getContext('2d').getImageData(0, 0, side, side);
    const grey = (at) => Math.round((data[at] + data[at + 1] + data[at + 2]) / 3 / 17);
    return { side, greys: Array.from({ length: side ** 2 }, (_, index) => grey(4 * index)) };
  });
} finally {
  await browser.close();
  await site.close();
}
await writeFile(new URL('../www/assets/first-digits.png', import.meta.url), png(picture));
