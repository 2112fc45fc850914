/** From pressing start to the first report: download, device, pipelines and a step. */
import { close, openLab } from '../../support/lab.mjs';
import { median } from '../numbers.mjs';
import { shapes } from './step-time.mjs';

/**
 * @param {import('playwright-core').Browser} browser
 * @param {import('../../support/server.mjs').Site} site
 * @param {'cpu' | 'webgpu'} backend
 * @param {'small' | 'large'} shape
 * @param {boolean} quick
 */
export async function firstReport(browser, site, backend, shape, quick) {
  const runs = [];
  for (let run = 0; run < (quick || shape === 'large' ? 1 : 5); run += 1) {
    // A context of its own, so nothing is in the cache.
    const page = await openLab(browser, site, { ...shapes[shape], backend, lang: 'en' });
    await page.locator('button[part="start"]').waitFor();
    const times = await page.evaluate(pressAndWatch, shape === 'large' ? 4 : 12);
    await close(page);
    runs.push({
      first: times[0],
      // The page draws and reads between steps: this is what a reader has.
      step: median(times.slice(2).map((time, index) => time - times[index + 1])),
    });
  }
  return {
    backend,
    ...shapes[shape],
    first_report_ms: median(runs.map(({ first }) => first)),
    steady_ms: median(runs.map(({ step }) => step)),
    runs: runs.length,
  };
}

/** When each of the first steps was reported, from the press on. @param {number} steps */
function pressAndWatch(steps) {
  return new Promise((resolve) => {
    const times = [];
    const begin = performance.now();
    let last = 0;
    window.lab.addEventListener('report', ({ detail }) => {
      // On a fast backend a report tells of several steps.
      const now = performance.now() - begin;
      const before = times.at(-1) ?? 0;
      const count = detail.step - last;
      for (let k = 1; k <= count; k += 1) {
        times.push(times.length === 0 ? now : before + ((now - before) * k) / count);
      }
      last = detail.step;
      if (times.length >= steps) resolve(times);
    });
    window.lab.shadowRoot.querySelector('button[part="start"]').click();
  });
}
