/** Draws pictures side by side, in the ink and paper of the theme. */
import { channelsOf } from './colour.js';

/** @typedef {import('../protocol.js').Images} Images */

/** Between two pictures, as a share of one: a grid looks the same whatever their size. */
const gapShare = 1 / 14;

/** What each canvas shows now, to draw nothing twice. @type {WeakMap<Element, { images: Images, theme: string }>} */
const shown = new WeakMap();

/**
 * @param {Element | null} canvas
 * @param {Images | undefined} images
 * @param {number} columns
 * @param {string} theme
 */
export function drawDigits(canvas, images, columns, theme) {
  if (!(canvas instanceof HTMLCanvasElement) || !images) return;
  const before = shown.get(canvas);
  if (before?.images === images && before.theme === theme) return;
  shown.set(canvas, { images, theme });

  const gap = Math.round(images.width * gapShare);
  const across = images.width + gap;
  const down = images.height + gap;
  const width = columns * across + gap;
  const height = Math.ceil(images.count / columns) * down + gap;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext('2d');
  if (!context) return;
  const paper = channelsOf(canvas, '--paper-rgb');
  const paint = painter(images, channelsOf(canvas, '--ink-rgb'), paper);
  const picture = context.createImageData(width, height);
  fill(picture.data, paper);
  for (let index = 0; index < images.count; index += 1) {
    const left = gap + (index % columns) * across;
    const top = gap + Math.floor(index / columns) * down;
    for (let y = 0; y < images.height; y += 1) {
      const row = (index * images.height + y) * images.width;
      for (let x = 0; x < images.width; x += 1) {
        paint(picture.data, 4 * ((top + y) * width + left + x), row + x);
      }
    }
  }
  context.putImageData(picture, 0, 0);
}

/**
 * @param {Uint8ClampedArray} data
 * @param {number[]} colour
 */
export function fill(data, [r, g, b]) {
  for (let i = 0; i < data.length; i += 4) {
    data[i] = r;
    data[i + 1] = g;
    data[i + 2] = b;
    data[i + 3] = 255;
  }
}

/**
 * Grey images are ink on paper; coloured ones keep their colours.
 *
 * @param {Images} images
 * @param {number[]} ink
 * @param {number[]} paper
 * @returns {(data: Uint8ClampedArray, to: number, pixel: number) => void}
 */
export function painter({ channels, pixels }, ink, paper) {
  if (channels === 3) {
    return (data, to, pixel) => {
      data[to] = pixels[3 * pixel];
      data[to + 1] = pixels[3 * pixel + 1];
      data[to + 2] = pixels[3 * pixel + 2];
    };
  }
  return (data, to, pixel) => {
    const share = pixels[pixel] / 255;
    for (let c = 0; c < 3; c += 1) data[to + c] = paper[c] + (ink[c] - paper[c]) * share;
  };
}
