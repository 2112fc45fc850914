/** The objective in use, as formulas, each with its value at the latest report. */
import { html, mathml, nothing } from 'lit';

/**
 * @typedef {import('../store.js').Store} Store
 * @typedef {import('../i18n/index.js').Translate} Translate
 * @typedef {import('lit').TemplateResult<3>} Formula
 * @typedef {{ d: Formula, g: Formula }} Objective
 */

// The pieces that formulas are put together from.
const minus = mathml`<mo>−</mo>`;
const plus = mathml`<mo>+</mo>`;
const log = mathml`<mi>log</mi><mo>&#8289;</mo>`;
const half = mathml`<mfrac><mn>1</mn><mn>2</mn></mfrac>`;
/** @param {Formula} body */
const paren = (body) => mathml`<mo stretchy="false">(</mo>${body}<mo stretchy="false">)</mo>`;
/** @param {Formula} body */
const squared = (body) => mathml`<msup><mrow>${paren(body)}</mrow><mn>2</mn></msup>`;
/** @param {string} over @param {Formula} body */
const mean = (over, body) => mathml`<msub><mi mathvariant="normal">𝔼</mi><mi>${over}</mi></msub>
  <mo stretchy="false">[</mo>${body}<mo stretchy="false">]</mo>`;
/** @param {Formula} body */
const positive = (body) => mathml`<mi>max</mi>${paren(mathml`<mn>0</mn><mo>,</mo>${body}`)}`;
const real = mathml`<mi>D</mi>${paren(mathml`<mi>x</mi>`)}`;
const fake = mathml`<mi>D</mi>${paren(mathml`<mi>G</mi>${paren(mathml`<mi>z</mi>`)}`)}`;
const one = mathml`<mn>1</mn>`;

const classicalD = mathml`${minus}${mean('x', mathml`${log}${real}`)}${minus}${mean(
  'z',
  mathml`${log}${paren(mathml`${one}${minus}${fake}`)}`,
)}`;

/**
 * By loss; the discriminator and the generator each minimise their line.
 *
 * @type {Record<string, Objective>}
 */
const objectives = {
  non_saturating: { d: classicalD, g: mathml`${minus}${mean('z', mathml`${log}${fake}`)}` },
  minimax: {
    d: classicalD,
    g: mean('z', mathml`${log}${paren(mathml`${one}${minus}${fake}`)}`),
  },
  least_squares: {
    d: mathml`${half}${mean('x', squared(mathml`${real}${minus}${one}`))}${plus}${half}${mean(
      'z',
      mathml`<msup><mrow>${fake}</mrow><mn>2</mn></msup>`,
    )}`,
    g: mathml`${half}${mean('z', squared(mathml`${fake}${minus}${one}`))}`,
  },
  hinge: {
    d: mathml`${mean('x', positive(mathml`${one}${minus}${real}`))}${plus}${mean(
      'z',
      positive(mathml`${one}${plus}${fake}`),
    )}`,
    g: mathml`${minus}${mean('z', fake)}`,
  },
  wasserstein: {
    d: mathml`${mean('z', fake)}${minus}${mean('x', real)}`,
    g: mathml`${minus}${mean('z', fake)}`,
  },
};

/**
 * @param {Store} store
 * @param {Translate} t
 */
export function objective(store, t) {
  const name = String(store.description?.experiment.loss ?? '');
  const formulas = objectives[name];
  if (!formulas) return nothing;
  const report = store.report;
  return html`<section class="objective" aria-label=${t('panel.objective')}>
    <h3>${t('panel.objective')} <small>${t(`option.loss.${name}`)}</small></h3>
    ${line('d', 'D', formulas.d, report?.d_loss, t)}
    ${line('g', 'G', formulas.g, report?.g_loss, t)}
  </section>`;
}

/**
 * @param {'d' | 'g'} who
 * @param {string} symbol
 * @param {Formula} formula
 * @param {number | undefined} value
 * @param {Translate} t
 */
function line(who, symbol, formula, value, t) {
  return html`<div class="term ${who}">
    <math><msub><mi>L</mi><mi>${symbol}</mi></msub><mo>=</mo>${formula}</math>
    <output aria-label=${t(`curve.${who}_loss`)}>${value === undefined ? '–' : value.toFixed(3)}</output>
  </div>`;
}
