/** A z as bars that can be dragged, and moved by keys. */
import { html, nothing, svg } from 'lit/html.js';
import { reach } from '../noise.js';
import { figure } from '../numbers.js';

/**
 * @typedef {import('../lab-interface.js').Eyes} Eyes
 * @typedef {import('../../i18n/index.js').Translate} Translate
 */

const height = 64;
const middle = height / 2;
/** Of the drawing; it is stretched to the room that there is. */
const width = 600;
/** What a key changes a number by. */
const small = 0.1;
const large = 1;

/**
 * @param {Eyes} eyes
 * @param {Translate} t
 */
export function bars(eyes, t) {
  const { z, component, own } = eyes;
  if (!z) return nothing;
  const value = z[component];
  const each = width / z.length;
  /** The button is done for now: keys go on with the bars. @param {Event} event */
  const restore = ({ currentTarget }) => {
    const button = /** @type {Element} */ (currentTarget);
    /** @type {SVGSVGElement | null | undefined} */ (
      button.closest('.bars')?.querySelector('svg')
    )?.focus({ preventScroll: true });
    eyes.restore();
  };
  return html`<div class="bars">
    <p>
      <i>z</i> <span class="note">${t('eyes.z', { dim: z.length })}</span>
      <output data-value="component" aria-live="off"><i>z<sub>${component + 1}</sub></i> = ${figure(value)}</output>
      <button type="button" class="small" data-action="eyes-restore" ?disabled=${own} @click=${restore}>
        ${t('eyes.restore')}
      </button>
    </p>
    <svg
      viewBox="0 0 ${width} ${height}"
      preserveAspectRatio="none"
      role="slider"
      tabindex="0"
      aria-label=${t('eyes.component', { component: component + 1, dim: z.length })}
      aria-valuemin=${-reach}
      aria-valuemax=${reach}
      aria-valuenow=${value.toFixed(2)}
      aria-valuetext="z ${component + 1}: ${figure(value)}"
      @pointerdown=${(/** @type {PointerEvent} */ event) => drag(event, eyes)}
      @pointermove=${(/** @type {PointerEvent} */ event) => drag(event, eyes)}
      @keydown=${(/** @type {KeyboardEvent} */ event) => steer(event, eyes)}
    >
      ${z.map((number, at) => {
        const size = (middle * Math.min(reach, Math.abs(number))) / reach;
        return svg`<rect
          class=${at === component ? 'now' : ''}
          x=${(at * each).toFixed(2)}
          width=${Math.max(0.5, each * 0.8).toFixed(2)}
          y=${(number > 0 ? middle - size : middle).toFixed(2)}
          height=${Math.max(0.5, size).toFixed(2)}
        />`;
      })}
      <line x1="0" x2=${width} y1=${middle} y2=${middle} />
    </svg>
    <p class="note">${t('eyes.keys')}</p>
  </div>`;
}

/**
 * The bar under the pointer ends where the pointer is.
 *
 * @param {PointerEvent} event
 * @param {Eyes} eyes
 */
function drag(event, eyes) {
  const target = /** @type {SVGSVGElement} */ (event.currentTarget);
  if (event.type === 'pointerdown') target.setPointerCapture(event.pointerId);
  else if (!target.hasPointerCapture(event.pointerId)) return;
  const { left, top, width, height } = target.getBoundingClientRect();
  const count = eyes.z?.length ?? 0;
  const at = Math.floor(((event.clientX - left) / width) * count);
  const share = (event.clientY - top) / height;
  eyes.set(Math.min(count - 1, Math.max(0, at)), reach * (1 - 2 * share));
}

/** @type {Record<string, (value: number) => number>} */
const changes = {
  ArrowUp: (value) => value + small,
  ArrowDown: (value) => value - small,
  PageUp: (value) => value + large,
  PageDown: (value) => value - large,
};

/**
 * Left and right go from number to number, up and down change it.
 *
 * @param {KeyboardEvent} event
 * @param {Eyes} eyes
 */
function steer(event, eyes) {
  const { z, component } = eyes;
  if (!z) return;
  const { key } = event;
  const change = changes[key];
  if (change) eyes.set(component, change(z[component]));
  else if (key === 'ArrowRight') eyes.set(Math.min(z.length - 1, component + 1));
  else if (key === 'ArrowLeft') eyes.set(Math.max(0, component - 1));
  else if (key === 'Home') eyes.set(0);
  else if (key === 'End') eyes.set(z.length - 1);
  else return;
  event.preventDefault();
}
