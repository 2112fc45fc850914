/** Everything that the views show, in one place. Knows nothing of views, worker or element. */

/**
 * @typedef {import('./protocol.js').Description} Description
 * @typedef {import('./protocol.js').Experiment} Experiment
 * @typedef {import('./protocol.js').Report} Report
 * @typedef {import('./protocol.js').Images} Images
 * @typedef {import('./protocol.js').Notice} Notice
 * @typedef {import('./protocol.js').BackendChoice} BackendChoice
 * @typedef {'idle' | 'loading' | 'paused' | 'running' | 'held' | 'recovering' | 'stopped'} Phase
 * Where something is told: on top, or beside what the reader used. @typedef {'data'} Place
 * @typedef {{ key: number, code: string, field?: string, message: string, place?: Place, ofSettings?: boolean }} Complaint
 * @typedef {Notice & { key: number }} KeyedNotice
 */

export class Store {
  /** @type {Phase} */
  phase = 'idle';
  /** What is being loaded while `phase` is "loading". */
  stage = 'module';
  /** @type {Description | undefined} */
  description;
  /** Settings as the reader edits them, before they are applied. @type {Experiment} */
  draft;
  /** @type {Report | undefined} */
  report;
  history = new History();
  /** @type {Images | undefined} */
  grid;
  /** @type {Images | undefined} */
  real;
  /** Real images, each followed by its reconstruction. @type {Images | undefined} */
  pairs;
  /** Other draws of z, shown instead of the fixed grid. @type {Images | undefined} */
  extra;
  /** @type {Complaint[]} */
  complaints = [];
  /** @type {KeyedNotice[]} */
  notices = [];
  /** @type {BackendChoice} */
  backend;
  /** Steps per second at most; 0 is no limit. */
  limit = 0;
  /** The class that new z are drawn for, where the model knows classes; empty: any. */
  digit = '';
  /** A link that could not be copied, shown to be copied by hand. */
  link = '';
  #keys = 0;

  /**
   * @param {Experiment} experiment
   * @param {BackendChoice} backend
   */
  constructor(experiment, backend) {
    this.draft = { ...experiment };
    this.backend = backend;
  }

  /**
   * @param {{ code: string, field?: string, message: string }} complaint
   * @param {Place} [place]
   * @param {boolean} [ofSettings] it speaks of the page's attributes or address, not of a run
   */
  complain({ code, field, message }, place, ofSettings = false) {
    const others = this.complaints.filter((old) => old.code !== code || old.field !== field);
    this.#keys += 1;
    // A page that misbehaves must not bury itself in messages.
    this.complaints = [
      ...others,
      { key: this.#keys, code, field, message, place, ofSettings },
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

  /** Another run begins: what was said of the one before goes with it. */
  forgetRun() {
    this.complaints = this.complaints.filter(({ ofSettings }) => ofSettings);
  }

  /** Takes back a notice that is no longer true. @param {string} name */
  retract(name) {
    this.notices = this.notices.filter((notice) => notice.name !== name);
  }

  retractBackendNotices() {
    this.notices = this.notices.filter(({ name }) => !/^(cpu_|fell_back)/.test(name));
  }

  /** @param {Report} report */
  addReport(report) {
    this.report = report;
    this.history.add(report);
  }

  /** Another run begins. */
  clearRun() {
    this.report = undefined;
    this.extra = undefined;
    this.history = new History();
  }
}

const capacity = 1600;
/** Share of the newest value in a trend: it follows the last few seconds of reports. */
const newest = 0.06;

/**
 * The curves: one column of numbers for each quantity, and one of its trend, an exponential moving
 * average over every report. When full, every second point goes, so an hour of training costs as
 * much memory as a minute.
 */
export class History {
  /** @type {number[]} */
  steps = [];
  /** @type {Map<string, number[]>} */
  columns = new Map();
  /** @type {Map<string, number[]>} */
  trends = new Map();
  /** The averages at the latest report. @type {Map<string, number>} */
  #averages = new Map();
  #reports = 0;
  #stride = 1;
  #skipped = 0;

  /** @param {Report} report */
  add(report) {
    this.#forgetFrom(report.step);
    const quantities = Object.entries(report).filter(
      ([name, value]) => name !== 'step' && typeof value === 'number',
    );
    this.#average(quantities);
    this.#skipped += 1;
    if (this.#skipped < this.#stride) return;
    this.#skipped = 0;
    for (const [name, value] of quantities) {
      this.#fill(this.columns, name).push(value);
      this.#fill(this.trends, name).push(this.#averages.get(name) ?? Number.NaN);
    }
    this.steps.push(report.step);
    if (this.steps.length >= capacity) this.#thin();
  }

  /** After a recovery training goes on from an earlier step: the points since then are void. @param {number} step */
  #forgetFrom(step) {
    let length = this.steps.length;
    while (length > 0 && this.steps[length - 1] >= step) length -= 1;
    if (length === this.steps.length) return;
    this.steps.length = length;
    for (const column of [...this.columns.values(), ...this.trends.values()]) {
      column.length = Math.min(column.length, length);
    }
    for (const [name, trend] of this.trends) {
      const last = trend.at(-1);
      if (last === undefined) this.#averages.delete(name);
      else this.#averages.set(name, last);
    }
    this.#reports = length;
  }

  /** The first averages are plain means, so that a trend does not cling to where it began. @param {[string, number][]} quantities */
  #average(quantities) {
    this.#reports += 1;
    const share = Math.max(newest, 1 / this.#reports);
    for (const [name, value] of quantities) {
      const before = this.#averages.get(name) ?? Number.NaN;
      const average = Number.isFinite(before) ? before + share * (value - before) : value;
      this.#averages.set(name, average);
    }
  }

  /** @param {string} name */
  column(name) {
    return this.columns.get(name) ?? [];
  }

  /** @param {string} name */
  trend(name) {
    return this.trends.get(name) ?? [];
  }

  /**
   * @param {Map<string, number[]>} columns
   * @param {string} name
   */
  #fill(columns, name) {
    const column = columns.get(name) ?? [];
    // A quantity that appears late starts where the others are.
    while (column.length < this.steps.length) column.push(Number.NaN);
    columns.set(name, column);
    return column;
  }

  #thin() {
    /** @param {number[]} values */
    const half = (values) => values.filter((_, index) => index % 2 === 0);
    this.steps = half(this.steps);
    for (const columns of [this.columns, this.trends]) {
      for (const [name, values] of columns) columns.set(name, half(values));
    }
    this.#stride *= 2;
  }
}
