/** What is said of points in other words than of pictures. */

/**
 * The name of a sentence about samples, for what a system draws.
 *
 * @param {{ space: string }} traits
 * @param {string} name
 */
export const ofSamples = ({ space }, name) => (space === 'plane' ? `points.${name}` : name);

/**
 * How far a sample has moved, from the root mean square of what its numbers have: of pictures that,
 * in ink; of points, whose numbers are two, the distance in the plane.
 *
 * @param {{ space: string }} traits
 * @param {number} rms
 */
export const wayOf = ({ space }, rms) => (space === 'plane' ? Math.SQRT2 * rms : rms);
