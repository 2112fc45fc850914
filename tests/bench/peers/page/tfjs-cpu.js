import '@tensorflow/tfjs-backend-cpu';
import { trainer } from './tfjs.js';

/** @param {import('./inputs.js').Inputs} inputs */
export const load = (inputs) => trainer('cpu', inputs);
