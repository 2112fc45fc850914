/** A round slowly, D's eyes, the judge and the plane on WebGPU: the numbers of the CPU. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, openLab, patience, tiny } from '../support/lab.mjs';
import { keepFrames, lastFrame } from '../support/plane.mjs';
import { suite } from '../support/suite.mjs';

const { site, browser } = await suite({ webgpu: true });

/** All that a walk through the first round and a look at a digit say. */
async function all(backend) {
  const page = await openLab(browser, site, { ...tiny, backend });
  try {
    return await page.evaluate(async () => {
      const { backend } = await window.lab.ready;
      const phases = [];
      for (let phase = 0; phase < 12; phase += 1) phases.push(await window.lab.next());
      const seen = await window.lab.look({ index: 3 });
      const { change } = await window.lab.step('generator');
      return { backend, phases, seen, change };
    });
  } finally {
    await close(page);
  }
}

const near = (one, other, what) =>
  assert.ok(
    Math.abs(one - other) <= 2e-3 * Math.max(1, Math.abs(other)),
    `${what}: ${one} and ${other}`,
  );

test('a walk and a look say the same on both backends', { timeout: 4 * patience }, async () => {
  const gpu = await all('webgpu');
  const cpu = await all('cpu');
  assert.deepEqual([gpu.backend, cpu.backend], ['webgpu', 'cpu']);
  for (const [at, phase] of gpu.phases.entries()) {
    const other = cpu.phases[at];
    assert.equal(`${phase.player} ${phase.phase}`, `${other.player} ${other.phase}`);
    for (const name of ['d_real', 'd_fake', 'gradient_norm']) {
      assert.equal(phase[name] === undefined, other[name] === undefined, name);
      if (phase[name] !== undefined) near(phase[name], other[name], `${name} of ${phase.phase}`);
    }
    for (const [index, norm] of (phase.pull?.norms ?? []).entries()) {
      near(norm, other.pull.norms[index], 'pull');
    }
    if (phase.after) near(phase.after.d_fake, other.after.d_fake, 'after');
  }
  near(gpu.seen.chosen.score, cpu.seen.chosen.score, 'score');
  near(gpu.seen.chosen.pull_norm, cpu.seen.chosen.pull_norm, 'pull_norm');
  for (const [at, value] of gpu.seen.chosen.pull.entries()) {
    near(value, cpu.seen.chosen.pull[at], `pull at ${at}`);
  }
  near(gpu.seen.chosen.nearest.distance, cpu.seen.chosen.nearest.distance, 'nearest');
  near(gpu.change.d_fake[1], cpu.change.d_fake[1], 'change');
});

/** What the live judge shows after three steps, and what `evaluate` says of as many images. */
async function judged(backend) {
  const page = await openLab(browser, site, { ...tiny, backend });
  try {
    await page.evaluate(() => window.lab.train({ steps: 3 }));
    await page.locator('[data-drawer="judge"] > summary').click();
    await page.locator('.judge .note', { hasText: /at step 3[;,]/ }).waitFor();
    const shares = await page
      .locator('.histogram .bin')
      .evaluateAll((bars) => bars.map((bar) => Number(bar.dataset.share)));
    const told = await page.evaluate(() => window.lab.evaluate({ count: 256 }));
    const report = await page.evaluate(async () => {
      await window.lab.train({ steps: 1 });
      return window.events.report.at(-1);
    });
    return { shares, told, report };
  } finally {
    await close(page);
  }
}

test('the live judge and the gradients say the same on both backends', {
  timeout: 4 * patience,
}, async () => {
  const gpu = await judged('webgpu');
  const cpu = await judged('cpu');
  for (const { shares, told } of [gpu, cpu]) assert.deepEqual(shares, told.histogram);
  near(gpu.told.confidence, cpu.told.confidence, 'confidence');
  near(gpu.told.frechet_distance, cpu.told.frechet_distance, 'Fréchet distance');
  near(gpu.report.judge.confidence, cpu.report.judge.confidence, 'confidence in a report');
  for (const name of ['d_gradient', 'g_gradient']) near(gpu.report[name], cpu.report[name], name);
});

/** A frame of the plane after three steps. */
async function framed(backend) {
  const attributes = { backend, model: 'plane', dataset: 'ring', lang: 'en', seed: 7 };
  const page = await openLab(browser, site, attributes);
  try {
    await keepFrames(page);
    await page.evaluate(() => window.lab.train({ steps: 3 }));
    await page.waitForFunction(() => window.planeFrames.at(-1)?.step === 3);
    const { backend: used } = await page.evaluate(() => window.lab.ready);
    assert.equal(used, backend);
    return await lastFrame(page);
  } finally {
    await close(page);
  }
}

test('a frame of the plane is the same on both backends', { timeout: 4 * patience }, async () => {
  const gpu = await framed('webgpu');
  const cpu = await framed('cpu');
  for (const name of ['real', 'fake', 'outputs', 'pull', 'field', 'lattice']) {
    assert.equal(gpu[name].length, cpu[name].length, name);
    assert.ok(gpu[name].length > 0, name);
    for (const [at, value] of gpu[name].entries()) near(value, cpu[name][at], `${name} at ${at}`);
  }
  assert.deepEqual(Object.keys(gpu.metrics), Object.keys(cpu.metrics));
});
