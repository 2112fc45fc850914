/**
 * How long arrows are drawn. Pulls differ by orders of magnitude between losses and through a run:
 * the scale is a round number that is told, stays while it serves, and no arrow is longer than a cap.
 */

/** An arrow of the scale's pull, as a share of the picture's side. */
export const unitShare = 0.09;
/** The longest arrow, as a share of the picture's side. */
export const capShare = 0.13;

/** @param {Float32Array} pull x, y pairs @returns {Float32Array} */
export function lengthsOf(pull) {
  const lengths = new Float32Array(pull.length / 2);
  for (let at = 0; at < lengths.length; at += 1) {
    lengths[at] = Math.hypot(pull[2 * at], pull[2 * at + 1]);
  }
  return lengths;
}

/** @param {Float32Array} lengths @returns {number} 0 where there is none */
export function longestOf(lengths) {
  let longest = 0;
  for (const length of lengths) if (length > longest && length < Infinity) longest = length;
  return longest;
}

/**
 * The pull that an arrow of the unit's length stands for: the 90 % quantile of the pulls, rounded up
 * to 1, 2, 3 or 5 times a power of ten. It is kept while that quantile is from a sixth of it to one and
 * a half times it: so a pull that fades is seen to fade before the scale follows.
 *
 * @param {Float32Array} lengths
 * @param {number} [before] the scale so far
 * @returns {number} 0 where nothing pulls
 */
export function scaleOf(lengths, before = 0) {
  const finite = lengths.filter(Number.isFinite).sort();
  if (finite.length === 0) return before;
  const reach = finite[Math.floor(0.9 * (finite.length - 1))];
  if (!(reach > 0)) return before;
  if (before > 0 && reach > before / 6 && reach <= 1.5 * before) return before;
  return roundUp(reach);
}

/** @param {number} value above 0 */
export function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const digits = value / power;
  // A power that rounding has made a little too large is a 1.
  const digit = [1, 2, 3, 5, 10].find((it) => digits <= it * (1 + 1e-6)) ?? 10;
  return Number((digit * power).toPrecision(1));
}

/**
 * An arrow as it is drawn, in pixels from its foot: y goes down.
 *
 * @param {number} x of the pull
 * @param {number} y of the pull
 * @param {number} scale
 * @param {number} size of the picture in pixels
 * @returns {[number, number]}
 */
export function arrowOf(x, y, scale, size) {
  const length = Math.hypot(x, y);
  if (!(length > 0 && length < Infinity && scale > 0)) return [0, 0];
  const drawn = Math.min((length / scale) * unitShare, capShare) * size;
  return [(x / length) * drawn, (-y / length) * drawn];
}
