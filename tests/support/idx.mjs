/** Makes IDX files, sound ones and others. */

const side = 28;

/**
 * `count` images of 28×28 that differ from each other.
 *
 * @param {number} count
 * @param {{ announced?: number, rows?: number }} [lies] what the header says instead
 */
export function images(count, { announced = count, rows = side } = {}) {
  const bytes = Buffer.alloc(16 + count * side * side);
  [0x0803, announced, rows, side].forEach((value, at) => {
    bytes.writeUInt32BE(value >>> 0, 4 * at);
  });
  for (let image = 0; image < count; image += 1) {
    const start = 16 + image * side * side;
    // A bar at another place in each image.
    for (let y = 4; y < 24; y += 1) bytes[start + y * side + 4 + (image % 20)] = 255;
  }
  return bytes;
}

/** @param {number} count */
export function labels(count) {
  const bytes = Buffer.alloc(8 + count);
  bytes.writeUInt32BE(0x0801, 0);
  bytes.writeUInt32BE(count, 4);
  for (let at = 0; at < count; at += 1) bytes[8 + at] = at % 10;
  return bytes;
}
