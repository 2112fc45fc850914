/** What computes WebGPU and WebGL in a browser, and how the reports say so. */
import { emulator } from '../../../www/src/worker/backend.js';

/**
 * @typedef {{ name: string, software: boolean }} Adapter its name is empty where there is none
 * @typedef {{ webgpu: Adapter, webgl: Adapter }} Adapters
 */

/**
 * @param {import('playwright-core').Page} page from a secure origin
 * @returns {Promise<Adapters>}
 */
export const adapters = (page) => page.evaluate(inPage, emulator.source);

/** @param {string} emulator */
async function inPage(emulator) {
  const emulates = new RegExp(emulator, 'i');
  const of = (name, fallback = false) => ({ name, software: fallback || emulates.test(name) });
  // The one that trains: a machine can have two.
  const gpu = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  const { vendor, architecture, description, isFallbackAdapter } = gpu?.info ?? {};
  const named = [vendor, architecture, description].filter(Boolean).join(' ');
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2', {
    powerPreference: 'high-performance',
  });
  const unmasked = gl?.getExtension('WEBGL_debug_renderer_info')?.UNMASKED_RENDERER_WEBGL;
  return {
    webgpu: of(gpu ? named || 'an adapter without a name' : '', isFallbackAdapter),
    webgl: of(gl ? gl.getParameter(unmasked ?? gl.RENDERER) : ''),
  };
}

/** For a report of WebGPU alone. @param {Adapters} adapters */
export function webgpuSentence({ webgpu: { name, software } }) {
  if (!name) return 'WebGPU is not there.';
  return software
    ? `WebGPU runs on ${name} there, which emulates a GPU on the processor: its times say nothing about real GPUs, its counts do.`
    : `WebGPU runs on ${name} there.`;
}

/** For a report of both. @param {Adapters} adapters */
export function bothSentence({ webgpu, webgl }) {
  const emulated = 'software, whose times say nothing about real GPUs';
  const all = webgpu.software && webgl.software;
  const told = (api, { name, software }) => {
    if (!name) return `${api} is not there`;
    return `${api} runs on ${name}${software && !all ? ` (${emulated})` : ''}`;
  };
  return `${told('WebGPU', webgpu)}, ${told('WebGL', webgl)}${all ? `: ${emulated}` : ''}.`;
}
