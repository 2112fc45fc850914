/** A square picture in sixteen shades of grey as a PNG. */
import { crc32, deflateSync } from 'node:zlib';

/** @param {{ side: number, greys: ArrayLike<number> }} picture one number a pixel, 0 to 15, row by row */
export function png({ side, greys }) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  // Four bits a pixel; the rest, all 0, says grey, deflated, not interlaced.
  head[8] = 4;
  // Each row begins with a byte that names its filter, 0 for none.
  const rows = Buffer.alloc(side * (1 + side / 2));
  for (const [index, grey] of Array.from(greys).entries()) {
    const at = Math.floor(index / side) * (1 + side / 2) + 1 + Math.floor((index % side) / 2);
    rows[at] |= index % 2 === 0 ? grey << 4 : grey;
  }
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
