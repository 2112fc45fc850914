/**
 * The picture on the facade of a model of images: digits drawn with a pen, sunk in noise at one end
 * and clean at the other; where a model makes an image of an image, each beside what it is made of. An
 * illustration of what training does, made without training anything; a chunk of its own.
 */

/** Pen strokes in a box of 28 by 28. */
const strokes = [
  'M14 4C8 4 7 10 7 14s1 10 7 10 7-6 7-10-1-10-7-10Z',
  'M10 8l5-4v20',
  'M8 9c1-7 12-6 12 0 0 5-9 9-12 15h13',
  'M8 6c4-4 12-1 11 4-1 3-4 4-7 4 4 0 8 1 8 5 0 6-9 7-13 2',
  'M17 24V4L7 17h14',
  'M19 4H10L9 13c4-3 11-1 11 5 0 6-8 8-12 3',
  'M17 4c-6 3-9 9-9 14 0 8 12 8 12 0 0-6-9-7-12-1',
  'M7 5h14C17 11 14 17 12 24',
  'M14 13c-8-2-7-9 0-9s8 7 0 9c-9 2-9 11 0 11s9-9 0-11Z',
  'M20 10c0 8-12 8-12 0 0-7 12-8 12 1 0 6-2 10-7 13',
];

/** Small, seeded and good enough for a picture. @param {number} state */
function randomNumbers(state) {
  let x = state;
  return () => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return x / 2 ** 32;
  };
}

const side = 28;
/** Between an image and what is made of it: room for an arrow. */
const gap = 10;

/**
 * How the digits of a subject are arranged and written; without an entry, in one hand, each alone.
 *
 * @typedef {{ width: number, slant: number, turn: number }} Hand
 *
 * @type {Record<string, { from: Hand, to: Hand }>}
 */
const paired = {
  autoencoder: {
    from: { width: 3, slant: 0.4, turn: 0.3 },
    to: { width: 3.6, slant: 0.4, turn: 0.3 },
  },
  translation: {
    from: { width: 2.6, slant: 0, turn: 0 },
    to: { width: 3.2, slant: 0.5, turn: 0.35 },
  },
};
/** @type {Hand} */
const alone = { width: 3.2, slant: 0.4, turn: 0.3 };

/**
 * @param {HTMLCanvasElement} canvas
 * @param {[number, number, number]} ink
 * @param {[number, number, number]} paper
 * @param {string} subject
 */
export function drawPoster(canvas, ink, paper, subject) {
  const random = randomNumbers(7);
  const pair = paired[subject];
  const coloured = subject === 'colours';
  // As many cells as fill the place; learning runs along its longer side.
  const { clientWidth = 0, clientHeight = 0 } = canvas;
  const period = pair ? 2 * side + 2 * gap : side;
  const columns = Math.round((clientWidth > 520 ? 12 : 8) * (side / period) * (pair ? 1.2 : 1));
  const least = pair ? 4 : 3;
  const high = Math.round((columns * period * clientHeight) / (side * (clientWidth || 1)));
  const rows = Math.max(least, Math.min(16, high));
  const upright = rows * side > columns * period;
  canvas.width = columns * period;
  canvas.height = rows * side;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return;
  context.fillStyle = '#000';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.strokeStyle = '#fff';
  context.lineCap = 'round';
  context.lineJoin = 'round';
  /** @param {number} x @param {number} y @param {Path2D} path @param {Hand} hand @param {number[]} by */
  const write = (x, y, path, { width, slant, turn }, by) => {
    context.save();
    context.translate(x + side / 2, y + side / 2);
    context.rotate((by[0] - 0.5) * turn);
    context.transform(1, 0, (by[1] - 0.6) * slant, 1, 0, 0);
    context.scale(0.82, 0.82);
    context.translate(-14, -14);
    context.lineWidth = width + (by[2] - 0.5) * 1.6;
    context.stroke(path);
    context.restore();
  };
  /** Of each cell, in colour: its ground, then its ink. @type {number[][]} */
  const colours = [];
  for (let index = 0; index < rows * columns; index += 1) {
    const x = (index % columns) * period;
    const y = Math.floor(index / columns) * side;
    const by = [random(), random(), random()];
    const path = new Path2D(strokes[Math.floor(random() * 10)]);
    if (pair) {
      write(x, y, path, pair.from, by);
      write(x + side + gap, y, path, pair.to, by);
    } else {
      write(x, y, path, alone, by);
    }
    if (coloured) colours.push(Array.from({ length: 6 }, () => 255 * random()));
  }

  const image = context.getImageData(0, 0, canvas.width, canvas.height);
  const data = image.data;
  for (let i = 0; i < data.length; i += 4) {
    const column = (i / 4) % canvas.width;
    const row = Math.floor(i / 4 / canvas.width);
    const across = upright ? row / canvas.height : column / canvas.width;
    const learned = Math.min(1, Math.max(0, 1.25 * across - 0.12));
    // What a pair begins with is clean from the start.
    const made = !pair || (column % period >= side + gap && column % period < period - gap);
    const clear = made ? learned : 1;
    const grain = () => random() * (1 - clear) ** 1.2 * 0.75;
    const drawn = (data[i] / 255) * (coloured ? 1 : clear ** 1.5);
    const grey = coloured ? 0 : Math.min(1, drawn + grain());
    const cell = colours[Math.floor(row / side) * columns + Math.floor(column / side)];
    for (let c = 0; c < 3; c += 1) {
      data[i + c] = coloured
        ? paper[c] +
          (cell[c] + (cell[c + 3] - cell[c]) * drawn - paper[c]) * clear +
          255 * (random() - 0.5) * (1 - clear)
        : paper[c] + (ink[c] - paper[c]) * grey;
    }
  }
  context.putImageData(image, 0, 0);
  if (pair) arrows(context, { rows, columns, period }, ink);
}

/**
 * From each image to what is made of it.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {{ rows: number, columns: number, period: number }} grid
 * @param {[number, number, number]} ink
 */
function arrows(context, { rows, columns, period }, ink) {
  context.strokeStyle = `rgb(${ink.join(' ')} / 60%)`;
  context.lineWidth = 1.2;
  for (let index = 0; index < rows * columns; index += 1) {
    const x = (index % columns) * period + side;
    const y = (Math.floor(index / columns) + 0.5) * side;
    context.stroke(new Path2D(`M${x + 1} ${y}h${gap - 2}m-3 -3l3 3l-3 3`));
  }
}
