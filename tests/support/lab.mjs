/** What the tests do with a lab on a page. */
import assert from 'node:assert/strict';

/** The smallest run that is still a GAN: fractions of a second a step, even on a software GPU. */
export const tiny = {
  backend: 'cpu',
  dataset: 'procedural',
  model: 'dcgan',
  width: 2,
  'latent-dim': 8,
  'batch-size': 4,
  seed: 7,
  lang: 'en',
};

/** On a busy machine everything takes long; what matters is that it happens. */
export const patience = 180_000;

/**
 * Opens an empty page with one lab, `window.lab`, whose events are kept in `window.events`.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {import('./server.mjs').Site} site
 * @param {Record<string, unknown>} [attributes]
 * @param {import('playwright-core').BrowserContextOptions & { address?: string }} [options]
 * @returns {Promise<import('playwright-core').Page>}
 */
export async function openLab(browser, site, attributes = tiny, { address, ...options } = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  await page.goto(address ?? site.page('host.html'));
  await addLab(page, attributes);
  return page;
}

/**
 * @param {import('playwright-core').Page} page
 * @param {Record<string, unknown>} attributes
 */
export async function addLab(page, attributes) {
  await page.evaluate((entries) => {
    const lab = document.createElement('ganvas-lab');
    for (const [name, value] of entries) lab.setAttribute(name, String(value));
    const events = { report: [], sample: [], state: [], error: [] };
    for (const [name, list] of Object.entries(events)) {
      lab.addEventListener(name, (event) => list.push(event.detail));
    }
    Object.assign(window, { lab, events });
    document.body.append(lab);
  }, Object.entries(attributes));
}

/**
 * Closes a page together with the context that `openLab` made for it.
 *
 * @param {import('playwright-core').Page} page
 */
export const close = (page) => page.context().close();

/**
 * Has a tab seen or not: Playwright's are always seen, and the page is told otherwise.
 *
 * @param {import('playwright-core').Page} page
 * @param {'hidden' | 'visible'} state
 */
export const show = (page, state) =>
  page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);

/**
 * The report without its one figure that depends on the clock.
 *
 * @param {Record<string, number>} report
 */
export function figures({ steps_per_second: _, ...rest }) {
  return rest;
}

/**
 * Runs a call that must fail, and returns with which code.
 *
 * @param {import('playwright-core').Page} page
 * @param {(argument: any) => Promise<unknown>} call runs in the page
 * @param {unknown} [argument]
 * @returns {Promise<{ code: string, message: string, field?: string }>}
 */
export async function failure(page, call, argument) {
  // As text, because an error that crosses into Node loses its properties on the way.
  const outcome = await page.evaluate(`(async () => {
    try {
      await (${call})(${JSON.stringify(argument)});
      return undefined;
    } catch (error) {
      return { code: error.code, message: error.message, field: error.field };
    }
  })()`);
  assert.ok(outcome, 'the call succeeded, although it must fail');
  return outcome;
}

/**
 * The reader sees a message with this code; returns its text.
 *
 * @param {import('playwright-core').Page | import('playwright-core').Frame} page
 * @param {string} code
 */
export async function message(page, code) {
  const shown = page.locator(`.message.bad[data-code="${code}"]`).first();
  await shown.waitFor();
  const text = await shown.textContent();
  assert.ok(text.includes(code), `the message names its code: ${text}`);
  return text;
}

/**
 * @param {import('playwright-core').Page | import('playwright-core').Frame} page
 * @param {string} name
 */
export async function notice(page, name) {
  const shown = page.locator(`.message[data-notice="${name}"]`).first();
  await shown.waitFor();
  return shown.textContent();
}

/**
 * Training that runs goes on: its step grows from here.
 *
 * @param {import('playwright-core').Page} page
 */
export async function goesOn(page) {
  const before = await page.evaluate(() => window.events.report.at(-1)?.step ?? 0);
  await page.waitForFunction((step) => (window.events.report.at(-1)?.step ?? 0) > step, before, {
    timeout: patience,
  });
}

/**
 * Starts training without an end, and waits for its first report.
 *
 * @param {import('playwright-core').Page} page
 */
export async function startTraining(page) {
  await page.evaluate(() => {
    window.lab.train().catch(() => {});
  });
  await goesOn(page);
}

/**
 * A page comes to have so many workers and no more. One that should not be there may come late.
 *
 * @param {import('playwright-core').Page} page
 * @param {number} count
 * @param {(worker: import('playwright-core').Worker) => boolean} [counts] which of them are meant
 */
export async function workersBecome(page, count, counts = () => true) {
  const now = () => page.workers().filter(counts).length;
  await page.waitForTimeout(500);
  for (const end = Date.now() + patience; Date.now() < end; ) {
    if (now() === count) return;
    await page.waitForTimeout(100);
  }
  assert.fail(`${now()} workers, not ${count}`);
}
