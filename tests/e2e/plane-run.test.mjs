/** A run on the plane as the reader sees it: frames of the real networks, in the picture and beside it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, goesOn, openLab, patience, startTraining } from '../support/lab.mjs';
import { drawLine, keepFrames, lastFrame, painted } from '../support/plane.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();
const plane = { backend: 'cpu', model: 'plane', dataset: 'ring', lang: 'en', seed: 7 };

/** @param {Record<string, unknown>} [attributes] @param {number} [steps] */
async function train(attributes, steps = 300) {
  const page = await openLab(browser, site, { ...plane, ...attributes });
  await keepFrames(page);
  await page.evaluate((count) => window.lab.train({ steps: count }), steps);
  await page.waitForFunction((step) => window.planeFrames.at(-1)?.step === step, steps);
  return page;
}

const sigmoid = (value) => 1 / (1 + Math.exp(-value));

/** D's field between the centres of its cells, linear in both directions. */
function fieldAt({ field, extent }, x, y) {
  const side = Math.sqrt(field.length);
  const column = ((x + extent) / (2 * extent)) * side - 0.5;
  const row = ((extent - y) / (2 * extent)) * side - 0.5;
  const [left, top] = [Math.floor(column), Math.floor(row)];
  const [u, v] = [column - left, row - top];
  const at = (r, c) => field[r * side + c];
  return (
    (1 - v) * ((1 - u) * at(top, left) + u * at(top, left + 1)) +
    v * ((1 - u) * at(top + 1, left) + u * at(top + 1, left + 1))
  );
}

/** The points of a frame that lie well within it, by their index. */
const inside = ({ fake, extent }) =>
  Array.from({ length: fake.length / 2 }, (_, at) => at).filter((at) =>
    [fake[2 * at], fake[2 * at + 1]].every((it) => Math.abs(it) < 0.9 * extent),
  );

test('points, field, outputs and pulls of a frame agree with each other', { timeout }, async () => {
  // Steps until D has slopes, before they are too sharp for the field's cells.
  for (const [loss, steps, weight] of [
    ['non_saturating', 300, (logit) => sigmoid(-logit)],
    ['minimax', 170, (logit) => sigmoid(logit)],
    ['hinge', 170, () => 1],
  ]) {
    const page = await train({ loss }, steps);
    const frame = await lastFrame(page);
    const { extent, real, fake, outputs, pull } = frame;
    assert.equal(frame.reading, loss === 'hinge' ? 'score' : 'probability');
    assert.equal(real.length, fake.length);
    assert.equal(pull.length, fake.length);
    assert.equal(outputs.length, fake.length / 2);
    // Eight Gaussians on a circle of radius 2.
    for (let at = 0; at < real.length; at += 2) {
      assert.ok(Math.abs(Math.hypot(real[at], real[at + 1]) - 2) < 0.15);
    }
    const range = Math.max(...frame.field) - Math.min(...frame.field);
    const step = (2 * extent) / Math.sqrt(frame.field.length);
    let [agreeing, compared] = [0, 0];
    for (const at of inside(frame)) {
      const [x, y] = [fake[2 * at], fake[2 * at + 1]];
      const between = fieldAt(frame, x, y);
      assert.ok(Math.abs(between - outputs[at]) < 0.05 * range, `${between}, ${outputs[at]}`);
      // −∂L_G/∂x is D's slope, as strongly as the loss weighs this output.
      const slope = [
        (fieldAt(frame, x + step, y) - fieldAt(frame, x - step, y)) / (2 * step),
        (fieldAt(frame, x, y + step) - fieldAt(frame, x, y - step)) / (2 * step),
      ].map((it) => it * weight(outputs[at]));
      const [px, py] = [pull[2 * at], pull[2 * at + 1]];
      const [length, expected] = [Math.hypot(px, py), Math.hypot(...slope)];
      if (expected < 0.05 * range) continue;
      compared += 1;
      const cosine = (px * slope[0] + py * slope[1]) / (length * expected);
      if (cosine > 0.9 && Math.abs(length / expected - 1) < 0.35) agreeing += 1;
    }
    assert.ok(compared > 50 && agreeing / compared > 0.75, `${loss}: ${agreeing} of ${compared}`);
    await close(page);
  }
});

test('the picture follows training, and its figures are the frame’s', { timeout }, async () => {
  const page = await openLab(browser, site, plane);
  await keepFrames(page);
  await startTraining(page);
  // Frames come while it trains.
  const before = await page.evaluate(() => window.planeFrames.length);
  await page.waitForFunction((count) => window.planeFrames.length > count + 2, before);
  assert.equal(await page.evaluate(() => window.events.state.at(-1).state), 'running');
  await page.evaluate(() => window.lab.pause());
  const report = await page.evaluate(() => window.events.report.at(-1));
  await page.waitForFunction((step) => window.planeFrames.at(-1).step === step, report.step);
  await page
    .locator('figure.plane .note', { hasText: report.step.toLocaleString('en') })
    .waitFor({ state: 'attached' });
  const { metrics } = await lastFrame(page);
  const shown = await page.locator('[data-measure="modes"] dd').textContent();
  assert.equal(shown, `${metrics.modes} of 8`);
  const good = await page.locator('[data-measure="good"] dd').textContent();
  assert.equal(good, `${Math.round(100 * metrics.good)} %`);
  await close(page);
});

