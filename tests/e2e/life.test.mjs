/** Nothing stuck, nothing left over: launches that end early, waits, silence, tabs that nobody sees. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { broken, worker } from '../support/faults.mjs';
import * as idx from '../support/idx.mjs';
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

/** Takes `window.lab` off the page and puts it back. @param {import('playwright-core').Page} page */
const putBack = (page, attributes = {}) =>
  page.evaluate(async (entries) => {
    window.lab.remove();
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const [name, value] of entries) window.lab.setAttribute(name, value);
    document.body.append(window.lab);
  }, Object.entries(attributes));

/** The step of what runs, as a file of it says. @param {import('playwright-core').Page} page */
const stepOfFile = (page) =>
  page.evaluate(async () => {
    const text = await (await window.lab.save()).text();
    return Number(/"step":"(\d+)"/.exec(text)?.[1]);
  });

test('put back, it shows the run that it goes on with', { timeout }, async () => {
  site.answer();
  const page = await openLab(browser, site);
  await page.evaluate(async () => {
    await window.lab.train({ steps: 5 });
    await window.lab.load(await window.lab.save());
    await window.lab.train({ steps: 20 });
  });
  await page.locator('[data-action="speed"]').selectOption('1');
  await putBack(page);
  await page.evaluate(() => window.lab.ready);
  await page.locator('.steps', { hasText: /Step\s+5\s/ }).waitFor();
  await page.locator('[part="now"]', { hasText: 'Paused at step 5.' }).waitFor();
  assert.equal(await stepOfFile(page), 5);
  assert.equal(await page.locator('[data-action="speed"]').inputValue(), '1');
  const seconds = await page.evaluate(async () => {
    const start = performance.now();
    await window.lab.train({ steps: 3 });
    return (performance.now() - start) / 1000;
  });
  assert.ok(seconds > 1.5, `the speed that is shown is kept: ${seconds} s`);
  await close(page);
});

test('put back without a snapshot, it shows a run that has not begun', { timeout }, async () => {
  site.answer();
  const page = await openLab(browser, site);
  await page.evaluate(() => window.lab.train({ steps: 20 }));
  await putBack(page);
  await page.evaluate(() => window.lab.ready);
  await page.locator('.steps', { hasText: /Step\s+0\s/ }).waitFor();
  await page.locator('[part="now"]', { hasText: 'learnt nothing yet' }).waitFor();
  assert.equal(await stepOfFile(page), 0);
  await close(page);
});

test('put back with other attributes, it begins what they name', { timeout }, async () => {
  site.answer();
  const page = await openLab(browser, site);
  const trained = () =>
    page.evaluate(async () => {
      await window.lab.train({ steps: 3 });
      await window.lab.load(await window.lab.save());
    });
  const told = () => page.locator('.eyebrow').textContent();
  const runs = () =>
    page.evaluate(async () => {
      const { model, relaxed } = await window.lab.ready;
      const { experiment } = window.lab;
      return { model, width: experiment.width, relaxed };
    });
  const { relaxed } = await runs();
  await trained();
  await putBack(page, { model: 'gan', width: '4' });
  assert.match(await told(), /GAN \(fully connected\)/);
  assert.deepEqual(await runs(), { model: 'gan', width: 4, relaxed });
  assert.equal(await stepOfFile(page), 0);

  // The same once it is back, where nothing has started yet.
  await trained();
  await putBack(page);
  await page.evaluate(() => window.lab.setAttribute('model', 'wgan'));
  await page.locator('.eyebrow', { hasText: 'WGAN' }).waitFor();
  assert.deepEqual(await runs(), { model: 'wgan', width: 4, relaxed });

  // Where it computes is no other run.
  await trained();
  await putBack(page, { exact: '' });
  assert.deepEqual(await runs(), { model: 'wgan', width: 4, relaxed: false });
  assert.equal(await stepOfFile(page), 3);
  await close(page);
});

test('put back, it names the run that a start goes on with', { timeout }, async () => {
  site.answer();
  const page = await openLab(browser, site);
  await page.evaluate(() => window.lab.reset({ model: 'vae', width: 2, batch_size: 4 }));
  await putBack(page);
  await page.locator('.eyebrow', { hasText: 'VAE' }).waitFor();
  assert.equal(await page.evaluate(() => window.lab.experiment.model), 'vae');
  assert.equal(await page.evaluate(async () => (await window.lab.ready).model), 'vae');
  await close(page);
});

