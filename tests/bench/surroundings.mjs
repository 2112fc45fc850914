/** What a benchmark runs on: the machine, and what computes WebGPU. */
import { launch } from '../support/browser.mjs';
import { load, machine } from './machine.mjs';
import { adapters } from './measure/adapters.mjs';

/**
 * Looks in a browser of its own, so that none of those measured is warmed up. Ends the program
 * where there is no hardware to measure.
 *
 * @param {import('../support/server.mjs').Site} site
 * @param {import('../support/browser.mjs').Webgpu} webgpu
 */
export async function surroundings(site, webgpu) {
  const browser = await launch({ webgpu });
  const about = await machine(browser);
  const page = await browser.newPage();
  await page.goto(site.page('host.html'));
  const adapter = await adapters(page);
  await browser.close();
  const mistake = unfit(adapter, webgpu);
  if (mistake) {
    // A mistake on the command line is told without a stack.
    console.error(mistake);
    process.exit(2);
  }
  if (about.busy) {
    console.warn(`The machine is busy, ${load(about)}: expect times that are too long.`);
  }
  return { machine: about, adapter };
}

/**
 * Why this is not what was asked for.
 *
 * @param {import('./measure/adapters.mjs').Adapters} found
 * @param {import('../support/browser.mjs').Webgpu} asked
 */
export function unfit({ webgpu: { name, software } }, asked) {
  if (asked !== 'hardware' || (name && !software)) return undefined;
  return `--hardware: this browser finds no GPU, only ${name || 'none at all'}`;
}
