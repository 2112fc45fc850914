/** After a fault in the worker the run is rebuilt from its last snapshot, and the reader told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failingTrain, session } from '../support/faults.mjs';
import {
  addLab,
  close,
  failure,
  figures,
  goesOn,
  message,
  notice,
  openLab,
  patience,
  show,
  tiny,
  workersBecome,
} from '../support/lab.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();
/** What six steps of the tiny run give without any fault. */
const straight = await sixSteps();

async function sixSteps() {
  const page = await openLab(browser, site);
  const report = await page.evaluate(() => window.lab.train({ steps: 6 }));
  await close(page);
  return report;
}

test('a trap: training goes on from the snapshot and ends where it should', {
  timeout,
}, async () => {
  site.answer(failingTrain({ call: 4 }));
  const page = await openLab(browser, site);
  const report = await page.evaluate(async () => {
    for (let at = 0; at < 2; at += 1) await window.lab.train({ steps: 1 });
    // Loading makes a snapshot, of step 2; the two calls after it are the third and the fourth.
    await window.lab.load(await window.lab.save());
    await window.lab.train({ steps: 1 });
    return window.lab.train({ steps: 3 });
  });
  assert.equal(report.step, 6);
  assert.deepEqual(figures(report), figures(straight), 'as if nothing had happened');
  const errors = await page.evaluate(() => window.events.error);
  assert.deepEqual(
    errors.map(({ code }) => code),
    ['internal'],
  );
  await message(page, 'internal');
  assert.match(await notice(page, 'restarted'), /step 2/);
  const states = await page.evaluate(() => window.events.state.map(({ state }) => state));
  assert.ok(states.includes('recovering'), states.join());
  assert.equal(states.at(-1), 'paused');
  await close(page);
});

test('a trap before any snapshot: training starts again and ends where it should', {
  timeout,
}, async () => {
  site.answer(failingTrain({ call: 3 }));
  const page = await openLab(browser, site);
  const report = await page.evaluate(async () => {
    for (let at = 0; at < 2; at += 1) await window.lab.train({ steps: 1 });
    return window.lab.train({ steps: 4 });
  });
  assert.deepEqual(figures(report), figures(straight));
  assert.match(await notice(page, 'restarted'), /step 0/);
  await close(page);
});

test('a worker that dies as it opens: the lab goes on where it was, and is not recovering', {
  timeout,
}, async () => {
  let opened = 0;
  const dying = session(
    `Session.create = async () => { throw new WebAssembly.RuntimeError('unreachable'); };`,
  );
  site.answer((file, url) => {
    const fault = dying(file, url);
    if (fault) opened += 1;
    return opened === 2 ? fault : undefined;
  });
  const page = await openLab(browser, site);
  await page.evaluate(() => window.lab.train({ steps: 2 }));
  // Strict mathematics is another module, in another worker.
  await page.evaluate(() => window.lab.setAttribute('exact', ''));
  await page.waitForFunction(() => window.events.state.some(({ state }) => state === 'recovering'));
  await page.waitForFunction(() => window.events.state.at(-1).state === 'paused');
  await page.locator('[data-action="toggle"]:not([disabled])').waitFor();
  assert.equal((await page.evaluate(() => window.lab.train({ steps: 1 }))).step, 3);
  await page.locator('.phase[data-phase="paused"]').waitFor();
  await close(page);
});

test('memory that runs out in the midst of a step is told as that, and not tried three times', {
  timeout,
}, async () => {
  // What a trap in a future does: its promise is never settled, and a script's error is all.
  site.answer(
    session(
      `let trapped = false;
      Session.prototype.train = () =>
        new Promise(() => {
          trapped = true;
          queueMicrotask(() => { throw new WebAssembly.RuntimeError('unreachable'); });
        });
      export const last_panic = () =>
        trapped ? 'out of memory: no 4096 bytes are left' : undefined;`,
    ),
  );
  const page = await openLab(browser, site);
  assert.equal((await failure(page, () => window.lab.train({ steps: 1 }))).code, 'out_of_memory');
  const codes = await page.evaluate(() => window.events.error.map(({ code }) => code));
  assert.ok(codes.every((code) => code === 'out_of_memory') && codes.length <= 3, codes.join());
  assert.match(await page.locator('.message.bad').first().textContent(), /memory/i);
  site.answer();
  await close(page);
});

test('memory that runs out has its own code', { timeout }, async () => {
  site.answer(
    failingTrain({ call: 2, error: "new RangeError('WebAssembly.Memory.grow(): out of memory')" }),
  );
  const page = await openLab(browser, site);
  const report = await page.evaluate(async () => {
    await window.lab.train({ steps: 1 });
    return window.lab.train({ steps: 5 });
  });
  assert.equal(report.step, 6);
  await message(page, 'out_of_memory');
  await close(page);
});

test('a reader’s own files are still there after a trap', { timeout }, async () => {
  const { images } = await import('../support/idx.mjs');
  site.files.set('images', images(30));
  site.answer(failingTrain({ call: 1 }));
  const page = await openLab(browser, site);
  const dataset = await page.evaluate(async () => {
    await window.lab.loadDataset({
      images: await (await fetch('/files/images')).blob(),
      name: 'bars',
    });
    await window.lab.train({ steps: 2 });
    return (await window.lab.ready).dataset;
  });
  assert.deepEqual(dataset, { name: 'bars', count: 30, source: 'file' });
  await close(page);
});