test('data without modes have a divergence only', { timeout }, async () => {
  const page = await train({ dataset: 'moons' }, 30);
  const { metrics } = await lastFrame(page);
  assert.deepEqual(Object.keys(metrics), ['js']);
  await page.locator('[data-panel="divergence"]').waitFor();
  assert.equal(await page.locator('[data-panel="modes"]').count(), 0);
  assert.equal(await page.locator('[data-measure]').count(), 1);
  await close(page);
});

test('z of one number makes a curve, of two a grid', { timeout }, async () => {
  for (const latent of [1, 2]) {
    const page = await train({ 'latent-dim': latent }, 20);
    const frame = await lastFrame(page);
    assert.equal(frame.latent_dim, latent);
    assert.equal(frame.lattice.length, 2 * 21 ** latent);
    await page.locator('[data-layer="lattice"]').click();
    await painted(page);
    assert.equal(await page.locator('[data-layer="lattice"]').getAttribute('aria-pressed'), 'true');
    await close(page);
  }
});

test('what is drawn is trained on, and its link carries it', { timeout }, async () => {
  const page = await openLab(browser, site, plane, { viewport: { width: 1000, height: 900 } });
  await keepFrames(page);
  await page.evaluate(() => window.lab.train({ steps: 5 }));
  await drawLine(page, [-1.5, -1], [1.5, 1]);
  await page.locator('[data-action="pad-use"]').click();
  await page.waitForFunction(() => window.lab.experiment.dataset === 'points');
  await goesOn(page);
  await page.evaluate(() => window.lab.pause());
  const distance = ([u, v]) => Math.abs(2 * u - 3 * v) / Math.hypot(2, 3);
  const { real } = await lastFrame(page);
  for (let index = 0; index < real.length; index += 2) {
    assert.ok(
      distance([real[index], real[index + 1]]) < 0.35,
      `${real[index]}, ${real[index + 1]}`,
    );
  }
  assert.deepEqual(await page.evaluate(() => window.events.error), []);
  const { dataset, drawing } = await page.evaluate(() => window.lab.experiment);
  assert.ok(dataset === 'points' && drawing.length === 3 * 512);

  // Who opens it elsewhere, or comes back to it, learns the same points.
  const again = await openLab(browser, site, { ...plane, dataset, drawing });
  await keepFrames(again);
  await again.evaluate(() => window.lab.train({ steps: 1 }));
  await again.waitForFunction(() => window.planeFrames.at(-1)?.step === 1);
  assert.deepEqual((await lastFrame(again)).real, real);
  await close(again);
  await page.evaluate(async () => {
    window.lab.remove();
    await new Promise((resolve) => setTimeout(resolve, 50));
    document.body.append(window.lab);
    await window.lab.train({ steps: 1 });
  });
  assert.equal(await page.evaluate(() => window.lab.experiment.drawing), drawing);
  await close(page);
});

test('points that a page gives go on the run, and are refused by a model of images', {
  timeout,
}, async () => {
  const page = await train({}, 10);
  const told = await page.evaluate(async () => {
    const points = Float32Array.from({ length: 200 }, (_, at) => (at % 2 ? 0.5 : at / 100 - 1));
    const { name } = await window.lab.loadDataset({ points });
    const { step } = await window.lab.train({ steps: 5 });
    return { name, step, kept: points.length, dataset: window.lab.experiment.dataset };
  });
  assert.deepEqual(told, { name: 'points', step: 15, kept: 200, dataset: 'points' });
  await page.locator('.message[data-notice="data_changed"]').waitFor();
  const { real } = await lastFrame(page);
  for (let index = 0; index < real.length; index += 2) {
    assert.ok(Math.abs(real[index + 1] - 0.5) < 0.15 && Math.abs(real[index]) < 1.15);
  }
  const code = await page.evaluate(async () => {
    await window.lab.reset({ model: 'gan', dataset: 'procedural', width: 2, batch_size: 4 });
    return window.lab.loadDataset({ points: new Float32Array(8) }).catch((error) => error.code);
  });
  assert.equal(code, 'bad_dataset');
  // Images have their grid again.
  await page.locator('canvas.picture').waitFor({ state: 'detached' });
  await page.locator('canvas.fake').waitFor();
  await close(page);
});

test('a round that is walked through speaks of points, not of pixels', { timeout }, async () => {
  const page = await train({}, 10);
  await page.locator('[data-action="slowly"]').click();
  const panel = page.locator('.slowly');
  await panel.waitFor();
  const seen = [];
  for (let phase = 0; phase < 12; phase += 1) {
    const text = await panel.textContent();
    await panel.locator('button', { hasText: 'Next' }).click();
    await page.waitForFunction(
      (before) => window.lab.shadowRoot.querySelector('.slowly').textContent !== before,
      text,
    );
    seen.push(await panel.textContent());
  }
  const all = seen.join(' ');
  assert.match(all, /real points x/);
  assert.match(all, /to every fake point/);
  assert.doesNotMatch(all, /every pixel|real images x/);
  await close(page);
});
