/**
 * The picture on the facade of a model that lives in the plane: real points on a ring, generated ones
 * on their way from the middle to it, and what a discriminator would make of each place. An
 * illustration, made without loading or training anything; a chunk of its own.
 */
import { channelsOf } from '../views/colour.js';

/** @typedef {[number, number, number]} Channels */

const modes = 8;
/** Of the ring, as a share of the picture's shorter side. */
const ring = 0.36;
/** Standard deviation of a mode, likewise. */
const spread = 0.028;

/** Small, seeded and good enough for a picture. @param {number} state */
function randomNumbers(state) {
  let x = state;
  return () => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return x / 2 ** 32;
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Channels} _ink
 * @param {Channels} paper
 */
export function drawPoster(canvas, _ink, paper) {
  const context = canvas.getContext('2d');
  if (!context) return;
  const dots = Math.min(2, devicePixelRatio || 1);
  const width = Math.max(2, Math.round(canvas.clientWidth * dots));
  const height = Math.max(2, Math.round(canvas.clientHeight * dots));
  const [d, g] = [channelsOf(canvas, '--d-rgb'), channelsOf(canvas, '--g-rgb')];
  canvas.width = width;
  canvas.height = height;
  const side = Math.min(width, height);
  const random = randomNumbers(11);
  const near = () => (random() + random() + random() - 1.5) * 2 * spread;
  const at = (/** @type {number} */ mode, /** @type {number} */ radius) => {
    const angle = (2 * Math.PI * mode) / modes + 0.2;
    const x = width / 2 + side * (radius * Math.cos(angle) + near());
    return /** @type {const} */ ([x, height / 2 + side * (radius * Math.sin(angle) + near())]);
  };

  const places = Array.from({ length: modes }, (_, mode) => {
    const angle = (2 * Math.PI * mode) / modes + 0.2;
    return [width / 2 + side * ring * Math.cos(angle), height / 2 + side * ring * Math.sin(angle)];
  });
  const image = context.createImageData(width, height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      // Real near a mode, fake in the middle, undecided far away.
      let lean =
        -0.75 * Math.exp(-(((x - width / 2) ** 2 + (y - height / 2) ** 2) / (0.16 * side) ** 2));
      for (const [px, py] of places) {
        lean += 0.75 * Math.exp(-(((x - px) ** 2 + (y - py) ** 2) / (0.1 * side) ** 2));
      }
      const ink = lean > 0 ? d : g;
      const part = 0.6 * Math.min(1, Math.abs(lean));
      const to = 4 * (y * width + x);
      for (let c = 0; c < 3; c += 1) image.data[to + c] = paper[c] + (ink[c] - paper[c]) * part;
      image.data[to + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);

  const r = Math.max(1.6 * dots, side / 150);
  context.lineWidth = 0.7 * r;
  context.strokeStyle = `rgb(${paper.join(' ')})`;
  for (let index = 0; index < 160; index += 1) {
    const [x, y] = at(index % modes, ring);
    context.beginPath();
    context.arc(x, y, r, 0, 2 * Math.PI);
    context.stroke();
    context.fillStyle = `rgb(${d.join(' ')})`;
    context.fill();
  }
  for (let index = 0; index < 64; index += 1) {
    const [x, y] = at(index % modes, ring * (0.15 + 0.7 * random()));
    context.beginPath();
    context.moveTo(x, y - 1.4 * r);
    context.lineTo(x + 1.3 * r, y + r);
    context.lineTo(x - 1.3 * r, y + r);
    context.closePath();
    context.stroke();
    context.fillStyle = `rgb(${g.join(' ')})`;
    context.fill();
  }
}
