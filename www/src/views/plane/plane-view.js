/**
 * The stage of a model that lives in the plane: its picture with the layers' switches and the
 * legend, figures beside it, and the pad. A chunk of its own that only such a model loads.
 */
import { html, nothing } from 'lit/html.js';
import { traitsOf } from '../../settings/traits.js';
import { meters } from '../meters.js';
import { now } from '../now.js';
import { counters } from '../stage.js';
import { transport } from '../transport.js';
import { layerOfKey, layerSwitches, shownAtFirst } from './layers.js';
import { Pad } from './pad.js';
import { Picture } from './picture.js';
import sheetText from './plane.css';
import { inWords, planeFigures } from './plane-figures.js';
import { planeLegend } from './plane-legend.js';

/**
 * @typedef {import('../lab-interface.js').LabInterface} Lab
 * @typedef {import('../../i18n/index.js').Translate} Translate
 * @typedef {import('./plane-frame.js').PlaneFrame} PlaneFrame
 */

const sheet = new CSSStyleSheet();
sheet.replaceSync(sheetText);

/** Where nothing shall move by itself, the picture follows at the reports' pace. */
const calmMs = 250;
const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

export class PlaneView {
  #picture = new Picture();
  /** @type {Pad} */
  #pad;
  #theme = '';
  #queued = false;
  #lastPaint = Number.NEGATIVE_INFINITY;
  /** @type {PlaneFrame | undefined} */
  #painted;

  /**
   * @param {Lab} lab
   * @param {() => void} changed
   */
  constructor(lab, changed) {
    this.lab = lab;
    this.changed = changed;
    const { plane } = lab.store;
    plane.layers ??= new Set(shownAtFirst);
    this.#pad = new Pad({
      state: plane,
      changed,
      use: (points) => lab.useDrawing(points),
    });
  }

  /** @returns {PlaneFrame | undefined} */
  get #frame() {
    return this.lab.store.watched.plane;
  }

  get #layers() {
    return this.lab.store.plane.layers ?? new Set();
  }

  get #reading() {
    return traitsOf(this.lab.store.description?.experiment ?? {}).reading;
  }

  /** @param {string} layer */
  #toggle = (layer) => {
    const layers = new Set(this.#layers);
    if (!layers.delete(layer)) layers.add(layer);
    this.lab.store.plane.layers = layers;
    this.changed();
  };

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const layer = layerOfKey(event);
    if (!layer) return;
    event.preventDefault();
    event.stopPropagation();
    this.#toggle(layer);
  };

  /**
   * @param {Translate} t
   * @param {'full' | 'basic' | 'compact' | 'none'} controls
   */
  stage(t, controls) {
    const { store } = this.lab;
    const frame = this.#frame;
    const reading = this.#reading;
    const scene = frame && { frame, reading, layers: this.#layers, theme: this.#theme };
    return html`<div class="stage">
      <figure class="fakes plane" @keydown=${this.#key}>
        <figcaption>
          <span>${t('plane.title')} <i class="d">x</i>, <i class="g">G(z)</i></span>
          <span class="note">${t('plane.note', { step: frame?.step.toLocaleString('en') ?? '–' })}</span>
        </figcaption>
        <canvas class="picture" part="canvas" role="img" tabindex="0" aria-label=${inWords(frame, t)}></canvas>
        ${scene ? planeLegend(scene, this.#picture, t) : nothing}
        ${
          controls === 'none'
            ? nothing
            : layerSwitches(this.#layers, this.#toggle, reading === 'probability', t)
        }
      </figure>
      <div class="aside">
        ${meters(store, t)} ${planeFigures(frame, t)} ${counters(store, t)}
      </div>
      ${now(store, t)} ${controls === 'none' ? nothing : transport(this.lab, t, controls)}
    </div>`;
  }

  /** @param {Translate} t */
  drawer(t) {
    const { phase } = this.lab.store;
    return this.#pad.view(t, phase === 'recovering' || phase === 'stopped');
  }

  /** What screen readers are told now and then. @param {Translate} t */
  words(t) {
    return this.#frame ? inWords(this.#frame, t) : '';
  }

  /** There is another frame: it is painted with the browser's next one. */
  frame() {
    if (this.#queued) return;
    this.#queued = true;
    const wait = calm() ? this.#lastPaint + calmMs - performance.now() : 0;
    const paint = () =>
      requestAnimationFrame(() => {
        this.#queued = false;
        this.#paint();
      });
    if (wait > 0) setTimeout(paint, wait);
    else paint();
  }

  /**
   * After the markup: other layers, another theme, another place in the page.
   *
   * @param {ShadowRoot} root
   * @param {string} theme
   */
  draw(root, theme) {
    if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
    this.#theme = theme;
    const canvas = root.querySelector('canvas.picture');
    this.#picture.attach(canvas instanceof HTMLCanvasElement ? canvas : undefined);
    this.#paint();
    this.#pad.paint(root);
  }

  #paint() {
    const frame = this.#frame;
    if (!frame) {
      this.#picture.forget();
      return;
    }
    // Another run begins before where the last one was.
    if (this.#painted && frame.step < this.#painted.step) this.#picture.forget();
    this.#painted = frame;
    this.#lastPaint = performance.now();
    const [layers, theme] = [this.#layers, this.#theme];
    this.#picture.paint({ frame, reading: this.#reading, layers, theme });
  }

  dispose() {
    this.#picture.dispose();
  }
}
