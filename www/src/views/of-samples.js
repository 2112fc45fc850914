/** What is said of points in other words than of pictures. */

/**
 * The name of a sentence about samples, for what a system draws.
 *
 * @param {{ space: string }} traits
 * @param {string} name
 */
export const ofSamples = ({ space }, name) => (space === 'plane' ? `points.${name}` : name);
