/**
 * Whether the helpers help. On a machine that is busy with something else they may share one core
 * with the thread that they help, which is then faster alone. So the other way is tried now and
 * again, for a moment, and what was faster twice in a row stays: a single moment is chance, and a
 * wrong choice stays for seconds. No number depends on it.
 */

/** Milliseconds of training before anything is compared: code is still being compiled. */
const warmMs = 1000;
/** Milliseconds of a try, of which the first do not count: a helper wakes, and finds a core. */
const tryMs = 250;
const wakeMs = 60;
/** A helper that saves less than this share of a step is not worth its core. */
const gain = 0.04;
/** Milliseconds from one try to the next, first and at most. */
const pauses = { first: 2500, last: 15_000 };

export class Crew {
  /** The helpers rest. */
  resting = false;
  #trying = false;
  /** The other way was faster when it was tried last. */
  #won = false;
  #stay = warmMs;
  #warm = false;
  /** Milliseconds of a step before the try. */
  #usual = Number.POSITIVE_INFINITY;
  #steps = 0;
  #spent = 0;
  /** Milliseconds since the other way was begun. */
  #since = 0;

  /**
   * Training has taken some steps.
   *
   * @param {number} steps
   * @param {number} milliseconds
   */
  took(steps, milliseconds) {
    this.#since += milliseconds;
    if (this.#since < wakeMs) return;
    this.#steps += steps;
    this.#spent += milliseconds;
    if (this.#steps < 2 || this.#spent < (this.#trying ? tryMs : this.#stay)) return;
    const measured = this.#spent / this.#steps;
    this.#steps = 0;
    this.#spent = 0;
    if (!this.#warm) {
      this.#warm = true;
      this.#stay = tryMs;
    } else if (!this.#trying) {
      this.#usual = measured;
      this.#trying = true;
      this.#turn();
    } else {
      this.#trying = false;
      const [alone, shared] = this.resting ? [measured, this.#usual] : [this.#usual, measured];
      const better = this.resting === shared > (1 - gain) * alone;
      const chosen = better && this.#won;
      if (!chosen) this.#turn();
      this.#won = better && !chosen;
      if (this.#won) this.#stay = tryMs;
      else if (chosen) this.#stay = pauses.first;
      // What was true before will hold for longer.
      else this.#stay = Math.min(pauses.last, Math.max(pauses.first, 2 * this.#stay));
    }
  }

  #turn() {
    this.resting = !this.resting;
    this.#since = 0;
  }
}
