/**
 * Has Firefox answer `mapAsync` as soon as the GPU is done. It looks for finished work every 100 ms
 * only (its bug 1870699), or whenever something is submitted: a read-back would take a tenth of a
 * second, four times in each. So while a map is pending, nothing is submitted now and then, on the
 * queue that the work went to.
 */

/** The least that a worker's timers can do. */
const everyMs = 4;

/** @type {GPUQueue | undefined} */
let queue;
let pending = 0;
/** @type {ReturnType<typeof setInterval> | undefined} */
let nudges;

/** Changes two methods of WebGPU, in this worker alone, once and in Firefox only. */
export function promptMaps() {
  if (!globalThis.GPUBuffer || !/\bFirefox\//.test(navigator.userAgent)) return;
  const { submit } = GPUQueue.prototype;
  /**
   * @this {GPUQueue}
   * @param {Iterable<GPUCommandBuffer>} commands
   */
  GPUQueue.prototype.submit = function (commands) {
    queue = this;
    return submit.call(this, commands);
  };
  const { mapAsync } = GPUBuffer.prototype;
  /**
   * @this {GPUBuffer}
   * @param {Parameters<typeof mapAsync>} values
   */
  GPUBuffer.prototype.mapAsync = async function (...values) {
    pending += 1;
    nudges ??= setInterval(() => queue && submit.call(queue, []), everyMs);
    try {
      return await mapAsync.apply(this, values);
    } finally {
      pending -= 1;
      if (pending === 0) {
        clearInterval(nudges);
        nudges = undefined;
      }
    }
  };
}
