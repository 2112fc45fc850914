/** How far a run has come, in rounds and in the single updates beside them. */

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
