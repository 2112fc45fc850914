/**
 * How long was trained since the run was last saved. Who leaves with minutes of it is asked first;
 * what to say is up to the browser.
 */
const worthAsking = 120_000;

export class Unsaved {
  #milliseconds = 0;
  /** @type {number | undefined} */
  #since;

  /** @param {boolean} training */
  follow(training) {
    const now = performance.now();
    if (this.#since !== undefined) this.#milliseconds += now - this.#since;
    this.#since = training ? now : undefined;
  }

  /** It was saved, or another run has begun. */
  clear() {
    this.follow(this.#since !== undefined);
    this.#milliseconds = 0;
  }

  get matters() {
    this.follow(this.#since !== undefined);
    return this.#milliseconds >= worthAsking;
  }
}
