import '@tensorflow/tfjs-backend-webgpu';
import { trainer } from './tfjs.js';

/** @param {import('./inputs.js').Inputs} inputs */
export const load = (inputs) => trainer('webgpu', inputs);
