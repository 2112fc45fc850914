/** Loads the wasm module of one backend. */
import { GanvasError, toError } from '../errors.js';
import { inTime } from '../waiting.js';
import { download, locate } from './download.js';
import { hasRelaxedSimd, requireWebAssembly } from './platform.js';
import { findHelp, threadsFor } from './threads.js';

/**
 * The wasm module, by the declarations that wasm-bindgen makes of it.
 *
 * @typedef {import('../generated/ganvas_web.js').Session} Session
 * @typedef {import('../generated/ganvas_web.js').Data} Data
 * @typedef {typeof import('../generated/ganvas_web.js') & {
 *   default: (
 *     input: { module_or_path: BufferSource | WebAssembly.Module, memory?: WebAssembly.Memory },
 *   ) => Promise<{ memory: WebAssembly.Memory }>,
 * }} Engine
 *
 * @typedef {object} Manner how the CPU computes
 * @property {boolean} [exact] its numbers shall be those of every other browser
 * @property {import('../protocol.js').Threads} [threads]
 */

/** The build says whether the site has the module; without a build there is none. */
const hasRelaxedModule = typeof GANVAS_RELAXED !== 'undefined' && GANVAS_RELAXED;

const hasSharedModule = typeof GANVAS_THREADS !== 'undefined' && GANVAS_THREADS;

/**
 * Which of the site's modules computes on the CPU, with how many threads. With relaxed SIMD a product
 * and its sum are one instruction, rounded once or twice as the machine does it: faster, but its
 * numbers are not those of every other machine. Threads have relaxed SIMD too.
 *
 * @param {Manner} [manner]
 */
export function cpuModule({ exact, threads } = {}) {
  requireWebAssembly();
  const relaxed = !exact && hasRelaxedSimd();
  const count = relaxed && hasSharedModule ? threadsFor(threads) : 1;
  if (count > 1) return { name: 'cpu-threads', count };
  return { name: relaxed && hasRelaxedModule ? 'cpu-relaxed' : 'cpu', count };
}

/**
 * The bytes are fetched here rather than by the module's own code: a server that stalls is noticed,
 * and a file that is no module is told from a browser that cannot run one.
 *
 * @param {import('../protocol.js').Backend} backend
 * @param {Manner} [manner]
 * @returns {Promise<Engine>}
 */
export async function loadEngine(backend, manner = {}) {
  requireWebAssembly();
  if (backend === 'webgpu') return loadModule(backend, backend);
  const { name, count } = cpuModule(manner);
  if (count === 1) return loadModule(backend, name);
  try {
    return await loadShared(count);
  } catch {
    // Its memory is reserved at once, which not every device has room for. One thread will do.
    return loadModule(backend, cpuModule({ ...manner, threads: 1 }).name);
  }
}

/**
 * @param {import('../protocol.js').Backend} backend
 * @param {string} name of its folder
 */
async function loadModule(backend, name) {
  const { engine, bytes } = await fetchModule(backend, name);
  try {
    await engine.default({ module_or_path: bytes });
  } catch (error) {
    // Truncated, another file in its place, or of another version than its script.
    throw network(`The ${backend} module is not whole`, error);
  }
  return engine;
}

/** The module with threads, and who helps. @param {number} count of threads */
async function loadShared(count) {
  const { engine, bytes, url } = await fetchModule('cpu', 'cpu-threads');
  const module = await WebAssembly.compile(bytes);
  const { memory } = await engine.default({ module_or_path: module });
  const shared = /** @type {Engine & import('./threads.js').Shared} */ (engine);
  await findHelp(shared, count - 1, { glue: url, module, memory });
  return shared;
}

/**
 * @param {import('../protocol.js').Backend} backend
 * @param {string} name of its folder
 * @returns {Promise<{ engine: Engine, bytes: Uint8Array<ArrayBuffer>, url: string }>}
 */
async function fetchModule(backend, name) {
  const folder = `wasm/${name}`;
  const url = locate(`${folder}/ganvas_web.js`);
  const [engine, bytes] = await Promise.all([
    inTime(`${folder}/ganvas_web.js`, () => import(url)).catch((error) => {
      throw network(`The ${backend} module`, error);
    }),
    download(`${folder}/ganvas_web_bg.wasm`),
  ]);
  return { engine, bytes, url };
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
