/** A square of pictures with axes and a point on it, which a press, a drag or the keys move. */
import { html } from 'lit/html.js';
import { ticks } from '../numbers.js';
import { dragging, placeAt, shareOf } from './places.js';

/** How far a key moves, as shares of the extent. */
const steps = { small: 0.05, large: 0.25 };

/**
 * Points are right and down of the middle, in standard deviations. Its axes have ticks where the
 * pictures of these values are; the second one points upwards, as on paper.
 *
 * @param {object} square
 * @param {number} square.side pictures on a side
 * @param {number} square.extent
 * @param {{ right: number, down: number }} square.point
 * @param {(point: { right: number, down: number }) => void} square.move
 * @param {[string, string]} square.axes their names
 * @param {string} square.picture what the square shows, in words
 * @param {string} square.label of the point
 * @param {string} square.text where the point is, in words
 */
export function map({ side, extent, point, move, axes, picture, label, text }) {
  const last = side - 1;
  const valueAt = (/** @type {number} */ share) => extent * ((2 * placeAt(share, side)) / last - 1);
  const share = (/** @type {number} */ value) =>
    100 * shareOf(((value / extent + 1) / 2) * last, side);
  const { down, drag } = dragging(({ x, y }) => move({ right: valueAt(x), down: valueAt(y) }));
  /** @param {KeyboardEvent} event */
  const press = (event) => {
    const by = extent * (event.shiftKey ? steps.large : steps.small);
    const ways = {
      ArrowLeft: { right: point.right - by, down: point.down },
      ArrowRight: { right: point.right + by, down: point.down },
      ArrowUp: { right: point.right, down: point.down - by },
      ArrowDown: { right: point.right, down: point.down + by },
      Home: { right: 0, down: 0 },
    };
    if (!(event.key in ways)) return;
    event.preventDefault();
    const next = ways[/** @type {keyof typeof ways} */ (event.key)];
    const within = (/** @type {number} */ value) => Math.min(extent, Math.max(-extent, value));
    // Steps add up without the dust of binary fractions.
    const round = (/** @type {number} */ value) => Math.round(value * 1e6) / 1e6;
    move({ right: round(within(next.right)), down: round(within(next.down)) });
  };
  const values = [-1, -0.5, 0, 0.5, 1].map((part) => part * extent);
  const written = ticks(values);
  const marks = (/** @type {(value: number) => string} */ place) =>
    values.map((value, index) => html`<span .style=${place(value)}>${written[index]}</span>`);
  return html`<div class="axes">
    <p class="axis" aria-hidden="true"><i>${axes[1]}</i> ↑</p>
    <p class="ticks upright" aria-hidden="true">
      ${marks((value) => `inset-block-start:${share(-value)}%`)}
    </p>
    <div
      class="map"
      role="slider"
      tabindex="0"
      aria-label=${label}
      aria-valuemin=${-extent}
      aria-valuemax=${extent}
      aria-valuenow=${point.right}
      aria-valuetext=${text}
      @pointerdown=${down}
      @pointermove=${drag}
      @keydown=${press}
    >
      <canvas class="plane" role="img" aria-label=${picture}></canvas>
      <span
        class="mark"
        .style=${`inset-inline-start:${share(point.right)}%;inset-block-start:${share(point.down)}%`}
      ></span>
    </div>
    <p class="ticks" aria-hidden="true">${marks((value) => `inset-inline-start:${share(value)}%`)}</p>
    <p class="axis" aria-hidden="true"><i>${axes[0]}</i> →</p>
  </div>`;
}
