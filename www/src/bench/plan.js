/** What is measured: three sizes on both backends, or what the address asks for (docs/devices.md). */
import { fields } from '../settings/fields.js';

/**
 * @typedef {import('../protocol.js').Backend} Backend
 * @typedef {{ width: number, batch_size: number }} Size
 * @typedef {{ sizes: Size[], backends: Backend[], seconds: number, kernels: boolean }} Plan
 * @typedef {'sizes' | 'backends' | 'seconds' | 'kernels'} Parameter
 */

/** The sizes of the table of known devices. @type {Size[]} */
export const usualSizes = [
  { width: 16, batch_size: 32 },
  { width: 32, batch_size: 32 },
  { width: 64, batch_size: 64 },
];

/** @type {Backend[]} */
const allBackends = ['cpu', 'webgpu'];
const usualSeconds = 4;
const longest = 60;
const mostSizes = 12;

/**
 * A parameter that cannot be read is named, and what it would have changed stays as usual.
 *
 * @param {string} query
 * @returns {{ plan: Plan, refused: Parameter[] }}
 */
export function planOf(query) {
  const address = new URLSearchParams(query);
  /** @type {Parameter[]} */
  const refused = [];
  /**
   * @template T
   * @param {Parameter} name
   * @param {(text: string) => T | undefined} read
   * @param {T} usual
   */
  const asked = (name, read, usual) => {
    const text = address.get(name);
    const value = text === null ? usual : read(text);
    if (value === undefined) refused.push(name);
    return value ?? usual;
  };
  const plan = {
    sizes: asked('sizes', sizesOf, usualSizes),
    backends: asked('backends', backendsOf, allBackends),
    seconds: asked('seconds', secondsOf, usualSeconds),
    kernels: asked('kernels', switchOf, true),
  };
  return { plan, refused };
}

/** `16x32,64x64`: width × batch size. @param {string} text @returns {Size[] | undefined} */
function sizesOf(text) {
  const sizes = text.split(',').map((pair) => {
    const [, width, batch] = /^(\d{1,4})x(\d{1,4})$/.exec(pair.trim()) ?? [];
    return { width: Number(width), batch_size: Number(batch) };
  });
  const sound = sizes.every(
    ({ width, batch_size }) => allowed('width', width) && allowed('batch_size', batch_size),
  );
  return sound && sizes.length <= mostSizes ? sizes : undefined;
}

/** @param {string} name @param {number} value */
function allowed(name, value) {
  const { min = 0, max = 0 } = fields.find((field) => field.name === name) ?? {};
  return value >= min && value <= max;
}

/** @param {string} text @returns {Backend[] | undefined} */
function backendsOf(text) {
  const names = text.split(',').map((name) => name.trim());
  const found = allBackends.filter((backend) => names.includes(backend));
  return found.length === names.length ? found : undefined;
}

/** @param {string} text */
function secondsOf(text) {
  const seconds = Number(text);
  return text.trim() !== '' && seconds > 0 && seconds <= longest ? seconds : undefined;
}

/** @param {string} text */
const switchOf = (text) => ({ on: true, off: false })[text.trim()];
