/** The pieces that formulas are put together from, as MathML. */
import { mathml, nothing } from 'lit/html.js';

export { mathml };

/**
 * @typedef {import('lit').TemplateResult<3>} Formula
 *
 * Parts of a sum with their signs. Lines break only between parts.
 * @typedef {{ sign: '+' | '−', body: Formula }} Part
 * @typedef {Part[]} Sum
 */

/** @param {string} name */
export const id = (name) => mathml`<mi>${name}</mi>`;
/** A number, such as a setting. @param {number} value */
export const number = (value) => mathml`<mn>${value}</mn>`;
/** Letters that are a word. @param {string} text */
export const word = (text) => mathml`<mtext>${text}</mtext>`;
const one = number(1);
const two = number(2);
const half = mathml`<mfrac>${one}${two}</mfrac>`;
const infix = { '+': mathml`<mo form="infix">+</mo>`, '−': mathml`<mo form="infix">−</mo>` };

/** @param {Formula} body */
export const paren = (body) =>
  mathml`<mo stretchy="false">(</mo>${body}<mo stretchy="false">)</mo>`;
/** @param {Formula} body @param {Formula} low */
export const sub = (body, low) => mathml`<msub><mrow>${body}</mrow><mrow>${low}</mrow></msub>`;
/** @param {Formula} body @param {Formula} high */
export const sup = (body, high) => mathml`<msup><mrow>${body}</mrow><mrow>${high}</mrow></msup>`;
/** @param {Formula} body */
export const squared = (body) => sup(body, two);
/** @param {Formula} body */
export const halved = (body) => mathml`${half}${body}`;
/** One side of a norm. */
export const bar = mathml`<mo stretchy="false">‖</mo>`;
/** @param {Formula} body */
export const norm = (body) => mathml`${bar}${body}${bar}`;
/** @param {Formula} body */
export const absolute = (body) => sub(norm(body), one);
/** @param {Formula} body */
export const euclidean = (body) => sub(norm(body), two);
/** @param {Formula} body @param {string} mark such as "^" */
export const marked = (body, mark) => mathml`<mover>${body}<mo>${mark}</mo></mover>`;
/** @param {string} over @param {Formula} body */
export const mean = (
  over,
  body,
) => mathml`<msub><mi mathvariant="normal">𝔼</mi><mi>${over}</mi></msub>
  <mo stretchy="false">[</mo>${body}<mo stretchy="false">]</mo>`;
/** @param {Formula} body */
export const log = (body) => mathml`<mi>log</mi><mo>&#8289;</mo>${body}`;
/** @param {Formula} f @param {Formula} x */
export const apply = (f, x) => mathml`${f}${paren(x)}`;
/** @param {Formula} a @param {Formula} b */
export const minus = (a, b) => mathml`${a}${infix['−']}${b}`;
/** @param {Formula} a */
export const oneMinus = (a) => minus(one, a);
/** @param {Formula} a */
export const minusOne = (a) => minus(a, one);
/** @param {Formula} a */
export const onePlus = (a) => mathml`${one}${infix['+']}${a}`;
/** @param {Formula} a @param {string} between @param {Formula} b */
export const joined = (a, between, b) => mathml`${a}<mo stretchy="false">${between}</mo>${b}`;
/** A function of two arguments. @param {Formula} f @param {string} between @param {Formula} a @param {Formula} b */
export const ofTwo = (f, a, between, b) => apply(f, joined(a, between, b));
/** @param {Formula} body */
export const positive = (body) => ofTwo(id('max'), number(0), ',', body);
/**
 * A part with a name; marked, where it is what a phase of a round is about.
 *
 * @param {string} name
 * @param {Formula} body
 * @param {string} [now] the name that the phase is about
 */
export const named = (name, body, now) =>
  mathml`<mrow class=${name} aria-current=${name === now ? 'step' : nothing}>${body}</mrow>`;
/** @param {Formula} weight @param {Formula} body */
export const times = (weight, body) => mathml`${weight}<mspace width="0.15em"/>${body}`;
/** @param {Formula} left @param {Formula} right */
export const equals = (left, right) => joined(left, '=', right);

/** @param {Formula} body @returns {Part} */
export const plus = (body) => ({ sign: '+', body });
/** @param {Formula} body @returns {Part} */
export const less = (body) => ({ sign: '−', body });

/**
 * A part as it stands behind others.
 *
 * @param {Part} part
 */
export const further = ({ sign, body }) => mathml`${infix[sign]}${body}`;

/**
 * A part as it stands at the beginning, where a plus is not written.
 *
 * @param {Part} part
 */
export const first = ({ sign, body }) => (sign === '+' ? body : mathml`<mo>−</mo>${body}`);
