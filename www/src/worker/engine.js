/** Loads the wasm module of one backend. The paths are relative to worker.js, on any base path. */
import { GanvasError, toError } from '../errors.js';
import { inTime } from '../waiting.js';
import { download } from './download.js';

/**
 * The wasm module as wasm-bindgen exports it.
 *
 * @typedef {import('../protocol.js').Experiment} Experiment
 * @typedef {import('../protocol.js').Report} Report
 * @typedef {import('../protocol.js').Description} Description
 *
 * @typedef {object} Session
 * @property {() => Description} describe
 * @property {(data: Data) => void} use_data
 * @property {() => void} warm_up
 * @property {(steps: number, budget_ms: number) => Promise<number>} train
 * @property {() => Promise<Report>} report
 * @property {(which: string) => Promise<Report>} step
 * @property {() => Promise<Uint8Array>} grid
 * @property {(count: number, seed?: number, label?: number, truncation?: number) => Promise<Uint8Array>} sample
 * @property {(from_seed: number, to_seed: number, count: number) => Promise<Uint8Array>} walk
 * @property {(seed: number, side: number, extent: number) => Promise<Uint8Array>} plane
 * @property {(count: number) => Uint8Array} real
 * @property {(count: number) => Promise<Uint8Array>} reconstruct of a VAE: real images and theirs, in pairs
 * @property {() => number} channels
 * @property {(count: number, classifier: Uint8Array) => Promise<object>} evaluate
 * @property {() => Promise<Uint8Array>} save
 * @property {(bytes: Uint8Array) => Promise<string>} load says which dataset its run had asked for
 * @property {(changes: Experiment) => Promise<void>} reset on the data in use
 * @property {(changes: Experiment, data: Data) => Promise<void>} reset_on
 * @property {() => string | undefined} device_lost
 * @property {() => void} free
 *
 * Images that were parsed and found sound.
 * @typedef {{ free: () => void }} Data
 *
 * @typedef {object} Engine
 * @property {(input: { module_or_path: BufferSource }) => Promise<unknown>} default
 * @property {() => string | undefined} last_panic
 * @property {{ create(backend: string, experiment: Experiment): Promise<Session> }} Session
 * @property {{
 *   procedural(): Data,
 *   from_idx(name: string, source: string, images: Uint8Array, labels?: Uint8Array): Data,
 * }} Data
 */

/**
 * The bytes are fetched here rather than by the module's own code: a server that stalls is noticed,
 * and a file that is no module is told from a browser that cannot run one.
 *
 * @param {import('../protocol.js').Backend} backend
 * @returns {Promise<Engine>}
 */
export async function loadEngine(backend) {
  if (!WebAssembly.validate(simd)) {
    throw new GanvasError('internal', 'This browser has no WebAssembly SIMD, which Ganvas needs');
  }
  const folder = `wasm/${backend}`;
  const url = new URL(`./${folder}/ganvas_web.js`, import.meta.url).href;
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

/** A module with one SIMD instruction. */
const simd = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15,
  253, 98, 11,
]);

/**
 * A trap leaves the module unusable: nothing may be called after it. Everything that means the
 * worker must be replaced is told apart here from errors that leave the session as it was.
 *
 * @param {unknown} error
 * @param {Engine | undefined} engine
 * @returns {import('../errors.js').PlainError | undefined} set when the session is lost
 */
export function lostSession(error, engine) {
  if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) {
    const text = readPanic(engine) ?? error.message;
    const code = /alloc|out of memory|memory\.grow/i.test(text) ? 'out_of_memory' : 'internal';
    return { code, message: text };
  }
  const { code, message } = toError(error);
  return code === 'device_lost' || code === 'out_of_memory' ? { code, message } : undefined;
}

/** @param {Engine | undefined} engine */
function readPanic(engine) {
  try {
    return engine?.last_panic();
  } catch {
    return undefined;
  }
}
