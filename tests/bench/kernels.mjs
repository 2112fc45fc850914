/**
 * Replays the kernels of one DCGAN step in a browser and says how long each takes.
 *
 *     cargo run --package ganvas-kernels --no-default-features --example schedule -- 16 32 software > schedule.json
 *     node tests/bench/kernels.mjs schedule.json
 *
 * No wasm and no burn: what is timed is WebGPU and the kernels' text alone.
 */
import { readFile } from 'node:fs/promises';
import { launch } from '../support/browser.mjs';
import { serveFolder } from './support/blank.mjs';

const schedule = JSON.parse(await readFile(process.argv[2], 'utf8'));
const repeats = Number(process.argv[3] ?? 3);

const page = await blankPage();
try {
  const result = await page.evaluate(replay, { schedule, repeats });
  print(result);
} finally {
  await page.close();
}

/** A secure page without content: WebGPU exists only there. */
async function blankPage() {
  const server = await serveFolder();
  const browser = await launch({ webgpu: true });
  const page = await browser.newPage();
  page.on('console', (message) => console.error(message.text()));
  await page.goto(server.url);
  const close = page.close.bind(page);
  page.close = async () => {
    await close();
    await browser.close();
    await server.close();
  };
  return page;
}

/** Runs in the page. */
async function replay({ schedule, repeats }) {
  const adapter = await navigator.gpu.requestAdapter();
  const device = await adapter.requestDevice({ requiredLimits: { maxStorageBuffersPerShaderStage: Math.min(10, adapter.limits.maxStorageBuffersPerShaderStage) } });
  device.addEventListener('uncapturederror', (event) => console.error(event.error.message));
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const buffers = schedule.buffers.map((length) => {
    const buffer = device.createBuffer({ size: Math.ceil(length / 4) * 16, usage });
    const values = Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898) * 0.1);
    device.queue.writeBuffer(buffer, 0, values);
    return buffer;
  });
  const pipelines = new Map();
  const launches = [];
  const start = performance.now();
  for (const { name, wgsl, workgroups, buffers: used, info } of schedule.launches) {
    if (!pipelines.has(wgsl)) {
      const module = device.createShaderModule({ code: wgsl });
      for (const message of (await module.getCompilationInfo()).messages) {
        if (message.type === 'error') {
          console.error(name, message.lineNum, message.message, `\n${wgsl}`);
        }
      }
      pipelines.set(wgsl, await device.createComputePipelineAsync({ layout: 'auto', compute: { module } }));
    }
    const pipeline = pipelines.get(wgsl);
    const words = new Uint32Array(Math.max(4, info.length * 2));
    info.forEach((value, i) => { words[2 * i] = value; });
    const infoBuffer = device.createBuffer({ size: words.byteLength, usage });
    device.queue.writeBuffer(infoBuffer, 0, words);
    const group = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [...used.map((index) => buffers[index]), infoBuffer].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    launches.push({ name, pipeline, group, workgroups });
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
  const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
  const many = async (list) => {
    const times = [];
    for (let k = 0; k < repeats; k++) times.push(await run(list));
    return median(times);
  };
  await run(launches);
  const step = await many(launches);
  const each = [];
  for (const launch of launches) each.push(await many([launch]));
  return { compile, step, pipelines: pipelines.size, each };
}

function print({ compile, step, pipelines, each }) {
  schedule.launches.forEach(({ name, workgroups }, index) => {
    console.log(each[index].toFixed(2).padStart(9), 'ms', String(workgroups).padEnd(12), name.slice(0, 150));
  });
  console.log(`${each.length} dispatches, ${pipelines} pipelines, compiled in ${compile.toFixed(0)} ms`);
  console.log(`step ${step.toFixed(1)} ms, sum of kernels ${each.reduce((a, b) => a + b, 0).toFixed(1)} ms`);
}
