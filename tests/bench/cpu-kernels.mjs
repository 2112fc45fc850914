/**
 * How much of the processor's peak the CPU kernels reach in WebAssembly, in a worker of a headless
 * browser, for both CPU modules.
 *
 *     node tests/bench/cpu-kernels.mjs [--node] [strict.wasm relaxed.wasm]
 *
 * `--node` runs them here instead, and its clock is the processor time of this process: what
 * others do on a busy machine hardly counts then. Without files the example is compiled.
 *
 * The peak is what a loop of multiply-adds in registers reaches there. The times are those of the
 * example `cpu_bench` of ganvas-kernels: a stage's whole pass, of whose time the arithmetic of its
 * products is counted.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { launch } from '../support/browser.mjs';
import { milliseconds, table } from './numbers.mjs';
import { servePage } from './support/blank.mjs';

/**
 * @typedef {{ network: string, kind: string, from: string, to: string, pass: string, ms: number, gflops: number }} Kernel
 * @typedef {{ width: number, batch: number, step: number, kernels: Kernel[] }} Size
 * @typedef {{ peak: number, sizes: Size[] }} Found
 */

const target = 'wasm32-unknown-unknown';
const modules = { strict: [], relaxed: ['--features', 'relaxed'] };

/** Compiles the example, and returns the module's bytes. @param {string[]} features */
function compile(features) {
  const options = [
    '--package',
    'ganvas-kernels',
    '--no-default-features',
    '--example',
    'cpu_bench',
  ];
  const told = execFileSync(
    'cargo',
    [
      'build',
      '--quiet',
      '--release',
      ...options,
      ...features,
      '--target',
      target,
      '--message-format',
      'json',
    ],
    { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const files = told.split('\n').flatMap((line) => {
    const { reason, target: made, filenames } = line ? JSON.parse(line) : {};
    return reason === 'compiler-artifact' && made.name === 'cpu_bench' ? filenames : [];
  });
  return readFileSync(files.find((file) => file.endsWith('.wasm')));
}

/**
 * Runs a module's `main` here, and returns what it printed.
 *
 * @param {BufferSource} bytes
 */
async function runHere(bytes) {
  setFlagsFromString('--experimental-wasm-relaxed-simd');
  const now = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  /** @type {string[]} */
  const lines = [];
  /** @type {any} */
  let instance;
  const print = (start, length) =>
    lines.push(Buffer.from(instance.exports.memory.buffer, start, length).toString());
  ({ instance } = await WebAssembly.instantiate(bytes, { env: { print, now } }));
  // What runs first is compiled in haste, and the compiler's time is counted with it.
  for (const _ of [0, 1]) {
    lines.length = 0;
    instance.exports.main(0, 0);
  }
  return lines;
}

/** In a worker: runs a module's `main`, and answers with what it printed. */
const code = `onmessage = async ({ data }) => {
  const lines = [];
  let memory;
  const print = (start, length) =>
    lines.push(new TextDecoder().decode(new Uint8Array(memory.buffer, start, length)));
  const { instance } = await WebAssembly.instantiate(data, {
    env: { print, now: () => performance.now() },
  });
  memory = instance.exports.memory;
  // What runs first is compiled in haste: the second run has the engine's best code.
  for (const _ of [0, 1]) {
    lines.length = 0;
    instance.exports.main(0, 0);
  }
  postMessage(lines);
};`;

/** @param {string[]} lines @returns {Found} */
function read(lines) {
  /** @type {Found} */
  const found = { peak: 0, sizes: [] };
  for (const line of lines.map((text) => JSON.parse(text))) {
    const size = found.sizes.at(-1);
    if ('peak' in line) found.peak = line.peak;
    else if ('step' in line) Object.assign(size, { step: line.step });
    else if ('network' in line) size.kernels.push(line);
    else found.sizes.push({ ...line, kernels: [] });
  }
  return found;
}

/** Both modules in Node. @param {Record<string, Buffer>} bytes */
async function inNode(bytes) {
  /** @type {Record<string, Found>} */
  const found = {};
  for (const [name, module] of Object.entries(bytes)) found[name] = read(await runHere(module));
  return found;
}

/** Both modules, compiled. */
const compiled = () =>
  Object.fromEntries(Object.entries(modules).map(([name, features]) => [name, compile(features)]));

/**
 * Both modules, in one browser.
 *
 * @param {Record<string, Buffer>} [given]
 * @returns {Promise<Record<string, Found>>}
 */
export async function cpuKernels(given = compiled()) {
  const server = await servePage();
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    const found = {};
    for (const [name, module] of Object.entries(given)) {
      const bytes = [...module];
      const lines = await page.evaluate(
        ([code, bytes]) =>
          new Promise((resolve, reject) => {
            const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
            const worker = new Worker(url);
            worker.onmessage = ({ data }) => resolve(data);
            worker.onerror = ({ message }) => reject(new Error(message));
            worker.postMessage(new Uint8Array(bytes));
          }),
        [code, bytes],
      );
      found[name] = read(lines);
    }
    return found;
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Of kernels that take less than this share of a step's work nobody needs to know. */
const worth = 0.01;
/** Kernels that take more are the heavy ones, for which there is a goal: a share of the peak. */
const heavy = 0.04;
const goal = 0.7;

/**
 * How many of the heavy kernels reach the goal.
 *
 * @param {Found} found
 * @param {number} at the size
 */
function reached({ sizes, peak }, at) {
  const { kernels } = sizes[at];
  const sum = kernels.reduce((sum, { ms }) => sum + ms, 0);
  const all = kernels.filter(({ ms }) => ms >= heavy * sum);
  return `${all.filter(({ gflops }) => gflops >= goal * peak).length} of ${all.length}`;
}

const percent = (value) => `${Math.round(100 * value)} %`;

/** @param {Record<string, Found>} found */
export function cpuKernelTables({ strict, relaxed }) {
  return [
    '## CPU kernels beside the processor’s peak',
    `Each stage of the DCGAN alone, in a worker without the page (\`node tests/bench/cpu-kernels.mjs\`): the arithmetic of its products over the time of the whole pass, with transforms, normalisation and activation. Of the peak: beside a loop of multiply-adds in registers, which reaches ${strict.peak.toFixed(1)} GFLOP/s in the strict module and ${relaxed.peak.toFixed(1)} in the one with relaxed SIMD. The goal for the heavy ones is ${percent(goal)}. A convolution’s products are those of Winograd’s way, 25 where the direct way has 64.`,
    ...strict.sizes.flatMap((size, at) => {
      const other = relaxed.sizes[at];
      const sum = size.kernels.reduce((sum, { ms }) => sum + ms, 0);
      return [
        `### On the CPU: width ${size.width}, batch ${size.batch}`,
        `The networks’ work in a step takes ${milliseconds(size.step)} in the strict module, ${milliseconds(other.step)} with relaxed SIMD. Of the passes that take ${percent(heavy)} of that or more, ${reached(strict, at)} reach the goal in the strict module and ${reached(relaxed, at)} with relaxed SIMD.`,
        table(
          ['kernel', 'strict', 'of the peak', 'relaxed', 'of the peak'],
          size.kernels.flatMap((kernel, index) => {
            const again = other.kernels[index];
            if (kernel.ms < worth * sum) return [];
            const { kind, from, to, pass, ms, gflops } = kernel;
            return [
              [
                `${kind} ${from} → ${to}: ${pass}`,
                milliseconds(ms),
                percent(gflops / strict.peak),
                milliseconds(again.ms),
                percent(again.gflops / relaxed.peak),
              ],
            ];
          }),
        ),
      ];
    }),
  ].join('\n\n');
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { values, positionals } = parseArgs({
    options: { node: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [strict, relaxed] = positionals.map((file) => readFileSync(file));
  const given = strict && relaxed ? { strict, relaxed } : compiled();
  console.log(cpuKernelTables(await (values.node ? inNode(given) : cpuKernels(given))));
}
