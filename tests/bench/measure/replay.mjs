/**
 * Runs recorded kernels in a page with WebGPU and times each: no wasm, no burn, only
 * WebGPU and the kernels' text.
 *
 * @typedef {{ name: string, wgsl: string, buffers: number[], workgroups: number[],
 *   info: number[], flops: number, bytes: number }} Launch
 * @typedef {{ buffers: number[], launches: Launch[] }} Schedule
 */

/**
 * @param {import('playwright-core').Page} page
 * @param {Schedule} schedule
 * @param {number} repeats
 * @returns {Promise<{ compile: number, step: number, pipelines: number, each: number[] }>}
 */
export function replay(page, schedule, repeats) {
  return page.evaluate(inPage, { schedule, repeats });
}

async function inPage({ schedule, repeats }) {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  const device = await adapter.requestDevice();
  device.addEventListener('uncapturederror', (event) => console.error(event.error.message));
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
  const buffers = schedule.buffers.map((length) => {
    const buffer = device.createBuffer({ size: Math.ceil(length / 4) * 16, usage });
    const values = Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898) * 0.1);
    device.queue.writeBuffer(buffer, 0, values);
    return buffer;
  });
  const pipelines = new Map();
  const start = performance.now();
  for (const { wgsl } of schedule.launches) {
    if (pipelines.has(wgsl)) continue;
    const module = device.createShaderModule({ code: wgsl });
    pipelines.set(wgsl, device.createComputePipelineAsync({ layout: 'auto', compute: { module } }));
  }
  const launches = [];
  for (const { wgsl, workgroups, buffers: used, info } of schedule.launches) {
    const pipeline = await pipelines.get(wgsl);
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

  const run = async (list) => {
    const start = performance.now();
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const { pipeline, group, workgroups } of list) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(...workgroups);
    }
    pass.end();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return performance.now() - start;
  };
  // The least of several: what is in the way of a kernel only makes it slower.
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
  return {
    compile,
    step,
    pipelines: pipelines.size,
    each,
  };
}
