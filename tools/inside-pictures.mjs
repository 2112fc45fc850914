/**
 * Takes the pictures of docs/inside.md and docs/plane.md from the built site by headless Chromium:
 * `node tools/inside-pictures.mjs [PICTURE…]`, all of them without a name. Seeds and steps are fixed;
 * the digits are those of MNIST where ../shared/mnist or the site has it, else drawn ones. On another
 * machine the numbers can differ in their last digits, and what takes turns with training (the judge)
 * by a look more or less.
 */
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { launch } from '../tests/support/browser.mjs';
import { openLab } from '../tests/support/lab.mjs';
import { drawLine, painted } from '../tests/support/plane.mjs';
import { dist, root, serve } from '../tests/support/server.mjs';
import { openDrawer, shown } from '../tests/support/settings.mjs';
import { docs } from './docs.mjs';
import { withPalette } from './png.mjs';

/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {Record<string, string | number>} Attributes
 *
 * A run, and the pictures that are taken of it one after another.
 * @typedef {{ attributes: Attributes, options?: import('playwright-core').BrowserContextOptions,
 *   pictures: Record<string, (page: Page) => Promise<Shot>> }} Scene
 *
 * What is cut out of the page, from the top of its first part to the end of its last, and how many
 * colours it is drawn with.
 * @typedef {{ parts?: string[], colours?: number }} Shot
 */

const digits =
  existsSync(path.join(root, '../shared/mnist')) || existsSync(path.join(dist, 'data'));
const dataset = digits ? 'mnist' : 'procedural';
const common = { backend: 'cpu', lang: 'en', theme: 'light', seed: 1 };
const laptop = { viewport: { width: 1280, height: 800 } };
const column = { viewport: { width: 660, height: 900 } };
const still = /** @type {const} */ ({ reducedMotion: 'reduce' });

const train = (/** @type {Page} */ page, /** @type {number} */ steps) =>
  page.evaluate((count) => window.lab.train({ steps: count }), steps);
const press = (/** @type {Page} */ page, /** @type {string} */ action) =>
  page.evaluate(
    (name) => window.lab.shadowRoot.querySelector(`[data-action="${name}"]`).click(),
    action,
  );

/**
 * Trains so many steps at a time, and waits for the judge's look at each of them: its looks are at the
 * same steps on every machine.
 *
 * @param {Page} page
 * @param {number} steps
 * @param {number} every
 */
async function trainJudged(page, steps, every) {
  for (let step = 0; step < steps; step += every) {
    const { step: now } = await train(page, every);
    const told = new RegExp(`step ${now.toLocaleString('en')}[;,]`);
    await page.locator('.judge .note', { hasText: told }).waitFor();
  }
}

/** Opens a round, and walks to a phase. @param {Page} page @param {string} player @param {string} phase */
async function walkTo(page, player, phase) {
  await press(page, 'slowly');
  await page.locator('.slowly .flow').waitFor();
  for (;;) {
    const now = await page.evaluate(() => window.lab.next());
    if (now.player === player && now.phase === phase) return;
  }
}

