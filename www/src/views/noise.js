/** A z as a picture: a square of grey for each of its numbers. */
import { html, nothing } from 'lit/html.js';
import { drawDigits } from './digits-canvas.js';

/**
 * @typedef {import('../protocol.js').Images} Images
 * @typedef {import('./lab-interface.js').Opening} Opening
 * @typedef {import('../i18n/index.js').Translate} Translate
 */

/** How far z is shown and can be dragged, in standard deviations. */
export const reach = 3;

/** A tile is about as large as a digit's picture. */
const tile = 28;

/**
 * @param {ArrayLike<number>} z row after row
 * @param {number} length of one z
 * @param {number} [step]
 * @returns {Images}
 */
export function noiseImages(z, length, step = 0) {
  const columns = Math.ceil(Math.sqrt(length));
  const size = Math.max(1, Math.round(tile / columns));
  const width = columns * size;
  const height = Math.ceil(length / columns) * size;
  const count = Math.floor(z.length / length);
  const pixels = new Uint8Array(count * width * height);
  for (let pixel = 0; pixel < pixels.length; pixel += 1) {
    const index = Math.floor(pixel / (width * height));
    const row = Math.floor((pixel % (width * height)) / width);
    const at = Math.floor(row / size) * columns + Math.floor((pixel % width) / size);
    if (at >= length) continue;
    const share = (z[index * length + at] + reach) / (2 * reach);
    pixels[pixel] = Math.round(255 * Math.min(1, Math.max(0, share)));
  }
  return { width, height, count, channels: 1, step, pixels };
}

/**
 * The button that shows z in the place of what G makes of it.
 *
 * @param {Opening} opening
 * @param {Translate} t
 */
export const noiseSwitch = (opening, t) => html`<button
  type="button"
  class="small"
  data-action="show-z"
  aria-pressed=${opening.pinned}
  title=${t('noise.title')}
  @click=${() => opening.pin(!opening.pinned)}
>
  <i>z</i>
</button>`;

/**
 * What stands before the grid, in words.
 *
 * @param {Opening} opening
 * @param {Translate} t
 */
export const noiseNote = ({ shows }, t) =>
  shows === undefined
    ? nothing
    : html`<p class="before" data-shows=${shows}>${t(`noise.${shows}`)}</p>`;

/** The pictures of the latest z. @type {{ z: Float32Array, images: Images } | undefined} */
let latest;

/**
 * @param {Element | null} canvas
 * @param {Opening} opening
 * @param {{ z: Float32Array, length: number } | undefined} latents
 * @param {string} theme
 */
export function drawOpening(canvas, { shows, first }, latents, theme) {
  if (shows === 'made') drawDigits(canvas, first, 8, theme);
  if (shows !== 'z' || !latents) return;
  const { z, length } = latents;
  if (latest?.z !== z) latest = { z, images: noiseImages(z, length) };
  drawDigits(canvas, latest.images, 8, theme);
}
