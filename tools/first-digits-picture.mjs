/**
 * Draws www/assets/first-digits.png from the built site: what the facade paints on a light page, in
 * sixteen shades of grey. `node tools/first-digits-picture.mjs`, after the checkpoint has changed.
 */
import { writeFile } from 'node:fs/promises';
import { crc32, deflateSync } from 'node:zlib';
import { launch } from '../tests/support/browser.mjs';
import { openLab, patience } from '../tests/support/lab.mjs';
import { serve } from '../tests/support/server.mjs';

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

/** @param {{ side: number, greys: number[] }} picture */
function png({ side, greys }) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  // Four bits a pixel; the rest, all 0, says grey, deflated, not interlaced.
  head[8] = 4;
  // Each row begins with a byte that names its filter, 0 for none.
  const rows = Buffer.alloc(side * (1 + side / 2));
  greys.forEach((grey, index) => {
    const at = Math.floor(index / side) * (1 + side / 2) + 1 + Math.floor((index % side) / 2);
    rows[at] |= index % 2 === 0 ? grey << 4 : grey;
  });
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/**
 * @param {string} type
 * @param {Buffer} body
 */
function chunk(type, body) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
