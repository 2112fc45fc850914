/** What a reader does with a lab on a host, the same on every host. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch } from '../../support/browser.mjs';
import { workersBecome } from '../../support/lab.mjs';
import { build, serveFolder, stayHome } from './host.mjs';

/**
 * @typedef {import('playwright-core').Page} Page
 *
 * @typedef {object} Host
 * @property {string} name
 * @property {import('./host.mjs').Recipe} recipe
 * @property {(folder: string, base?: string) => Promise<{ origin: string, close: () => Promise<unknown> }>} [serve]
 *   its own server
 * @property {string} [home] the path of the page that links the posts
 * @property {number[][]} [sizes] of the window, a desktop's and a phone's unless told
 * @property {(page: Page, title: 'Element' | 'Iframe') => Promise<void>} open by the host's own link
 * @property {(page: Page) => Promise<void>} leave by a link too
 * @property {boolean} swaps whether its links change the page without loading another
 * @property {(page: Page, theme: 'light' | 'dark') => Promise<void>} [turn] its switch for the theme
 * @property {'light' | 'dark'} [scheme] what its pages are at first, `light` unless told
 * @property {RegExp} [workers] the addresses of workers of its own
 * @property {string} [script] the script that the element comes with, `ganvas.js` unless bundled
 */

const timeout = 360_000;
const usual = [
  [1280, 800],
  [390, 844],
];

/** Text properties that themes set, and what they are in a lab. */
const plain = {
  'font-size': '15px',
  'line-height': '23.25px',
  'letter-spacing': 'normal',
  'word-spacing': '0px',
  'text-indent': '0px',
  'text-align': 'start',
  'text-transform': 'none',
  'word-break': 'normal',
  'overflow-wrap': 'normal',
  'white-space': 'normal',
  'text-rendering': 'auto',
  'font-style': 'normal',
  'font-weight': '400',
};

/** Declares the tests of one host. @param {Host} host */
export function testHost(host) {
  describe(host.name, () => declare(host));
}

/** @param {Host} host */
function declare(host) {
  const { name, home = '/', sizes = usual } = host;
  /** @type {{ origin: string, close: () => Promise<unknown> }} */
  let server;
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {string | undefined} */
  let modules;

  before(async () => {
    const built = await build(host.recipe);
    modules = built.modules;
    server = await (host.serve ?? serveFolder)(built.folder);
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  /**
   * @param {number[]} size
   * @param {string} [missing] a file that the server has not
   */
  async function visit([width, height], missing) {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: 'light',
      locale: 'en-GB',
    });
    await stayHome(context, modules);
    if (missing) await context.route(missing, (route) => route.abort());
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    /** @type {string[]} */
    const errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`${server.origin}${home}`);
    await page.evaluate(() => {
      window.stays = true;
    });
    return { context, page, errors };
  }

  /** The host may have workers of its own. @param {import('playwright-core').Worker} worker */
  const ofLab = (worker) => !host.workers?.test(worker.url());

  /** @param {Page} page */
  async function gone(page) {
    await host.leave(page);
    await page.locator('ganvas-lab, iframe[src*="ganvas"]').waitFor({ state: 'detached' });
    await workersBecome(page, 0, ofLab);
  }

  /**
   * The host's switch, there and back.
   *
   * @param {Page} page
   * @param {Page | import('playwright-core').Frame} within where the lab is
   */
  async function followsTheme(page, within) {
    const scheme = (/** @type {string} */ theme) =>
      within.locator(`ganvas-lab section[data-scheme="${theme}"]`).waitFor();
    await scheme(host.scheme ?? 'light');
    if (!host.turn) return;
    await host.turn(page, 'dark');
    await scheme('dark');
    await host.turn(page, 'light');
    await scheme('light');
  }

  for (const size of sizes) {
    test(`${name}, ${size[0]} px: the element, reached by the host’s link`, {
      timeout,
    }, async () => {
      const { context, page, errors } = await visit(size);
      const trains = async (/** @type {number} */ steps) => {
        await page.locator('ganvas-lab button[part="start"]').waitFor();
        const report = await page.evaluate(
          (count) => document.querySelector('ganvas-lab').train({ steps: count }),
          steps,
        );
        assert.ok(report.step >= steps, `step ${report.step}`);
        assert.equal(page.workers().filter(ofLab).length, 1);
      };
      await host.open(page, 'Element');
      await trains(10);
      assert.equal(await page.evaluate(() => window.stays === true), host.swaps);
      const found = await page.evaluate((names) => {
        const lab = document.querySelector('ganvas-lab');
        const section = lab.shadowRoot.querySelector('section');
        const style = getComputedStyle(section);
        const box = lab.getBoundingClientRect();
        return {
          attributes: lab.getAttributeNames().map((key) => `${key}=${lab.getAttribute(key)}`),
          style: Object.fromEntries(names.map((key) => [key, style.getPropertyValue(key)])),
          fits: box.width >= 280 && box.left >= 0 && box.right <= innerWidth,
        };
      }, Object.keys(plain));
      for (const attribute of ['preset=quick', 'seed=42', 'lang=zh']) {
        assert.ok(found.attributes.includes(attribute), found.attributes.join());
      }
      assert.deepEqual(found.style, plain);
      assert.ok(found.fits, 'it is as wide as its column');
      await followsTheme(page, page);
      await gone(page);
      await page.goBack();
      await trains(1);
      await gone(page);
      assert.deepEqual(errors, []);
      await context.close();
    });

    test(`${name}, ${size[0]} px: the iframe, reached by the host’s link`, {
      timeout,
    }, async () => {
      const { context, page, errors } = await visit(size);
      const trains = async (/** @type {number} */ steps) => {
        const element = page.locator('iframe[src*="ganvas"]');
        await element.scrollIntoViewIfNeeded();
        const frame = await (await element.elementHandle()).contentFrame();
        await frame.locator('button[part="start"]').waitFor();
        const report = await frame.evaluate(
          (count) => document.querySelector('ganvas-lab').train({ steps: count }),
          steps,
        );
        assert.ok(report.step >= steps);
        assert.equal(page.workers().filter(ofLab).length, 1);
        // No scrolling inside: the frame has become as high as its lab.
        await frame.waitForFunction(() => {
          const { scrollHeight } = document.documentElement;
          return scrollHeight === innerHeight;
        });
        return frame;
      };
      await host.open(page, 'Iframe');
      const frame = await trains(10);
      assert.equal(await page.evaluate(() => window.stays === true), host.swaps);
      await followsTheme(page, frame);
      await gone(page);
      await page.goBack();
      await trains(1);
      await gone(page);
      assert.deepEqual(errors, []);
      await context.close();
    });
  }

  test(`${name}: a sentence stands where the script did not load`, { timeout }, async () => {
    const { context, page } = await visit(sizes[0], host.script ?? '**/ganvas.js');
    await host.open(page, 'Element');
    const sentence = page.locator('ganvas-lab');
    await sentence.waitFor();
    assert.match(await sentence.textContent(), /JavaScript/);
    assert.ok((await sentence.boundingBox()).height > 0);
    await context.close();
  });
}
