/** What Ganvas wants to be beside the others, and whether it is. */
import { isSame } from './summary.mjs';

/** @typedef {import('./summary.mjs').Row} Row */

/**
 * @typedef {object} Goal
 * @property {string} title
 * @property {string} ours name of our row
 * @property {string[]} others names of the rows of which the fastest counts
 * @property {number} factor how many times our time theirs should be
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
    factor: 4,
  },
  {
    title: 'CPU against the fastest JavaScript library on the CPU that trains as shipped',
    ours: 'ganvas-cpu',
    others: ['tfjs-wasm', 'tfjs-cpu', 'jax-js-wasm'],
    factor: 25,
  },
];

/**
 * What came of each goal. There is no ratio where somebody had no turn: the fastest may be missing.
 *
 * @param {Row[]} rows of one size
 * @returns {(Goal & { ratio?: number, met?: boolean })[]}
 */
export function judge(rows) {
  return goals.map((goal) => {
    const [own, ...others] = [goal.ours, ...goal.others].map((name) =>
      rows.find((row) => row.name === name && row.verdict !== 'left out'),
    );
    const times = others.flatMap((row) => (isSame(row) ? [row.ms] : []));
    if (!isSame(own) || others.includes(undefined) || times.length === 0) return goal;
    const ratio = Math.min(...times) / own.ms;
    return { ...goal, ratio, met: ratio >= goal.factor };
  });
}
