/** Who takes part, in the order of the tables. */

/**
 * @typedef {object} Contestant
 * @property {string} name for `--only`; the module of a page is page/NAME.js
 * @property {string} title
 * @property {string} backend as the tables name it
 * @property {string} [version] the npm package whose version is told
 * @property {string[]} [assets] files that are put beside its module, from the repository's root
 * @property {string} [needs] without this file, from the repository's root, it is left out
 * @property {boolean} [isolated] its page is isolated from other origins, to share memory
 * @property {string[]} [program] it is a native program, as seats.mjs starts it
 * @property {string[]} [modules] of Python that it needs
 * @property {string} [instructions] that the processor must have, as Linux names them: without
 *   them it would be another contestant once more
 * @property {'cpu' | 'webgpu'} [ours] the others are compared with it
 */

const tfjs = { title: 'TensorFlow.js', version: '@tensorflow/tfjs-core' };
const jaxJs = { title: 'jax-js', version: '@jax-js/jax' };
const tfjsWasm = [
  'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm',
].map((file) => `node_modules/@tensorflow/tfjs-backend-wasm/dist/${file}`);
/** @param {string} threads @param {string[]} [options] */
const pytorch = (threads, ...options) => ({
  title: 'PyTorch',
  program: ['PYTHON', 'tests/bench/peers/native/pytorch.py', '--threads', threads, ...options],
  modules: ['torch', 'numpy', 'safetensors'],
});
/** As on most laptops, whose processors have no wider instructions. @param {string} threads */
const narrowPytorch = (threads) => ({
  ...pytorch(threads, '--avx2'),
  instructions: 'avx512f',
});
const steps = 'target/release/examples/bench_steps';
const plainBurn = 'target/site/plain-burn';

/** @type {Contestant[]} */
export const contestants = [
  { name: 'ganvas-cpu', title: 'Ganvas', backend: 'wasm', ours: 'cpu' },
  { name: 'ganvas-cpu-exact', title: 'Ganvas', backend: 'wasm, exact' },
  {
    name: 'ganvas-cpu-threads',
    title: 'Ganvas',
    backend: 'wasm, all cores',
    assets: ['tests/bench/peers/page/ganvas-worker.js'],
    needs: 'dist/wasm/cpu-threads/ganvas_web.js',
    isolated: true,
  },
  { name: 'ganvas-webgpu', title: 'Ganvas', backend: 'WebGPU', ours: 'webgpu' },
  {
    name: 'plain-burn',
    title: 'plain burn',
    backend: 'wasm',
    assets: [plainBurn],
    needs: `${plainBurn}/release/plain_burn.js`,
  },
  { ...tfjs, name: 'tfjs-wasm', backend: 'wasm, as shipped', assets: tfjsWasm },
  {
    ...tfjs,
    name: 'tfjs-wasm-gradient',
    backend: 'wasm, missing gradient composed',
    assets: tfjsWasm,
  },
  { ...tfjs, name: 'tfjs-cpu', backend: 'cpu (JavaScript)' },
  { ...tfjs, name: 'tfjs-webgl', backend: 'WebGL' },
  { ...tfjs, name: 'tfjs-webgpu', backend: 'WebGPU' },
  { ...jaxJs, name: 'jax-js-wasm', backend: 'wasm' },
  { ...jaxJs, name: 'jax-js-webgpu', backend: 'WebGPU' },
  {
    name: 'ganvas-native',
    title: 'Ganvas',
    backend: 'native, one thread',
    program: [steps],
    needs: steps,
  },
  { ...pytorch('1'), name: 'pytorch', backend: 'native, one thread' },
  { ...pytorch('THREADS'), name: 'pytorch-threads', backend: 'native, all cores' },
  { ...narrowPytorch('1'), name: 'pytorch-avx2', backend: 'native, one thread, AVX2' },
  { ...narrowPytorch('THREADS'), name: 'pytorch-avx2-threads', backend: 'native, all cores, AVX2' },
];
