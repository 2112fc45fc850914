/** Every model, chosen as a reader does: its settings, its figures and its pictures. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { models as traits } from '../../www/src/generated/model-traits.js';
import * as schema from '../../www/src/generated/schema.js';
import en from '../../www/src/i18n/en.js';
import zh from '../../www/src/i18n/zh-CN.js';
import { layoutOf } from '../../www/src/views/pairs-canvas.js';
import { close, message, openLab, patience, tiny } from '../support/lab.mjs';
import { changed, paired, squares } from '../support/pictures.mjs';
import { choose, choosePreset, openModel, visibleFields } from '../support/settings.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();

/** What all models have. */
const common = [
  'preset',
  'backend',
  'model',
  'dataset',
  'seed',
  'width',
  'image_size',
  'batch_size',
];
const adam = ['generator_lr', 'beta1', 'beta2', 'epsilon', 'ema_decay'];
const always = [...common, ...adam];
/** What a discriminator brings, and what can be added to one of its own. */
const adversarial = ['discriminator_lr', 'discriminator_steps'];
const added = ['latent_dim', 'feature_matching', 'feature_matching_only', 'mmd', 'unrolled_steps'];
const plain = [...always, ...adversarial, ...added, 'loss', 'spectral_norm', 'd_l2'];
const convolutional = [...plain, 'generator_activation'];

/**
 * @typedef {object} Expected
 * @property {string[]} fields that its form shows
 * @property {Record<string, number>} [settings] besides its size
 * @property {number} values beside the objective
 * @property {string[]} curves
 * @property {string} [reading] of the discriminator's verdict
 * @property {string[]} [terms] of its report, beside the losses
 */

const classical = { values: 2, curves: ['loss', 'belief'], reading: 'probability' };
const wasserstein = { curves: ['critic-loss', 'wasserstein'], reading: 'higher' };

/** @type {Record<string, Expected>} */
const models = {
  dcgan: { ...classical, fields: convolutional },
  gan: { ...classical, fields: plain },
  // Large steps, so that there are colours after two of them.
  dcgan_linear: { ...classical, fields: convolutional, settings: { generator_lr: 0.1 } },
  conditional: { ...classical, fields: [...convolutional, 'conditioning'] },
  wgan: {
    ...wasserstein,
    fields: [...always, ...adversarial, ...added, 'generator_activation', 'clip'],
    values: 3,
    terms: ['wasserstein'],
  },
  wgan_gp: {
    ...wasserstein,
    fields: [...convolutional.filter((name) => name !== 'loss'), 'gradient_penalty'],
    // Both terms of the critic's loss and their total, the generator's, and the distance.
    values: 5,
    terms: ['wasserstein', 'gradient_penalty'],
  },
  vae: {
    fields: [...always, 'latent_dim', 'kl_weight'],
    values: 3,
    curves: ['reconstruction', 'kl'],
    terms: ['reconstruction', 'kl'],
  },
  cyclegan: {
    fields: [
      ...[...always, ...adversarial, 'loss', 'spectral_norm'],
      ...['cycle_weight', 'identity_weight'],
    ],
    values: 5,
    pairs: true,
    curves: ['loss', 'cycle'],
    reading: 'one_or_zero',
    terms: ['cycle', 'identity'],
  },
};

/** @type {import('playwright-core').Page} */
let page;

/**
 * A test on a page of its own, whose reader has chosen a model.
 *
 * @param {string} name
 * @param {string} model
 * @param {() => Promise<void>} body
 * @param {import('../support/settings.mjs').Settings} [settings]
 */
function withModel(name, model, body, settings) {
  test(name, { timeout }, async () => {
    page = await openModel(browser, site, model, settings);
    try {
      await body();
    } finally {
      await close(page);
    }
  });
}

/** @returns {Promise<Record<string, number>>} the last report */
async function trainTwo() {
  const report = await page.evaluate(() => window.lab.train({ steps: 2 }));
  await page.locator('canvas.fake[aria-label*="step 2"]').waitFor();
  return report;
}

const texts = (selector) => page.locator(selector).allTextContents();

/** Which parts of a kind there are, by the name that the page gives them. */
const parts = (selector, name) =>
  page.locator(selector).evaluateAll((nodes, key) => nodes.map((node) => node.dataset[key]), name);

const allNumbers = (shown) => {
  for (const text of shown) assert.match(text.trim(), /^−?\d+(\.\d+)?(e[+−]?\d+)?$/);
};

