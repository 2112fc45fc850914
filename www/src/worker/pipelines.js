/**
 * Compiles the pipelines of a warm-up side by side.
 *
 * wgpu creates them one after the other, and a browser then compiles each before it looks at the
 * next: a second or more for a few dozen. WebGPU's asynchronous way uses all cores, but its
 * pipelines come later than wgpu wants them. So wgpu gets stand-ins, and a pass that is given one
 * takes the pipeline that it stands for. What is used before it is there is compiled on the spot.
 */

/** Takes a pipeline's place until it is compiled. */
class StandIn {
  /** @type {GPUComputePipeline | undefined} */
  #compiled;
  #compileNow;

  /** @param {() => GPUComputePipeline} compileNow */
  constructor(compileNow) {
    this.#compileNow = compileNow;
  }

  get pipeline() {
    this.#compiled ??= this.#compileNow();
    return this.#compiled;
  }

  /** @param {GPUComputePipeline} compiled too late where it was needed at once */
  take(compiled) {
    this.#compiled ??= compiled;
  }

  /** @param {number} index */
  getBindGroupLayout(index) {
    return this.pipeline.getBindGroupLayout(index);
  }
}

/**
 * Runs `work`, in which nothing may be computed, and throws what it throws; the promise is kept
 * when all pipelines that it created are there.
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
    const standIn = new StandIn(() => oneByOne.call(this, descriptor));
    const promise = this.createComputePipelineAsync(descriptor);
    promises.push(promise.then((pipeline) => standIn.take(pipeline)));
    return /** @type {GPUComputePipeline} */ (/** @type {unknown} */ (standIn));
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
    const standIn = /** @type {unknown} */ (pipeline);
    return setPipeline.call(this, standIn instanceof StandIn ? standIn.pipeline : pipeline);
  };
}
