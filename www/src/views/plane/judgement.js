/**
 * How D's raw outputs are read as colours: from "fake" through "cannot tell" to "real", as shares
 * from -1 to 1.
 */

/**
 * @typedef {'probability' | 'one_or_zero' | 'higher'} Reading as the traits of losses say it
 *
 * @typedef {object} Judgement
 * @property {boolean} probability outputs are logits, shown as probabilities
 * @property {number} low the least raw output; of a probability, nothing
 * @property {number} centre the raw output that says neither
 * @property {number} high the largest raw output
 */

/**
 * Of a probability ½ is the middle, a logit of 0. A score that aims at 1 and 0 has its middle at ½,
 * others at 0; where all of them lie on one side of it only differences mean something, and the
 * middle is that of their range.
 *
 * @param {Float32Array} field
 * @param {Reading} reading
 * @returns {Judgement}
 */
export function judgementOf(field, reading) {
  if (reading === 'probability') return { probability: true, low: 0, centre: 0, high: 1 };
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of field) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(low <= high)) return { probability: false, low: 0, centre: 0, high: 0 };
  const undecided = reading === 'one_or_zero' ? 0.5 : 0;
  const inside = low < undecided && undecided < high;
  return { probability: false, low, centre: inside ? undecided : (low + high) / 2, high };
}

/**
 * Which way an output leans and how far: 1 is surely real, or the largest score, -1 the opposite.
 *
 * @param {Judgement} judgement
 * @param {number} value raw
 */
export function shareOf({ probability, low, centre, high }, value) {
  if (Number.isNaN(value)) return 0;
  // 2σ(v) − 1.
  if (probability) return Math.tanh(value / 2);
  const reach = Math.max(high - centre, centre - low);
  return reach > 0 ? Math.max(-1, Math.min(1, (value - centre) / reach)) : 0;
}

/**
 * The outputs at which lines are drawn: where D cannot tell; of a score also between, at equal
 * distances, so that their density shows its slope.
 *
 * @param {Judgement} judgement
 * @returns {{ centre: number, between: number[] }}
 */
export function levelsOf({ probability, low, centre, high }) {
  if (probability || !(high > low)) return { centre, between: [] };
  const step = (high - low) / 12;
  const between = [];
  for (let k = Math.ceil((low - centre) / step); centre + k * step < high; k += 1) {
    if (k !== 0 && centre + k * step > low) between.push(centre + k * step);
  }
  return { centre, between };
}
