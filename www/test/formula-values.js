/**
 * What a displayed formula comes to, read from its MathML as a reader reads it. It knows the pieces
 * of the adversarial losses, and refuses everything else.
 */
import { markupOf } from './support.js';

/**
 * A number, with how far it is from 1, so that a probability that is all but 1 has a logarithm of
 * what is left.
 *
 * @typedef {{ value: number, rest: number }} Amount
 *
 * @typedef {{ tag: string, children: Node[], text: string }} Node
 *
 * What D says: its mean is over the letter of the images.
 * @typedef {{ real: number[], fake: number[], probability: boolean }} Scores
 */

/** @param {number} value @returns {Amount} */
const amount = (value) => ({ value, rest: 1 - value });

/** @param {number} logit @returns {Amount} */
const probability = (logit) => ({
  value: 1 / (1 + Math.exp(-logit)),
  rest: 1 / (1 + Math.exp(logit)),
});

/** @param {string} markup @returns {Node} */
function parse(markup) {
  const root = { tag: 'mrow', children: [], text: '' };
  const open = [root];
  for (const [, end, tag, single, text] of markup.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>|([^<]+)/g)) {
    const parent = open[open.length - 1];
    if (text !== undefined) parent.text += text.trim();
    else if (end) open.pop();
    else {
      const node = { tag, children: [], text: '' };
      parent.children.push(node);
      if (!single) open.push(node);
    }
  }
  if (open.length !== 1) throw new Error(`unbalanced: ${markup}`);
  return root;
}

/** A row as the tokens that stand in it. @param {Node} node @returns {Node[]} */
function row(node) {
  const within = node.tag === 'mrow' ? node.children.flatMap(row) : [node];
  return within.filter(({ tag, text }) => tag !== 'mspace' && text !== '&#8289;');
}

/** @param {Node} node */
const spoken = (node) => row(node).map(whole).join('');
/** @param {Node} node @returns {string} */
const whole = ({ text, children }) => text + children.map(whole).join('');

class Reader {
  #at = 0;

  /** @param {Node[]} tokens @param {Scores} scores @param {number} [logit] of the image at hand */
  constructor(tokens, scores, logit) {
    this.tokens = tokens;
    this.scores = scores;
    this.logit = logit;
  }

  /** @returns {Amount} */
  all() {
    const found = this.#sum();
    if (this.#at < this.tokens.length) throw new Error(`left over: ${whole(this.#next)}`);
    return found;
  }

  get #next() {
    return this.tokens[this.#at];
  }

  /** @param {string} text */
  #take(text) {
    const found = this.#next !== undefined && whole(this.#next) === text;
    if (found) this.#at += 1;
    return found;
  }

  /** @param {string} text */
  #expect(text) {
    if (!this.#take(text)) throw new Error(`no ${text} before ${this.#next && whole(this.#next)}`);
  }

  /** What stands before the bracket that ends here. @param {string} open @param {string} close */
  #until(open, close) {
    const start = this.#at;
    for (let depth = 1; depth > 0; this.#at += 1) {
      if (this.#next === undefined) throw new Error(`no ${close}`);
      if (whole(this.#next) === open) depth += 1;
      if (whole(this.#next) === close) depth -= 1;
    }
    return this.tokens.slice(start, this.#at - 1);
  }

  /** @returns {Amount} */
  #sum() {
    let total = this.#take('−') ? amount(-this.#product().value) : this.#product();
    for (;;) {
      if (this.#take('+')) total = amount(total.value + this.#product().value);
      else if (this.#take('−')) {
        const part = this.#product();
        const complement = { value: part.rest, rest: part.value };
        total = total.value === 1 ? complement : amount(total.value - part.value);
      } else return total;
    }
  }

  /** @returns {Amount} */
  #product() {
    let total = this.#factor();
    const ends = ['+', '−', ',', ')', ']'];
    while (this.#next !== undefined && !ends.includes(whole(this.#next))) {
      total = amount(total.value * this.#factor().value);
    }
    return total;
  }

  /** @param {Node} node */
  #inner(node) {
    return new Reader(row(node), this.scores, this.logit).all();
  }

  /** @returns {Amount} */
  #factor() {
    const node = this.#next;
    if (node === undefined) throw new Error('nothing there');
    this.#at += 1;
    const { tag, children } = node;
    if (tag === 'mn') return amount(Number(node.text));
    if (tag === 'mfrac') {
      return amount(this.#inner(children[0]).value / this.#inner(children[1]).value);
    }
    if (tag === 'msup') {
      return amount(this.#inner(children[0]).value ** this.#inner(children[1]).value);
    }
    if (tag === 'msub' && spoken(children[0]) === '𝔼') return this.#mean(spoken(children[1]));
    switch (whole(node)) {
      case '(': {
        const inside = new Reader(this.#until('(', ')'), this.scores, this.logit);
        return inside.all();
      }
      case 'log':
        return amount(Math.log(this.#factor().value));
      case 'max': {
        this.#expect('(');
        const first = this.#sum();
        this.#expect(',');
        const second = this.#sum();
        this.#expect(')');
        return amount(Math.max(first.value, second.value));
      }
      case 'D':
        return this.#said();
      default:
        throw new Error(`unknown: ${whole(node)}`);
    }
  }

  /** @param {string} letter */
  #mean(letter) {
    this.#expect('[');
    const inside = this.#until('[', ']');
    const logits = { x: this.scores.real, z: this.scores.fake }[letter];
    if (!logits) throw new Error(`a mean over ${letter}`);
    const values = logits.map((logit) => {
      const scores = { ...this.scores, letter };
      return new Reader(inside, scores, logit).all().value;
    });
    return amount(values.reduce((sum, value) => sum + value, 0) / values.length);
  }

  #said() {
    this.#expect('(');
    const what = this.#until('(', ')').map(whole).join('');
    const { letter, probability: isProbability } = /** @type {any} */ (this.scores);
    if (what !== { x: 'x', z: 'G(z)' }[letter])
      throw new Error(`D(${what}) in a mean over ${letter}`);
    return isProbability ? probability(this.logit ?? Number.NaN) : amount(this.logit ?? Number.NaN);
  }
}

/**
 * @param {unknown} formula a template
 * @param {Scores} scores
 */
export const numberOf = (formula, scores) =>
  new Reader(row(parse(markupOf(formula))), scores).all().value;
