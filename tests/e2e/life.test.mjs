/** Nothing stuck, nothing left over: launches that end early, waits, silence, tabs that nobody sees. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { broken, worker } from '../support/faults.mjs';
import {
  addLab,
  close,
  failure,
  goesOn,
  notice,
  openLab,
  patience,
  show,
  startTraining,
  tiny,
  workersBecome,
} from '../support/lab.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();

test('elements that leave in the turn in which they start leave no worker', {
  timeout,
}, async () => {
  site.answer();
  const page = await openLab(browser, site);
  const outcomes = await page.evaluate(async () => {
    const five = Array.from({ length: 5 }, () => {
      const lab = document.createElement('ganvas-lab');
      document.body.append(lab);
      const training = lab.train();
      lab.remove();
      return training.then(
        () => 'kept',
        ({ code }) => code,
      );
    });
    return Promise.all(five);
  });
  assert.deepEqual(outcomes, Array(5).fill('aborted'));
  await workersBecome(page, 0);
  await close(page);
});

test('an element that leaves at any moment of its launch leaves no worker', {
  timeout,
}, async () => {
  site.answer();
  for (const milliseconds of [0, 10, 40, 90, 160, 250, 400]) {
    const page = await openLab(browser, site);
    const outcome = await page.evaluate(async (wait) => {
      const training = window.lab.train();
      await new Promise((resolve) => setTimeout(resolve, wait));
      window.lab.remove();
      return training.then(
        (report) => typeof report.step,
        ({ code }) => code,
      );
    }, milliseconds);
    assert.ok(['aborted', 'number'].includes(outcome), outcome);
    await workersBecome(page, 0);
    // Back on the page it is as good as new.
    await page.evaluate(() => document.body.append(window.lab));
    assert.ok((await page.evaluate(() => window.lab.train({ steps: 1 }))).step >= 1);
    await workersBecome(page, 1);
    assert.deepEqual(await page.evaluate(() => window.events.error), []);
    await close(page);
  }
});

test('an element that is on no page refuses to start', { timeout }, async () => {
  site.answer();
  const page = await openLab(browser, site);
  const code = await page.evaluate(() => {
    const lab = document.createElement('ganvas-lab');
    return lab.train().catch((error) => error.code);
  });
  assert.equal(code, 'aborted');
  await workersBecome(page, 0);
  await close(page);
});

test('a wait says what for, can be cancelled, and begun again', { timeout }, async () => {
  site.answer(broken('wasm/cpu/ganvas_web_bg.wasm', 'stalled'));
  const page = await openLab(browser, site);
  await page.evaluate(() => {
    window.outcome = window.lab.train({ steps: 1 }).catch((error) => error.code);
  });
  await page.locator('button[part="start"]', { hasText: 'compute module' }).waitFor();
  await page.locator('button[part="cancel"]').click();
  assert.equal(await page.evaluate(() => window.outcome), 'aborted');
  assert.equal(await page.evaluate(() => window.events.state.at(-1).state), 'idle');
  await workersBecome(page, 0);
  assert.deepEqual(await page.evaluate(() => window.events.error), []);
  site.answer();
  await page.locator('button[part="start"]').click();
  await goesOn(page);
  await close(page);
});

test('a worker that falls silent is replaced', { timeout }, async () => {
  let started = 0;
  const silent = worker(
    `addEventListener('message', ({ data }) => { if (data.type === 'save') for (;;); });`,
  );
  site.answer((file, url) => {
    if (file !== 'worker.js') return undefined;
    started += 1;
    return started === 1 ? silent(file, url) : undefined;
  });
  const page = await openLab(browser, site);
  await page.evaluate(async () => {
    (await customElements.whenDefined('ganvas-lab')).limits.silence = 6000;
  });
  await startTraining(page);
  const refused = await failure(page, () => window.lab.save());
  assert.equal(refused.code, 'internal');
  assert.match(refused.message, /does not answer/);
  await notice(page, 'restarted');
  await goesOn(page);
  await workersBecome(page, 1);
  await close(page);
});

test('a hidden tab rests, and says so when it is seen again', { timeout }, async () => {
  site.answer();
  const page = await openLab(browser, site);
  await startTraining(page);
  await show(page, 'hidden');
  await page.waitForFunction(() => window.events.state.at(-1).state === 'held');
  await show(page, 'visible');
  assert.match(await notice(page, 'was_hidden'), /step \d+/);
  await goesOn(page);
  await close(page);
});

test('what nobody sees trains to its end all the same', { timeout }, async () => {
  site.answer();
  const page = await openLab(browser, site, { ...tiny, hidden: '' });
  assert.equal((await page.evaluate(() => window.lab.train({ steps: 3 }))).step, 3);
  await close(page);
});

test('a dropped file on the facade starts the lab with it', { timeout }, async () => {
  site.answer();
  const { images, labels } = await import('../support/idx.mjs');
  site.files.set('images', images(30));
  site.files.set('labels', labels(30));
  const page = await openLab(browser, site);
  const prevented = await page.evaluate(async () => {
    const get = async (name) => (await fetch(`/files/${name}`)).arrayBuffer();
    const transfer = new DataTransfer();
    transfer.items.add(new File([await get('images')], 'train-images-idx3-ubyte'));
    transfer.items.add(new File([await get('labels')], 'train-labels-idx1-ubyte'));
    transfer.items.add(new File([await get('images')], 't10k-images-idx3-ubyte'));
    transfer.items.add(new File(['hello'], 'readme.txt'));
    const options = { dataTransfer: transfer, bubbles: true, composed: true, cancelable: true };
    return ['dragover', 'drop'].map(
      (kind) => !window.lab.dispatchEvent(new DragEvent(kind, options)),
    );
  });
  assert.deepEqual(prevented, [true, true], 'the browser does not open them');
  await page.locator('dd[data-source="file"]', { hasText: '30' }).waitFor();
  const told = await notice(page, 'files_unused');
  assert.match(told, /t10k-images.*test set/s);
  assert.match(told, /readme\.txt.*neither/s);
  await close(page);
});

test('labels alone get a sentence that helps', { timeout }, async () => {
  site.answer();
  const { labels } = await import('../support/idx.mjs');
  const page = await openLab(browser, site);
  await page.evaluate(() => window.lab.ready);
  await page.locator('details[data-drawer="data"] summary').click();
  await page
    .locator('input[data-file="images"]')
    .setInputFiles([{ name: 'l', mimeType: 'application/octet-stream', buffer: labels(9) }]);
  assert.match(await notice(page, 'files_unused'), /labels alone/);
  // It stands where the reader looks.
  await page.locator('.data .message[data-notice="files_unused"]').waitFor();
  await close(page);
});

test('a reload goes on from the last snapshot, at an address that names the run', {
  timeout,
}, async () => {
  site.answer();
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  await page.goto(`${site.home}?dataset=procedural&backend=cpu&width=2&lang=en&utm_source=x`);
  const settled = () =>
    page.evaluate(async () => {
      const lab = document.querySelector('ganvas-lab');
      await lab.reset({ model: 'wgan_gp', width: 2, batch_size: 4, latent_dim: 8 });
      await lab.train({ steps: 2 });
      await lab.load(await lab.save());
      return lab.experiment;
    });
  const experiment = await settled();
  await page.waitForFunction(() => location.search.includes('batch_size=4'));
  const search = await page.evaluate(() => location.search);
  assert.match(search, /lang=en/);
  assert.match(search, /utm_source=x/);
  assert.ok(!search.includes('beta1'), `only what differs: ${search}`);
  // Writing into the storage is not waited for.
  await page.waitForTimeout(500);
  await page.reload();
  const resume = page.locator('button[part="resume"]');
  assert.match(await resume.textContent(), /step 2/);
  await resume.click();
  await page.waitForFunction(
    () => document.querySelector('ganvas-lab').experiment.model === 'wgan_gp',
  );
  const report = await page.evaluate(() =>
    document.querySelector('ganvas-lab').train({ steps: 1 }),
  );
  assert.ok(report.step >= 3, `step ${report.step}`);
  const after = await page.evaluate(() => document.querySelector('ganvas-lab').experiment);
  assert.deepEqual(after, experiment);
  await context.close();
});

test('who leaves with minutes of training is asked', { timeout }, async () => {
  site.answer();
  const page = await openLab(browser, site);
  const asks = () =>
    page.evaluate(() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true })));
  await startTraining(page);
  assert.equal(await asks(), false, 'after a moment nobody is');
  await page.evaluate(() => {
    const now = performance.now.bind(performance);
    performance.now = () => now() + 180_000;
  });
  assert.equal(await asks(), true);
  await page.evaluate(() => window.lab.save());
  assert.equal(await asks(), false);
  await close(page);
});

test('a misspelt attribute is named', { timeout }, async () => {
  site.answer();
  const page = await openLab(browser, site, {
    ...tiny,
    widht: 4,
    'data-x': 1,
    class: 'c',
    id: 'i',
  });
  await page.waitForFunction(() => window.events.error.length > 0);
  const fields = await page.evaluate(() => window.events.error.map(({ field }) => field));
  assert.deepEqual(fields, ['widht']);
  await addLab(page, tiny);
  await close(page);
});
