/** What is drawn over the colours: points, arrows, lines. Coordinates are the canvas' own pixels. */
import { arrowOf } from './arrow-scale.js';
import { contourOf } from './contour.js';
import { cornersOf, densitiesOf, nodesOf, shadeOf } from './density.js';
import { acrossOf, downOf } from './place.js';

/**
 * @typedef {import('./place.js').Place} Place
 * @typedef {CanvasRenderingContext2D} Context
 * @typedef {'disc' | 'triangle'} Shape
 */

/**
 * How large points are, in CSS pixels: hundreds must find room, and a large picture is seen from afar.
 *
 * @param {number} width of the picture, in CSS pixels
 */
const radiusIn = (width) => Math.max(1.6, Math.min(4.5, width / 200));

/**
 * Real points are discs, generated ones triangles, so that they differ without their colours. A rim
 * in the paper's colour sets them off from what is below. One is drawn and stamped for each: a path
 * of hundreds takes five times as long where the processor paints.
 *
 * @param {Context} context
 * @param {Place} place
 * @param {Float32Array} points
 * @param {Shape} shape
 * @param {{ fill: string, rim: string, unit: number }} style `unit`: pixels of the canvas to a CSS pixel
 */
export function drawPoints(context, place, points, shape, { fill, rim, unit }) {
  const mark = markOf(shape, radiusIn(place.size / unit) * unit, fill, rim);
  const half = mark.width / 2;
  for (let at = 0; at + 1 < points.length; at += 2) {
    const x = acrossOf(place, points[at]);
    const y = downOf(place, points[at + 1]);
    if (!(x > -half && y > -half && x < place.size + half && y < place.size + half)) continue;
    context.drawImage(mark, x - half, y - half);
  }
}

/** The marks that were drawn last. @type {Map<string, HTMLCanvasElement>} */
const marks = new Map();
/** Two shapes in two themes and some sizes. */
const mostMarks = 16;

/**
 * @param {Shape} shape
 * @param {number} r its radius in pixels
 * @param {string} fill
 * @param {string} rim
 */
function markOf(shape, r, fill, rim) {
  const key = `${shape} ${r} ${fill} ${rim}`;
  const known = marks.get(key);
  if (known) return known;
  const mark = document.createElement('canvas');
  const half = Math.ceil(2 * r) + 1;
  mark.width = 2 * half;
  mark.height = 2 * half;
  const context = mark.getContext('2d');
  if (!context) return mark;
  if (shape === 'disc') {
    context.arc(half, half, r, 0, 2 * Math.PI);
  } else {
    context.moveTo(half, half - 1.5 * r);
    context.lineTo(half + 1.35 * r, half + r);
    context.lineTo(half - 1.35 * r, half + r);
    context.closePath();
  }
  context.strokeStyle = rim;
  context.lineWidth = 0.6 * r;
  context.lineJoin = 'round';
  context.stroke();
  context.fillStyle = fill;
  context.fill();
  if (marks.size >= mostMarks) marks.clear();
  marks.set(key, mark);
  return mark;
}

/**
 * @param {Context} context
 * @param {Place} place
 * @param {Float32Array} feet
 * @param {Float32Array} pull
 * @param {number} scale see `scaleOf`
 * @param {{ ink: string, rim: string, unit: number }} style
 */
export function drawArrows(context, place, feet, pull, scale, { ink, rim, unit }) {
  context.beginPath();
  for (let at = 0; at + 1 < feet.length; at += 2) {
    const [dx, dy] = arrowOf(pull[at], pull[at + 1], scale, place.size);
    const length = Math.hypot(dx, dy);
    if (length < unit) continue;
    const x = acrossOf(place, feet[at]);
    const y = downOf(place, feet[at + 1]);
    const [tipX, tipY] = [x + dx, y + dy];
    context.moveTo(x, y);
    context.lineTo(tipX, tipY);
    // A head of two strokes, never longer than the arrow is.
    const head = Math.min(4.5 * unit, 0.5 * length) / length;
    for (const turn of [0.55, -0.55]) {
      context.moveTo(tipX - head * (dx + turn * dy), tipY - head * (dy - turn * dx));
      context.lineTo(tipX, tipY);
    }
  }
  context.lineCap = 'butt';
  context.lineJoin = 'miter';
  context.strokeStyle = rim;
  context.lineWidth = 2.2 * unit;
  context.stroke();
  context.strokeStyle = ink;
  context.lineWidth = 0.9 * unit;
  context.stroke();
}

/**
 * @param {Context} context
 * @param {number} size
 * @param {Float32Array} field
 * @param {number} level
 * @param {{ ink: string, width: number }} style
 */
export function drawContour(context, size, field, level, { ink, width }) {
  const segments = contourOf(field, Math.round(Math.sqrt(field.length)), level);
  context.beginPath();
  for (let at = 0; at < segments.length; at += 4) {
    context.moveTo(segments[at] * size, segments[at + 1] * size);
    context.lineTo(segments[at + 2] * size, segments[at + 3] * size);
  }
  context.strokeStyle = ink;
  context.lineWidth = width;
  context.lineCap = 'round';
  context.stroke();
}

/** Densities are shaded in so many steps: one path each. */
const shades = 12;

/**
 * G as the image of a grid of z: of two numbers as cells, of one as a curve; dark where many z end.
 *
 * @param {Context} context
 * @param {Place} place
 * @param {Float32Array} lattice
 * @param {1 | 2} latentDim
 * @param {{ ink: (alpha: number) => string, unit: number }} style
 */
export function drawLattice(context, place, lattice, latentDim, { ink, unit }) {
  const nodes = nodesOf(lattice, latentDim);
  if (nodes < 2) return;
  const densities = densitiesOf(lattice, latentDim);
  // Half dark is what an even spread over the picture would be: over its square, or along its side.
  const side = 2 * place.extent;
  const middle = latentDim === 1 ? 1 / side : 4 / side ** 2;
  const stepOf = (/** @type {number} */ at) =>
    Math.round(shadeOf(densities[at], middle) * (shades - 1));
  const x = (/** @type {number} */ node) => acrossOf(place, lattice[2 * node]);
  const y = (/** @type {number} */ node) => downOf(place, lattice[2 * node + 1]);
  /** @type {Path2D[]} */
  const paths = Array.from({ length: shades }, () => new Path2D());
  densities.forEach((_, cell) => {
    const path = paths[stepOf(cell)];
    const row = Math.floor(cell / (nodes - 1));
    const corners =
      latentDim === 1 ? [cell, cell + 1] : cornersOf(nodes, row, cell - row * (nodes - 1));
    corners.forEach((node, at) => {
      if (at === 0) path.moveTo(x(node), y(node));
      else path.lineTo(x(node), y(node));
    });
    if (latentDim === 2) path.closePath();
  });
  context.lineJoin = 'round';
  context.lineCap = 'round';
  paths.forEach((path, step) => {
    const shade = step / (shades - 1);
    if (latentDim === 2) {
      context.fillStyle = ink(0.04 + 0.6 * shade);
      context.fill(path);
      context.strokeStyle = ink(0.35);
      context.lineWidth = 0.6 * unit;
    } else {
      context.strokeStyle = ink(0.25 + 0.75 * shade);
      context.lineWidth = (1.5 + 3 * shade) * unit;
    }
    context.stroke(path);
  });
}
