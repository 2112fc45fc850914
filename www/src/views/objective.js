/** The objective in use, as formulas, each with its value at the latest report. */
import { html, mathml, nothing } from 'lit';
import { traitsOf } from '../state.js';

/**
 * @typedef {import('../store.js').Store} Store
 * @typedef {import('../i18n/index.js').Translate} Translate
 * @typedef {import('lit').TemplateResult<3>} Formula
 * @typedef {import('../protocol.js').Experiment} Experiment
 *
 * A formula is a sum of parts, so that it can break between them; all but the first start with a sign.
 * @typedef {Formula[]} Sum
 * @typedef {{ d?: Sum, g: Sum }} Objective
 */

// The pieces that formulas are put together from.
const minus = mathml`<mo>−</mo>`;
const plus = mathml`<mo form="infix">+</mo>`;
/** A minus between two things, also where the second starts a new part. */
const less = mathml`<mo form="infix">−</mo>`;
const log = mathml`<mi>log</mi><mo>&#8289;</mo>`;
const half = mathml`<mfrac><mn>1</mn><mn>2</mn></mfrac>`;
/** @param {Formula} body */
const paren = (body) => mathml`<mo stretchy="false">(</mo>${body}<mo stretchy="false">)</mo>`;
/** @param {Formula} body @param {Formula} low @param {Formula} high */
const scripts = (body, low, high) => mathml`<msubsup><mrow>${body}</mrow>${low}${high}</msubsup>`;
/** @param {Formula} body @param {Formula} low */
const sub = (body, low) => mathml`<msub><mrow>${body}</mrow>${low}</msub>`;
/** @param {Formula} body */
const norm = (body) => mathml`<mo stretchy="false">‖</mo>${body}<mo stretchy="false">‖</mo>`;
/** @param {string} name */
const id = (name) => mathml`<mi>${name}</mi>`;
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

const two = mathml`<mn>2</mn>`;
const lambda = mathml`<mi>λ</mi>`;
const generated = mathml`<mi>G</mi>${paren(id('z'))}`;
/** @param {string} letters @param {Formula} body */
const translated = (letters, body) =>
  mathml`${sub(id('G'), mathml`<mi>${letters}</mi>`)}${paren(body)}`;
/** @param {Formula} body */
const absolute = (body) => sub(norm(body), one);

const logFake = mathml`${log}${paren(mathml`${one}${minus}${fake}`)}`;
const classicalD = [
  mathml`${minus}${mean('x', mathml`${log}${real}`)}`,
  mathml`${less}${mean('z', logFake)}`,
];

/**
 * By loss; the discriminator and the generator each minimise their line.
 *
 * @type {Record<string, Objective>}
 */
const ofLoss = {
  non_saturating: { d: classicalD, g: [mathml`${minus}${mean('z', mathml`${log}${fake}`)}`] },
  minimax: { d: classicalD, g: [mean('z', logFake)] },
  least_squares: {
    d: [
      mathml`${half}${mean('x', squared(mathml`${real}${minus}${one}`))}`,
      mathml`${plus}${half}${mean('z', mathml`<msup><mrow>${fake}</mrow>${two}</msup>`)}`,
    ],
    g: [mathml`${half}${mean('z', squared(mathml`${fake}${minus}${one}`))}`],
  },
  hinge: {
    d: [
      mean('x', positive(mathml`${one}${minus}${real}`)),
      mathml`${plus}${mean('z', positive(mathml`${one}${plus}${fake}`))}`,
    ],
    g: [mathml`${minus}${mean('z', fake)}`],
  },
  wasserstein: {
    d: [mean('z', fake), mathml`${less}${mean('x', real)}`],
    g: [mathml`${minus}${mean('z', fake)}`],
  },
};

const inA = mathml`<mi>a</mi>`;
const inB = mathml`<mi>b</mi>`;
/** @param {string} domain @param {Formula} body */
const judged = (domain, body) => mathml`${sub(id('D'), id(domain))}${paren(body)}`;
/** @param {string} over @param {Formula} body */
const nearOne = (over, body) =>
  mathml`${half}${mean(over, squared(mathml`${body}${minus}${one}`))}`;
/** @param {string} over @param {Formula} body */
const nearZero = (over, body) =>
  mathml`${half}${mean(over, mathml`<msup><mrow>${body}</mrow>${two}</msup>`)}`;

/** Models whose objective is not their loss alone. @type {Record<string, Objective>} */
const ofModel = {
  vae: {
    g: [
      mean(
        'x',
        scripts(
          norm(mathml`<mi>x</mi>${minus}<mover><mi>x</mi><mo>^</mo></mover>`),
          mathml`<mrow></mrow>`,
          two,
        ),
      ),
      mathml`${plus}<mi>β</mi><mspace width="0.15em"/><mi>KL</mi>`,
    ],
  },
  cyclegan: {
    d: [
      nearOne('a', judged('a', inA)),
      mathml`${plus}${nearZero('b', judged('a', translated('ba', inB)))}`,
      mathml`${plus}${nearOne('b', judged('b', inB))}`,
      mathml`${plus}${nearZero('a', judged('b', translated('ab', inA)))}`,
    ],
    g: [
      nearOne('b', judged('a', translated('ba', inB))),
      mathml`${plus}${nearOne('a', judged('b', translated('ab', inA)))}`,
    ],
  },
};

