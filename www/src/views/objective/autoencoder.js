/** What a variational autoencoder minimises. */
import * as m from './notation.js';

/**
 * @typedef {import('../../protocol.js').Experiment} Experiment
 * @typedef {import('./terms.js').Player} Player
 * @typedef {import('./terms.js').Term} Term
 */

const x = m.id('x');
const z = m.id('z');

/**
 * @param {Experiment} experiment
 * @returns {Player}
 */
export function autoencoder({ kl_weight }) {
  const beta = { symbol: m.id('β'), value: Number(kl_weight) };
  const error = m.mean('x', m.squared(m.norm(m.minus(x, m.marked(x, '^')))));
  const posterior = m.ofTwo(m.id('q'), z, '|', x);
  const prior = m.ofTwo(m.id('𝒩'), m.number(0), ',', m.id('I'));
  const divergence = m.mean('x', m.ofTwo(m.word('KL'), posterior, '‖', prior));
  /** @type {Term} */
  const kl = {
    figure: 'kl',
    sum: [m.plus(m.times(beta.symbol, divergence))],
    weight: beta,
    bare: true,
  };
  return {
    who: 'g',
    symbol: m.id('L'),
    terms: [{ figure: 'reconstruction', sum: [m.plus(error)] }, ...(beta.value > 0 ? [kl] : [])],
  };
}