test('the table names every model of images', () => {
  // plane-run.test.mjs is for the one of points.
  const ofImages = schema.fields[0].options.filter((name) => traits[name].space === 'image');
  assert.deepEqual(Object.keys(models).sort(), ofImages.sort());
});

for (const [model, expected] of Object.entries(models)) {
  const body = async () => {
    assert.deepEqual(await visibleFields(page), [...expected.fields].sort());

    const report = await trainTwo();
    assert.equal(report.step, 2);
    for (const term of expected.terms ?? []) assert.ok(Number.isFinite(report[term]), term);

    const values = await texts('.objective output');
    assert.equal(values.length, expected.values, `${values}`);
    allNumbers(values);
    assert.deepEqual(await parts('.curve', 'panel'), expected.curves);
    allNumbers(await texts('.curve .legend b'));
    const readings = expected.reading ? [expected.reading] : [];
    assert.deepEqual(await parts('.meters', 'reading'), readings);
    allNumbers(await texts('.meters .value'));

    const look = expected.pairs ? paired : squares;
    const grid = await look(page.locator('canvas.fake'), 64);
    assert.ok(grid.every(({ shades }) => shades > 1));
    assert.ok(new Set(grid.map(({ bytes }) => bytes)).size > 32, 'its pictures are not alike');
    const colour = Math.max(...grid.map((square) => square.colour));
    assert.equal(colour > 30, model === 'dcgan_linear', `channels differ by up to ${colour}`);
    assert.equal(await page.locator('.lesson').count(), 0);
    assert.deepEqual(await page.evaluate(() => window.events.error), []);

    await page.setViewportSize({ width: 390, height: 844 });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  };
  withModel(`${model}: its settings, figures and pictures`, model, body, expected.settings);
}

withModel('CycleGAN shows both directions, pictures beside translations', 'cyclegan', async () => {
  await trainTwo();
  const grid = await paired(page.locator('canvas.paired'), 64);
  const real = await squares(page.locator('canvas.real'), 24);
  for (let at = 0; at < 16; at += 1) {
    const [drawn, asHandwritten, handwritten, asDrawn] = grid.slice(4 * at, 4 * at + 4);
    assert.equal(handwritten.bytes, real[at].bytes, 'the third of four is a real one');
    assert.notEqual(asDrawn.bytes, handwritten.bytes);
    assert.notEqual(asHandwritten.bytes, drawn.bytes);
  }
});

for (const [lang, words] of [
  ['en', en],
  ['zh', zh],
]) {
  test(`CycleGAN names its two ways over the pairs, also at 360 px (${lang})`, {
    timeout,
  }, async () => {
    const attributes = { ...tiny, lang, model: 'cyclegan' };
    delete attributes['latent-dim'];
    const wide = { viewport: { width: 360, height: 640 } };
    const narrow = await openLab(browser, site, attributes, wide);
    await narrow.evaluate(() => window.lab.ready);
    const ways = narrow.locator('.ways > span');
    const drawn = words['domain.drawn'];
    const other = words['domain.procedural'];
    for (const [at, [from, to]] of [
      [drawn, other],
      [other, drawn],
    ].entries()) {
      const way = ways.nth(at);
      const text = (await way.textContent()).replaceAll(/\s+/g, ' ').trim();
      assert.ok(text.startsWith(from) && text.endsWith(to) && text.includes('→'), text);
      // It stands over its own pairs, in letters that can be read.
      const canvas = await narrow.locator('canvas.paired').boundingBox();
      const box = await way.boundingBox();
      const middle = box.x + box.width / 2;
      assert.equal(middle > canvas.x + canvas.width / 2, at === 1, 'over its half');
      assert.ok(box.y + box.height <= canvas.y + 1);
      const size = await way.evaluate((node) => Number.parseFloat(getComputedStyle(node).fontSize));
      assert.ok(size >= 12, `${size} px`);
    }
    // Between the two of each pair there is an arrow in G's colour.
    await paired(narrow.locator('canvas.paired'), 64);
    const coloured = await narrow.locator('canvas.paired').evaluate((canvas, corners) => {
      const context = canvas.getContext('2d');
      return corners.map(([left, top, width]) => {
        const { data } = context.getImageData(left, top, width, 28);
        let dots = 0;
        for (let at = 0; at < data.length; at += 4) if (data[at] - data[at + 2] > 60) dots += 1;
        return dots;
      });
    }, arrows(64));
    assert.equal(coloured.length, 32);
    assert.ok(
      coloured.every((dots) => dots > 8),
      coloured.join(),
    );
    await close(narrow);
  });
}

