/** Loads the wasm module of one backend. The paths are relative to worker.js, on any base path. */
import { GanvasError, toError } from '../errors.js';

/**
 * The wasm module, by the declarations that wasm-bindgen makes of it.
 *
 * @typedef {import('../generated/ganvas_web.js').Session} Session
 * @typedef {typeof import('../generated/ganvas_web.js') & { default: () => Promise<unknown> }} Engine
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
