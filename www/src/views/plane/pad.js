/** The pad on which a reader draws a distribution: with a pen, a finger, a mouse or the keyboard. */
import { html } from 'lit/html.js';
import { channelsOf } from '../colour.js';
import { drawer } from '../drawer.js';
import { fixed } from '../numbers.js';
import { drawPoints } from './marks.js';
import { acrossOf, downOf } from './place.js';
import { padReach, pointsOf } from './strokes.js';

/**
 * @typedef {import('./strokes.js').Stroke} Stroke
 * @typedef {import('./strokes.js').Spot} Spot
 * @typedef {import('../../i18n/index.js').Translate} Translate
 *
 * @typedef {object} PadHost
 * @property {{ strokes: Stroke[] }} state what is drawn; outlives the pad
 * @property {() => void} changed
 * @property {(points: Float32Array) => void} use
 */

/** How far the pen moves before its place is noted. */
const grain = 0.02;
/** How far an arrow key moves the cursor; with the shift key, and without. */
const strides = { far: 0.5, near: 0.1 };

/** @type {Record<string, [number, number]>} */
const directions = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

const inside = (/** @type {number} */ value) => Math.max(-padReach, Math.min(padReach, value));
const rounded = (/** @type {number} */ value) => Math.round(value * 100) / 100;

export class Pad {
  /** Where the keyboard's pen is. @type {Spot} */
  #cursor = { x: 0, y: 0 };
  /** The stroke under the pointer. @type {{ stroke: Stroke, pointer: number } | undefined} */
  #drawing;
  /** Said to screen readers. */
  #said = '';
  #open = false;

  /** @param {PadHost} host */
  constructor(host) {
    this.host = host;
  }

