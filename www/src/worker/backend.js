/** Decides where to compute, and can say why. */
import { GanvasError } from '../errors.js';

/**
 * @typedef {import('../protocol.js').Backend} Backend
 * @typedef {import('../protocol.js').BackendChoice} BackendChoice
 * `because` names a notice. Where a trial has to decide, `contested` names the device that it is for.
 * @typedef {{ backend: Backend, because?: string, contested?: string }} Choice
 */

/**
 * For `auto` only a hardware adapter counts, and whether it beats the CPU has to be tried: a small
 * network often trains faster on the CPU. A software adapter is always slower than our own CPU code.
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
    return { backend: 'webgpu', contested: deviceOf(adapter) };
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
const infoOf = ({ info }) =>
  /** @type {GPUAdapterInfo & { isFallbackAdapter?: boolean }} */ (info ?? {});

/** @param {GPUAdapter} adapter */
const nameOf = (adapter) => {
  const { vendor, architecture, device, description } = infoOf(adapter);
  return `${vendor} ${architecture} ${device} ${description}`;
};

/**
 * What tells one device from another. Some browsers keep the names to themselves.
 *
 * @param {GPUAdapter} adapter
 */
function deviceOf(adapter) {
  const { maxBufferSize, maxComputeWorkgroupStorageSize } = adapter.limits;
  const features = [...adapter.features].sort();
  const { userAgent, hardwareConcurrency } = navigator;
  const all = [nameOf(adapter), maxBufferSize, maxComputeWorkgroupStorageSize, ...features];
  return [userAgent, hardwareConcurrency, ...all].join(' ');
}

/** What adapters that a processor emulates have in their names; `Tiles::emulates` in Rust. */
export const emulator = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

/** @param {GPUAdapter} adapter */
const isSoftware = (adapter) =>
  infoOf(adapter).isFallbackAdapter === true || emulator.test(nameOf(adapter));
