/** What a browser must offer for a backend to run at all, and what to say where it does not. */
import { GanvasError } from '../errors.js';

/** The smallest module there is. */
const empty = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

/** A module with one SIMD instruction. */
const simd = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15,
  253, 98, 11,
]);

/** A module with one instruction of relaxed SIMD, `f32x4.relaxed_madd`. */
const relaxed = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0, 65, 0, 253, 15,
  65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 11,
]);

/** Whether a multiply-add is one instruction here: Chrome and Edge from 114, Firefox from 145. */
export const hasRelaxedSimd = () => WebAssembly.validate(relaxed);

/**
 * Both backends are WebAssembly with SIMD instructions. Each way of not having them has another
 * remedy, and none of them is a fault in Ganvas or of the network.
 */
export function requireWebAssembly() {
  if (typeof WebAssembly !== 'object') {
    throw unsupported(
      'There is no WebAssembly here. A security mode of the browser may have switched it off, such as Lockdown Mode: allow this site there, or take another browser',
    );
  }
  if (!WebAssembly.validate(simd)) {
    throw unsupported(
      'There is no WebAssembly SIMD here. It came with Chrome and Edge 91, Firefox 89 and Safari 16.4: update the browser, or take another one',
    );
  }
  try {
    new WebAssembly.Module(empty);
  } catch {
    throw unsupported(
      "The policy of this page forbids WebAssembly: its script-src needs 'wasm-unsafe-eval'",
    );
  }
}

/** @param {string} message */
const unsupported = (message) => new GanvasError('unsupported', message);
