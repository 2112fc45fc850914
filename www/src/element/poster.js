/**
 * The picture on the facade: digits drawn with a pen, sunk in noise at one end and clean at the
 * other. An illustration of what training does, made without training anything; a chunk of its own.
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

const cell = 28;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {[number, number, number]} ink
 * @param {[number, number, number]} paper
 */
export function drawPoster(canvas, ink, paper) {
  const random = randomNumbers(7);
  // As many cells as fill the place; learning runs along its longer side.
  const { clientWidth = 0, clientHeight = 0 } = canvas;
  const columns = clientWidth > 520 ? 12 : 8;
  const rows = Math.max(3, Math.min(16, Math.round((columns * clientHeight) / (clientWidth || 1))));
  const upright = rows > columns;
  canvas.width = columns * cell;
  canvas.height = rows * cell;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return;
  context.fillStyle = '#000';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.strokeStyle = '#fff';
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (let index = 0; index < rows * columns; index += 1) {
    const column = index % columns;
    context.save();
    context.translate((column + 0.5) * cell, (Math.floor(index / columns) + 0.5) * cell);
    context.rotate((random() - 0.5) * 0.3);
    context.transform(1, 0, (random() - 0.6) * 0.4, 1, 0, 0);
    context.scale(0.82, 0.82);
    context.translate(-14, -14);
    context.lineWidth = 2.4 + random() * 1.6;
    context.stroke(new Path2D(strokes[Math.floor(random() * 10)]));
    context.restore();
  }

  const image = context.getImageData(0, 0, canvas.width, canvas.height);
  const data = image.data;
  for (let i = 0; i < data.length; i += 4) {
    const x = ((i / 4) % canvas.width) / canvas.width;
    const y = Math.floor(i / 4 / canvas.width) / canvas.height;
    const learned = Math.min(1, Math.max(0, 1.25 * (upright ? y : x) - 0.12));
    const grain = random() * (1 - learned) ** 1.2 * 0.75;
    const value = Math.min(1, (data[i] / 255) * learned ** 1.5 + grain);
    for (let c = 0; c < 3; c += 1) data[i + c] = paper[c] + (ink[c] - paper[c]) * value;
  }
  context.putImageData(image, 0, 0);
}
