/** WebGPU that goes and does not come back: every way out leads on from the snapshot. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { losableDevice, worker } from '../support/faults.mjs';
import { close, goesOn, notice, openLab, patience, tiny } from '../support/lab.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite({ webgpu: true });

/** The first worker's device is lost when the page says so; later workers find no adapter. */
function gpuThatDies() {
  let started = 0;
  const later = worker('GPU.prototype.requestAdapter = async () => null;');
  return (file, url) => {
    if (file !== 'worker.js') return undefined;
    started += 1;
    return started === 1 ? losableDevice(file, url) : later(file, url);
  };
}

/** A lab on WebGPU at step 3, with a snapshot of it. */
async function trained() {
  site.answer(gpuThatDies());
  const page = await openLab(browser, site, { ...tiny, backend: 'webgpu' });
  await page.evaluate(async () => {
    await window.lab.train({ steps: 3 });
    await window.lab.load(await window.lab.save());
  });
  return page;
}

const backend = (page) => page.evaluate(async () => (await window.lab.ready).backend);
const lose = (page) =>
  page.evaluate(() => {
    window.lab.train().catch(() => {});
    new BroadcastChannel('tests').postMessage('lose');
  });

test('a device that is lost for good: the CPU goes on from the snapshot', { timeout }, async () => {
  const page = await trained();
  await lose(page);
  await notice(page, 'fell_back_to_cpu');
  assert.match(await notice(page, 'restarted'), /step 3/);
  await goesOn(page);
  assert.equal(await backend(page), 'cpu');
  const step = await page.evaluate(() => window.events.report.at(-1).step);
  assert.ok(step > 3, `step ${step}`);
  await close(page);
});

test('put back on a page whose WebGPU has gone, it goes on with the CPU', { timeout }, async () => {
  const page = await trained();
  const report = await page.evaluate(async () => {
    window.lab.remove();
    await new Promise((resolve) => setTimeout(resolve, 100));
    document.body.append(window.lab);
    return window.lab.train({ steps: 1 });
  });
  assert.equal(report.step, 4);
  assert.equal(await backend(page), 'cpu');
  await close(page);
});

test('a change of backend ends nothing that is under way', { timeout }, async () => {
  site.answer();
  const page = await openLab(browser, site);
  const outcomes = await page.evaluate(async () => {
    await window.lab.train({ steps: 1 });
    const under = [window.lab.train({ steps: 30 }), window.lab.sample({ count: 2 })];
    window.lab.setAttribute('backend', 'webgpu');
    await new Promise((resolve) => setTimeout(resolve, 50));
    under.push(window.lab.sample({ count: 3 }), window.lab.save());
    const values = await Promise.all(under);
    return [values[0].step, values[1].count, values[2].count, values[3] instanceof Blob];
  });
  assert.deepEqual(outcomes, [31, 2, 3, true]);
  assert.equal(await backend(page), 'webgpu');
  assert.deepEqual(await page.evaluate(() => window.events.error), []);
  await close(page);
});

/** A lab that has stopped on WebGPU: its module does not load again, on either backend. */
async function stoppedLab() {
  const page = await trained();
  const dying = gpuThatDies();
  dying('worker.js', new URL(site.home));
  site.answer((file, url) =>
    file.startsWith('wasm/') ? { status: 503, body: '' } : dying(file, url),
  );
  await lose(page);
  await page.waitForFunction(() => window.events.state.at(-1).state === 'stopped');
  site.answer(dying);
  return page;
}

/** @type {Record<string, (page: import('playwright-core').Page) => Promise<unknown>>} */
const ways = {
  'the button for the CPU': (page) =>
    page.locator('.message.bad button.small', { hasText: 'CPU from step 3' }).first().click(),
  'the button for a restart': (page) =>
    page.locator('.message.bad button.small', { hasText: 'Restart' }).first().click(),
  'the chooser': async (page) => {
    await page.locator('details[data-drawer="settings"] summary').click();
    await page.locator('select[data-field="backend"]').selectOption('cpu');
  },
  'the attribute': (page) => page.evaluate(() => window.lab.setAttribute('backend', 'cpu')),
  'reset()': (page) => page.evaluate(() => window.lab.reset({ seed: 3 })),
  'off the page and back': (page) =>
    page.evaluate(async () => {
      window.lab.remove();
      await new Promise((resolve) => setTimeout(resolve, 100));
      document.body.append(window.lab);
      await window.lab.ready;
    }),
};

for (const [name, take] of Object.entries(ways)) {
  test(`out of a stopped lab by ${name}`, { timeout }, async () => {
    const page = await stoppedLab();
    await take(page);
    await page.waitForFunction(() => window.events.state.at(-1).state === 'paused');
    const report = await page.evaluate(() => window.lab.train({ steps: 1 }));
    assert.equal(report.step, name === 'reset()' ? 1 : 4);
    assert.equal(await backend(page), 'cpu');
    await close(page);
  });
}