/** @type {Scene[]} */
const scenes = [
  {
    attributes: { ...common, dataset, preset: 'quick' },
    options: laptop,
    pictures: {
      'first-screen': async (page) => {
        await train(page, 1500);
        return { colours: 16 };
      },
      scores: async (page) => {
        await page.setViewportSize({ width: 660, height: 900 });
        await press(page, 'scores');
        await page.locator('.eye[data-index="12"]').click();
        await page.locator('.eyes [data-value="nearest"]').waitFor();
        return { parts: ['figure.fakes'], colours: 64 };
      },
      eyes: async () => ({ parts: ['.eyes'], colours: 96 }),
      blend: async (page) => {
        await press(page, 'eyes-close');
        await press(page, 'scores');
        await openDrawer(page, 'explorer');
        const strip = page.locator('.walk:has(canvas.blend) .track');
        await page.locator('[data-field="blend-from"]').selectOption('3');
        await page.locator('[data-field="blend-to"]').selectOption('8');
        await strip.scrollIntoViewIfNeeded();
        const { width, height } = await strip.boundingBox();
        await strip.click({ position: { x: 0.55 * width, y: height / 2 } });
        await page.waitForTimeout(2000);
        return { parts: ['canvas.blended', '.path:has(canvas.blend)'], colours: 48 };
      },
      presentation: async (page) => {
        await openDrawer(page, 'explorer').catch(() => {});
        await page.setViewportSize({ width: 1280, height: 720 });
        await page.evaluate(() => window.scrollTo(0, 0));
        await press(page, 'present');
        await page.locator('ganvas-lab[data-presenting]').waitFor();
        return { colours: 24 };
      },
    },
  },
  {
    attributes: { ...common, dataset, preset: 'quick' },
    options: { ...laptop, ...still },
    pictures: {
      z: async (page) => {
        await page.evaluate(() => window.lab.ready);
        await page.locator('.screen[data-shows="z"]').waitFor();
        return { parts: ['figure.fakes'], colours: 96 };
      },
      // Early in a run, where an update changes what one can see.
      update: async (page) => {
        await page.setViewportSize(column.viewport);
        await train(page, 12);
        await page.evaluate(() => window.lab.step('discriminator'));
        await page.locator('.change').waitFor();
        return { parts: ['.change'], colours: 48 };
      },
      slowly: async (page) => {
        await train(page, 600);
        await walkTo(page, 'generator', 'gradient');
        return { parts: ['.slowly header', '.slowly .layer-norms'], colours: 64 };
      },
    },
  },
  {
    attributes: { ...common, dataset, preset: 'unconditional' },
    options: column,
    pictures: {
      judge: async (page) => {
        await page.evaluate(() => window.lab.ready);
        await openDrawer(page, 'judge');
        await trainJudged(page, 1200, 40);
        return { parts: ['[data-drawer="judge"]'], colours: 48 };
      },
      curves: async (page) => {
        for (const name of ['gradients', 'modes']) {
          await page
            .locator(`[data-curve="${name}"][aria-pressed="false"]`)
            .click({ timeout: 2000 })
            .catch(() => {});
        }
        const pointer = page.locator('[data-field="pointer"]');
        const last = Number(await pointer.getAttribute('max'));
        await pointer.fill(String(Math.round(0.7 * last)));
        return { parts: ['[data-drawer="curves"]'], colours: 64 };
      },
    },
  },
  {
    attributes: { ...common, preset: 'plane_gradient_penalty' },
    options: { viewport: { width: 800, height: 900 } },
    pictures: {
      plane: async (page) => {
        await train(page, 3000);
        await page.locator('figure.plane .note', { hasText: '3,000' }).waitFor();
        return { parts: ['figure.plane', '.aside'], colours: 64 };
      },
      'slowly-plane': async (page) => {
        await page.setViewportSize({ width: 660, height: 900 });
        await walkTo(page, 'generator', 'gradient');
        return { parts: ['.slowly header', '.slowly .layer-norms'], colours: 80 };
      },
      pad: async (page) => {
        await press(page, 'slowly-close');
        await openDrawer(page, 'pad');
        await drawLine(page, [-1.5, -1], [-0.5, 1.2]);
        await drawLine(page, [-0.2, -1.2], [1.5, 0.4]);
        await painted(page);
        return { parts: ['[data-drawer="pad"]'], colours: 48 };
      },
    },
  },
  {
    attributes: { ...common, preset: 'plane', seed: 7 },
    options: { viewport: { width: 660, height: 900 } },
    pictures: {
      ring: async (page) => {
        await train(page, 3000);
        await page.locator('figure.plane .note', { hasText: '3,000' }).waitFor();
        return { parts: ['figure.plane'], colours: 128 };
      },
    },
  },
  {
    attributes: { ...common, preset: 'cyclegan', dataset, controls: 'compact' },
    options: { viewport: { width: 800, height: 652 } },
    pictures: {
      facade: async (page) => {
        await page.locator('button[part="start"]').waitFor();
        await page.waitForTimeout(3000);
        return { colours: 12 };
      },
      pairs: async (page) => {
        await page.setViewportSize(column.viewport);
        await page.evaluate(() => window.lab.setAttribute('controls', 'full'));
        await train(page, 300);
        await page.locator('canvas.fake.paired').waitFor();
        return { parts: ['figure.fakes'], colours: 96 };
      },
    },
  },
  {
    attributes: { ...common, preset: 'latent_plane', dataset },
    options: { viewport: { width: 760, height: 1000 } },
    pictures: {
      'latent-space': async (page) => {
        await train(page, 5000);
        await openDrawer(page, 'explorer');
        const map = page.locator('.map');
        await map.scrollIntoViewIfNeeded();
        const { width } = await map.boundingBox();
        await map.click({ position: { x: 0.72 * width, y: 0.3 * width } });
        await page.waitForTimeout(3000);
        return { parts: ['[data-drawer="explorer"]'], colours: 48 };
      },
    },
  },
  {
    attributes: { ...common, preset: 'mode_collapse', dataset },
    options: { viewport: { width: 1100, height: 800 } },
    pictures: {
      disaster: async (page) => {
        // Here it draws two digits that can be read.
        await trainJudged(page, 1180, 59);
        await page.locator('.lesson [data-finding="mode_collapse"]').waitFor();
        return { parts: ['.stage', '.lesson'], colours: 20 };
      },
    },
  },
  {
    attributes: { ...common, preset: 'vanishing_gradient', dataset },
    options: laptop,
    pictures: {
      now: async (page) => {
        await trainJudged(page, 200, 10);
        await page.locator('.lesson [data-finding="vanishing_gradient"]').waitFor();
        return { parts: ['.counters', '.now'], colours: 32 };
      },
      vanishing: async (page) => {
        await page.setViewportSize(column.viewport);
        await page.locator('[data-action="log-scale"]').click();
        return { parts: ['.lesson', '[data-drawer="curves"]'], colours: 48 };
      },
    },
  },
  {
    attributes: { ...common, preset: 'critic_without_penalty', dataset },
    options: laptop,
    pictures: {
      runaway: async (page) => {
        await page.setViewportSize(column.viewport);
        await trainJudged(page, 60, 5);
        await page.locator('.lesson [data-finding="runaway_critic"]').waitFor();
        return { parts: ['.lesson', '[data-drawer="curves"]'], colours: 48 };
      },
    },
  },
];

