/**
 * Labs on one page (and in other tabs of the site) take turns on the GPU, one slice each: a Web
 * Lock is granted first come, first served. CPU labs need none.
 * Sandboxed frames may not use locks; there a lab simply does not wait.
 */
export class Turns {
  #allowed = false;

  /** @param {boolean} wanted */
  async prepare(wanted) {
    if (!wanted) return;
    try {
      await navigator.locks.request('ganvas-probe', { ifAvailable: true }, () => {});
      this.#allowed = true;
    } catch {
      this.#allowed = false;
    }
  }

  /**
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  take(work) {
    return this.#allowed ? navigator.locks.request('ganvas-webgpu', work) : work();
  }
}