/** What a report may carry beside the losses. @type {Record<string, Sum>} */
const ofTerm = {
  wasserstein: [mean('x', real), mathml`${less}${mean('z', fake)}`],
  gradient_penalty: [
    mathml`${lambda}<mspace width="0.15em"/>${mean('x̂', squared(mathml`${sub(norm(mathml`<mo>∇</mo><mi>D</mi>${paren(id('x̂'))}`), two)}${minus}${one}`))}`,
  ],
  mmd: [
    mathml`${lambda}<mspace width="0.15em"/><msup><mi>MMD</mi>${two}</msup>${paren(mathml`<mi>x</mi><mo>,</mo>${generated}`)}`,
  ],
  d_l2: [
    mathml`${lambda}<mspace width="0.15em"/><msup><mrow>${norm(sub(id('θ'), id('D')))}</mrow>${two}</msup>`,
  ],
  feature_matching: [
    mathml`${lambda}<mspace width="0.15em"/><msup><mrow>${norm(mathml`${mean('x', mathml`<mi>f</mi>${paren(id('x'))}`)}${minus}${mean('z', mathml`<mi>f</mi>${paren(generated)}`)}`)}</mrow>${two}</msup>`,
  ],
  reconstruction: [
    mean(
      'x',
      mathml`<msup><mrow>${norm(mathml`<mi>x</mi>${minus}<mover><mi>x</mi><mo>^</mo></mover>`)}</mrow>${two}</msup>`,
    ),
  ],
  kl: [
    mathml`<mi>KL</mi>${paren(mathml`<mi>q</mi>${paren(mathml`<mi>z</mi><mo>|</mo><mi>x</mi>`)}<mo>‖</mo><mi mathvariant="normal">𝒩</mi>${paren(mathml`<mn>0</mn><mo>,</mo><mi>I</mi>`)}`)}`,
  ],
  cycle: [
    absolute(mathml`${translated('ba', translated('ab', inA))}${minus}${inA}`),
    mathml`${plus}${absolute(mathml`${translated('ab', translated('ba', inB))}${minus}${inB}`)}`,
  ],
  identity: [
    absolute(mathml`${translated('ba', inA)}${minus}${inA}`),
    mathml`${plus}${absolute(mathml`${translated('ab', inB)}${minus}${inB}`)}`,
  ],
};

const known = new Set([
  ...['step', 'epoch', 'images', 'steps_per_second'],
  ...['loss', 'd_loss', 'g_loss', 'd_real', 'd_fake'],
]);

/**
 * @param {Store} store
 * @param {Translate} t
 */
export function objective(store, t) {
  const experiment = store.description?.experiment ?? {};
  const { model, loss } = experiment;
  const formulas = ofModel[String(model)] ?? ofLoss[String(loss)];
  if (!formulas) return nothing;
  const { critic, adversarial } = traitsOf(experiment);
  const { report } = store;
  const terms = Object.entries(report ?? {}).filter(([name]) => !known.has(name));
  return html`<section class="objective" aria-label=${t('panel.objective')}>
    <h3>${t('panel.objective')} <small>${t(adversarial ? `option.loss.${loss}` : `option.model.${model}`)}</small></h3>
    ${
      formulas.d &&
      row(
        'd',
        t(critic ? 'curve.critic_loss' : 'curve.d_loss'),
        equation('D', formulas.d),
        report?.d_loss,
      )
    }
    ${row('g', t(adversarial ? 'curve.g_loss' : 'panel.loss'), equation(adversarial ? 'G' : '', formulas.g), report?.g_loss)}
    ${terms.map(([name, value]) => row('extra', t(`term_name.${name}`), parts(ofTerm[name] ?? []), value, true))}
  </section>`;
}

/**
 * @param {string} who
 * @param {string} label
 * @param {import('lit').TemplateResult | import('lit').TemplateResult[]} formula
 * @param {number | undefined} value
 * @param {boolean} [named] show the label too
 */
function row(who, label, formula, value, named = false) {
  return html`<div class="term ${who}">
    <span class="sum">${named ? html`<span class="name">${label}</span>` : nothing}${formula}</span>
    <output aria-label=${label}>${format(value)}</output>
  </div>`;
}

/**
 * @param {string} symbol
 * @param {Sum} sum
 */
function equation(symbol, [first, ...rest]) {
  const left = symbol ? sub(id('L'), id(symbol)) : id('L');
  return parts([mathml`${left}<mo>=</mo>${first}`, ...rest]);
}

/** Each part is a formula of its own: lines break only between them. @param {Sum} sum */
const parts = (sum) => sum.map((part) => html`<math>${part}</math> `);

/** @param {number | undefined} value */
function format(value) {
  if (value === undefined) return '–';
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(1);
  return size > 0 && size < 0.001 ? value.toExponential(1) : value.toFixed(3);
}
