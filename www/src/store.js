/** Everything that the views show, in one place. Knows nothing of views, worker or element. */

/**
 * @typedef {import('./protocol.js').Description} Description
 * @typedef {import('./protocol.js').Experiment} Experiment
 * @typedef {import('./protocol.js').Report} Report
 * @typedef {import('./protocol.js').Images} Images
 * @typedef {import('./protocol.js').Notice} Notice
 * @typedef {import('./protocol.js').BackendChoice} BackendChoice
 * Why a setting was refused, in no language. @typedef {{ reason: string, params: Record<string, unknown> }} Problem
 * @typedef {'idle' | 'loading' | 'paused' | 'running' | 'held' | 'recovering' | 'stopped'} Phase
 * Where something is told: on top, or beside what the reader used. @typedef {'data'} Place
 * @typedef {{ key: number, code: string, field?: string, message: string, place?: Place, ofSettings?: boolean, problem?: Problem }} Complaint
 * @typedef {Notice & { key: number }} KeyedNotice
 */

export class Store {
  /** @type {Phase} */
  phase = 'idle';
  /** Which panels of curves the reader wants to see or not. @type {Record<string, boolean>} */
  curves = {};
  logarithmic = false;
  /** The point of the curves that is pointed at. @type {number | undefined} */
  pointed;
  /** The step at which the run's settings were changed under way. @type {number | undefined} */
  tuned;
  /** What is being loaded while `phase` is "loading". */
  stage = 'module';
  /** @type {Description | undefined} */
  description;
  /** Settings as the reader edits them, before they are applied. @type {Experiment} */
  draft;
  /** @type {Report | undefined} */
  report;
  /** What is happening, as diagnosis/moment.js names it; empty before the first report. */
  moment = '';
  /** The curves, once there is a lab to draw them. @type {import('./history.js').History | undefined} */
  history;
  /** @type {Images | undefined} */
  grid;
  /** @type {Images | undefined} */
  real;
  /** Real images, each followed by its reconstruction. @type {Images | undefined} */
  pairs;
  /** What the grid is made from, row after row. @type {{ z: Float32Array, length: number } | undefined} */
  latents;
  /** What the latest single update has changed. @type {import('./protocol.js').Change | undefined} */
  change;
  /** Other draws of z, shown instead of the fixed grid. @type {Images | undefined} */
  extra;
  /** What the worker keeps up to date because a view watches it, by its name. @type {Record<string, any>} */
  watched = {};
  /** Why a view that is watched cannot be shown, by its name. @type {Record<string, { code: string, message: string } | undefined>} */
  unwatchable = {};
  /**
   * Of a model that lives in the plane: which layers of its picture are shown, and what the reader
   * has drawn.
   *
   * @type {{ layers?: Set<string>, strokes: { x: number, y: number }[][] }}
   */
  plane = { strokes: [] };
  /** @type {Complaint[]} */
  complaints = [];
  /** @type {KeyedNotice[]} */
  notices = [];
  /** @type {BackendChoice} */
  backend;
  /** How many cores the CPU's work shall be shared by. @type {import('./protocol.js').Threads} */
  threads;
  /** Steps per second at most; 0 is no limit. */
  limit = 0;
  /** The class that new z are drawn for, where the model knows classes; empty: any. */
  digit = '';
  /** The link could not be copied, and is shown to be copied by hand. */
  showsLink = false;
  #keys = 0;

  /**
   * @param {Experiment} experiment
   * @param {{ backend: BackendChoice, threads: import('./protocol.js').Threads }} how
   */
  constructor(experiment, { backend, threads }) {
    this.draft = { ...experiment };
    this.backend = backend;
    this.threads = threads;
  }

  /**
   * @param {{ code: string, field?: string, message: string }} complaint
   * @param {Place} [place]
   * @param {boolean} [ofSettings] it speaks of the page's attributes or address, not of a run
   * @param {Problem} [problem] by which it is said in the reader's language of then
   */
  complain({ code, field, message }, place, ofSettings = false, problem = undefined) {
    const others = this.complaints.filter((old) => old.code !== code || old.field !== field);
    this.#keys += 1;
    // A page that misbehaves must not bury itself in messages.
    this.complaints = [
      ...others,
      { key: this.#keys, code, field, message, place, ofSettings, problem },
    ].slice(-6);
  }

  /** @param {Notice} notice */
  notify(notice) {
    const others = this.notices.filter((old) => old.name !== notice.name);
    this.#keys += 1;
    this.notices = [...others, { ...notice, key: this.#keys }].slice(-4);
  }

  /** @param {number} key */
  dismiss(key) {
    this.complaints = this.complaints.filter((entry) => entry.key !== key);
    this.notices = this.notices.filter((entry) => entry.key !== key);
  }

  /**
   * Takes back a complaint whose cause is gone.
   *
   * @param {string} code
   * @param {string} [field]
   */
  forget(code, field) {
    this.complaints = this.complaints.filter((old) => old.code !== code || old.field !== field);
  }

  /** Takes back a notice that is no longer true. @param {string} name */
  retract(name) {
    this.notices = this.notices.filter((notice) => notice.name !== name);
  }

  /** @param {Report} report */
  addReport(report) {
    this.report = report;
    this.history?.add(report);
  }
}
