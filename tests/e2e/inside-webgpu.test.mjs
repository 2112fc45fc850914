/** A round slowly, D’s eyes, the judge, the explorer and the plane on WebGPU: the numbers of the CPU. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figure } from '../../www/src/views/numbers.js';
import { close, openLab, patience, startTraining, tiny } from '../support/lab.mjs';
import { squares } from '../support/pictures.mjs';
import { keepFrames, lastFrame } from '../support/plane.mjs';
import { openDrawer } from '../support/settings.mjs';
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

/** A frame of the plane after some steps. */
async function framed(backend, more = {}, steps = 3) {
  const attributes = { backend, model: 'plane', dataset: 'ring', lang: 'en', seed: 7, ...more };
  const page = await openLab(browser, site, attributes);
  try {
    await keepFrames(page);
    await page.evaluate((count) => window.lab.train({ steps: count }), steps);
    await page.waitForFunction((step) => window.planeFrames.at(-1)?.step === step, steps);
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

test('figures of the plane are the same on both backends', { timeout: 4 * patience }, async () => {
  for (const dataset of ['ring', 'moons']) {
    const [gpu, cpu] = [
      await framed('webgpu', { dataset }, 40),
      await framed('cpu', { dataset }, 40),
    ];
    assert.equal(gpu.metrics.modes_of, cpu.metrics.modes_of);
    assert.equal(gpu.metrics.modes, cpu.metrics.modes);
    assert.ok(Math.abs(gpu.metrics.js - cpu.metrics.js) < 0.02, `${gpu.metrics.js}`);
    assert.ok(cpu.metrics.js > 0 && cpu.metrics.js < Math.LN2);
    if (dataset === 'moons') assert.equal(gpu.metrics.good, undefined);
    else assert.ok(Math.abs(gpu.metrics.good - cpu.metrics.good) < 0.02, `${gpu.metrics.good}`);
  }
});

/** What a conditional GAN draws when it is told z, labels and mixtures, before and after `tune`. */
async function drawn(backend) {
  const page = await openLab(browser, site, { ...tiny, model: 'conditional', backend });
  try {
    const told = await page.evaluate(async () => {
      const { lab } = window;
      const { backend } = await lab.ready;
      await lab.train({ steps: 3 });
      const z = Array.from({ length: 24 }, (_, at) => Math.sin(at));
      const pixels = async (how) => [...(await lab.sample(how)).pixels];
      const chosen = await pixels({ z, labels: [4, 9], mix: [0, 0.3, 1] });
      const plain = await pixels({ z, labels: [4] });
      const before = await lab.train({ steps: 1 });
      const { loss } = await lab.tune({ loss: 'hinge', generator_lr: 0.001 });
      const after = await lab.train({ steps: 2 });
      return { backend, chosen, plain, before, loss, after };
    });
    // The explorer's places are what sample() draws, wherever it is drawn.
    await openDrawer(page, 'explorer');
    const field = page.locator('[data-field="plane-z"]');
    await page.waitForFunction(
      () => window.lab.shadowRoot.querySelector('[data-field="plane-z"]')?.value,
    );
    const z = await field.inputValue();
    await squares(page.locator('canvas.plane'), 81);
    await squares(page.locator('canvas.there'), 1);
    const around = await page.evaluate(async (row) => {
      const { pixels } = await window.lab.sample({ z: JSON.parse(row), labels: [1] });
      const canvas = window.lab.shadowRoot.querySelector('canvas.there');
      const style = getComputedStyle(canvas);
      const [paper, ink] = ['paper', 'ink'].map((name) =>
        Number.parseInt(style.getPropertyValue(`--${name}-rgb`), 10),
      );
      const { data } = canvas.getContext('2d').getImageData(2, 2, 28, 28);
      const off = (value, at) => Math.abs(paper + ((ink - paper) * value) / 255 - data[4 * at]);
      return { pixels: [...pixels], off: Math.max(...[...pixels].map(off)) };
    }, z);
    return { ...told, z, around };
  } finally {
    await close(page);
  }
}

const alike = (one, other, what) => {
  assert.equal(one.length, other.length, what);
  const worst = Math.max(...one.map((value, at) => Math.abs(value - other[at])));
  assert.ok(worst <= 2, `${what}: pixels differ by ${worst}`);
};

test('chosen latents, mixtures, tune() and the explorer do the same on both backends', {
  timeout: 6 * patience,
}, async () => {
  const gpu = await drawn('webgpu');
  const cpu = await drawn('cpu');
  assert.deepEqual([gpu.backend, cpu.backend], ['webgpu', 'cpu']);
  alike(gpu.chosen, cpu.chosen, 'mixtures');
  alike(gpu.plain, cpu.plain, 'one label');
  assert.ok(
    gpu.chosen.slice(784, 1568).some((value, at) => Math.abs(value - gpu.plain[784 + at]) > 2),
    'a mixture is neither digit',
  );
  assert.deepEqual([gpu.loss, cpu.loss], ['hinge', 'hinge']);
  for (const report of ['before', 'after']) {
    assert.equal(gpu[report].step, cpu[report].step);
    for (const name of ['d_loss', 'g_loss', 'd_real', 'd_fake']) {
      near(gpu[report][name], cpu[report][name], `${name} ${report} tune()`);
    }
  }
  assert.equal(gpu.z, cpu.z);
  for (const { around } of [gpu, cpu]) assert.ok(around.off <= 2.5, `${around.off}`);
  alike(gpu.around.pixels, cpu.around.pixels, 'the place on the map');
});

test('what is looked at keeps up with training on WebGPU', { timeout: 4 * patience }, async () => {
  const page = await openLab(browser, site, { ...tiny, backend: 'webgpu' });
  await page.evaluate(() => window.lab.train({ steps: 2 }));
  assert.equal((await page.evaluate(() => window.lab.ready)).backend, 'webgpu');
  await page.locator('.eye[data-index="5"]').click();
  const score = page.locator('.eyes [data-value="score"]');
  await page.locator('.eyes [data-value="nearest"]').waitFor();
  const before = await score.textContent();
  await startTraining(page);
  for (let looks = 0, last = before; looks < 2; looks += 1) {
    await page.waitForFunction(
      (old) =>
        window.lab.shadowRoot.querySelector('.eyes [data-value="score"]').textContent !== old,
      last,
    );
    last = await score.textContent();
  }
  assert.equal(await page.evaluate(() => window.events.state.at(-1).state), 'running');
  await page.evaluate(() => window.lab.pause());
  const { chosen } = await page.evaluate(() => window.lab.look({ index: 5 }));
  for (const [name, value] of [
    ['score', chosen.score],
    ['pull_norm', chosen.pull_norm],
  ]) {
    await page.locator(`.eyes [data-value="${name}"]`, { hasText: figure(value) }).waitFor();
  }
  await close(page);
});

test('a critic that runs away on WebGPU is found, cured and caught', {
  timeout: 8 * patience,
}, async () => {
  const page = await openLab(browser, site, {
    preset: 'critic_without_penalty',
    backend: 'webgpu',
    dataset: 'procedural',
    lang: 'en',
  });
  assert.equal((await page.evaluate(() => window.lab.ready)).backend, 'webgpu');
  await page.evaluate(() => {
    window.lab.train().catch(() => {});
  });
  const found = (name) =>
    page.locator(`.lesson [data-finding="${name}"]`).waitFor({ timeout: 4 * patience });
  await found('runaway_critic');
  const before = await page.evaluate(() => window.events.report.at(-1).step);
  await page.locator('[data-action="cure"]').click();
  await found('runaway_critic_over');
  await page.waitForFunction(
    (step) => {
      const { judge } = window.events.report.at(-1);
      return judge?.step > step && judge.slope < 10;
    },
    before,
    { timeout: 4 * patience },
  );
  const { gradient_penalty } = await page.evaluate(() => window.lab.experiment);
  assert.equal(gradient_penalty, 10);
  await close(page);
});
