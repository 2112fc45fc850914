/** Loads the wasm module of one backend. */
import { GanvasError, toError } from '../errors.js';
import { inTime } from '../waiting.js';
import { download, locate } from './download.js';
import { hasRelaxedSimd, requireWebAssembly } from './platform.js';

/**
 * The wasm module, by the declarations that wasm-bindgen makes of it.
 *
 * @typedef {import('../generated/ganvas_web.js').Session} Session
 * @typedef {import('../generated/ganvas_web.js').Data} Data
 * @typedef {typeof import('../generated/ganvas_web.js') & {
 *   default: (input: { module_or_path: BufferSource }) => Promise<unknown>,
 * }} Engine
 */

/** The build says whether the site has the module; without a build there is none. */
const hasRelaxedModule = typeof GANVAS_RELAXED !== 'undefined' && GANVAS_RELAXED;

/**
 * Which of the site's modules computes. With relaxed SIMD a product and its sum are one
 * instruction, rounded once or twice as the machine does it: faster, but its numbers are not
 * those of every other machine.
 *
 * @param {import('../protocol.js').Backend} backend
 * @param {boolean} [exact]
 */
const moduleOf = (backend, exact) =>
  backend === 'cpu' && !exact && hasRelaxedModule && hasRelaxedSimd() ? 'cpu-relaxed' : backend;

/**
 * The bytes are fetched here rather than by the module's own code: a server that stalls is noticed,
 * and a file that is no module is told from a browser that cannot run one.
 *
 * @param {import('../protocol.js').Backend} backend
 * @param {boolean} [exact] the CPU's numbers shall be those of every other browser
 * @returns {Promise<Engine>}
 */
export async function loadEngine(backend, exact) {
  requireWebAssembly();
  const folder = `wasm/${moduleOf(backend, exact)}`;
  const url = locate(`${folder}/ganvas_web.js`);
  const [engine, bytes] = await Promise.all([
    inTime(`${folder}/ganvas_web.js`, () => import(url)).catch((error) => {
      throw network(`The ${backend} module`, error);
    }),
    download(`${folder}/ganvas_web_bg.wasm`),
  ]);
  try {
    await engine.default({ module_or_path: bytes });
  } catch (error) {
    // Truncated, another file in its place, or of another version than its script.
    throw network(`The ${backend} module is not whole`, error);
  }
  return engine;
}

/**
 * @param {string} what
 * @param {unknown} error
 */
function network(what, error) {
  const { code, message } = toError(error);
  return code === 'network' ? error : new GanvasError('network', `${what}: ${message}`);
}

/**
 * A trap leaves the module unusable: nothing may be called after it. Everything that means the
 * worker must be replaced is told apart here from errors that leave the session as it was.
 *
 * @param {unknown} error
 * @param {Engine | undefined} engine
 * @returns {import('../errors.js').PlainError | undefined} set when the session is lost
 */
export function lostSession(error, engine) {
  if (isTrap(error)) {
    const text = readPanic(engine) ?? error.message;
    const code = /alloc|out of memory|memory\.grow/i.test(text) ? 'out_of_memory' : 'internal';
    return { code, message: text };
  }
  const { code, message } = toError(error);
  return code === 'device_lost' || code === 'out_of_memory' ? { code, message } : undefined;
}

/**
 * Without WebAssembly there are no traps either.
 *
 * @param {unknown} error
 * @returns {error is Error}
 */
const isTrap = (error) =>
  error instanceof RangeError ||
  (globalThis.WebAssembly && error instanceof WebAssembly.RuntimeError);

/** @param {Engine | undefined} engine */
function readPanic(engine) {
  try {
    return engine?.last_panic();
  } catch {
    return undefined;
  }
}
