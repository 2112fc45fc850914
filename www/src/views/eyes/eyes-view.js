/**
 * One digit of the grid, looked at with D's eyes: its z under the reader's hands, its score, the real
 * digit that it is nearest to, and where the generator's loss wants ink. A chunk of its own.
 */
import { html, nothing } from 'lit/html.js';
import { traitsOf } from '../../settings/traits.js';
import { drawDigits } from '../digits-canvas.js';
import { drawInk, imagesOf } from '../ink.js';
import { figure } from '../numbers.js';
import { bars } from './bars.js';

/**
 * @typedef {import('../lab-interface.js').LabInterface} Lab
 * @typedef {import('../lab-interface.js').Eyes} Eyes
 * @typedef {import('../../protocol.js').Samples} Samples
 * @typedef {import('../../i18n/index.js').Translate} Translate
 */

/**
 * @param {Lab} lab
 * @param {Translate} t
 */
export function eyesPanel({ eyes, store }, t) {
  if (eyes.chosen === undefined) return nothing;
  const { critic, reading } = traitsOf(store.description?.experiment ?? {});
  const seen = eyes.seen?.chosen?.index === eyes.chosen ? eyes.seen.chosen : undefined;
  const nearest = seen?.nearest;
  const place = eyes.chosen + 1;
  return html`<section class="eyes" data-chosen=${eyes.chosen} aria-label=${t('eyes.title', { index: place })} @keydown=${(/** @type {KeyboardEvent} */ event) => leave(event, eyes)}>
    <header>
      <h3>${t('eyes.title', { index: place })}</h3>
      <button type="button" class="small" data-action="eyes-close" @click=${close(eyes)}>
        ${t('eyes.close')}
      </button>
    </header>
    <div class="looks">
      <figure>
        <canvas class="eye-fake" role="img" aria-label=${t('eyes.picture')}></canvas>
        <figcaption>
          <i>G(z)</i>
          <output data-value="score" aria-live="off"><i>D(G(z))</i> ${figure(seen?.score)}</output>
          <small>${t(`eyes.score.${reading}`)}</small>
        </figcaption>
      </figure>
      <figure>
        <canvas class="eye-pull" role="img" aria-label=${t('eyes.pull.label')}></canvas>
        <figcaption>
          <span>${t('eyes.pull')}</span>
          <small><b class="d">■</b> ${t('eyes.pull.more')} <b class="g">■</b> ${t('eyes.pull.less')}</small>
          <output data-value="pull_norm" aria-live="off"><i>${critic ? '‖∇D‖' : '‖∂L/∂G(z)‖'}</i> ${figure(seen?.pull_norm)}</output>
        </figcaption>
      </figure>
      <figure>
        <canvas class="eye-real" role="img" aria-label=${t('eyes.nearest.label')}></canvas>
        <figcaption>
          <span>${t('eyes.nearest')}</span>
          ${
            nearest
              ? html`<output data-value="nearest" aria-live="off" data-index=${nearest.index}>
                ${t('eyes.distance', { distance: figure(nearest.distance) })}
              </output>
              <small>${t('eyes.place', { index: (nearest.index + 1).toLocaleString('en') })}${nearest.label === undefined ? nothing : html` · ${t('eyes.class', { label: nearest.label })}`}</small>`
              : nothing
          }
        </figcaption>
      </figure>
    </div>
    ${bars(eyes, t)}
  </section>`;
}

/**
 * Closes it, and gives the focus back to the digit that was looked at.
 *
 * @param {Eyes} eyes
 */
const close =
  (eyes) =>
  (/** @type {Event} */ { currentTarget }) => {
    const root = /** @type {Element} */ (currentTarget).getRootNode();
    eyes.choose(undefined);
    if (!(root instanceof ShadowRoot)) return;
    const digit = root.querySelector(`.eye[data-index="${eyes.focused}"]`);
    if (digit instanceof HTMLElement) digit.focus({ preventScroll: true });
  };

/**
 * Escape closes it, as it closes a round.
 *
 * @param {KeyboardEvent} event
 * @param {Eyes} eyes
 */
function leave(event, eyes) {
  if (event.key !== 'Escape') return;
  event.preventDefault();
  close(eyes)(event);
}

/**
 * @param {ShadowRoot} root
 * @param {Eyes} eyes
 * @param {string} theme
 */
export function drawEyes(root, eyes, theme) {
  const seen = eyes.seen?.chosen;
  if (!seen || seen.index !== eyes.chosen) return;
  const canvas = (/** @type {string} */ name) => root.querySelector(`.eyes canvas.eye-${name}`);
  drawDigits(canvas('fake'), picture(seen.picture), 1, theme);
  drawInk(canvas('pull'), seen.picture, seen.pull, 1, theme);
  if (seen.nearest) drawDigits(canvas('real'), picture(seen.nearest.picture), 1, theme);
}

/** @type {WeakMap<Samples, import('../../protocol.js').Images>} */
const pictures = new WeakMap();

/** The same picture is the same object. @param {Samples} samples */
function picture(samples) {
  const known = pictures.get(samples) ?? imagesOf(samples);
  pictures.set(samples, known);
  return known;
}
