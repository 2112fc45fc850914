/**
 * What the lab does for a model that lives in the plane: loads the chunk of its picture, has the
 * worker send frames, keeps their figures, and gives all of that up when another model comes.
 */
import { traitsOf } from '../settings/traits.js';
import { chunk } from '../waiting.js';

/**
 * @typedef {import('../views/plane/plane-view.js').PlaneView} PlaneView
 * @typedef {import('../views/plane/plane-frame.js').PlaneFrame} PlaneFrame
 * @typedef {import('../views/lab-interface.js').LabInterface} LabInterface
 *
 * @typedef {object} PlaneHost
 * @property {() => void} changed
 * @property {(error: unknown) => void} failed
 */

/** How much a frame holds: as many points as can be told apart, a field that looks smooth. */
const detail = { points: 512, field: 48, lattice: 20 };
/** The curves are as fine as those of the reports. */
const figuresEveryMs = 240;

export class PlanePart {
  /** @type {PlaneView | undefined} */
  view;
  #wanted = false;
  #lastFigures = Number.NEGATIVE_INFINITY;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {LabInterface} lab
   * @param {PlaneHost} host
   */
  constructor(lab, host) {
    this.lab = lab;
    this.host = host;
  }

  /** Another experiment, perhaps. @param {import('../protocol.js').Experiment} experiment */
  follow(experiment) {
    const wanted = traitsOf(experiment).space === 'plane';
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.lab.watch('plane', wanted ? detail : null);
    if (wanted && !this.view) this.#load();
  }

  async #load() {
    try {
      const load = () => import('../views/plane/plane-view.js');
      const { PlaneView } = await chunk('chunks/plane-view.js', load);
      this.view = new PlaneView(this.lab, this.host.changed);
      this.host.changed();
    } catch (error) {
      // The next experiment in the plane tries again.
      this.#wanted = false;
      this.host.failed(error);
    }
  }

  /** The store has a new frame. Its picture is painted at once, its figures at the reports' pace. */
  take() {
    this.view?.frame();
    const wait = this.#lastFigures + figuresEveryMs - performance.now();
    if (wait <= 0) this.#tell();
    else this.#timer ??= setTimeout(() => this.#tell(), wait);
  }

  #tell() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const frame = /** @type {PlaneFrame | undefined} */ (this.lab.store.watched.plane);
    if (!frame) return;
    this.#lastFigures = performance.now();
    const { modes, good, js } = frame.metrics;
    /** @type {Record<string, number>} */
    const figures = modes === undefined || good === undefined ? { js } : { modes, good, js };
    this.lab.store.history?.annotate(figures);
    this.host.changed();
  }

  dispose() {
    clearTimeout(this.#timer);
    this.view?.dispose();
  }
}
