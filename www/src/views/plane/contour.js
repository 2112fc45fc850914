/** Lines on which a field has a given value, by marching squares. */

/**
 * The field is known at the centres of side × side cells; beyond the outermost centres it stays as
 * it is there, so that lines reach the border.
 *
 * @param {Float32Array} field row by row from the top
 * @param {number} side
 * @param {number} level
 * @returns {number[]} segments one after another: x, y, x, y, as shares of the square from its top
 *   left corner
 */
export function contourOf(field, side, level) {
  /** @type {number[]} */
  const segments = [];
  const inside = (/** @type {number} */ at) => Math.max(0, Math.min(side - 1, at));
  const place = (/** @type {number} */ at) => Math.max(0, Math.min(1, (at + 0.5) / side));
  /** @param {number} row @param {number} column */
  const value = (row, column) => field[inside(row) * side + inside(column)] - level;

  for (let row = -1; row < side; row += 1) {
    for (let column = -1; column < side; column += 1) {
      const corners = [
        value(row, column),
        value(row, column + 1),
        value(row + 1, column + 1),
        value(row + 1, column),
      ];
      const pattern = corners.reduce((bits, it, at) => bits | (it > 0 ? 1 << at : 0), 0);
      if (pattern === 0 || pattern === 15 || !corners.every(Number.isFinite)) continue;
      const [left, right] = [place(column), place(column + 1)];
      const [top, bottom] = [place(row), place(row + 1)];
      const xs = [left, right, right, left];
      const ys = [top, top, bottom, bottom];
      /** Where the line crosses the side between a corner and the next one. @param {number} from */
      const crossing = (from) => {
        const to = (from + 1) % 4;
        const share = corners[from] / (corners[from] - corners[to]);
        return [xs[from] + share * (xs[to] - xs[from]), ys[from] + share * (ys[to] - ys[from])];
      };
      const crossed = [0, 1, 2, 3].filter((at) => corners[at] > 0 !== corners[(at + 1) % 4] > 0);
      for (const [from, to] of pairs(crossed, corners)) {
        segments.push(...crossing(from), ...crossing(to));
      }
    }
  }
  return segments;
}

/**
 * Which crossed sides a line joins. In a saddle the value in the middle decides which two corners
 * belong together.
 *
 * @param {number[]} crossed
 * @param {number[]} corners
 */
function pairs(crossed, corners) {
  if (crossed.length === 2) return [crossed];
  const middle = corners.reduce((sum, it) => sum + it, 0) / 4;
  const joined = middle > 0 === corners[0] > 0;
  // Joined with its opposite, the first corner leaves the second and the fourth cut off.
  return joined
    ? [
        [0, 1],
        [2, 3],
      ]
    : [
        [3, 0],
        [1, 2],
      ];
}
