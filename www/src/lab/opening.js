/**
 * How a run begins for who watches: its z as noise, then what an untrained G makes of it, then the
 * run. The reader can look at z at any time.
 */

/**
 * @typedef {import('../protocol.js').Images} Images
 *
 * @typedef {object} OpeningHost
 * @property {() => void} changed
 * @property {() => boolean} still nothing may move by itself
 */

/** How long each of both is seen, in milliseconds. */
const zMs = 1100;
const madeMs = 900;

export class Opening {
  /** What stands before the grid. @type {'z' | 'made' | undefined} */
  #stage;
  /** The reader looks at z. */
  pinned = false;
  /** What the untrained G made. @type {Images | undefined} */
  first;
  /** It has begun, and nobody has seen it yet. */
  #waits = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {OpeningHost} host */
  constructor(host) {
    this.host = host;
  }

  get shows() {
    return this.pinned ? 'z' : this.#stage;
  }

  /** A grid has come. @param {Images} grid */
  take(grid) {
    if (grid.step > 0) {
      // Where nothing moves by itself, z stays until the run goes on.
      if (this.#stage && this.host.still()) this.end();
      return;
    }
    this.first = grid;
  }

  /** A fresh run has drawn its z. */
  begin() {
    this.end();
    this.#stage = 'z';
    this.#waits = true;
  }

  /** It is before the reader's eyes now: its time begins. */
  seen() {
    if (!this.#waits) return;
    this.#waits = false;
    if (this.host.still()) return;
    this.#timer = setTimeout(() => {
      this.#stage = this.first ? 'made' : undefined;
      this.host.changed();
      this.#timer = setTimeout(() => this.end(), madeMs);
    }, zMs);
  }

  end() {
    clearTimeout(this.#timer);
    this.#waits = false;
    this.#stage = undefined;
    this.host.changed();
  }

  /** @param {boolean} pinned */
  pin(pinned) {
    this.end();
    this.pinned = pinned;
    this.host.changed();
  }
}
