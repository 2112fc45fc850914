/** WebGPU, on the software adapter that Chromium brings along. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { losableDevice } from '../support/faults.mjs';
import { close, message, notice, openLab, patience, tiny } from '../support/lab.mjs';
import { suite } from '../support/suite.mjs';

/** Shaders are compiled on the processor at the first step. */
const timeout = 5 * patience;
const onGpu = { ...tiny, backend: 'webgpu' };

const { site, browser } = await suite({ webgpu: true });

const threeSteps = (page) =>
  page.evaluate(async () => {
    const reports = [];
    for (let at = 0; at < 3; at += 1) reports.push(await window.lab.train({ steps: 1 }));
    return reports;
  });

test('there is an adapter to test with', { timeout }, async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(site.page('host.html'));
  assert.ok(
    await page.evaluate(async () => Boolean(await navigator.gpu?.requestAdapter())),
    'this Chromium has no WebGPU adapter, not even a software one',
  );
  await context.close();
});

test('by name it trains, to losses like the CPU’s', { timeout }, async () => {
  const page = await openLab(browser, site, onGpu);
  const about = await page.evaluate(() => window.lab.ready);
  assert.equal(about.backend, 'webgpu');
  assert.equal(about.software, true);
  assert.match(await page.locator('dd[data-backend="webgpu"]').textContent(), /software/);
  const reports = await threeSteps(page);
  const pixels = await page.evaluate(async () => [
    ...(await window.lab.sample({ count: 2, seed: 3 })).pixels,
  ]);
  await close(page);

  const other = await openLab(browser, site, tiny);
  const expected = await threeSteps(other);
  const expectedPixels = await other.evaluate(async () => [
    ...(await window.lab.sample({ count: 2, seed: 3 })).pixels,
  ]);
  await close(other);

  reports.forEach((report, at) => {
    assert.equal(report.step, at + 1);
    for (const name of ['d_loss', 'g_loss', 'd_real', 'd_fake']) {
      const difference = Math.abs(report[name] - expected[at][name]);
      assert.ok(
        difference < 1e-3,
        `${name} of step ${at + 1}: ${report[name]}, ${expected[at][name]}`,
      );
    }
  });
  const worst = Math.max(...pixels.map((value, at) => Math.abs(value - expectedPixels[at])));
  assert.ok(worst <= 2, `pixels differ by ${worst}`);
});

test('auto takes the CPU instead of a software adapter, and says why', { timeout }, async () => {
  const page = await openLab(browser, site, { ...tiny, backend: 'auto' });
  const { backend } = await page.evaluate(() => window.lab.ready);
  assert.equal(backend, 'cpu');
  assert.match(await notice(page, 'cpu_software_adapter'), /software/);
  await close(page);
});

test('a checkpoint goes from one backend to the other', { timeout }, async () => {
  const page = await openLab(browser, site, tiny);
  await page.evaluate(() => window.lab.train({ steps: 2 }));
  await page.evaluate(() => window.lab.setAttribute('backend', 'webgpu'));
  await page.locator('dd[data-backend="webgpu"]').waitFor();
  const report = await page.evaluate(() => window.lab.train({ steps: 1 }));
  assert.equal(report.step, 3, 'training went on from where it stood');
  await close(page);
});

test('a lost device: rebuilt from the snapshot, and told', { timeout }, async () => {
  site.answer(losableDevice);
  const page = await openLab(browser, site, onGpu);
  await page.evaluate(async () => {
    await window.lab.train({ steps: 1 });
    await window.lab.load(await window.lab.save());
  });
  const report = await page.evaluate(async () => {
    const training = window.lab.train({ steps: 60 });
    // Early in a long run, so that it cannot be over before the message arrives.
    await new Promise((resolve) => window.lab.addEventListener('report', resolve, { once: true }));
    new BroadcastChannel('tests').postMessage('lose the device');
    return training;
  });
  assert.equal(report.step, 61);
  assert.ok(Number.isFinite(report.d_loss));
  const codes = await page.evaluate(() => window.events.error.map(({ code }) => code));
  assert.deepEqual(codes, ['device_lost']);
  await message(page, 'device_lost');
  assert.match(await notice(page, 'restarted'), /step \d/);
  site.answer();
  await close(page);
});
