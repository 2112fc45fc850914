/** What every browser has to do, the same for each: a reader's way through the page, and the API. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { models } from '../../../www/src/generated/model-traits.js';
import * as idx from '../../support/idx.mjs';
import { patience, tiny } from '../../support/lab.mjs';
import { serve } from '../../support/server.mjs';
import { withLatents } from '../../support/settings.mjs';

/**
 * @typedef {object} Page
 * @property {<T>(run: (argument: any) => T | Promise<T>, argument?: unknown) => Promise<T>} evaluate
 * @property {() => Promise<unknown>} close
 *
 * @typedef {object} Driven a browser, whatever drives it
 * @property {string} version
 * @property {(address: string, size?: { width?: number, height?: number }) => Promise<Page>} open
 * @property {() => Promise<unknown>} close
 */

const timeout = 2 * patience;
const { lang: _, ...silent } = tiny;

/** The tiny run of a model. @param {string} model */
export function tinyRun(model) {
  const { 'latent-dim': latent, dataset, ...others } = tiny;
  // A model of points has data of its own.
  if (models[model].space === 'plane') return { ...others, model };
  return {
    dataset,
    ...others,
    ...(withLatents.includes(model) ? { 'latent-dim': latent } : {}),
    model,
  };
}

/**
 * Adds a lab to a page. Runs in the browser; `window.addLab` is a page's own name for it.
 *
 * @param {Record<string, unknown>} attributes
 */
function addLab(attributes) {
  const lab = document.createElement('ganvas-lab');
  for (const [name, value] of Object.entries(attributes)) lab.setAttribute(name, String(value));
  document.body.append(lab);
  window.lab = lab;
}

/** The losses of each of a run's first steps. @param {number} steps */
export async function trace(steps) {
  const losses = [];
  for (let step = 0; step < steps; step += 1) {
    const { d_loss, g_loss } = await window.lab.train({ steps: 1 });
    losses.push([d_loss, g_loss]);
  }
  return losses;
}

/**
 * @param {Driven} driven
 * @param {import('../../support/server.mjs').Site} site
 * @param {Record<string, unknown>} [attributes]
 * @param {{ width?: number, height?: number }} [size]
 */
export async function openLab(driven, site, attributes = tiny, size = undefined) {
  const page = await driven.open(site.page('host.html'), size);
  await page.evaluate(addLab, attributes);
  await page.evaluate(() => customElements.whenDefined('ganvas-lab').then(() => true));
  return page;
}

/**
 * Waits in the page until a selector finds something in the lab, and that something says `words`.
 *
 * @param {[selector: string, words?: string]} wanted
 */
