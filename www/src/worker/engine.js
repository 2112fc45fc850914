/** Loads the wasm module of one backend. The paths are relative to worker.js, on any base path. */
import { GanvasError, toError } from '../errors.js';

/**
 * The wasm module as wasm-bindgen exports it.
 *
 * @typedef {import('../protocol.js').Experiment} Experiment
 * @typedef {import('../protocol.js').Report} Report
 * @typedef {import('../protocol.js').Description} Description
 *
 * @typedef {object} Session
 * @property {() => Description} describe
 * @property {(name: string, source: string, images: Uint8Array, labels?: Uint8Array) => void} load_dataset
 * @property {() => void} use_procedural
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
 * @property {(bytes: Uint8Array) => Promise<void>} load
 * @property {(changes: Experiment) => Promise<void>} reset
 * @property {() => string | undefined} device_lost
 * @property {() => void} free
 *
 * @typedef {object} Engine
 * @property {() => Promise<unknown>} default
 * @property {() => string | undefined} last_panic
 * @property {{ create(backend: string, experiment: Experiment): Promise<Session> }} Session
 */

/**
 * @param {import('../protocol.js').Backend} backend
 * @returns {Promise<Engine>}
 */
export async function loadEngine(backend) {
  const url = new URL(`./wasm/${backend}/ganvas_web.js`, import.meta.url).href;
  try {
    const engine = await import(url);
    await engine.default();
    return engine;
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) {
      throw new GanvasError('internal', `This browser cannot run the module: ${error.message}`);
    }
    throw new GanvasError(
      'network',
      `The ${backend} module did not load: ${toError(error).message}`,
    );
  }
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
