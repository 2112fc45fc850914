import { trainer } from './plain-burn.js';

/** @param {import('./inputs.js').Inputs} inputs */
export const load = (inputs) => trainer('cpu', inputs);
