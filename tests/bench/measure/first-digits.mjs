/**
 * From navigation to the first frame, to the digits that the facade draws by itself, to the first
 * grid of a run, and to its first grid after a step.
 */
import { patience } from '../../support/lab.mjs';
import { median } from '../numbers.mjs';

/**
 * Notes the moments as they come. Runs in the page before its own scripts.
 */
function watch() {
  const marks = {};
  Object.assign(window, { marks });
  const look = () => {
    const root = document.querySelector('ganvas-lab')?.shadowRoot;
    if (root?.querySelector('figure.drawn canvas[data-theme]')) marks.drawn ??= performance.now();
    const canvas = root?.querySelector('canvas.fake[aria-label*="digits"]');
    const [, step] = canvas?.getAttribute('aria-label')?.match(/step (\d+)/) ?? [];
    if (step !== undefined) marks.grid ??= performance.now();
    if (Number(step) > 0) marks.trained ??= performance.now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/**
 * The facade's digits, by the generator that was trained beforehand; nobody presses anything.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {import('../../support/server.mjs').Site} site
 * @param {boolean} quick
 */
export async function facadeDigits(browser, site, quick) {
  const runs = [];
  for (let at = 0; at < (quick ? 1 : 9); at += 1) {
    const { page, marks } = await visit(browser, site, '?lang=en');
    await page.waitForFunction(() => window.marks.drawn !== undefined);
    // What was asked for by now was asked for before the digits stood there.
    const requests = [...site.requests];
    runs.push({ ...(await marks()), requests });
    await page.context().close();
  }
  const times = runs.map((run) => run.drawn);
  return {
    runs: runs.length,
    first_paint_ms: median(runs.map((run) => run.paint)),
    drawn_ms: median(times),
    drawn_slowest_ms: Math.max(...times),
    requests: runs[0].requests,
  };
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
  const { page, marks } = await visit(browser, site, `?autoplay=1&lang=en&backend=${backend}`);
  await page.waitForFunction(() => window.marks.grid !== undefined);
  const requests = [...site.requests];
  await page.waitForFunction(() => window.marks.trained !== undefined);
  const allRequests = [...site.requests];
  const times = await marks();
  await page.context().close();
  return { ...times, requests, allRequests };
}

/**
 * Opens the page with an empty cache.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {import('../../support/server.mjs').Site} site
 * @param {string} query
 */
async function visit(browser, site, query) {
  // A context of its own has a cache of its own.
  const context = await browser.newContext({ viewport: { width: 1280, height: 1200 } });
  const page = await context.newPage();
  page.setDefaultTimeout(5 * patience);
  await page.addInitScript(watch);
  site.requests.length = 0;
  await page.goto(`${site.home}${query}`);
  const marks = () =>
    page.evaluate(() => ({
      ...window.marks,
      paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    }));
  return { page, marks };
}
