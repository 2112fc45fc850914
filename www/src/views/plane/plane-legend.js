/** What the marks and colours of the picture mean, with their scales. */
import { html, nothing } from 'lit/html.js';
import { figure, signed } from '../numbers.js';
import { unitShare } from './arrow-scale.js';
import { judgementOf, shareOf } from './judgement.js';
import { countOutside } from './place.js';

/**
 * @typedef {import('./picture.js').Scene} Scene
 * @typedef {import('./judgement.js').Judgement} Judgement
 * @typedef {import('../../i18n/index.js').Translate} Translate
 */

/**
 * @param {Scene} scene
 * @param {{ scale: number, longest: number }} arrows
 * @param {Translate} t
 */
export function planeLegend({ frame, reading, layers }, arrows, t) {
  const judgement = judgementOf(frame.field, reading);
  const coloured = layers.has('field') || layers.has('contour');
  return html`<div class="plane-legend">
    ${coloured ? ramp(judgement, t) : nothing}
    <p class="marks">
      ${layers.has('real') ? html`<span class="d">${disc} ${t('plane.legend.real')} <i>x</i></span>` : nothing}
      ${
        layers.has('fake')
          ? html`<span class="g">${triangle} ${t('plane.legend.fake')} <i>G(z)</i>${outside(frame, t)}</span>`
          : nothing
      }
    </p>
    ${layers.has('pull') ? pull(arrows, t) : nothing}
  </div>`;
}

/**
 * D's colours from the least to the largest output. Where they lie is set as a property: a style in
 * the markup is inline style to a page's policy.
 *
 * @param {Judgement} judgement
 * @param {Translate} t
 */
function ramp(judgement, t) {
  const { probability, low, centre, high } = judgement;
  const range = high - low;
  const middle = probability ? 50 : range > 0 ? (100 * (centre - low)) / range : 50;
  const strength = (/** @type {number} */ share) => `${Math.round(100 * Math.abs(share))}%`;
  const [least, most] = probability ? [-1, 1] : [shareOf(judgement, low), shareOf(judgement, high)];
  const [from, between, to] = probability ? ['0', '½', '1'] : [low, centre, high].map(figure);
  const style = `--least:${strength(least)};--most:${strength(most)};--middle:${middle.toFixed(1)}%`;
  return html`<p class="ramp" .style=${style}>
    <span class="name"><i>D</i></span>
    <span class="end g"><b class="low">${from}</b> ${t('plane.legend.fake')}</span>
    <span class="colours"><span class="tick"></span></span>
    <span class="end d">${t('plane.legend.real')} <b class="high">${to}</b></span>
    <span class="centre"><span>${between}</span></span>
  </p>`;
}

/**
 * @param {import('./plane-frame.js').PlaneFrame} frame
 * @param {Translate} t
 */
function outside({ fake, extent }, t) {
  const count = countOutside(fake, extent);
  return count > 0 ? html` <small>${t('plane.legend.outside', { count })}</small>` : nothing;
}

/**
 * The sample has the length that the scale's pull has in the picture, which is as wide as this.
 *
 * @param {{ scale: number, longest: number }} arrows
 * @param {Translate} t
 */
const pull = ({ scale, longest }, t) => html`<p class="pull">
  <span class="sample" .style=${`inline-size:${100 * unitShare}%`}></span>
  <i>−∂L<sub>G</sub>/∂x</i>
  <span>${t('plane.legend.pull', { scale: signed(scale), longest: figure(longest) })}</span>
</p>`;

const disc = html`<svg viewBox="0 0 10 10" aria-hidden="true"><circle class="solid" cx="5" cy="5" r="3.6" /></svg>`;
const triangle = html`<svg viewBox="0 0 10 10" aria-hidden="true"><path class="solid" d="M5 .8 9.5 8.8H.5z" /></svg>`;
