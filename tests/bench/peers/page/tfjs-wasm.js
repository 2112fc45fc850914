/** The WebAssembly backend as it is shipped: it has no gradient of a convolution's kernel. */
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { trainer } from './tfjs.js';

setWasmPaths(new URL('./', import.meta.url).href);

/** @param {import('./inputs.js').Inputs} inputs */
export const load = (inputs) => trainer('wasm', inputs);
