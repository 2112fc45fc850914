/**
 * What an experiment's model and loss are, by the traits that Rust gives them: what is said and
 * shown depends on these, never on a name.
 */
import { losses, models } from '../generated/model-traits.js';

export { ranges } from '../generated/model-traits.js';

/**
 * @typedef {import('../protocol.js').Experiment} Experiment
 * @typedef {'adversarial' | 'autoencoder' | 'translation'} Family
 * @typedef {'meters' | 'digit' | 'explorer' | 'reconstructions' | 'translations' | 'plane'} Panel
 * @typedef {'image' | 'plane'} Space
 *
 * How a discriminator's mean output is to be read. `probability`: of being real, ½ is undecided. The
 * others are scores: `one_or_zero`, where 1 stands for real and 0 for fake, and `higher`, where only
 * more and less mean something.
 * @typedef {'probability' | 'one_or_zero' | 'higher'} Reading
 *
 * @typedef {object} ModelTraits
 * @property {Family} family
 * @property {Space} space what its samples are: images, or points of the plane
 * @property {number} channels of its images
 * @property {string | null} own_loss the one that belongs to it, where none can be chosen
 * @property {boolean} conditional its networks are told the class
 * @property {boolean} latents it draws from a z
 * @property {boolean} discriminator it has one, with updates of its own
 * @property {readonly Panel[]} panels parts of the page that not every model has
 *
 * @typedef {{ reading: Reading, critic: boolean, saturates: boolean }} LossTraits
 */

const ofModels = /** @type {Record<string, ModelTraits>} */ (/** @type {unknown} */ (models));
const ofLosses = /** @type {Record<string, LossTraits>} */ (/** @type {unknown} */ (losses));
const [first] = Object.values(ofModels);

/** @param {unknown} model */
export const traitsOfModel = (model) => ofModels[String(model)] ?? first;

/**
 * The group of choosers that a model stands in: Wasserstein GANs are adversarial too, but have a
 * critic whatever is set.
 *
 * @param {string} model
 * @returns {Family | 'critic'}
 */
export function groupOf(model) {
  const { family, own_loss } = traitsOfModel(model);
  return own_loss !== null && ofLosses[own_loss]?.critic ? 'critic' : family;
}

/**
 * The loss that a discriminator and its generator play: the model's own, or the chosen one.
 * Nothing for a system without a discriminator.
 *
 * @param {Experiment} experiment
 * @returns {string | undefined}
 */
export function lossOf({ model, loss }) {
  const { discriminator, own_loss } = traitsOfModel(model);
  if (!discriminator || loss === undefined) return own_loss ?? undefined;
  return own_loss ?? String(loss);
}

/**
 * How a system is talked about and shown.
 *
 * @param {Experiment} experiment
 */
export function traitsOf(experiment) {
  const loss = ofLosses[lossOf(experiment) ?? ''];
  const { critic = false, reading = 'probability', saturates = false } = loss ?? {};
  const traits = traitsOfModel(experiment.model);
  return {
    ...traits,
    /** Its discriminator is a critic. */
    critic,
    /** The generator's loss goes flat where D is sure of its images. */
    saturates,
    /** @type {Reading} */
    reading: /** @type {Reading} */ (reading),
    /** @param {Panel} panel */
    shows: (panel) => traits.panels.includes(panel),
  };
}
