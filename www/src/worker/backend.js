/** Decides where to compute, and can say why. */
import { GanvasError } from '../errors.js';

/**
 * @typedef {import('../protocol.js').Backend} Backend
 * @typedef {import('../protocol.js').BackendChoice} BackendChoice
 * @typedef {{ backend: Backend, because?: string }} Choice `because` names a notice
 */

/**
 * `auto` takes WebGPU only on a hardware adapter: a software one is slower than our own CPU code.
 * Asked for by name, any adapter will do.
 *
 * @param {BackendChoice} asked
 * @returns {Promise<Choice>}
 */
export async function chooseBackend(asked) {
  if (asked === 'cpu') return { backend: 'cpu' };
  if (!globalThis.isSecureContext) {
    if (asked === 'auto') return { backend: 'cpu', because: 'cpu_insecure_context' };
    throw new GanvasError(
      'insecure_context',
      'WebGPU needs a page opened over https:// or from localhost',
      'backend',
    );
  }
  const adapter = await findAdapter();
  if (asked === 'auto') {
    if (!navigator.gpu) return { backend: 'cpu', because: 'cpu_no_webgpu' };
    if (!adapter) return { backend: 'cpu', because: 'cpu_no_adapter' };
    if (isSoftware(adapter)) return { backend: 'cpu', because: 'cpu_software_adapter' };
  } else if (!adapter) {
    throw new GanvasError(
      'webgpu_unavailable',
      navigator.gpu
        ? 'This browser has WebGPU, but no adapter on this machine'
        : 'This browser has no WebGPU',
      'backend',
    );
  }
  return { backend: 'webgpu' };
}

async function findAdapter() {
  try {
    return (await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' })) ?? null;
  } catch {
    return null;
  }
}

/** @param {GPUAdapter} adapter */
function isSoftware(adapter) {
  const info = /** @type {GPUAdapterInfo & { isFallbackAdapter?: boolean }} */ (adapter.info ?? {});
  const name = `${info.vendor} ${info.architecture} ${info.device} ${info.description}`;
  return info.isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe|software/i.test(name);
}
