/** The kernels of a step beside what plain code gets from the same adapter, as tables. */
import { milliseconds, table } from './numbers.mjs';

/**
 * @typedef {{ title: string, part: string, flops: number, bytes: number, ms: number }} Kernel
 * @typedef {object} Roofline
 * @property {number} width
 * @property {number} batch_size
 * @property {string} adapter
 * @property {number} step_ms all of them at once
 * @property {number} product_gflops of the faster plain matrix product
 * @property {number} copy_gbs of a plain copy
 * @property {Kernel[]} kernels
 */

/** What a kernel achieves: arithmetic where it is a linear map, bytes where it passes over memory. */
export function speed(/** @type {{ flops: number, bytes: number, ms: number }} */ kernel) {
  const { flops, bytes, ms } = kernel;
  if (!ms) return '–';
  return flops
    ? `${(flops / ms / 1e6).toFixed(2)} GFLOP/s`
    : `${(bytes / ms / 1e6).toFixed(2)} GB/s`;
}

/**
 * @param {Roofline[]} found
 */
export function rooflineTables(found) {
  const [{ adapter }] = found;
  return [
    '## Each kernel beside plain code',
    `The kernels of a step, replayed in a page without wasm and timed one by one on ${adapter}, short ones many times over (\`node tests/bench/kernels.mjs\`). “Of plain code” is the time that the same arithmetic takes a plain matrix product of 512×512 (through workgroup memory or registers, whichever is faster here), or the same bytes a plain copy of 4 MB, whichever is longer, over the kernel’s time. Kernels whose work is counted as each number read and written once may beat that where a cache holds what a copy streams. \`cargo xtask gpu-check\` does the same on a machine’s own GPU, without a browser: [devices.md](devices.md#without-a-browser). No real GPU has been measured yet.`,
    ...found.flatMap(sizeTable),
  ].join('\n\n');
}

/** @param {Roofline} found */
function sizeTable(found) {
  const { width, batch_size, product_gflops, copy_gbs, step_ms } = found;
  const kernels = merged(found.kernels);
  const sum = kernels.reduce((sum, { ms }) => sum + ms, 0);
  return [
    `### Width ${width}, batch ${batch_size}`,
    `Plain matrix product ${product_gflops.toFixed(2)} GFLOP/s, plain copy ${copy_gbs.toFixed(2)} GB/s. All ${found.kernels.length} dispatches in one submission take ${milliseconds(step_ms)}.`,
    table(
      ['kernel', 'a step', 'time', 'share of the step', 'achieved', 'of plain code'],
      kernels.map((kernel) => [
        kernel.title,
        `${kernel.count} ×`,
        milliseconds(kernel.ms),
        percent(kernel.ms / sum),
        speed(kernel),
        kernel.ms ? percent(plain(kernel, found) / kernel.ms) : '–',
      ]),
    ),
  ];
}

/** How long plain code takes, in milliseconds. @param {Kernel} kernel @param {Roofline} found */
const plain = ({ flops, bytes }, { product_gflops, copy_gbs }) =>
  Math.max(flops / product_gflops, bytes / copy_gbs) / 1e6;

const percent = (value) => `${(100 * value).toFixed(value < 0.1 ? 1 : 0)} %`;

/** The same kernel is dispatched several times a step. @param {Kernel[]} kernels */
function merged(kernels) {
  /** @type {Map<string, Kernel & { count: number }>} */
  const all = new Map();
  for (const { title, part, flops, bytes, ms } of kernels) {
    const known = all.get(title) ?? { title, part, flops: 0, bytes: 0, ms: 0, count: 0 };
    known.flops += flops;
    known.bytes += bytes;
    known.ms += ms;
    known.count += 1;
    all.set(title, known);
  }
  return [...all.values()];
}
