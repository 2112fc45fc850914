/** Pictures as small PNGs: squares of sixteen greys, and pages with few colours. */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** @param {{ side: number, greys: ArrayLike<number> }} picture one number a pixel, 0 to 15, row by row */
export function png({ side, greys }) {
  // Each row begins with a byte that names its filter, 0 for none.
  const rows = Buffer.alloc(side * (1 + side / 2));
  for (const [index, grey] of Array.from(greys).entries()) {
    const at = Math.floor(index / side) * (1 + side / 2) + 1 + Math.floor((index % side) / 2);
    rows[at] |= index % 2 === 0 ? grey << 4 : grey;
  }
  // Four bits a pixel, grey.
  return file(side, side, [4, 0], [chunk('IDAT', deflateSync(rows, { level: 9 }))]);
}

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/**
 * @param {number} width
 * @param {number} height
 * @param {[number, number]} format bits and the kind of a pixel; what follows, all 0, says deflated
 *   and not interlaced
 * @param {Buffer[]} chunks
 */
function file(width, height, format, chunks) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set(format, 8);
  return Buffer.concat([signature, chunk('IHDR', head), ...chunks, chunk('IEND', Buffer.alloc(0))]);
}

/**
 * A browser's screenshot with a palette: each pixel in the nearest of so many colours.
 *
 * @param {Buffer} bytes of a PNG with eight bits for each of three or four channels
 * @param {number} most colours, 256 at most
 */
export function withPalette(bytes, most) {
  const { width, height, colours } = read(bytes);
  /** How often each colour is there, dithering none. @type {Map<number, number>} */
  const counts = new Map();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const palette = paletteOf(counts, most);
  /** @type {Map<number, number>} */
  const nearest = new Map();
  for (const colour of counts.keys()) nearest.set(colour, nearestOf(palette, colour));
  const rows = Buffer.alloc(height * (1 + width));
  for (const [index, colour] of colours.entries()) {
    const at = Math.floor(index / width) * (1 + width) + 1 + (index % width);
    rows[at] = nearest.get(colour) ?? 0;
  }
  return file(
    width,
    height,
    [8, 3],
    [
      chunk('PLTE', Buffer.from(palette.flatMap(channels))),
      chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    ],
  );
}

/** @param {number} colour @returns {[number, number, number]} */
const channels = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];

/** @param {number} one @param {number} other */
function distance(one, other) {
  const [a, b] = [channels(one), channels(other)];
  return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;
}

/** @param {number[]} palette @param {number} colour */
const nearestOf = (palette, colour) =>
  palette.reduce(
    (best, other, index) =>
      distance(other, colour) < distance(palette[best], colour) ? index : best,
    0,
  );

/**
 * Boxes of colours are cut in two at their median, the one with the largest spread first. The colour
 * of a box is the one that it has most of, so that paper and panels keep theirs.
 *
 * @param {Map<number, number>} counts
 * @param {number} most
 */
function paletteOf(counts, most) {
  const boxes = [boxOf([...counts])];
  while (boxes.length < most) {
    boxes.sort((a, b) => a.weight - b.weight);
    const box = boxes.at(-1);
    if (!box || box.weight === 0) break;
    boxes.pop();
    const { shift, list } = box;
    list.sort(([a], [b]) => ((a >> shift) & 255) - ((b >> shift) & 255));
    const half = list.reduce((sum, [, count]) => sum + Math.sqrt(count), 0) / 2;
    let [cut, sum] = [0, 0];
    while (cut < list.length - 1 && sum < half) {
      sum += Math.sqrt(list[cut][1]);
      cut += 1;
    }
    boxes.push(boxOf(list.slice(0, Math.max(1, cut))), boxOf(list.slice(Math.max(1, cut))));
  }
  return boxes.map(({ list }) => list.reduce((a, b) => (b[1] > a[1] ? b : a))[0]);
}

/** @param {[number, number][]} list colours with how often they are there */
function boxOf(list) {
  let [spread, shift] = [0, 0];
  for (const at of [16, 8, 0]) {
    let [low, high] = [255, 0];
    for (const [colour] of list) {
      low = Math.min(low, (colour >> at) & 255);
      high = Math.max(high, (colour >> at) & 255);
    }
    if (high - low > spread) [spread, shift] = [high - low, at];
  }
  // Frequent colours deserve shades of their own, and rare ones some.
  const often = list.reduce((sum, [, count]) => sum + Math.sqrt(count), 0);
  return { list, shift, weight: list.length > 1 ? spread ** 2 * Math.sqrt(often) : 0 };
}

/**
 * @param {Buffer} bytes
 * @returns {{ width: number, height: number, colours: Uint32Array }} red, green and blue, row by row
 */
export function read(bytes) {
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const each = { 2: 3, 6: 4 }[bytes[25]];
  if (!bytes.subarray(0, 8).equals(signature) || bytes[24] !== 8 || !each)
    throw new Error('not a screenshot');
  const parts = [];
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const data = inflateSync(Buffer.concat(parts));
  const across = each * width;
  let above = new Uint8Array(across);
  const colours = new Uint32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const from = y * (across + 1);
    const row = new Uint8Array(across);
    for (let x = 0; x < across; x += 1) {
      const [a, b, c] = [row[x - each] ?? 0, above[x], above[x - each] ?? 0];
      row[x] = data[from + 1 + x] + predicted(data[from], a, b, c);
    }
    for (let x = 0; x < width; x += 1) {
      const at = x * each;
      colours[y * width + x] = (row[at] << 16) | (row[at + 1] << 8) | row[at + 2];
    }
    above = row;
  }
  return { width, height, colours };
}

/**
 * @param {number} filter
 * @param {number} a on the left
 * @param {number} b above
 * @param {number} c above on the left
 */
function predicted(filter, a, b, c) {
  if (filter === 1) return a;
  if (filter === 2) return b;
  if (filter === 3) return (a + b) >> 1;
  if (filter !== 4) return 0;
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
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