async function shown([selector, words = '']) {
  for (;;) {
    const found = document.querySelector('ganvas-lab')?.shadowRoot?.querySelector(selector);
    if (found?.textContent.includes(words)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Opens every view of a model of images, and tells what each holds. Runs in the browser. */
async function lookInside() {
  const { lab } = window;
  await lab.train({ steps: 3 });
  const root = lab.shadowRoot;
  const until = async (/** @type {() => unknown} */ check) => {
    for (;;) {
      const found = check();
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  // Most controls come with code of their own, some time after the first pictures.
  const press = async (/** @type {string} */ selector) => {
    const button = await until(() => root.querySelector(`${selector}:not(:disabled)`));
    button.click();
  };
  // A round, slowly.
  await press('[data-action="slowly"]');
  const phases = [];
  for (const phase of ['draw', 'make', 'judge']) {
    await until(() => root.querySelector(`.slowly[data-phase="${phase}"] canvas`));
    phases.push(phase);
    await press('[data-action="slowly-forward"]');
  }
  await until(() => root.querySelector('.slowly[data-phase="loss"]'));
  await press('[data-action="slowly-close"]');
  // D's eyes, what an update changes, the judge, the space of z.
  const { scores } = await lab.look({ index: 3 });
  await press('[data-action="step-discriminator"]');
  await until(() => root.querySelectorAll('.change .pair').length === 2);
  const change = root.querySelectorAll('.change .pair').length;
  root.querySelector('[data-drawer="judge"]').open = true;
  await until(() => root.querySelectorAll('.histogram .bin').length === 10);
  const bins = root.querySelectorAll('.histogram .bin').length;
  root.querySelector('[data-drawer="explorer"]').open = true;
  const drawn = () => {
    const canvas = root.querySelector('[data-drawer="explorer"] canvas');
    const pixels = canvas?.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    return pixels && new Set(new Uint32Array(pixels.buffer)).size;
  };
  const map = await until(() => drawn() > 1 && drawn());
  return {
    phases,
    scores: scores.length,
    change,
    bins,
    map,
    curves: root.querySelectorAll('.curve').length,
  };
}

/** The colours of the plane's picture, and its figure beside it. Runs in the browser. */
async function lookAtPlane() {
  const { lab } = window;
  await lab.train({ steps: 50 });
  for (;;) {
    const canvas = lab.shadowRoot.querySelector('canvas.picture');
    const modes = lab.shadowRoot.querySelector('[data-measure="modes"] dd')?.textContent;
    const pixels = canvas?.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    const colours = pixels ? new Set(new Uint32Array(pixels.buffer)).size : 0;
    if (modes && colours > 3) return [colours, modes];
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/**
 * Declares the tests of one browser.
 *
 * @param {string} name
 * @param {() => Promise<Driven>} start
 * @param {() => Promise<Driven>} reference whose numbers are right
 */
export function testBrowser(name, start, reference) {
  /** @type {Driven} */
  let driven;
  /** @type {import('../../support/server.mjs').Site} */
  let site;
  before(async () => {
    site = await serve();
    driven = await start();
    console.log(driven.version);
  });
  after(async () => {
    await driven?.close();
    await site?.close();
  });

  test(`${name}: the hosted page draws its first digits, and trains at a press of start`, {
    timeout,
  }, async () => {
    const query = 'width=2&latent_dim=8&batch_size=4&model=dcgan&dataset=procedural&backend=cpu';
    const page = await driven.open(`${site.home}?${query}&lang=en`);
    await page.evaluate(shown, ['figure.drawn canvas']);
    const shades = await page.evaluate(async () => {
      const root = document.querySelector('ganvas-lab').shadowRoot;
      for (;;) {
        const canvas = root.querySelector('figure.drawn canvas');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        const found = new Set(data).size;
        if (found > 20) return found;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    assert.ok(shades > 20);
    const step = await page.evaluate(async () => {
      const lab = document.querySelector('ganvas-lab');
      const reported = new Promise((resolve) => {
        lab.addEventListener('report', ({ detail }) => resolve(detail.step), { once: true });
      });
      lab.shadowRoot.querySelector('button[part="start"]').click();
      return reported;
    });
    assert.ok(step > 0);
    await page.evaluate(shown, ['canvas.fake[aria-label*="step"]']);
    await page.close();
  });

  test(`${name}: losses are Chromium’s on the CPU, bit for bit, for every model`, {
    timeout,
  }, async () => {
    const other = await reference();
    try {
      for (const model of Object.keys(models)) {
        const runs = [];
        for (const browser of [other, driven]) {
          const page = await openLab(browser, site, { ...tinyRun(model), exact: '' });
          runs.push(await page.evaluate(trace, model === tiny.model ? 20 : 3));
          await page.close();
        }
        assert.ok(runs[0].flat().some(Number.isFinite), model);
        assert.deepEqual(runs[1], runs[0], model);
      }
    } finally {
      await other.close();
    }
  });

  test(`${name}: step, reset, sample, evaluate`, { timeout }, async () => {
    const page = await openLab(driven, site);
    const found = await page.evaluate(async () => {
      const { lab } = window;
      const first = await lab.step('both');
      await lab.step('discriminator');
      await lab.step('generator');
      await lab.reset();
      const again = await lab.step('both');
      const { pixels, count } = await lab.sample({ count: 5, seed: 3 });
      const { count: judged, confidence } = await lab.evaluate({ count: 20 });
      return {
        losses: [first, again].map(({ d_loss, g_loss }) => [d_loss, g_loss]),
        sample: [count, pixels.length],
        judged: [judged, confidence],
      };
    });
    assert.deepEqual(found.losses[0], found.losses[1]);
    assert.deepEqual(found.sample, [5, 5 * 28 * 28]);
    assert.equal(found.judged[0], 20);
    assert.ok(Number.isFinite(found.judged[1]));
    await page.close();
  });

  test(`${name}: what was saved goes on as if nothing had happened`, { timeout }, async () => {
    const page = await openLab(driven, site);
    const [straight, resumed] = await page.evaluate(async () => {
      const { lab } = window;
      const losses = ({ step, d_loss, g_loss }) => [step, d_loss, g_loss];
      await lab.train({ steps: 3 });
      const file = await lab.save();
      const straight = losses(await lab.train({ steps: 2 }));
      await lab.load(file);
      return [straight, losses(await lab.train({ steps: 2 }))];
    });
    assert.equal(straight[0], 5);
    assert.deepEqual(resumed, straight);
    await page.close();
  });

  test(`${name}: the reader’s own files`, { timeout }, async () => {
    site.files.set('images', idx.images(40));
    site.files.set('labels', idx.labels(40));
    const page = await openLab(driven, site);
    const found = await page.evaluate(async () => {
      const { lab } = window;
      const [images, labels] = await Promise.all(
        ['images', 'labels'].map(async (file) => (await fetch(`/files/${file}`)).blob()),
      );
      const { count, source } = await lab.loadDataset({ images, labels });
      const refused = await lab
        .loadDataset({ images: new Blob(['nonsense']) })
        .catch((error) => error.code);
      const { step } = await lab.train({ steps: 2 });
      return { count, source, refused, step };
    });
    assert.deepEqual(found, { count: 40, source: 'file', refused: 'bad_dataset', step: 2 });
    await page.close();
  });

  test(`${name}: both languages, and a page in a third`, { timeout }, async () => {
    const page = await openLab(driven, site, silent);
    for (const [tag, word, language] of [
      ['en', 'Start', 'en'],
      ['zh-Hans', '开始', 'zh-CN'],
    ]) {
      await page.evaluate((lang) => {
        document.documentElement.lang = lang;
      }, tag);
      await page.evaluate(shown, [`section[lang="${language}"] button[part="start"]`, word]);
    }
    await page.evaluate(() => {
      document.documentElement.lang = 'C';
    });
    const step = await page.evaluate(async () => (await window.lab.train({ steps: 1 })).step);
    assert.equal(step, 1);
    await page.close();
  });

  test(`${name}: dark where the page is dark`, { timeout }, async () => {
    const page = await openLab(driven, site);
    for (const [background, scheme] of [
      ['#111418', 'dark'],
      ['#fefefe', 'light'],
    ]) {
      await page.evaluate((colour) => {
        document.body.style.background = colour;
      }, background);
      await page.evaluate(shown, [`section[data-scheme="${scheme}"]`]);
    }
    await page.close();
  });

  test(`${name}: nothing is wider than a phone of 390 px`, { timeout }, async () => {
    const page = await openLab(driven, site);
    const widths = await page.evaluate(async () => {
      // A desktop’s window does not become that narrow; the layout follows the element.
      document.body.style.cssText = 'margin: 0; width: 390px';
      const widths = () => {
        const { shadowRoot } = window.lab;
        const boxes = [...shadowRoot.querySelectorAll('.ganvas, .ganvas > * > *')].map((node) =>
          node.getBoundingClientRect(),
        );
        return Math.max(...boxes.map(({ right }) => right));
      };
      const facade = widths();
      await window.lab.train({ steps: 2 });
      await new Promise((resolve) => setTimeout(resolve, 300));
      return [facade, widths()];
    });
    for (const right of widths) assert.ok(right > 300 && right <= 390, `${right} px`);
    await page.close();
  });

  test(`${name}: every view shows what there is to see`, { timeout }, async () => {
    const page = await openLab(driven, site);
    const seen = await page.evaluate(lookInside);
    assert.deepEqual(seen.phases, ['draw', 'make', 'judge']);
    assert.equal(seen.scores, 64);
    assert.equal(seen.change, 2);
    assert.equal(seen.bins, 10);
    assert.ok(seen.curves >= 2 && seen.map > 0, JSON.stringify(seen));
    await page.close();
    const attributes = { backend: 'cpu', model: 'plane', dataset: 'ring', lang: 'en', seed: 7 };
    const plane = await openLab(driven, site, attributes);
    const [inked, modes] = await plane.evaluate(lookAtPlane);
    assert.ok(inked > 3, `${inked} colours in the picture of the plane`);
    assert.match(modes, /of 8$/);
    await plane.close();
  });

  test(`${name}: two labs, each with a run of its own`, { timeout }, async () => {
    const page = await openLab(driven, site);
    await page.evaluate(addLab, { ...tiny, seed: 8 });
    const reports = await page.evaluate(() =>
      Promise.all(
        [...document.querySelectorAll('ganvas-lab')].map(async (lab, index) => {
          const { step, d_loss } = await lab.train({ steps: 4 + index });
          return [step, d_loss];
        }),
      ),
    );
    assert.deepEqual(
      reports.map(([step]) => step),
      [4, 5],
    );
    assert.notEqual(reports[0][1], reports[1][1]);
    await page.close();
  });

  test(`${name}: off the page and back it goes on from where it was`, { timeout }, async () => {
    const page = await openLab(driven, site);
    const step = await page.evaluate(async () => {
      const { lab } = window;
      await lab.train({ steps: 4 });
      await lab.load(await lab.save());
      lab.remove();
      await new Promise((resolve) => setTimeout(resolve, 50));
      document.body.append(lab);
      return (await lab.train({ steps: 1 })).step;
    });
    assert.equal(step, 5);
    await page.close();
  });
}

/** What float arithmetic in another order may move within three steps, as between the backends. */
const tolerance = 1e-3;

/**
 * Declares the test of an implementation of WebGPU: it computes what the CPU does.
 *
 * @param {string} name
 * @param {() => Promise<Driven>} start with WebGPU on lavapipe
 */
export function testWebgpu(name, start) {
  test(`${name}: WebGPU on lavapipe agrees with the CPU over three steps`, {
    timeout,
  }, async () => {
    const site = await serve();
    after(() => site.close());
    const driven = await start();
    after(() => driven.close());
    for (const model of ['dcgan', 'wgan_gp', 'vae']) {
      const runs = [];
      for (const backend of ['cpu', 'webgpu']) {
        const page = await openLab(driven, site, { ...tinyRun(model), backend });
        assert.equal(
          await page.evaluate(() => window.lab.ready.then((about) => about.backend)),
          backend,
        );
        runs.push((await page.evaluate(trace, 3)).flat());
        await page.close();
      }
      const [cpu, gpu] = runs;
      gpu.forEach((value, at) => {
        const error = Math.abs(value - cpu[at]);
        assert.ok(
          error <= tolerance * Math.max(1, Math.abs(cpu[at])),
          `${model}: ${value} and ${cpu[at]}`,
        );
      });
    }
  });
}
