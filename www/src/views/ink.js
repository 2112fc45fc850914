/**
 * Where a loss wants ink, over the picture that it speaks of: teal where more ink would make it fall,
 * orange where less would.
 */
import { channelsOf } from './colour.js';
import { drawDigits } from './digits-canvas.js';

/**
 * @typedef {import('../protocol.js').Samples} Samples
 * @typedef {import('../protocol.js').Images} Images
 */

/** How much of a picture is left under the colours. */
const faint = 0.3;

/**
 * Pictures as the canvases of digits take them.
 *
 * @param {Samples} samples
 * @param {number} [step]
 * @returns {Images}
 */
export const imagesOf = ({ width, height, count, channels, pixels }, step = 0) => ({
  width,
  height,
  count,
  channels,
  pixels,
  step,
});

/**
 * One number for each pixel: the mean over its channels, which is what its brightness asks for.
 *
 * @param {ArrayLike<number>} pull
 * @param {number} channels
 */
export function perPixel(pull, channels) {
  return Array.from({ length: pull.length / channels }, (_, pixel) => {
    let sum = 0;
    for (let c = 0; c < channels; c += 1) sum += pull[pixel * channels + c];
    return sum / channels;
  });
}

/**
 * @param {Element | null} canvas
 * @param {Samples | undefined} samples
 * @param {ArrayLike<number> | undefined} pull in the order of the pixels
 * @param {number} columns
 * @param {string} theme
 */
export function drawInk(canvas, samples, pull, columns, theme) {
  if (!(canvas instanceof HTMLCanvasElement) || !samples || !pull) return;
  if (drawn.get(canvas)?.pull === pull && drawn.get(canvas)?.theme === theme) return;
  drawn.set(canvas, { pull, theme });
  const { width, height, count, channels } = samples;
  const more = channelsOf(canvas, '--d-rgb');
  const less = channelsOf(canvas, '--g-rgb');
  const paper = channelsOf(canvas, '--paper-rgb');
  const ink = channelsOf(canvas, '--ink-rgb');
  const pixels = new Uint8Array(3 * width * height * count);
  const wants = perPixel(pull, channels);
  for (let index = 0; index < count; index += 1) {
    const start = index * width * height;
    const own = wants.slice(start, start + width * height);
    const full = strongest(own);
    for (const [at, value] of own.entries()) {
      let shade = 0;
      for (let c = 0; c < channels; c += 1) shade += samples.pixels[(start + at) * channels + c];
      shade = (faint * shade) / (255 * channels);
      const share = Math.min(1, Math.abs(value) / full);
      const colour = value > 0 ? more : less;
      for (let c = 0; c < 3; c += 1) {
        const base = paper[c] + (ink[c] - paper[c]) * shade;
        pixels[3 * (start + at) + c] = base + (colour[c] - base) * share;
      }
    }
  }
  drawDigits(canvas, { width, height, count, channels: 3, step: 0, pixels }, columns, theme);
}

/**
 * What full colour stands for. Each picture has a scale of its own, because what is to be seen is
 * where, not how much; and a single pixel shall not make all others pale.
 *
 * @param {number[]} wants
 */
function strongest(wants) {
  const sorted = wants.map(Math.abs).sort((a, b) => a - b);
  return sorted[Math.floor(0.98 * (sorted.length - 1))] || 1;
}

/** What each canvas shows now. @type {WeakMap<Element, { pull: ArrayLike<number>, theme: string }>} */
const drawn = new WeakMap();