test('a fault that comes back stops the lab, which offers a restart', { timeout }, async () => {
  site.answer(failingTrain({ call: 1, workers: 3 }));
  const page = await openLab(browser, site);
  const refused = await failure(page, () => window.lab.train({ steps: 2 }));
  assert.equal(refused.code, 'internal');
  await page.waitForFunction(() => window.events.state.at(-1).state === 'stopped');
  await workersBecome(page, 0);
  // A tab that is left and seen again finds it as it was, and so does who reads another language.
  for (const state of ['hidden', 'visible']) await show(page, state);
  await page.evaluate(() => window.lab.setAttribute('theme', 'dark'));
  await page.locator('.ganvas[data-scheme="dark"] .phase[data-phase="stopped"]').waitFor();
  assert.ok(await page.locator('[data-action="toggle"]').isDisabled());
  assert.equal(await page.evaluate(() => window.events.state.at(-1).state), 'stopped');
  // The fourth worker is sound.
  await page.locator('.message button.small', { hasText: 'Restart' }).click();
  await page.waitForFunction(() => window.events.state.at(-1).state === 'paused');
  assert.equal((await page.evaluate(() => window.lab.train({ steps: 2 }))).step, 2);
  await close(page);
});

for (const [lang, sentence] of [
  ['en', /kept here cannot be read/],
  ['zh-CN', /保留在这里的训练无法读取/],
]) {
  test(`a kept run that is damaged is given up, and a start begins anew: ${lang}`, {
    timeout,
  }, async () => {
    site.answer();
    const attributes = { ...tiny, lang };
    const page = await openLab(browser, site, attributes);
    await page.evaluate(async () => {
      await window.lab.train({ steps: 5 });
      await window.lab.load(await window.lab.save());
      const settled = (request) =>
        new Promise((resolve) => {
          request.onsuccess = () => resolve(request.result);
        });
      const database = await settled(indexedDB.open('ganvas', 1));
      let runs;
      let key;
      // Writing into the storage is not waited for.
      while (key === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        runs = database.transaction('runs', 'readwrite').objectStore('runs');
        [key] = await settled(runs.getAllKeys());
      }
      const run = await settled(runs.get(key));
      await settled(runs.put({ ...run, bytes: run.bytes.slice(0, 2000) }, key));
      database.close();
    });
    await page.reload();
    await addLab(page, attributes);
    await page.locator('[part="resume"]').click();
    assert.match(await message(page, 'bad_run'), sentence);
    assert.equal(await page.locator('[part="resume"]').count(), 0);
    assert.deepEqual(await page.evaluate(() => window.events.error.map(({ code }) => code)), [
      'bad_run',
    ]);
    await page.locator('[part="start"]').click();
    await goesOn(page);
    await page.locator('.message.bad').waitFor({ state: 'detached' });
    const outcome = await page.evaluate(async () => {
      await window.lab.pause();
      const { seed } = await window.lab.reset({});
      return [seed, (await window.lab.train({ steps: 2 })).step];
    });
    assert.deepEqual(outcome, [tiny.seed, 2]);
    await close(page);
  });
}

test('a trap in a pause brings back what is shown, too', { timeout }, async () => {
  site.answer(
    session(`const sample = Session.prototype.sample;
    Session.prototype.sample = async function (count, seed, ...rest) {
      if (seed === 13) throw new WebAssembly.RuntimeError('unreachable');
      return sample.call(this, count, seed, ...rest);
    };`),
  );
  const page = await openLab(browser, site);
  await page.evaluate(async () => {
    await window.lab.train({ steps: 1 });
    await window.lab.load(await window.lab.save());
    await window.lab.train({ steps: 2 });
  });
  await page.locator('.steps', { hasText: /Step\s+3\s/ }).waitFor();
  const { code } = await failure(page, () => window.lab.sample({ count: 2, seed: 13 }));
  assert.equal(code, 'internal');
  assert.match(await notice(page, 'restarted'), /step 1/);
  await page.locator('.steps', { hasText: /Step\s+1\s/ }).waitFor();
  await close(page);
});

test('losses that are no numbers stop training with a way back', { timeout }, async () => {
  site.answer();
  const page = await openLab(browser, site, {
    ...tiny,
    'generator-lr': 0.1,
    'discriminator-lr': 0.1,
  });
  // The fault itself is simulated: a report that finds an infinite loss.
  site.answer(
    session(`
      const report = Session.prototype.report;
      let calls = 0;
      Session.prototype.report = async function () {
        calls += 1;
        if (calls === 2) throw Object.assign(new Error('g_loss is not finite'), { code: 'diverged' });
        return report.call(this);
      };`),
  );
  await page.evaluate(async () => {
    await window.lab.train({ steps: 1 });
  });
  const refused = await failure(page, () => window.lab.train({ steps: 1 }));
  assert.equal(refused.code, 'diverged');
  await message(page, 'diverged');
  assert.equal(await page.evaluate(() => window.events.state.at(-1).state), 'paused');
  await page.locator('.message[data-code="diverged"] button.small', { hasText: 'Reset' }).click();
  await page.locator('.message[data-code="diverged"]').waitFor({ state: 'detached' });
  assert.equal((await page.evaluate(() => window.lab.train({ steps: 2 }))).step, 2);
  await close(page);
});
