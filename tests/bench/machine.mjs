/** What the numbers were measured on, and whether it was quiet. */
import os from 'node:os';

/** @param {import('playwright-core').Browser} browser */
export function machine(browser) {
  const cores = os.availableParallelism();
  const [load] = os.loadavg();
  return {
    date: new Date().toISOString().slice(0, 10),
    browser: `Chromium ${browser.version()}`,
    processor: os.cpus()[0]?.model ?? 'unknown',
    cores,
    load_before: load,
    /** Others were computing: the times below are too long. */
    busy: load > 0.5 * cores,
  };
}
