/**
 * Runs recorded kernels on a WebGPU device and times each: no wasm, no burn, only WebGPU and the
 * kernels' text.
 *
 * @typedef {{ part: string, title: string, shader: number, buffers: number[], workgroups: number[],
 *   info: number[], flops: number, bytes: number }} Launch
 * @typedef {{ buffers: number[], launches: Launch[] }} Schedule lengths of buffers in numbers of
 *   four bytes, and dispatches in order
 *
 * @typedef {object} Times in milliseconds
 * @property {number} compile until all pipelines are there
 * @property {number} step all dispatches in one submission
 * @property {number} pipelines how many there are
 * @property {number[]} each one dispatch of each launch
 */

/**
 * It knows nothing outside of itself: the benchmark hands it to a page as text.
 *
 * @param {{ schedule: Schedule, shaders: string[], repeats: number }} what `repeats`: of several
 *   times the least counts
 * @param {AbortSignal} [signal]
 * @returns {Promise<Times>}
 */
export async function replay({ schedule, shaders, repeats }, signal) {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw Object.assign(new Error('no adapter'), { code: 'webgpu_unavailable' });
  const device = await adapter.requestDevice();
  try {
    /** @type {string[]} */
    const faults = [];
    device.addEventListener('uncapturederror', ({ error }) => faults.push(error.message));
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    const buffers = schedule.buffers.map((length) => {
      const buffer = device.createBuffer({ size: Math.ceil(length / 4) * 16, usage });
      const values = Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898) * 0.1);
      device.queue.writeBuffer(buffer, 0, values);
      return buffer;
    });
    /** @type {Map<number, Promise<GPUComputePipeline>>} */
    const pipelines = new Map();
    const start = performance.now();
    for (const { shader } of schedule.launches) {
      if (pipelines.has(shader)) continue;
      const module = device.createShaderModule({ code: shaders[shader] });
      const pipeline = device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
      pipelines.set(shader, pipeline);
    }
    /** @type {{ pipeline: GPUComputePipeline, group: GPUBindGroup, workgroups: number[] }[]} */
    const launches = [];
    for (const { shader, workgroups, buffers: used, info } of schedule.launches) {
      const pipeline = /** @type {GPUComputePipeline} */ (await pipelines.get(shader));
      const bound = used.map((index) => buffers[index]);
      if (info.length > 0) {
        const words = new Uint32Array(2 * info.length);
        info.forEach((value, index) => {
          words[2 * index] = value;
        });
        const buffer = device.createBuffer({ size: words.byteLength, usage });
        device.queue.writeBuffer(buffer, 0, words);
        bound.push(buffer);
      }
      const group = device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: bound.map((buffer, binding) => ({ binding, resource: { buffer } })),
      });
      launches.push({ pipeline, group, workgroups });
    }
    const compile = performance.now() - start;

    /** @param {typeof launches} list */
    const run = async (list) => {
      signal?.throwIfAborted();
      const start = performance.now();
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      for (const { pipeline, group, workgroups } of list) {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        const [x, y, z] = workgroups;
        pass.dispatchWorkgroups(x, y, z);
      }
      pass.end();
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      return performance.now() - start;
    };
    // The least of several: what is in the way of a kernel only makes it slower.
    /** @param {typeof launches} list */
    const least = async (list) => {
      let time = Number.POSITIVE_INFINITY;
      for (let k = 0; k < repeats; k++) time = Math.min(time, await run(list));
      return time;
    };
    const idle = await least([]);
    await run(launches);
    const step = await least(launches);
    // What is shorter than this is timed several times over: a page's clock is coarse, and a
    // submission on its own takes longer than many a kernel.
    const shortest = 10;
    const each = [];
    for (const launch of launches) {
      const once = Math.max((await least([launch])) - idle, 0);
      const times = Math.ceil(shortest / Math.max(once, 0.01));
      const all = times > 1 ? await least(Array(times).fill(launch)) : once + idle;
      each.push(Math.max(all - idle, 0) / times);
    }
    // Kernels that did not run would have been fast.
    if (faults.length > 0) throw new Error(faults[0]);
    return { compile, step, pipelines: pipelines.size, each };
  } finally {
    device.destroy();
  }
}
