/** What two generators that translate, and their two discriminators, minimise. */
import * as m from './notation.js';
import { each, lossSymbol, weigher } from './terms.js';

/**
 * @typedef {import('../../protocol.js').Experiment} Experiment
 * @typedef {import('./notation.js').Formula} Formula
 * @typedef {import('./losses.js').Loss} Loss
 * @typedef {import('./terms.js').Player} Player
 */

const D = m.id('D');
const G = m.id('G');
const a = m.id('a');
const b = m.id('b');

/**
 * @param {Experiment} experiment
 * @param {Loss} loss
 * @returns {Player[]}
 */
export function translation(experiment, loss) {
  /** @param {Formula} image */
  const toA = (image) => m.apply(m.sub(G, m.id('ba')), image);
  /** @param {Formula} image */
  const toB = (image) => m.apply(m.sub(G, m.id('ab')), image);
  /** @param {string} domain @param {string} over @param {Formula} image */
  const judged = (domain, over, image) => ({
    over,
    says: m.apply(m.sub(D, m.id(domain)), image),
  });
  const fakeA = judged('a', 'b', toA(b));
  const fakeB = judged('b', 'a', toB(a));
  /** @param {string} over @param {Formula} image @param {Formula} original */
  const error = (over, image, original) => m.mean(over, m.absolute(m.minus(image, original)));

  const term = weigher(experiment, true);
  const cycle = each(error('a', toA(toB(a)), a), error('b', toB(toA(b)), b));
  const identity = each(error('a', toA(a), a), error('b', toB(b), b));
  const both = [...loss.d(judged('a', 'a', a), fakeA), ...loss.d(judged('b', 'b', b), fakeB)];
  return [
    { who: 'd', symbol: lossSymbol(D), terms: [{ figure: 'd_loss', sum: both }] },
    {
      who: 'g',
      symbol: lossSymbol(G),
      terms: [
        { figure: 'g_loss', sum: [...loss.g(fakeA), ...loss.g(fakeB)] },
        ...term('cycle', 'cyc', cycle, 'cycle_weight'),
        ...term('identity', 'id', identity, 'identity_weight'),
      ],
    },
  ];
}
