/**
 * How densely G fills the plane: it carries each cell of a grid of z to a piece of the plane, and
 * what the prior gives to the cell spreads over that piece.
 */

/** The grid reaches from -reach to reach in each number of z. */
export const reach = 2;

/** @param {number} z of the standard normal distribution */
const normal = (z) => Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI);

/**
 * @param {number} nodes along one side of the grid
 * @param {number} cell
 */
const middleOf = (nodes, cell) => -reach + ((cell + 0.5) * 2 * reach) / (nodes - 1);

/** Nodes along one side of the grid. @param {Float32Array} lattice @param {1 | 2} latentDim */
export const nodesOf = (lattice, latentDim) =>
  latentDim === 1 ? lattice.length / 2 : Math.round(Math.sqrt(lattice.length / 2));

/**
 * The area of a quadrilateral that may be folded: of its two triangles, whichever way they turn.
 *
 * @param {Float32Array} points x, y pairs
 * @param {[number, number, number, number]} corners in turn, as indices of points
 */
export function areaOf(points, [a, b, c, d]) {
  /** @param {number} p @param {number} q @param {number} r */
  const triangle = (p, q, r) => {
    const [x, y] = [points[2 * p], points[2 * p + 1]];
    const [ux, uy] = [points[2 * q] - x, points[2 * q + 1] - y];
    const [vx, vy] = [points[2 * r] - x, points[2 * r + 1] - y];
    return Math.abs(ux * vy - uy * vx) / 2;
  };
  return triangle(a, b, c) + triangle(a, c, d);
}

/** The corners of a cell, in turn. @param {number} nodes @param {number} row @param {number} column @returns {[number, number, number, number]} */
export const cornersOf = (nodes, row, column) => {
  const first = row * nodes + column;
  return [first, first + 1, first + nodes + 1, first + nodes];
};

/**
 * The density of generated points in each cell of the grid, in points per unit of area (of a grid of
 * one number, per unit of length) for one point in all: N(z) Δz / size of the cell's image.
 *
 * @param {Float32Array} lattice G at the nodes, row by row
 * @param {1 | 2} latentDim
 * @returns {Float32Array} cell by cell, infinite where G folds a cell to nothing
 */
export function densitiesOf(lattice, latentDim) {
  const nodes = nodesOf(lattice, latentDim);
  const cells = Math.max(0, nodes - 1);
  const width = (2 * reach) / cells;
  if (latentDim === 1) {
    return Float32Array.from({ length: cells }, (_, cell) => {
      const [x, y, u, v] = lattice.subarray(2 * cell, 2 * cell + 4);
      return (normal(middleOf(nodes, cell)) * width) / Math.hypot(u - x, v - y);
    });
  }
  return Float32Array.from({ length: cells * cells }, (_, at) => {
    const [row, column] = [Math.floor(at / cells), at % cells];
    const mass = normal(middleOf(nodes, row)) * normal(middleOf(nodes, column)) * width * width;
    return mass / areaOf(lattice, cornersOf(nodes, row, column));
  });
}

/**
 * How strongly a density is shaded, from 0 to 1; half at the middle density.
 *
 * @param {number} density
 * @param {number} middle
 */
export const shadeOf = (density, middle) =>
  density === Infinity ? 1 : density > 0 ? density / (density + middle) : 0;
