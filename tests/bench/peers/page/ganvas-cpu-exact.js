import { trainer } from './ganvas.js';

/** @param {import('./inputs.js').Inputs} inputs */
export const load = (inputs) => trainer('cpu', inputs);
