/** What the discriminator says of real and of generated images. */
import { html } from 'lit/html.js';
import { traitsOf } from '../settings/traits.js';
import { figure, fixed } from './numbers.js';
import { ofSamples } from './of-samples.js';

/**
 * @typedef {import('../store.js').Store} Store
 * @typedef {import('../i18n/index.js').Translate} Translate
 */

/**
 * @param {Store} store
 * @param {Translate} t
 */
export function meters({ description, report }, t) {
  const traits = traitsOf(description?.experiment ?? {});
  const { critic, latents, reading } = traits;
  const meaning = (/** @type {string} */ name) => t(ofSamples(traits, `meter.${name}`));
  const fake = latents ? 'D(G(z))' : 'D(G(x))';
  const figures =
    reading === 'probability'
      ? html`${meter('d', 'D(x)', meaning('d_real'), report?.d_real)}
        ${meter('g', fake, meaning('d_fake'), report?.d_fake)}`
      : html`${score('d', 'D(x)', meaning('score_real'), report?.d_real)}
        ${score('g', fake, meaning('score_fake'), report?.d_fake)}
        <p class="note">${t(`reading.${reading}`)}</p>`;
  return html`<section class="meters" data-reading=${reading}>
    <h3>${t(critic ? 'panel.verdict.critic' : 'panel.verdict')}</h3>
    ${figures}
  </section>`;
}

/**
 * A mean that has no scale to be drawn on.
 *
 * @param {'d' | 'g'} who
 * @param {string} symbol
 * @param {string} meaning
 * @param {number | undefined} value
 */
const score = (who, symbol, meaning, value) => html`<div class="meter ${who}">
  <span class="label"><i>${symbol}</i> <small>${meaning}</small></span>
  <span class="value">${figure(value)}</span>
</div>`;

/**
 * A probability as a bar; the tick in the middle is "cannot tell". Its length is set as a property: a
 * style in the markup is inline style to a page's policy.
 *
 * @param {'d' | 'g'} who
 * @param {string} symbol
 * @param {string} meaning
 * @param {number | undefined} value
 */
function meter(who, symbol, meaning, value) {
  const known = value !== undefined && Number.isFinite(value);
  const percent = known ? Math.round(value * 100) : 0;
  return html`<div class="meter ${who}">
    <span class="label"><i>${symbol}</i> <small>${meaning}</small></span>
    <span class="value">${known ? fixed(value, 2) : '–'}</span>
    <span
      class="bar"
      role="meter"
      aria-label="${symbol}, ${meaning}"
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${percent}
      ><span .style=${`inline-size:${percent}%`}></span
    ></span>
  </div>`;
}
