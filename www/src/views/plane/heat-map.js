/** D's judgement of every place of the plane, as colour: teal for real, orange for fake. */
import { shareOf } from './judgement.js';

/**
 * @typedef {import('./judgement.js').Judgement} Judgement
 * @typedef {[number, number, number]} Channels
 * @typedef {{ paper: Channels, d: Channels, g: Channels }} Palette
 */

/** How much of the colour the surest place has; points must stand out from it. */
const strength = 0.62;

/**
 * The colour of a share, from -1, fake, to 1, real.
 *
 * @param {number} share
 * @param {Palette} palette
 * @returns {Channels}
 */
export function colourOfShare(share, { paper, d, g }) {
  const part = strength * Math.abs(share);
  const ink = share >= 0 ? d : g;
  /** @param {0 | 1 | 2} c */
  const mixed = (c) => Math.round(paper[c] + (ink[c] - paper[c]) * part);
  return [mixed(0), mixed(1), mixed(2)];
}

export class HeatMap {
  /** One pixel for each cell; the browser smooths it when it is enlarged. */
  #cells = document.createElement('canvas');

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} size
   * @param {Float32Array} field
   * @param {Judgement} judgement
   * @param {Palette} palette
   */
  draw(context, size, field, judgement, palette) {
    const side = Math.round(Math.sqrt(field.length));
    if (side === 0) return;
    if (this.#cells.width !== side) {
      this.#cells.width = side;
      this.#cells.height = side;
    }
    const cells = this.#cells.getContext('2d');
    if (!cells) return;
    const image = cells.createImageData(side, side);
    field.forEach((value, at) => {
      image.data.set(colourOfShare(shareOf(judgement, value), palette), 4 * at);
      image.data[4 * at + 3] = 255;
    });
    cells.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = true;
    context.drawImage(this.#cells, 0, 0, size, size);
  }
}
