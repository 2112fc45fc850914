/** What training may ask of the GPU: few dispatches, submits and pipelines, no needless read-back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counted, countedIn, countingSite } from '../bench/measure/gpu-counts.mjs';
import { openLab, patience } from '../support/lab.mjs';
import { suite } from '../support/suite.mjs';

/** Shaders are compiled on the processor at the first step. */
const timeout = 5 * patience;
/** Of a step with its report, which is one dispatch of these. */
const budget = { dispatches: 41, submits: 5, pipelines: 25 };

const { site, browser } = await suite({ webgpu: true });
site.answer(countingSite);
const page = await openLab(browser, site, {
  backend: 'webgpu',
  dataset: 'procedural',
  model: 'dcgan',
  width: 16,
  'batch-size': 32,
  seed: 7,
  lang: 'en',
});

const within = (counts, what) =>
  assert.ok(counts[what] <= budget[what], `${counts[what]} ${what}, at most ${budget[what]}`);
const readbacks = (calls) => Object.values(calls).reduce((sum, call) => sum + call.readbacks, 0);

test('the pipelines of a step are made before it is ready to train', { timeout }, async () => {
  await page.evaluate(() => window.lab.ready);
  const { calls } = await counted(page);
  for (const warmUp of [calls.warm_up_pictures, calls.warm_up]) {
    assert.equal(warmUp.times, 1);
    assert.ok(warmUp.pipelines > 0, 'a warm-up makes pipelines');
    assert.equal(warmUp.dispatches, 0, 'a warm-up computes nothing');
  }
  assert.equal(calls.grid.pipelines, 0, 'the first picture makes none');

  const first = await countedIn(page, () => page.evaluate(() => window.lab.train({ steps: 1 })));
  assert.equal(first.calls.train.pipelines, 0, 'training makes none');
  assert.equal(first.all.pipelines, 0, 'nor does the first report');
  within((await counted(page)).all, 'pipelines');
});

test('a step with its report stays within its budget', { timeout }, async () => {
  const { step } = (await countedIn(page, () => page.evaluate(() => window.lab.step('both'))))
    .calls;
  assert.equal(step.times, 1);
  assert.ok(step.dispatches > 0 && step.submits > 0, 'the step was counted');
  within(step, 'dispatches');
  within(step, 'submits');
  assert.equal(step.readbacks, 1, 'all figures are read in one go');
});

test('nothing is read back but for a report, a grid or a snapshot', { timeout }, async () => {
  const steps = 20;
  const events = () =>
    page.evaluate(() => [window.events.report.length, window.events.sample.length]);
  const [reportsBefore, gridsBefore] = await events();
  const { all, calls } = await countedIn(page, () =>
    page.evaluate(async (steps) => {
      await window.lab.train({ steps });
      // Training is answered before its last picture is drawn; what comes next waits for that.
      await window.lab.pause();
    }, steps),
  );
  const [reportsAfter, gridsAfter] = await events();

  const { train, report, grid, save } = calls;
  assert.ok(train.times > 0 && report.times > 0 && grid.times > 0);
  assert.equal(train.readbacks, 0, 'steps read nothing');
  assert.equal(report.readbacks, report.times, 'one for each report');
  assert.equal(grid.readbacks, grid.times, 'one for each grid');
  assert.equal(save.readbacks > 0, save.times > 0, 'a snapshot reads the weights');
  assert.equal(all.readbacks, readbacks(calls), 'none besides');
  // What is read is shown: each grid, and a report unless another was told just before.
  assert.equal(grid.times, gridsAfter - gridsBefore, 'a grid for each that the page got');
  assert.ok(report.times >= reportsAfter - reportsBefore, 'a report for each that the page got');
  // A slow step is divided: it waits once more, between its updates.
  assert.ok(report.times <= 2 * steps, `${report.times} reports of ${steps} steps`);
});