test('what is done before the first step is still so when it is put back', {
  timeout,
}, async () => {
  site.answer();
  site.files.set('images', idx.images(40));
  const conditional = { ...tiny, model: 'conditional' };
  const page = await openLab(browser, site, conditional);
  const loaded = () => page.evaluate(async () => window.lab.load(await window.lab.save()));
  await loaded();
  await page.evaluate(() => window.lab.tune({ generator_lr: 0.05 }));
  await putBack(page);
  await page.evaluate(() => window.lab.ready);
  assert.equal(await page.evaluate(() => window.lab.experiment.generator_lr), 0.05);

  // Images without labels take it to another model: the run of before is over, also for a reload.
  await loaded();
  await page.evaluate(async () => {
    const images = await (await fetch('/files/images')).blob();
    await window.lab.loadDataset({ images, name: 'bars' });
  });
  await putBack(page);
  const { model, dataset } = await page.evaluate(() => window.lab.ready);
  assert.deepEqual([model, dataset], ['dcgan', { name: 'bars', count: 40, source: 'file' }]);
  await page.waitForTimeout(500);
  await page.reload();
  await addLab(page, conditional);
  await page.waitForTimeout(500);
  assert.equal(await page.locator('[part="resume"]').count(), 0, 'nothing is left to go on with');
  await close(page);
});

test('of two labs each keeps a run of its own, whichever is put back', { timeout }, async () => {
  site.answer();
  const page = await openLab(browser, site);
  const kept = () =>
    page.evaluate(async () => {
      await window.lab.train({ steps: 2 });
      await window.lab.load(await window.lab.save());
    });
  await kept();
  await page.evaluate(() => {
    window.first = window.lab;
  });
  await addLab(page, { ...tiny, model: 'gan' });
  await kept();
  await page.waitForTimeout(500);
  await page.evaluate(() => window.first.remove());
  await putBack(page);
  assert.match(await page.locator('[part="resume"]').textContent(), /step 2 \(GAN/);

  // Another one takes the place that is free; who had it gets one that is.
  await page.evaluate(() => {
    window.second = window.lab;
  });
  await addLab(page, { ...tiny, model: 'vae' });
  const third = page.locator('ganvas-lab').nth(1);
  assert.match(await third.locator('[part="resume"]').textContent(), /step 2 \(DCGAN/);
  await page.evaluate(async () => {
    document.body.append(window.first);
    window.lab = window.first;
    await window.lab.train({ steps: 3 });
    await window.lab.load(await window.lab.save());
  });
  await page.waitForTimeout(500);
  const runs = await page.evaluate(async () => {
    const settled = (request) =>
      new Promise((resolve) => {
        request.onsuccess = () => resolve(request.result);
      });
    const database = await settled(indexedDB.open('ganvas', 1));
    const runs = database.transaction('runs').objectStore('runs');
    return (await settled(runs.getAll())).map(({ step, experiment }) => [step, experiment.model]);
  });
  assert.deepEqual(runs, [
    [2, 'dcgan'],
    [2, 'gan'],
    [5, 'dcgan'],
  ]);
  await close(page);
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

test('a worker that evaluates answers meanwhile, and is not taken for dead', {
  timeout,
}, async () => {
  const page = await openLab(browser, site);
  await page.evaluate(async () => {
    (await customElements.whenDefined('ganvas-lab')).limits.silence = 2000;
    window.lab.remove();
  });
  await addLab(page, { ...tiny, width: 128, 'latent-dim': 64 });
  const [count, took, errors] = await page.evaluate(async () => {
    const { lab, events } = window;
    await lab.ready;
    const start = performance.now();
    const { count } = await lab.evaluate({ count: 1500 });
    return [count, performance.now() - start, events.error];
  });
  assert.deepEqual([count, errors], [1500, []]);
  assert.ok(took > 2000, `${took} ms say nothing of a worker that may be silent for 2 s`);
  await close(page);
});
