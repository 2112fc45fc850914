/** What holds for a discriminator beside what it minimises. */
import { applies, fields } from '../../settings/fields.js';
import * as m from './notation.js';
import { ahead } from './terms.js';

/**
 * @typedef {import('../../protocol.js').Experiment} Experiment
 * @typedef {import('./terms.js').Condition} Condition
 */

const D = m.id('D');

/**
 * @param {string} setting
 * @param {unknown} model
 */
const uses = (setting, model) =>
  fields.some((field) => field.name === setting && applies(field, String(model)));

/**
 * @param {Experiment} experiment
 * @returns {Condition[]}
 */
export function conditionsOf({ model, clip, spectral_norm, unrolled_steps }) {
  /** @type {Condition[]} */
  const conditions = [];
  if (uses('clip', model) && Number(clip) > 0) {
    const c = m.id('c');
    const range = m.joined(
      m.sub(m.id('θ'), D),
      '∈',
      m.mathml`<mo>[</mo><mo>−</mo>${c}<mo>,</mo>${c}<mo>]</mo>`,
    );
    conditions.push({ setting: 'clip', formulas: [range, m.equals(c, m.number(Number(clip)))] });
  }
  if (spectral_norm) {
    const W = m.id('W');
    const normalised = m.equals(m.marked(W, '¯'), m.joined(W, '/', m.apply(m.id('σ'), W)));
    conditions.push({ setting: 'spectral_norm', formulas: [normalised] });
  }
  const steps = Number(unrolled_steps);
  if (steps > 0) {
    const formulas = [ahead(D), m.equals(m.id('k'), m.number(steps))];
    conditions.push({ setting: 'unrolled_steps', formulas });
  }
  return conditions;
}
