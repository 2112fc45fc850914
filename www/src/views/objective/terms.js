/** What sums are made of, and what those of several systems have in common. */
import * as m from './notation.js';

/**
 * @typedef {import('../../protocol.js').Experiment} Experiment
 * @typedef {import('./notation.js').Formula} Formula
 * @typedef {import('./notation.js').Sum} Sum
 *
 * @typedef {object} Term
 * @property {string} figure of the report
 * @property {Sum} sum with its weight
 * @property {{ symbol: Formula, value: number }} [weight]
 * @property {boolean} [bare] the report has it without its weight
 *
 * @typedef {object} Player
 * @property {'d' | 'g'} who
 * @property {Formula} symbol of the whole sum
 * @property {Term[]} terms
 *
 * What holds besides, by the name of its setting.
 * @typedef {{ setting: string, formulas: Formula[] }} Condition
 */

/**
 * Makes terms that a setting weighs; none, where the weight is 0.
 *
 * @param {Experiment} experiment
 * @param {boolean} [bare] reports have them without their weights
 */
export function weigher(experiment, bare = false) {
  /**
   * @param {string} figure
   * @param {string} mark of its λ
   * @param {(lambda: Formula) => Sum} sum
   * @param {string} [setting] that is λ
   * @returns {Term[]}
   */
  return (figure, mark, sum, setting = figure) => {
    const value = Number(experiment[setting] ?? 0);
    if (!(value > 0)) return [];
    const symbol = m.sub(m.id('λ'), m.word(mark));
    return [{ figure, sum: sum(symbol), weight: { symbol, value }, bare }];
  };
}

/** A sum that has the weight in front of each part. @param {...Formula} bodies */
export const each =
  (...bodies) =>
  (/** @type {Formula} */ lambda) =>
    bodies.map((body) => m.plus(m.times(lambda, body)));

/** @param {Formula} player */
export const lossSymbol = (player) => m.sub(m.id('L'), player);

/** A network after k updates that it will take back. @param {Formula} network */
export const ahead = (network) => m.sup(network, m.paren(m.id('k')));
