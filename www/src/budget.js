/** Does a side job at most every `everyMs`, and so that it takes at most `share` of the time. */
export class Budgeted {
  #last = Number.NEGATIVE_INFINITY;
  #cost = 0;
  #pauseMs;

  /**
   * @param {number} everyMs
   * @param {number} share
   */
  constructor(everyMs, share) {
    this.everyMs = everyMs;
    this.#pauseMs = everyMs;
    this.share = share;
  }

  get due() {
    return this.wait <= 0;
  }

  /** Milliseconds until it is due. */
  get wait() {
    return this.#last + Math.max(this.#pauseMs, this.#cost / this.share) - performance.now();
  }

  /** Starts the wait anew without doing the job. */
  postpone() {
    this.#last = performance.now();
  }

  /**
   * A job that fails has taken its time too.
   *
   * @template T
   * @param {() => Promise<T>} job
   */
  async run(job) {
    const start = performance.now();
    try {
      return await job();
    } finally {
      this.#last = performance.now();
      this.#cost = this.#last - start;
      this.#pauseMs = this.everyMs;
    }
  }

  /** What has been done was a part: the rest may follow as soon as the share allows it. */
  hasten() {
    this.#pauseMs = 0;
  }
}
