/** What a generator and the discriminator that it plays against minimise. */
import { traitsOf } from '../../settings/traits.js';
import { distance } from './losses.js';
import * as m from './notation.js';
import { ahead, each, lossSymbol, weigher } from './terms.js';

/**
 * @typedef {import('../../protocol.js').Experiment} Experiment
 * @typedef {import('./notation.js').Formula} Formula
 * @typedef {import('./losses.js').Loss} Loss
 * @typedef {import('./terms.js').Player} Player
 * @typedef {import('./terms.js').Term} Term
 */

const D = m.id('D');
const G = m.id('G');
const x = m.id('x');
const z = m.id('z');

/**
 * Both are told the class y in a conditional system.
 *
 * @param {Experiment} experiment
 * @param {string} [now]
 */
function imagesOf(experiment, now) {
  const { conditional } = traitsOf(experiment);
  /** @param {Formula} body */
  const told = (body) => (conditional ? m.joined(body, '|', m.id('y')) : body);
  const drawn = (/** @type {Formula} */ body) => m.named('drawn', body, now);
  const said = (/** @type {Formula} */ body) => m.named('said', body, now);
  const made = m.named('made', m.apply(m.named('learnt-g', G, now), told(drawn(z))), now);
  return {
    made,
    /** @param {Formula} f */
    real: (f) => ({ over: 'x', says: said(m.apply(f, told(drawn(x)))) }),
    /** @param {Formula} f */
    fake: (f) => ({ over: 'z', says: said(m.apply(f, told(made))) }),
  };
}

/**
 * @param {Experiment} experiment
 * @param {Loss} loss
 * @param {string} [now] which of its parts a phase of a round is about: what is `drawn`, `made` or
 *   `said`, or every place of the network that learns, `learnt-d` and `learnt-g`
 * @returns {Player[]}
 */
export function generation(experiment, loss, now) {
  const { made, real, fake } = imagesOf(experiment, now);
  const learnt = (/** @type {Formula} */ body) => m.named('learnt-d', body, now);
  const judging = learnt(D);
  const term = weigher(experiment);
  // The generator learns from a discriminator that has looked ahead, where that is asked for.
  const unrolled = Number(experiment.unrolled_steps) > 0;
  /** @param {Formula} f */
  const judge = (f) => (unrolled ? ahead(f) : f);

  const slope = m.euclidean(m.mathml`<mo>∇</mo>${m.apply(judging, m.id('x̂'))}`);
  const penalty = m.mean('x̂', m.squared(m.paren(m.minusOne(slope))));
  const decay = m.squared(m.norm(learnt(m.sub(m.id('θ'), D))));
  const f = judge(m.id('f'));
  const mmd = m.ofTwo(m.squared(m.word('MMD')), x, ',', made);

  const adversarial = { figure: 'g_loss', sum: loss.g(fake(judge(judging))) };
  return [
    {
      who: 'd',
      symbol: lossSymbol(D),
      terms: [
        { figure: 'd_loss', sum: loss.d(real(judging), fake(judging)) },
        ...term('gradient_penalty', 'gp', each(penalty)),
        ...term('d_l2', 'L2', each(decay)),
      ],
    },
    {
      who: 'g',
      symbol: lossSymbol(G),
      terms: [
        ...(experiment.feature_matching_only ? [] : [adversarial]),
        ...term('feature_matching', 'fm', (lambda) => meansApart(lambda, real(f), fake(f))),
        ...term('mmd', 'MMD', each(mmd)),
      ],
    },
  ];
}

/**
 * How far the means of features are apart; in two parts, because it is long.
 *
 * @param {Formula} lambda
 * @param {import('./losses.js').Judged} real
 * @param {import('./losses.js').Judged} fake
 * @returns {import('./notation.js').Sum}
 */
function meansApart(lambda, real, fake) {
  const start = m.times(lambda, m.mathml`${m.bar}${m.mean(real.over, real.says)}`);
  return [m.plus(start), m.less(m.mathml`${m.mean(fake.over, fake.says)}${m.squared(m.bar)}`)];
}

/**
 * The estimate that a critic's loss is made of.
 *
 * @param {Experiment} experiment
 * @returns {Term | undefined}
 */
export function watchedOf(experiment) {
  if (!traitsOf(experiment).critic) return undefined;
  const { real, fake } = imagesOf(experiment);
  return { figure: 'wasserstein', sum: distance(real(D), fake(D)) };
}
