import '@tensorflow/tfjs-backend-webgl';
import { trainer } from './tfjs.js';

/** @param {import('./inputs.js').Inputs} inputs */
export const load = (inputs) => trainer('webgl', inputs);
