/** Firefox over WebDriver BiDi: Debian's firefox-esr, or the one that FIREFOX names. */
import puppeteer from 'puppeteer-core';
import { described } from './lavapipe.mjs';

const webgpuPreferences = {
  'dom.webgpu.enabled': true,
  'dom.webgpu.workers.enabled': true,
  'gfx.webgpu.ignore-blocklist': true,
};

/**
 * @param {{ webgpu?: boolean }} [options] `webgpu`: on lavapipe, Mesa's software Vulkan
 * @returns {Promise<import('./set.mjs').Driven>}
 */
export async function firefox({ webgpu = false } = {}) {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX || '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: webgpu ? webgpuPreferences : {},
    env: { ...process.env, ...(webgpu ? { VK_ICD_FILENAMES: described } : {}) },
    // A test says how long it may take, not a call.
    protocolTimeout: 0,
  });
  return {
    version: await browser.version(),
    async open(address, { width = 1000, height = 900 } = {}) {
      const page = await browser.newPage();
      await page.setViewport({ width, height });
      await page.goto(address);
      return {
        evaluate: (run, argument) => page.evaluate(run, argument),
        close: () => page.close(),
      };
    },
    close: () => browser.close(),
  };
}