  /**
   * @param {Translate} t
   * @param {boolean} blocked nothing can be trained now
   */
  view(t, blocked) {
    const { strokes } = this.host.state;
    const empty = strokes.length === 0;
    const body = html`<div class="pad">
        <canvas
          class="pad"
          tabindex="0"
          role="application"
          aria-label=${t('pad.label')}
          @pointerdown=${this.#begin}
          @pointermove=${this.#draw}
          @pointerup=${this.#end}
          @pointercancel=${this.#end}
          @keydown=${(/** @type {KeyboardEvent} */ event) => this.#key(event, t)}
          @focus=${this.host.changed}
          @blur=${this.host.changed}
        ></canvas>
        <div class="ends">
          <p class="note">${t('pad.note')}</p>
          <p class="note keys">${t('pad.keys')}</p>
          <div class="seeds">
            <button type="button" data-action="pad-undo" ?disabled=${empty} @click=${() => this.#undo()}>${t('pad.undo')}</button>
            <button type="button" data-action="pad-clear" ?disabled=${empty} @click=${() => this.#set([])}>${t('pad.clear')}</button>
            <button
              type="button"
              class="primary"
              data-action="pad-use"
              ?disabled=${empty || blocked}
              @click=${() => this.host.use(pointsOf(this.host.state.strokes))}
            >
              ${t('pad.use')}
            </button>
          </div>
          <p class="note" data-strokes=${strokes.length}>${t(empty ? 'pad.empty' : 'pad.count', { strokes: strokes.length })}</p>
          <p class="unseen" aria-live="polite">${this.#said}</p>
        </div>
      </div>`;
    return drawer('pad', t('pad.title'), body, { toggled: this.#toggle });
  }

  /** @param {boolean} open */
  #toggle = (open) => {
    this.#open = open;
    this.host.changed();
  };

  /** @param {PointerEvent} event */
  #begin = (event) => {
    if (!event.isPrimary || event.button !== 0 || this.#drawing) return;
    const canvas = /** @type {HTMLCanvasElement} */ (event.currentTarget);
    canvas.setPointerCapture(event.pointerId);
    const stroke = [spotOf(event, canvas)];
    this.#drawing = { stroke, pointer: event.pointerId };
    this.#set([...this.host.state.strokes, stroke]);
  };

  /** @param {PointerEvent} event */
  #draw = (event) => {
    const { stroke, pointer } = this.#drawing ?? {};
    if (!stroke || pointer !== event.pointerId) return;
    const canvas = /** @type {HTMLCanvasElement} */ (event.currentTarget);
    // Between two frames a pen passes more places than one.
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const place of passed.length > 0 ? passed : [event]) {
      const spot = spotOf(place, canvas);
      const last = stroke[stroke.length - 1];
      if (Math.hypot(spot.x - last.x, spot.y - last.y) >= grain) stroke.push(spot);
    }
    this.host.changed();
  };

  /** @param {PointerEvent} event */
  #end = (event) => {
    if (this.#drawing?.pointer === event.pointerId) this.#drawing = undefined;
  };

  /**
   * @param {KeyboardEvent} event
   * @param {Translate} t
   */
  #key(event, t) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const direction = directions[event.key];
    if (direction) {
      const stride = event.shiftKey ? strides.far : strides.near;
      const { x, y } = this.#cursor;
      this.#cursor = {
        x: rounded(inside(x + stride * direction[0])),
        y: rounded(inside(y + stride * direction[1])),
      };
      this.#said = t('pad.cursor', this.#written);
    } else if (event.key === ' ') {
      this.#set([...this.host.state.strokes, [{ ...this.#cursor }]]);
      this.#said = t('pad.dot', this.#written);
    } else if (event.key === 'Backspace') {
      this.#undo();
    } else {
      return;
    }
    event.preventDefault();
    // It is the pen's, and nobody else's.
    event.stopPropagation();
    this.host.changed();
  }

  get #written() {
    return { x: fixed(this.#cursor.x, 1), y: fixed(this.#cursor.y, 1) };
  }

  #undo() {
    this.#set(this.host.state.strokes.slice(0, -1));
  }

  /** @param {Stroke[]} strokes */
  #set(strokes) {
    this.host.state.strokes = strokes;
    this.host.changed();
  }

  /** Paints the pen's lines, and the points that they become. @param {ShadowRoot} root */
  paint(root) {
    const canvas = root.querySelector('canvas.pad');
    if (!this.#open || !(canvas instanceof HTMLCanvasElement)) return;
    const unit = Math.min(3, devicePixelRatio || 1);
    const size = Math.max(1, Math.round(canvas.clientWidth * unit));
    canvas.width = size;
    canvas.height = size;
    const context = canvas.getContext('2d');
    if (!context) return;
    const place = { extent: padReach, size };
    const ink = (/** @type {string} */ name, alpha = 1) =>
      `rgba(${channelsOf(canvas, `--${name}-rgb`).join(', ')}, ${alpha})`;

    context.fillStyle = ink('paper');
    context.fillRect(0, 0, size, size);
    context.strokeStyle = ink('line');
    context.lineWidth = unit;
    for (const at of [-1, 0, 1]) {
      cross(context, acrossOf(place, at), downOf(place, at), size);
    }
    const { strokes } = this.host.state;
    const style = { fill: ink('d', 0.55), rim: ink('paper', 0), unit: 0.6 * unit };
    drawPoints(context, place, pointsOf(strokes), 'disc', style);
    context.strokeStyle = ink('d');
    context.lineWidth = 2 * unit;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    for (const stroke of strokes) {
      context.beginPath();
      const [first, ...rest] = stroke;
      context.moveTo(acrossOf(place, first.x), downOf(place, first.y));
      // A line to where it is: a dot.
      for (const { x, y } of rest.length > 0 ? rest : [first]) {
        context.lineTo(acrossOf(place, x), downOf(place, y));
      }
      context.stroke();
    }
    if (root.activeElement === canvas) {
      context.strokeStyle = ink('ink');
      context.lineWidth = 1.5 * unit;
      const { x, y } = this.#cursor;
      cross(context, acrossOf(place, x), downOf(place, y), 16 * unit);
    }
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} reach
 */
function cross(context, x, y, reach) {
  context.beginPath();
  context.moveTo(x - reach, y);
  context.lineTo(x + reach, y);
  context.moveTo(x, y - reach);
  context.lineTo(x, y + reach);
  context.stroke();
}

/**
 * Where a pointer is in the plane; beyond the pad's edge, on it.
 *
 * @param {{ clientX: number, clientY: number }} pointer
 * @param {HTMLCanvasElement} canvas
 * @returns {Spot}
 */
function spotOf({ clientX, clientY }, canvas) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return {
    x: inside(((clientX - left) / width) * 2 * padReach - padReach),
    y: inside(padReach - ((clientY - top) / height) * 2 * padReach),
  };
}
