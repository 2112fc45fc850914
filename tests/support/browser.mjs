/** Starts the system's Chromium, with or without a WebGPU adapter. */
import { chromium } from 'playwright-core';

const quiet = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const adapters = {
  /** SwiftShader computes WebGPU on the processor: slow, and the same everywhere. */
  software: [
    '--enable-unsafe-webgpu',
    '--use-webgpu-adapter=swiftshader',
    '--enable-features=Vulkan',
    '--use-vulkan=swiftshader',
    '--enable-unsafe-swiftshader',
    '--ignore-gpu-blocklist',
  ],
  /** The machine's GPU. On Linux a browser without a window does not find it by itself. */
  hardware: [
    '--enable-unsafe-webgpu',
    '--ignore-gpu-blocklist',
    ...(process.platform === 'linux'
      ? ['--enable-features=Vulkan', '--use-angle=vulkan', '--disable-vulkan-surface']
      : []),
  ],
};

/** @typedef {keyof typeof adapters} Webgpu */

/** Chromium's program, or a script that starts it. */
export const chrome = () => process.env.CHROME || '/usr/bin/chromium';

/**
 * @param {{ webgpu?: boolean | Webgpu, args?: string[], program?: string,
 *   env?: Record<string, string> }} [options] `webgpu: true` is software
 * @returns {Promise<import('playwright-core').Browser>}
 */
export function launch({ webgpu = false, args = [], program = chrome(), env = {} } = {}) {
  const kind = webgpu === true ? 'software' : webgpu;
  return chromium.launch({
    executablePath: program,
    env: { ...process.env, ...env },
    args: ['--no-sandbox', ...quiet, ...(kind ? adapters[kind] : []), ...args],
  });
}
