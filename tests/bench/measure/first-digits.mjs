/** From navigation to the first frame, to the first grid, and to the first grid after a step. */
import { patience } from '../../support/lab.mjs';
import { median } from '../numbers.mjs';

/**
 * Notes the moments as they come. Runs in the page before its own scripts.
 */
function watch() {
  const marks = {};
  Object.assign(window, { marks });
  const look = () => {
    const canvas = document
      .querySelector('ganvas-lab')
      ?.shadowRoot?.querySelector('canvas.fake[aria-label*="digits"]');
    const [, step] = canvas?.getAttribute('aria-label')?.match(/step (\d+)/) ?? [];
    if (step !== undefined) marks.grid ??= performance.now();
    if (Number(step) > 0) marks.trained ??= performance.now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/**
 * @param {import('playwright-core').Browser} browser
 * @param {import('../../support/server.mjs').Site} site
 * @param {'cpu' | 'webgpu'} backend
 * @param {boolean} quick
 */
export async function firstDigits(browser, site, backend, quick) {
  const runs = [];
  for (let at = 0; at < (quick ? 1 : 5); at += 1) runs.push(await open(browser, site, backend));
  const middle = (name) => median(runs.map((run) => run[name]));
  return {
    backend,
    runs: runs.length,
    first_paint_ms: middle('paint'),
    first_grid_ms: middle('grid'),
    first_trained_grid_ms: middle('trained'),
    requests: runs[0].requests,
    all_requests: runs[0].allRequests,
  };
}

/**
 * @param {import('playwright-core').Browser} browser
 * @param {import('../../support/server.mjs').Site} site
 * @param {string} backend
 */
async function open(browser, site, backend) {
  // A context of its own has an empty cache.
  const context = await browser.newContext({ viewport: { width: 1280, height: 1200 } });
  const page = await context.newPage();
  page.setDefaultTimeout(5 * patience);
  await page.addInitScript(watch);
  site.requests.length = 0;
  await page.goto(`${site.home}?autoplay=1&lang=en&backend=${backend}`);
  await page.waitForFunction(() => window.marks.grid !== undefined);
  const requests = [...site.requests];
  await page.waitForFunction(() => window.marks.trained !== undefined);
  const allRequests = [...site.requests];
  const marks = await page.evaluate(() => ({
    ...window.marks,
    paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
  }));
  await context.close();
  return { ...marks, requests, allRequests };
}
