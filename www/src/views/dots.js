/** A few points of the plane, and where they are pulled. */
import { colourOf } from './colour.js';

/** @typedef {import('../protocol.js').Samples} Samples */

const side = 220;
/** The longest arrow, as a share of the picture. */
const longest = 0.16;

/** What each canvas shows now. @type {WeakMap<Element, { values: ArrayLike<number>, theme: string }>} */
const shown = new WeakMap();

/**
 * Half of the square around 0 that all points of a kind lie in.
 *
 * @param {ArrayLike<number>} values
 */
function reachOf(values) {
  let largest = 1;
  for (let at = 0; at < values.length; at += 1) largest = Math.max(largest, Math.abs(values[at]));
  return Math.ceil(2.2 * largest) / 2;
}

/**
 * @param {Element | null} canvas
 * @param {Samples | undefined} samples
 * @param {'d' | 'g'} who
 * @param {string} theme
 * @param {ArrayLike<number>} [pull] of each point, as long as the points
 */
export function drawDots(canvas, samples, who, theme, pull) {
  if (!(canvas instanceof HTMLCanvasElement) || !samples) return;
  const { values, count } = samples;
  const source = pull ?? values;
  const before = shown.get(canvas);
  if (before?.values === source && before.theme === theme) return;
  shown.set(canvas, { values: source, theme });
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext('2d');
  if (!context) return;
  const reach = reachOf(values);
  const place = (/** @type {number} */ value) => (side * (value + reach)) / (2 * reach);
  context.strokeStyle = colourOf(canvas, '--line-rgb');
  context.strokeRect(side / 2, -1, 0, side + 2);
  context.strokeRect(-1, side / 2, side + 2, 0);
  context.fillStyle = colourOf(canvas, `--${who}-rgb`, 0.7);
  context.strokeStyle = colourOf(canvas, '--ink-rgb', 0.6);
  const largest = pull ? Math.max(...Array.from(pull, Math.abs)) || 1 : 1;
  for (let index = 0; index < count; index += 1) {
    const [x, y] = [place(values[2 * index]), place(-values[2 * index + 1])];
    context.beginPath();
    context.arc(x, y, 3, 0, 2 * Math.PI);
    context.fill();
    if (!pull) continue;
    const scale = (longest * side) / largest;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + scale * pull[2 * index], y - scale * pull[2 * index + 1]);
    context.stroke();
  }
}
