/** What the curves are drawn from. Only a started lab needs it. */

/** @typedef {import('./protocol.js').Report} Report */

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

  #revision = 0;

  /** Another one, when something has changed. */
  get revision() {
    return this.#revision;
  }

  /** Another run begins. */
  clear() {
    this.#revision += 1;
    this.steps = [];
    for (const values of [this.columns, this.trends, this.#averages]) values.clear();
    this.#reports = 0;
    this.#stride = 1;
    this.#skipped = 0;
  }

  /** The run stands at this step: the points of later ones are void. @param {number} step */
  goBack(step) {
    this.#revision += 1;
    this.#forgetFrom(step + 1);
  }

  /** @param {Report} report */
  add(report) {
    this.#revision += 1;
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

  /**
   * Figures that were measured beside the reports: they stand at the latest point up to the step that
   * they are of.
   *
   * @param {Record<string, number>} values
   * @param {number} [step] that of the latest point without it
   */
  annotate(values, step = Number.POSITIVE_INFINITY) {
    let place = this.steps.length - 1;
    while (place >= 0 && this.steps[place] > step) place -= 1;
    if (place < 0) return;
    this.#revision += 1;
    for (const [name, value] of Object.entries(values)) {
      for (const columns of [this.columns, this.trends]) {
        const column = columns.get(name) ?? [];
        while (column.length < place) column.push(Number.NaN);
        column[place] = value;
        columns.set(name, column);
      }
    }
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

  /**
   * The first averages give the newest more than its share, so that a trend does not cling to where
   * it began. Norms of gradients move by orders of magnitude: of them the logarithms are averaged.
   *
   * @param {[string, number][]} quantities
   */
  #average(quantities) {
    this.#reports += 1;
    const share = Math.max(newest, 2 / (this.#reports + 1));
    for (const [name, value] of quantities) {
      const before = this.#averages.get(name) ?? Number.NaN;
      const ratio = name.endsWith('_gradient') ? value / before : Number.NaN;
      let average = value;
      if (ratio > 0 && Number.isFinite(ratio)) average = before * ratio ** share;
      else if (Number.isFinite(before)) average = before + share * (value - before);
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
    /** What only the point that goes has, the one before it takes. @param {number[]} values */
    const half = (values) =>
      values
        .map((value, index) => (Number.isNaN(value) ? (values[index + 1] ?? value) : value))
        .filter((_, index) => index % 2 === 0);
    this.steps = half(this.steps);
    for (const columns of [this.columns, this.trends]) {
      for (const [name, values] of columns) columns.set(name, half(values));
    }
    this.#stride *= 2;
  }
}
