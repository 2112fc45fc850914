/** Series of figures, and what is typical of a part of one. */

/**
 * What a diagnosis looks at; a `History` is one.
 *
 * @typedef {object} Curves
 * @property {number[]} steps one for each report that is kept
 * @property {(name: string) => number[]} column its figures of one name; NaN, or an end before the
 *   others', where a report has none
 *
 * @typedef {{ step: number, value: number }} Point
 */

/**
 * The points at which a figure was measured, the latest last.
 *
 * @param {Curves} curves
 * @param {string} name
 * @param {number} [after] a step: what was measured there, or before, does not count
 * @returns {Point[]}
 */
export function pointsOf(curves, name, after = Number.NEGATIVE_INFINITY) {
  return curves
    .column(name)
    .map((value, index) => ({ step: curves.steps[index], value }))
    .filter(({ step, value }) => Number.isFinite(value) && step > after);
}

/**
 * The middle value: one outlier, of which training is full, does not move it.
 *
 * @param {Point[]} points
 */
export function median(points) {
  const values = points.map(({ value }) => value).sort((a, b) => a - b);
  const middle = values.length / 2;
  if (values.length === 0) return Number.NaN;
  return (values[Math.ceil(middle) - 1] + values[Math.floor(middle)]) / 2;
}

/**
 * The median of the latest points, NaN while there are fewer.
 *
 * @param {Point[]} points
 * @param {number} count
 */
export const latest = (points, count) =>
  points.length < count ? Number.NaN : median(points.slice(-count));

/**
 * The largest of the medians of `count` points in a row, NaN while there are fewer.
 *
 * @param {Point[]} points
 * @param {number} count
 */
export function highest(points, count) {
  let most = Number.NaN;
  for (let end = count; end <= points.length; end += 1) {
    const here = median(points.slice(end - count, end));
    if (!(here <= most)) most = here;
  }
  return most;
}
