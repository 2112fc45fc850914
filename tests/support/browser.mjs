/** Starts the system's Chromium, with or without a WebGPU adapter. */
import { chromium } from 'playwright-core';

const quiet = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** SwiftShader computes WebGPU on the processor: slow, and the same everywhere. */
const softwareWebgpu = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
];

/**
 * @param {{ webgpu?: boolean, args?: string[] }} [options]
 * @returns {Promise<import('playwright-core').Browser>}
 */
export function launch({ webgpu = false, args = [] } = {}) {
  return chromium.launch({
    executablePath: process.env.CHROME || '/usr/bin/chromium',
    args: ['--no-sandbox', ...quiet, ...(webgpu ? softwareWebgpu : []), ...args],
  });
}
