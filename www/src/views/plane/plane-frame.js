/**
 * What the worker sends of a model that lives in the plane: one frame of its picture.
 * There is no code here on purpose.
 *
 * @typedef {object} PlaneMetrics what there is depends on the data
 * @property {number} [modes] of the distribution that enough good samples hit
 * @property {number} [modes_of] how many there are
 * @property {number} [good] share of samples close to a mode
 * @property {number} js Jensen–Shannon divergence between real and generated points on a grid
 *
 * @typedef {object} PlaneFrame
 * @property {number} step
 * @property {number} extent the square that is shown is [-extent, extent]²
 * @property {'probability' | 'score'} reading of D's output
 * @property {Float32Array} real x, y pairs
 * @property {Float32Array} fake x, y pairs: G(z) of fixed z
 * @property {Float32Array} outputs D's raw output, a logit or a score, at each fake point
 * @property {Float32Array} pull x, y pairs: −∂L_G/∂x at each fake point, of its own term of the loss
 * @property {Float32Array} field D's raw output at the centres of side × side cells, row by row, the
 *   top row near y = extent
 * @property {Float32Array} lattice x, y pairs: G at the nodes of a grid over [-2, 2]^latent_dim, row by row
 * @property {1 | 2} latent_dim
 * @property {PlaneMetrics} metrics
 */

export {};
