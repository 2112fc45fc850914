import { trainer } from './ganvas.js';

/**
 * As readers have it whose browser has relaxed SIMD.
 *
 * @param {import('./inputs.js').Inputs} inputs
 */
export const load = (inputs) => trainer('cpu', inputs, 'cpu-relaxed');
