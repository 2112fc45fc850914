/**
 * What an experiment minimises: for each player a sum of terms, and which figure of a report each
 * term is. Made from the whole experiment; knows nothing of how it is shown.
 */
import { lossOf, traitsOf } from '../../settings/traits.js';
import { autoencoder } from './autoencoder.js';
import { conditionsOf } from './conditions.js';
import { generation, watchedOf } from './generation.js';
import { losses } from './losses.js';
import { translation } from './translation.js';

/**
 * @typedef {import('../../protocol.js').Experiment} Experiment
 * @typedef {import('../../protocol.js').Report} Report
 * @typedef {import('./terms.js').Condition} Condition
 * @typedef {import('./terms.js').Player} Player
 * @typedef {import('./terms.js').Term} Term
 *
 * @typedef {object} Objective
 * @property {Player[]} players
 * @property {Condition[]} conditions
 * @property {Term} [watched] minimised by nobody
 */

/**
 * @param {Experiment} experiment
 * @param {string} [now] the part that a phase of a round is about
 * @returns {Objective | undefined} nothing for a loss that is unknown here
 */
export function objectiveOf(experiment, now) {
  const { family } = traitsOf(experiment);
  if (family === 'autoencoder') return { players: [autoencoder(experiment)], conditions: [] };
  const loss = losses[String(lossOf(experiment))];
  if (!loss) return undefined;
  const conditions = conditionsOf(experiment);
  return family === 'translation'
    ? { players: translation(experiment, loss), conditions }
    : { players: generation(experiment, loss, now), conditions, watched: watchedOf(experiment) };
}

/**
 * What a report says of a term, weight included.
 *
 * @param {Term} term
 * @param {Report | undefined} report
 * @returns {number | undefined}
 */
export function amountOf({ figure, weight, bare }, report) {
  const value = report?.[figure];
  return bare && weight && value !== undefined ? weight.value * value : value;
}

/**
 * What a player minimises; unknown while one of its terms is.
 *
 * @param {Player} player
 * @param {Report | undefined} report
 * @returns {number | undefined}
 */
export function totalOf({ terms }, report) {
  const total = terms.reduce((sum, term) => sum + (amountOf(term, report) ?? Number.NaN), 0);
  return Number.isNaN(total) ? undefined : total;
}
