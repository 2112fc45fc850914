/**
 * Draws pictures in pairs, each with an arrow to what was made of it: two groups of pairs side by
 * side, one for each way.
 */
import { channelsOf } from './colour.js';
import { fill, painter } from './digits-canvas.js';

/** @typedef {import('../protocol.js').Images} Images */

/** Pairs of one way in a row. */
const across = 2;

/** Of a picture's width: between the two of a pair, between pairs, between the two groups. */
const shares = { arrow: 0.36, pair: 0.2, group: 0.5, edge: 0.07 };

/** What each canvas shows now, to draw nothing twice. @type {WeakMap<Element, { images: Images, theme: string }>} */
const shown = new WeakMap();

/**
 * Where things lie, in pixels of the canvas. Pictures come in fours: one of the first domain, its
 * translation, one of the second, its translation.
 *
 * @param {{ width: number, height: number, count: number }} images
 */
export function layoutOf({ width, height, count }) {
  const of = (/** @type {number} */ share) => Math.round(width * share);
  const gaps = { arrow: of(shares.arrow), pair: of(shares.pair), edge: of(shares.edge) };
  const pair = 2 * width + gaps.arrow;
  const group = across * pair + (across - 1) * gaps.pair;
  const down = height + gaps.edge;
  const rows = Math.ceil(count / (4 * across));
  return {
    width: 2 * group + of(shares.group) + 2 * gaps.edge,
    height: rows * down + gaps.edge,
    arrow: gaps.arrow,
    /** The left edge of the second way, as a share of the width. */
    middle:
      (gaps.edge + group + of(shares.group) / 2) / (2 * group + of(shares.group) + 2 * gaps.edge),
    /** The upper left corner of a picture. @param {number} index */
    place: (index) => {
      const way = Math.floor(index / 2) % 2;
      const nth = Math.floor(index / 4);
      const column = nth % across;
      const left = gaps.edge + way * (group + of(shares.group)) + column * (pair + gaps.pair);
      return {
        left: left + (index % 2) * (width + gaps.arrow),
        top: gaps.edge + Math.floor(nth / across) * down,
      };
    },
  };
}

/**
 * @param {Element | null} canvas
 * @param {Images | undefined} images
 * @param {string} theme
 */
export function drawPairs(canvas, images, theme) {
  if (!(canvas instanceof HTMLCanvasElement) || !images) return;
  const before = shown.get(canvas);
  if (before?.images === images && before.theme === theme) return;
  shown.set(canvas, { images, theme });

  const layout = layoutOf(images);
  if (canvas.width !== layout.width || canvas.height !== layout.height) {
    canvas.width = layout.width;
    canvas.height = layout.height;
  }
  const context = canvas.getContext('2d');
  if (!context) return;
  const paper = channelsOf(canvas, '--paper-rgb');
  const paint = painter(images, channelsOf(canvas, '--ink-rgb'), paper);
  const picture = context.createImageData(layout.width, layout.height);
  fill(picture.data, paper);
  for (let index = 0; index < images.count; index += 1) {
    const { left, top } = layout.place(index);
    for (let y = 0; y < images.height; y += 1) {
      const row = (index * images.height + y) * images.width;
      for (let x = 0; x < images.width; x += 1) {
        paint(picture.data, 4 * ((top + y) * layout.width + left + x), row + x);
      }
    }
  }
  context.putImageData(picture, 0, 0);
  const [r, g, b] = channelsOf(canvas, '--g-rgb');
  context.strokeStyle = `rgb(${r}, ${g}, ${b})`;
  context.lineWidth = images.width / 16;
  context.lineJoin = 'round';
  for (let index = 0; index < images.count; index += 2) {
    const { left, top } = layout.place(index);
    arrow(context, left + images.width, top + images.height / 2, layout.arrow);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x where the gap begins
 * @param {number} y
 * @param {number} width of the gap
 */
function arrow(context, x, y, width) {
  const from = x + width * 0.16;
  const to = x + width * 0.84;
  const head = width * 0.32;
  context.beginPath();
  context.moveTo(from, y);
  context.lineTo(to, y);
  context.moveTo(to - head, y - head);
  context.lineTo(to, y);
  context.lineTo(to - head, y + head);
  context.stroke();
}
