/** A row of pictures with a place on it, which a press, a drag or the range below it moves. */
import { live } from 'lit/directives/live.js';
import { html } from 'lit/html.js';
import { dragging, placeAt, shareOf } from './places.js';

/**
 * @param {object} row
 * @param {string} row.name of its canvas, and of the range
 * @param {number} row.count
 * @param {number} row.at from 0 to `count` − 1
 * @param {(at: number) => void} row.move
 * @param {string} row.picture what the row shows, in words
 * @param {string} row.label of the range
 * @param {string} row.text where the place is, in words
 * @param {[string, string]} row.ends
 */
export function strip({ name, count, at, move, picture, label, text, ends }) {
  const { down, drag } = dragging(({ x }) => move(placeAt(x, count)));
  return html`<div class="path">
    <div class="track" @pointerdown=${down} @pointermove=${drag}>
      <canvas class="strip ${name}" role="img" aria-label=${picture}></canvas>
      <span class="mark" .style=${`inset-inline-start:${100 * shareOf(at, count)}%`}></span>
    </div>
    <input
      type="range"
      data-field="${name}-at"
      min="0"
      max=${count - 1}
      step="0.25"
      .value=${live(String(at))}
      aria-label=${label}
      aria-valuetext=${text}
      @input=${(/** @type {Event} */ event) =>
        move(Number(/** @type {HTMLInputElement} */ (event.target).value))}
    />
    <p class="scale" aria-hidden="true"><span>${ends[0]}</span><span>½</span><span>${ends[1]}</span></p>
  </div>`;
}
