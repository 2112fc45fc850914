/** How far a run has come, in rounds and in the single updates beside them. */
import { traitsOf } from '../settings/traits.js';

/**
 * @typedef {import('../protocol.js').Report} Report
 * @typedef {import('../protocol.js').Experiment} Experiment
 *
 * @typedef {{ rounds: number, d: number, g: number }} Progress whole rounds, and updates of D and of
 *   G that make no round
 */

/**
 * A round is all updates of D that it has, and one of G.
 *
 * @param {Pick<Report, 'step' | 'images'>} report
 * @param {Experiment} experiment
 * @returns {Progress}
 */
export function roundsOf({ step, images }, experiment) {
  const perRound = Number(experiment.discriminator_steps) || 1;
  const updates = Math.round(images / Number(experiment.batch_size));
  const rounds = Math.min(step, Math.floor(updates / perRound));
  return { rounds, d: updates - rounds * perRound, g: step - rounds };
}

/**
 * How far the run of a lab is. Without a discriminator a step is a round; before the first report
 * there is only the step that it begins at, if any.
 *
 * @param {Pick<import('../store.js').Store, 'report' | 'description'>} store
 * @returns {{ rounds: number | undefined, d: number, g: number }}
 */
export function progressOf({ report, description }) {
  const { experiment = {}, step } = description ?? {};
  if (report && traitsOf(experiment).discriminator) return roundsOf(report, experiment);
  return { rounds: report?.step ?? step, d: 0, g: 0 };
}