/** The gaps between the two pictures of each pair: left, top, width. @param {number} count */
function arrows(count) {
  const { place, arrow } = layoutOf({ width: 28, height: 28, count });
  return Array.from({ length: count / 2 }, (_, pair) => {
    const { left, top } = place(2 * pair);
    return [left + 28, top, arrow];
  });
}

withModel('a VAE shows real digits beside their reconstructions', 'vae', async () => {
  await trainTwo();
  await page.locator('canvas.pairs[aria-label*="step 2"]').waitFor();
  const pairs = await squares(page.locator('canvas.pairs'), 24);
  const real = await squares(page.locator('canvas.real'), 24);
  for (let at = 0; at < pairs.length / 2; at += 1) {
    assert.equal(pairs[2 * at].bytes, real[at].bytes);
    assert.notEqual(pairs[2 * at + 1].bytes, real[at].bytes);
    assert.ok(pairs[2 * at + 1].shades > 1);
  }
});

withModel('the conditional model draws the digit that is chosen', 'conditional', async () => {
  await trainTwo();
  // With the same z every time, only the digit makes a difference.
  await page.evaluate(() => {
    Math.random = () => 0.25;
  });
  const canvas = page.locator('canvas.fake');
  const digit = page.locator('[data-field="digit"]');
  const fixed = await squares(canvas, 64);
  await digit.selectOption('3');
  const threes = await changed(canvas, fixed);
  await digit.selectOption('8');
  const eights = await changed(canvas, threes);
  assert.ok(eights.every(({ bytes }, at) => bytes !== threes[at].bytes));
  await digit.selectOption('3');
  assert.deepEqual(await changed(canvas, eights), threes);
  await choose(page, { model: 'dcgan' });
  assert.equal(await digit.count(), 0);
});

withModel('the meters are read as the loss reads them', 'dcgan', async () => {
  const cases = {
    least_squares: ['one_or_zero', /1 for real, 0 for fake/, 'score'],
    hinge: ['higher', /higher is more real/, 'score'],
    wasserstein: ['higher', /higher is more real/, 'wasserstein'],
  };
  assert.equal(await page.locator('.meters [role="meter"]').count(), 2);
  for (const [loss, [reading, words, curve]] of Object.entries(cases)) {
    await choose(page, { loss });
    await trainTwo();
    assert.deepEqual(await parts('.meters', 'reading'), [reading]);
    const [text] = await texts('.meters');
    assert.match(text, words);
    assert.doesNotMatch(text, /probab|0\.5:|takes (real|fake) for real/);
    assert.equal(await page.locator('.meters [role="meter"]').count(), 0);
    assert.equal((await parts('.curve', 'panel'))[1], curve);
  }
  await choose(page, { loss: 'minimax' });
  assert.deepEqual(await parts('.meters', 'reading'), ['probability']);
});

for (const preset of schema.presets.filter((it) => it.fails_on_purpose)) {
  withModel(`${preset.name} says what there is to see`, 'gan', async () => {
    await choosePreset(page, preset);
    assert.deepEqual(await parts('.lesson', 'preset'), [preset.name]);
    assert.match((await texts('.lesson')).join(), /meant to fail/);
  });
}

test('the model as an attribute: the others keep their say', { timeout }, async () => {
  const other = await openLab(browser, site);
  await other.evaluate(() => window.lab.ready);
  await other.evaluate(() => window.lab.setAttribute('model', 'wgan'));
  await other.waitForFunction(() => window.lab.experiment.model === 'wgan');
  const { width, batch_size, latent_dim } = await other.evaluate(() => window.lab.experiment);
  assert.deepEqual([width, batch_size, latent_dim], [2, 4, 8]);
  await close(other);
});

test('a setting that its model does not use is refused, and the lab starts', {
  timeout,
}, async () => {
  const other = await openLab(browser, site, { ...tiny, model: 'cyclegan' });
  assert.match(await message(other, 'bad_experiment'), /latent_dim: does nothing in cyclegan/);
  assert.equal((await other.evaluate(() => window.lab.train({ steps: 1 }))).step, 1);
  await close(other);
});
