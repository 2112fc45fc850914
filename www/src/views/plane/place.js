/** Where points of the plane lie in a picture: x to the right, y up, its square [-extent, extent]². */

/**
 * @typedef {object} Place
 * @property {number} extent
 * @property {number} size of the picture, in pixels
 */

/** @param {Place} place @param {number} x */
export const acrossOf = ({ extent, size }, x) => ((x + extent) / (2 * extent)) * size;

/** @param {Place} place @param {number} y */
export const downOf = ({ extent, size }, y) => ((extent - y) / (2 * extent)) * size;

/**
 * How many points lie outside of the picture. What is no number does, too.
 *
 * @param {Float32Array} points x, y pairs
 * @param {number} extent
 */
export function countOutside(points, extent) {
  let outside = 0;
  for (let at = 0; at + 1 < points.length; at += 2) {
    if (!(Math.abs(points[at]) <= extent && Math.abs(points[at + 1]) <= extent)) outside += 1;
  }
  return outside;
}
