/** What Ganvas wants to be beside the others, and whether it is. */
import { isSame } from './summary.mjs';

/** @typedef {import('./summary.mjs').Row} Row */

/** Of PyTorch's time over the page's, with one thread each and with all cores. */
const page = { '16x32': 1 / 0.7, '64x64': 1 / 1.2 };
const pageWithAll = { '16x32': 1 / 0.6, '64x64': 1 / 1.2 };

/**
 * @typedef {object} Goal
 * @property {string} title
 * @property {string} ours name of our row
 * @property {string[]} others names of the rows of which the fastest counts
 * @property {number | Record<string, number>} factor how many times our time theirs should be, for
 *   each size where they differ
 *
 * @type {Goal[]}
 */
const goals = [
  {
    title:
      'WebGPU against the fastest JavaScript library on a GPU path (TensorFlow.js on WebGPU or WebGL, jax-js on WebGPU)',
    ours: 'ganvas-webgpu',
    others: ['tfjs-webgpu', 'tfjs-webgl', 'jax-js-webgpu'],
    factor: 2,
  },
  {
    title: 'CPU against plain burn on the CPU',
    ours: 'ganvas-cpu',
    others: ['plain-burn'],
    factor: 1.4,
  },
  {
    title: 'CPU against TensorFlow.js on wasm with the composed gradient',
    ours: 'ganvas-cpu',
    others: ['tfjs-wasm-gradient'],
    factor: 12,
  },
  {
    title: 'CPU against the fastest JavaScript library on the CPU that trains as shipped',
    ours: 'ganvas-cpu',
    others: ['tfjs-wasm', 'tfjs-cpu', 'jax-js-wasm'],
    factor: 25,
  },
  {
    title: 'CPU in the page against native PyTorch, one thread each',
    ours: 'ganvas-cpu',
    others: ['pytorch'],
    factor: page,
  },
  {
    title: 'CPU in the page against native PyTorch, all cores each',
    ours: 'ganvas-cpu-threads',
    others: ['pytorch-threads'],
    factor: pageWithAll,
  },
  {
    title: 'CPU in the page against native PyTorch with AVX2, one thread each',
    ours: 'ganvas-cpu',
    others: ['pytorch-avx2'],
    factor: page,
  },
  {
    title: 'CPU in the page against native PyTorch with AVX2, all cores each',
    ours: 'ganvas-cpu-threads',
    others: ['pytorch-avx2-threads'],
    factor: pageWithAll,
  },
  {
    title: 'native against PyTorch, one thread each',
    ours: 'ganvas-native',
    others: ['pytorch'],
    factor: { '16x32': 1 / 0.5, '64x64': 1 / 0.8 },
  },
];

/**
 * What came of each goal. There is no ratio where somebody had no turn: the fastest may be missing.
 *
 * @param {Row[]} rows of one size
 * @param {string} size as `--sizes` has it; goals that are for others are left out
 * @returns {(Goal & { factor: number, ratio?: number, met?: boolean })[]}
 */
export function judge(rows, size) {
  const here = goals.map((goal) => {
    const factor = typeof goal.factor === 'number' ? goal.factor : goal.factor[size];
    return { ...goal, factor };
  });
  return here.flatMap((goal) => {
    if (goal.factor === undefined) return [];
    const [own, ...others] = [goal.ours, ...goal.others].map((name) =>
      rows.find((row) => row.name === name && row.verdict !== 'left out'),
    );
    const times = others.flatMap((row) => (isSame(row) ? [row.ms] : []));
    if (!isSame(own) || others.includes(undefined) || times.length === 0) return goal;
    const ratio = Math.min(...times) / own.ms;
    return { ...goal, ratio, met: ratio >= goal.factor };
  });
}
