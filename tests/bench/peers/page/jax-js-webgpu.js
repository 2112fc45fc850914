import { trainer } from './jax-js.js';

/** @param {import('./inputs.js').Inputs} inputs */
export const load = (inputs) => trainer('webgpu', inputs);
