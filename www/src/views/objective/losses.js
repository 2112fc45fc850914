/** The adversarial losses as formulas, for whatever D judges. */
import {
  halved,
  less,
  log,
  mean,
  minusOne,
  oneMinus,
  onePlus,
  paren,
  plus,
  positive,
  squared,
} from './notation.js';

/**
 * @typedef {import('./notation.js').Formula} Formula
 * @typedef {import('./notation.js').Sum} Sum
 *
 * What a discriminator says of one kind of images, and the letter that its mean is over.
 * @typedef {{ over: string, says: Formula }} Judged
 *
 * What the discriminator minimises, and what the generator does.
 * @typedef {{ d: (real: Judged, fake: Judged) => Sum, g: (fake: Judged) => Sum }} Loss
 */

/** @param {Judged} judged */
const surprise = ({ over, says }) => mean(over, log(says));
/** @param {Judged} judged */
const surpriseOfFake = ({ over, says }) => mean(over, log(paren(oneMinus(says))));
/** @param {Judged} judged */
const score = ({ over, says }) => mean(over, says);
/** @param {Judged} judged */
const nearOne = ({ over, says }) => halved(mean(over, squared(paren(minusOne(says)))));
/** @param {Judged} judged */
const nearZero = ({ over, says }) => halved(mean(over, squared(says)));

/** @type {Loss['d']} */
const classical = (real, fake) => [less(surprise(real)), less(surpriseOfFake(fake))];

/** @type {Record<string, Loss>} */
export const losses = {
  non_saturating: { d: classical, g: (fake) => [less(surprise(fake))] },
  minimax: { d: classical, g: (fake) => [plus(surpriseOfFake(fake))] },
  least_squares: {
    d: (real, fake) => [plus(nearOne(real)), plus(nearZero(fake))],
    g: (fake) => [plus(nearOne(fake))],
  },
  hinge: {
    d: (real, fake) => [
      plus(mean(real.over, positive(oneMinus(real.says)))),
      plus(mean(fake.over, positive(onePlus(fake.says)))),
    ],
    g: (fake) => [less(score(fake))],
  },
  wasserstein: {
    d: (real, fake) => [plus(score(fake)), less(score(real))],
    g: (fake) => [less(score(fake))],
  },
};

/** The difference of the means, which a critic makes as large as it can. @type {Loss['d']} */
export const distance = (real, fake) => [plus(score(real)), less(score(fake))];
