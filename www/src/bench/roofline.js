/** Each kernel of a training step beside what the same adapter gives to plain code. */
import { GanvasError, toError } from '../errors.js';
import { urlOf } from '../site.js';
import { inTime } from '../waiting.js';
import { replay } from './replay.js';

/**
 * @typedef {import('./plan.js').Size} Size
 * @typedef {import('./replay.js').Schedule} Schedule
 * @typedef {Size & { tiles: 'gpu' | 'software', schedule: Schedule }} Step
 * @typedef {{ shaders: string[], plain: Schedule, steps: Step[] }} Kernels as the example `schedule`
 *   of ganvas-kernels writes them
 *
 * @typedef {object} Kernel those of one kind, together
 * @property {string} title
 * @property {number} count dispatches in a step
 * @property {number} ms
 * @property {number} flops
 * @property {number} bytes
 * @property {number} of_plain the time that plain code takes for the same, over this one
 *
 * @typedef {Size & { step_ms: number, product_gflops: number, copy_gbs: number, kernels: Kernel[] }} Roofline
 */

/** Of several times the least counts; on a software adapter each takes long. */
const repeats = { gpu: 4, software: 1 };

/**
 * @param {import('../site.js').Site} site
 * @returns {Promise<Kernels>}
 */
export function loadKernels(site) {
  const file = 'kernels.json';
  return inTime(file, async () => {
    const response = await fetch(urlOf(site, file));
    if (!response.ok) throw new GanvasError('network', `${file}: HTTP ${response.status}`);
    return response.json().catch((error) => {
      throw new GanvasError('network', `${file}: ${toError(error).message}`);
    });
  });
}

/**
 * @param {Kernels} all
 * @param {Step} step
 * @param {AbortSignal} signal
 * @returns {Promise<Roofline>}
 */
export async function measureKernels({ shaders, plain }, step, signal) {
  const { tiles, width, batch_size, schedule } = step;
  const how = { shaders, repeats: repeats[tiles] };
  const ceiling = await replay({ ...how, schedule: plain }, signal);
  const found = await replay({ ...how, schedule }, signal);
  const [registers, shared, copied] = plain.launches.map(
    ({ flops, bytes }, index) => (flops || bytes) / ceiling.each[index] / 1e6,
  );
  const product_gflops = Math.max(registers, shared);
  const timed = schedule.launches.map((launch, index) => ({ ...launch, ms: found.each[index] }));
  return {
    width,
    batch_size,
    step_ms: found.step,
    product_gflops,
    copy_gbs: copied,
    kernels: together(timed, product_gflops, copied),
  };
}

/**
 * The same kernel is dispatched several times a step; the heaviest come first.
 *
 * @param {{ title: string, ms: number, flops: number, bytes: number }[]} launches
 * @param {number} product GFLOP/s of a plain matrix product
 * @param {number} copy GB/s of a plain copy
 * @returns {Kernel[]}
 */
export function together(launches, product, copy) {
  /** @type {Map<string, Kernel>} */
  const kernels = new Map();
  for (const { title, ms, flops, bytes } of launches) {
    const kernel = kernels.get(title) ?? {
      title,
      count: 0,
      ms: 0,
      flops: 0,
      bytes: 0,
      of_plain: 0,
    };
    kernel.count += 1;
    kernel.ms += ms;
    kernel.flops += flops;
    kernel.bytes += bytes;
    kernels.set(title, kernel);
  }
  for (const kernel of kernels.values()) {
    const plain = Math.max(kernel.flops / product, kernel.bytes / copy) / 1e6;
    kernel.of_plain = kernel.ms > 0 ? plain / kernel.ms : 0;
  }
  return [...kernels.values()].sort((a, b) => b.ms - a.ms);
}
