/** One sentence for each phase of an update, with its numbers. */
import { traitsOf } from '../../settings/traits.js';
import { figure } from '../numbers.js';
import { ofSamples, wayOf } from '../of-samples.js';

/**
 * @typedef {import('../../protocol.js').Phase} Phase
 * @typedef {import('../../i18n/index.js').Translate} Translate
 */

/**
 * The loss that an update minimises, terms and all.
 *
 * @param {Phase} phase
 * @returns {number | undefined}
 */
export function totalOf({ player, terms }, alone = false) {
  if (!terms) return undefined;
  const main = player === 'discriminator' ? 'd_loss' : 'g_loss';
  return Object.entries(terms).reduce(
    // Under feature matching alone the adversarial loss is told, and minimised by nobody.
    (sum, [name, value]) => (alone && name === main ? sum : sum + value),
    0,
  );
}

/** @param {readonly number[] | undefined} values */
export const meanOf = (values) =>
  values && values.length > 0
    ? values.reduce((sum, value) => sum + value, 0) / values.length
    : undefined;

/** What is said of points in other words than of pictures. */
const ofPoints = ['discriminator.draw', 'generator.gradient', 'generator.update'];

/**
 * @param {Phase} phase
 * @param {import('../../protocol.js').Experiment} experiment
 * @param {Translate} t
 */
export function captionOf(phase, experiment, t) {
  const { after } = phase;
  const moved = meanOf(after?.moved);
  const traits = traitsOf(experiment);
  const moment = `${phase.player}.${phase.phase}`;
  const sentence = `slowly.${moment}`;
  return t(ofPoints.includes(moment) ? ofSamples(traits, sentence) : sentence, {
    batch: phase.batch,
    dim: phase.latent_dim,
    d_real: figure(phase.d_real),
    d_fake: figure(phase.d_fake),
    loss: figure(totalOf(phase, experiment.feature_matching_only === true)),
    norm: figure(phase.gradient_norm),
    d_real_after: figure(after?.d_real),
    d_fake_after: figure(after?.d_fake),
    moved: figure(moved === undefined ? undefined : wayOf(traits, moved)),
  });
}
