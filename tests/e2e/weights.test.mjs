/** Which of the generator's weights the pictures show: as they are trained, or their average. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, failure, goesOn, openLab, patience, startTraining, tiny } from '../support/lab.mjs';
import { changed, squares } from '../support/pictures.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();

/** Steps large enough to be seen, and an average that lags behind them. */
const lagging = { ...tiny, 'generator-lr': 0.01, 'ema-decay': 0.99 };

/** @param {import('playwright-core').Page} page */
const parts = (page) => ({
  grid: page.locator('canvas.fake'),
  raw: page.locator('[data-action="weights-raw"]'),
  averaged: page.locator('[data-action="weights-averaged"]'),
});

const pressed = (/** @type {import('playwright-core').Locator} */ button) =>
  button.evaluate((node) => node.ariaPressed);

test('the grid shows either weights, and training does not mind', { timeout }, async () => {
  const page = await openLab(browser, site, lagging);
  const { grid, raw, averaged } = parts(page);
  await page.evaluate(() => window.lab.train({ steps: 5 }));
  assert.deepEqual([await pressed(raw), await pressed(averaged)], ['false', 'true']);
  const saved = () => page.evaluate(async () => (await window.lab.save()).size);
  const size = await saved();
  const first = await squares(grid, 64);
  await raw.click();
  const second = await changed(grid, first);
  assert.deepEqual([await pressed(raw), await pressed(averaged)], ['true', 'false']);
  assert.equal(await page.evaluate(() => window.lab.weights()), 'raw');
  assert.equal(await saved(), size, 'a file holds both, whichever is shown');
  // Back again, by keyboard.
  await averaged.focus();
  await page.keyboard.press('Enter');
  assert.deepEqual(await changed(grid, second), first);
  assert.equal(await page.evaluate(() => window.events.sample.at(-1).step), 5);
  await close(page);
});

test('sample() and the other z follow the choice', { timeout }, async () => {
  const page = await openLab(browser, site, lagging);
  const { grid } = parts(page);
  await page.evaluate(() => window.lab.train({ steps: 5 }));
  const draw = () =>
    page.evaluate(async () => [...(await window.lab.sample({ count: 2, seed: 1 })).pixels]);
  const averaged = await draw();
  await page.locator('[data-action="sample"]').click();
  await page.locator('[data-action="fixed"]').waitFor();
  const extra = await squares(grid, 64);
  assert.equal(await page.evaluate(() => window.lab.weights('raw')), 'raw');
  await changed(grid, extra);
  assert.notDeepEqual(await draw(), averaged);
  assert.equal(await page.evaluate(() => window.lab.weights('averaged')), 'averaged');
  assert.deepEqual(await draw(), averaged);
  const refused = await failure(page, () => window.lab.weights('best'));
  assert.deepEqual([refused.code, refused.field], ['bad_experiment', 'weights']);
  await close(page);
});

test('the choice works in training, and outlives runs, files and workers', {
  timeout,
}, async () => {
  const page = await openLab(browser, site, lagging);
  const { raw } = parts(page);
  await startTraining(page);
  await raw.click();
  await goesOn(page);
  assert.equal(await page.evaluate(() => window.events.state.at(-1).state), 'running');
  const now = () => page.evaluate(() => window.lab.weights());
  assert.equal(await now(), 'raw');
  await page.evaluate(async () => {
    await window.lab.pause();
    window.file = await window.lab.save();
    await window.lab.reset({ seed: 8 });
  });
  assert.equal(await now(), 'raw');
  assert.equal(await pressed(raw), 'true');
  await page.evaluate(() => window.lab.load(window.file));
  assert.equal(await now(), 'raw');
  // Off the page and on again: another worker.
  await page.evaluate(async () => {
    window.lab.remove();
    await new Promise((resolve) => setTimeout(resolve));
    document.body.append(window.lab);
    await window.lab.ready;
  });
  assert.equal(await now(), 'raw');
  assert.equal(await pressed(raw), 'true');
  await close(page);
});

test('a run without an average has nothing to choose', { timeout }, async () => {
  const page = await openLab(browser, site, { ...tiny, 'ema-decay': 0 });
  const { grid, raw } = parts(page);
  await page.evaluate(() => window.lab.train({ steps: 2 }));
  await squares(grid, 64);
  assert.equal(await raw.count(), 0);
  await page.evaluate(() => window.lab.reset({ ema_decay: 0.9 }));
  await raw.waitFor();
  await close(page);
});
