/** What an update has changed: means as pairs of bars, and the score of each picture as a line. */
import { html, nothing, svg } from 'lit/html.js';
import { figure } from '../numbers.js';
import { ofSamples, wayOf } from '../of-samples.js';

/**
 * @typedef {import('../../i18n/index.js').Translate} Translate
 * @typedef {import('../../settings/traits.js').Reading} Reading
 *
 * @typedef {object} BeforeAfter pairs are before and after
 * @property {[number, number]} [d_real]
 * @property {[number, number]} d_fake
 * @property {[number[], number[]]} [real_scores]
 * @property {[number[], number[]]} fake_scores
 * @property {number[]} [moved] how far each picture has moved
 * @property {number} change_norm
 */

/**
 * The range that lines are drawn in: that of probabilities, or from the least score to the largest.
 *
 * @param {BeforeAfter} change
 * @param {Reading} reading
 * @returns {[number, number]}
 */
export function spanOf({ real_scores, fake_scores }, reading) {
  if (reading === 'probability') return [0, 1];
  const all = [...(real_scores ?? []), ...fake_scores].flat().filter(Number.isFinite);
  const low = Math.min(...all);
  const high = Math.max(...all);
  return low < high ? [low, high] : [low - 1, low + 1];
}

/**
 * The range that bars are drawn in, which begin at 0.
 *
 * @param {BeforeAfter} change
 * @param {Reading} reading
 * @returns {[number, number]}
 */
export function rangeOf(change, reading) {
  const [low, high] = spanOf(change, reading);
  return [Math.min(0, low), Math.max(0, high)];
}

/**
 * @param {BeforeAfter} change
 * @param {{ reading: Reading, space: string }} traits
 * @param {Translate} t
 */
export function beforeAfter(change, traits, t) {
  const { reading } = traits;
  const range = rangeOf(change, reading);
  const { d_real, d_fake, moved } = change;
  return html`<div class="before-after">
    <div class="pairs">
      ${d_real ? pair('d', 'D(x)', d_real, range, t) : nothing} ${pair('g', 'D(G(z))', d_fake, range, t)}
    </div>
    ${slopes(change, spanOf(change, reading), t(ofSamples(traits, 'change.slopes'), { count: change.fake_scores[0].length }))}
    <p class="note">${t('change.weights', { change: figure(change.change_norm) })} ${moved ? movement(moved, traits, t) : nothing}</p>
  </div>`;
}

/**
 * Two bars under each other. Their lengths are set as properties: a style in the markup is inline
 * style to a page's policy.
 *
 * @param {'d' | 'g'} who
 * @param {string} symbol
 * @param {[number, number]} values
 * @param {[number, number]} range
 * @param {Translate} t
 */
function pair(who, symbol, values, range, t) {
  const words = [t('change.before'), t('change.after')];
  return html`<div class="pair ${who}" data-mean=${symbol}>
    <i>${symbol}</i>
    ${values.map(
      (value, index) => html`<span class="line ${index === 0 ? 'before' : 'after'}">
        <small>${words[index]}</small>
        <span class="gauge"><span .style=${bar(value, range)}></span></span>
        <output aria-label="${symbol}, ${words[index]}" aria-live="off">${figure(value)}</output>
      </span>`,
    )}
  </div>`;
}

/**
 * From 0 to the value.
 *
 * @param {number} value
 * @param {[number, number]} range
 */
function bar(value, [low, high]) {
  if (!Number.isFinite(value)) return 'display:none';
  const place = (/** @type {number} */ at) => (100 * (at - low)) / (high - low);
  const [from, to] = [place(0), place(value)].sort((a, b) => a - b);
  return `margin-inline-start:${from.toFixed(2)}%;inline-size:${(to - from).toFixed(2)}%`;
}

const width = 120;
const height = 84;

/**
 * A line for each picture, from its score before to its score after.
 *
 * @param {BeforeAfter} change
 * @param {[number, number]} range
 * @param {string} label
 */
function slopes({ real_scores, fake_scores }, [low, high], label) {
  const y = (/** @type {number} */ score) =>
    (height - 3 - ((height - 6) * (score - low)) / (high - low)).toFixed(1);
  /** @param {'d' | 'g'} who @param {[number[], number[]] | undefined} scores */
  const lines = (who, scores) =>
    scores?.[0].map((before, index) =>
      Number.isFinite(before) && Number.isFinite(scores[1][index])
        ? svg`<line class=${who} x1="6" x2=${width - 6} y1=${y(before)} y2=${y(scores[1][index])} />`
        : nothing,
    ) ?? [];
  return html`<svg
    class="slopes"
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label=${label}
  >
    ${lines('g', fake_scores)} ${lines('d', real_scores)}
  </svg>`;
}

/**
 * @param {number[]} moved
 * @param {{ space: string }} traits
 * @param {Translate} t
 */
function movement(moved, traits, t) {
  const largest = Math.max(...moved);
  if (largest === 0) return t(ofSamples(traits, 'change.still'));
  const mean = moved.reduce((sum, distance) => sum + distance, 0) / moved.length;
  return t(ofSamples(traits, 'change.moved'), {
    mean: figure(wayOf(traits, mean)),
    most: figure(wayOf(traits, largest)),
  });
}