/**
 * The smallest box around some parts of the page, with a little paper around it.
 *
 * @param {Page} page
 * @param {string[]} parts
 */
const boxOf = (page, parts) =>
  page.evaluate((selectors) => {
    const root = window.lab.shadowRoot;
    const boxes = selectors.map((part) => root.querySelector(part).getBoundingClientRect());
    const margin = 8;
    const x = Math.max(0, Math.min(...boxes.map(({ left }) => left + scrollX)) - margin);
    const y = Math.max(0, Math.min(...boxes.map(({ top }) => top + scrollY)) - margin);
    const right = Math.max(...boxes.map((box) => box.right + scrollX)) + margin;
    const bottom = Math.max(...boxes.map((box) => box.bottom + scrollY)) + margin;
    return { x, y, width: right - x, height: bottom - y };
  }, parts);

const asked = process.argv.slice(2);
const wanted = (/** @type {string} */ name) => asked.length === 0 || asked.includes(name);
const known = scenes.flatMap(({ pictures }) => Object.keys(pictures));
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) throw new Error(`no picture ${unknown}: there are ${known.join(', ')}`);

const site = await serve();
site.answer((file) => {
  const own = path.join(root, '../shared', file.replace(/^data\//, ''));
  return /^data\/mnist\/[\w-]+\.gz$/.test(file) && existsSync(own)
    ? { body: readFileSync(own), type: 'application/gzip' }
    : undefined;
});
const browser = await launch();
try {
  for (const { attributes, options, pictures } of scenes) {
    const names = Object.keys(pictures);
    // A picture may need what the ones before it have done.
    const last = names.findLastIndex(wanted);
    if (last < 0) continue;
    const page = await openLab(browser, site, attributes, options);
    page.setDefaultTimeout(0);
    await page.evaluate(() => {
      document.body.style.margin = '0';
      Element.prototype.requestFullscreen = () => Promise.reject(new TypeError('denied'));
    });
    for (const name of names.slice(0, last + 1)) {
      const { parts, colours = 64 } = await pictures[name](page);
      // A picture shows neither a pointer's place nor whose turn the keyboard is.
      await page.mouse.move(0, 0);
      await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.blur());
      await shown(page);
      if (!wanted(name)) continue;
      const clip = parts && (await boxOf(page, parts));
      const taken = await page.screenshot(clip ? { clip, fullPage: true } : {});
      const picture = withPalette(taken, colours);
      await writeFile(new URL(`inside/${name}.png`, docs), picture);
      console.log(`${name}: ${Math.round(picture.length / 1000)} kB`);
    }
    await page.context().close();
  }
} finally {
  await browser.close();
  await site.close();
}
