/**
 * How many steps may be under way before the next read-back, and how fast training runs.
 *
 * A GPU takes orders faster than it carries them out, and wasm has no back-pressure: without a
 * limit a slow adapter would queue minutes of work. So the number of steps between two read-backs
 * follows the measured time of a step, and a read-back comes about four times a second.
 */
const targetMs = 250;
const slowMs = 800;

export class Pace {
  /** Steps allowed until the next read-back. */
  allowance = 1;
  /** Steps taken since the last one. */
  taken = 0;
  /** Milliseconds of training since then. */
  #spent = 0;
  /** Smoothed milliseconds of one step. */
  #stepMs = 0;

  /**
   * @param {number} steps
   * @param {number} milliseconds
   */
  add(steps, milliseconds) {
    this.taken += steps;
    this.#spent += milliseconds;
  }

  get due() {
    return this.taken >= this.allowance || (this.taken > 0 && this.#spent >= targetMs);
  }

  /** After the read-back: all the steps are really done. @param {number} milliseconds it took */
  settle(milliseconds) {
    if (this.taken === 0) return;
    const measured = (this.#spent + milliseconds) / this.taken;
    this.#stepMs = this.#stepMs === 0 ? measured : 0.7 * this.#stepMs + 0.3 * measured;
    const wanted = Math.floor(targetMs / Math.max(measured, 0.01));
    this.allowance = Math.max(1, Math.min(wanted, this.allowance * 2));
    this.taken = 0;
    this.#spent = 0;
  }

  /** A step takes so long that whoever asks for something must not wait for its end. */
  get slow() {
    return this.#stepMs > slowMs;
  }

  get stepsPerSecond() {
    return this.#stepMs > 0 ? 1000 / this.#stepMs : 0;
  }
}
