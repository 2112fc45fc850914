/**
 * Compiles the pipelines of a warm-up side by side.
 *
 * wgpu creates them one after the other, and a browser then compiles each before it looks at the
 * next: a second or more for a few dozen. WebGPU's asynchronous way uses all cores, but its
 * pipelines come later than wgpu wants them. So wgpu gets stand-ins, and a pass that is given one
 * takes the pipeline that it stands for, which is there by then.
 */

/** @type {WeakMap<object, GPUComputePipeline>} */
const compiled = new WeakMap();

/** Takes a pipeline's place until it is compiled. */
class StandIn {
  /** @param {number} index */
  getBindGroupLayout(index) {
    const pipeline = compiled.get(this);
    if (!pipeline) throw new Error('A pipeline was used before it was compiled');
    return pipeline.getBindGroupLayout(index);
  }
}

/**
 * Runs `work`, in which nothing may be computed, and throws what it throws; the promise is kept
 * when all pipelines that it created can be used.
 *
 * @param {() => void} work
 * @returns {Promise<unknown>}
 */
export function compileTogether(work) {
  if (!globalThis.GPUDevice) return Promise.resolve(work());
  acceptStandIns();
  const device = GPUDevice.prototype;
  const oneByOne = device.createComputePipeline;
  /** @type {Promise<unknown>[]} */
  const promises = [];
  /**
   * @this {GPUDevice}
   * @param {GPUComputePipelineDescriptor} descriptor
   */
  device.createComputePipeline = function (descriptor) {
    const standIn = /** @type {GPUComputePipeline} */ (/** @type {unknown} */ (new StandIn()));
    const promise = this.createComputePipelineAsync(descriptor);
    promises.push(promise.then((pipeline) => compiled.set(standIn, pipeline)));
    return standIn;
  };
  try {
    work();
  } finally {
    device.createComputePipeline = oneByOne;
  }
  return Promise.all(promises);
}

let accepts = false;

function acceptStandIns() {
  if (accepts) return;
  accepts = true;
  const pass = GPUComputePassEncoder.prototype;
  const { setPipeline } = pass;
  /**
   * @this {GPUComputePassEncoder}
   * @param {GPUComputePipeline} pipeline
   */
  pass.setPipeline = function (pipeline) {
    return setPipeline.call(this, compiled.get(pipeline) ?? pipeline);
  };
}
