/**
 * What a reader draws, as points to train on. A stroke is a line through the places where the pen
 * was; a dot is a stroke with one place.
 *
 * @typedef {{ x: number, y: number }} Spot in the plane
 * @typedef {Spot[]} Stroke
 */

/** The square that can be drawn on, [-reach, reach]². */
export const padReach = 2;
/** How many points a drawing becomes: as many as a link carries. */
const pointCount = 512;
/** Standard deviation of the points around the pen's line. */
export const spread = 0.04;
/** A dot gets as many points as so much of a line. */
const dotLength = 0.25;
/** Points are strewn anew in the same way each time. */
const seed = 20;

/** Mulberry32: small, seeded, and good enough to strew points. @param {number} state */
function randomNumbers(state) {
  let at = state;
  return () => {
    at = (at + 0x6d2b79f5) | 0;
    let t = Math.imul(at ^ (at >>> 15), 1 | at);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @param {Spot} a @param {Spot} b */
const distance = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

/** @param {Stroke} stroke */
const lengthOf = (stroke) =>
  stroke.slice(1).reduce((sum, spot, at) => sum + distance(stroke[at], spot), 0);

/** What a stroke counts, as a length. @param {Stroke} stroke */
const weightOf = (stroke) => (stroke.length === 0 ? 0 : Math.max(lengthOf(stroke), dotLength));

/**
 * The place at a share of a stroke's length.
 *
 * @param {Stroke} stroke
 * @param {number} share from 0 to 1
 * @returns {Spot}
 */
export function along(stroke, share) {
  let left = share * lengthOf(stroke);
  for (let at = 1; at < stroke.length; at += 1) {
    const piece = distance(stroke[at - 1], stroke[at]);
    if (piece > 0 && left <= piece) {
      const part = left / piece;
      const [a, b] = [stroke[at - 1], stroke[at]];
      return { x: a.x + part * (b.x - a.x), y: a.y + part * (b.y - a.y) };
    }
    left -= piece;
  }
  return stroke[stroke.length - 1];
}

/**
 * Points at equal distances along all strokes, each moved a little from the line; the same for the
 * same drawing.
 *
 * @param {Stroke[]} strokes
 * @param {number} [count]
 * @returns {Float32Array} x, y pairs in [-padReach, padReach]²; none without a stroke
 */
export function pointsOf(strokes, count = pointCount) {
  const drawn = strokes.filter((stroke) => stroke.length > 0);
  const weights = drawn.map(weightOf);
  const total = weights.reduce((sum, it) => sum + it, 0);
  if (total === 0) return new Float32Array();
  const random = randomNumbers(seed);
  const points = new Float32Array(2 * count);
  const within = (/** @type {number} */ it) => Math.max(-padReach, Math.min(padReach, it));
  let [at, before] = [0, 0];
  for (let index = 0; index < count; index += 1) {
    const wanted = ((index + 0.5) / count) * total;
    while (at < drawn.length - 1 && wanted > before + weights[at]) {
      before += weights[at];
      at += 1;
    }
    const { x, y } = along(drawn[at], Math.min(1, (wanted - before) / weights[at]));
    // Box and Muller: two normal numbers from two uniform ones.
    const radius = spread * Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    points[2 * index] = within(x + radius * Math.cos(angle));
    points[2 * index + 1] = within(y + radius * Math.sin(angle));
  }
  return points;
}
