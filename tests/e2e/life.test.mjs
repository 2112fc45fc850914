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
  const page = await openLab(browser, site, tiny, { reducedMotion: 'reduce' });
  const start = page.locator('button[part="start"]');
  await start.focus();
  await page.evaluate(() => {
    window.outcome = window.lab.train({ steps: 1 }).catch((error) => error.code);
  });
  await page.locator('button[part="start"]', { hasText: 'compute module' }).waitFor();
  // It is told, can be read, keeps the focus, and nothing turns where nothing may move.
  await page.locator('[role="status"]', { hasText: 'compute module' }).waitFor();
  const look = await start.evaluate((button) => ({
    opacity: getComputedStyle(button).opacity,
    focused: button.getRootNode().activeElement === button,
    moving: button.getRootNode().getAnimations().length,
  }));
  assert.deepEqual(look, { opacity: '1', focused: true, moving: 0 });
  // Pressed again it does nothing.
  await page.keyboard.press('Enter');
  await page.locator('button[part="cancel"]').focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => window.outcome), 'aborted');
  await page.waitForFunction(
    () => window.lab.shadowRoot.activeElement?.getAttribute('part') === 'start',
  );
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
  await resume.focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(
    () => document.querySelector('ganvas-lab').experiment.model === 'wgan_gp',
  );
  await page.waitForFunction(
    () =>
      document.querySelector('ganvas-lab').shadowRoot.activeElement?.dataset.action === 'toggle',
  );
  const report = await page.evaluate(() =>
    document.querySelector('ganvas-lab').train({ steps: 1 }),
  );
  assert.ok(report.step >= 3, `step ${report.step}`);
  const after = await page.evaluate(() => document.querySelector('ganvas-lab').experiment);
  assert.deepEqual(after, experiment);
  await context.close();
});

test('who cancels going on with a kept run can start anew', { timeout }, async () => {
  site.answer();
  const page = await openLab(browser, site);
  await page.evaluate(async () => {
    await window.lab.train({ steps: 2 });
    await window.lab.load(await window.lab.save());
  });
  // Writing into the storage is not waited for.
  await page.waitForTimeout(500);
  await page.reload();
  site.answer(broken('wasm/cpu/ganvas_web_bg.wasm', 'stalled'));
  await addLab(page, tiny);
  await page.locator('button[part="resume"]').click();
  await page.locator('button[part="cancel"]').click();
  site.answer();
  await page.locator('button[part="resume"]').waitFor();
  await page.locator('button[part="start"]').click();
  await page.waitForFunction(() => window.events.report.length > 0, null, { timeout: patience });
  const [first] = await page.evaluate(() => window.events.report);
  const anew = await page.evaluate(() =>
    window.lab.shadowRoot.querySelector('[data-notice="restarted"]'),
  );
  assert.equal(anew, null);
  assert.equal(first.step, 1, 'it begins at step 0');
  await close(page);
});

test('a reader’s own images are kept once, beside the run', { timeout }, async () => {
  site.answer();
  site.files.set('images', idx.images(40));
  const page = await openLab(browser, site);
  /** What lies in the storage, after `work` with it. */
  const stored = (work = '') =>
    page.evaluate(async (work) => {
      // Writing is not waited for.
      await new Promise((resolve) => setTimeout(resolve, 500));
      const settled = (request) =>
        new Promise((resolve) => {
          request.onsuccess = () => resolve(request.result);
        });
      const database = await settled(indexedDB.open('ganvas', 1));
      const store = database.transaction('runs', 'readwrite').objectStore('runs');
      const keys = await settled(store.getAllKeys());
      const values = await settled(store.getAll());
      const found = values.map((value, at) => ({
        at: JSON.stringify(keys[at]),
        step: value.step,
        files: value.files !== undefined,
        images: value.images?.length,
      }));
      const files = values.findIndex(({ images }) => images);
      if (work === 'lose' && files >= 0) await settled(store.delete(keys[files]));
      const run = values.findIndex(({ bytes }) => bytes);
      // As it was written before.
      if (work === 'embed') {
        const { own: _, ...rest } = values[run];
        await settled(store.put({ ...rest, files: values[files] }, keys[run]));
        await settled(store.delete(keys[files]));
      }
      database.close();
      return found;
    }, work);
  const train = (steps) =>
    page.evaluate(async (steps) => {
      await window.lab.train({ steps });
      await window.lab.load(await window.lab.save());
    }, steps);
  await page.evaluate(async () => {
    const images = await (await fetch('/files/images')).blob();
    await window.lab.loadDataset({ images, name: 'bars' });
  });
  await train(2);
  const before = await stored();
  await train(1);
  const after = await stored();
  const files = (found) => found.filter(({ images }) => images);
  const runs = (found) => found.filter(({ images }) => !images);
  assert.deepEqual(
    [before, after].map((found) => runs(found).map(({ step, files }) => [step, files])),
    [[[2, false]], [[3, false]]],
  );
  assert.equal(files(before).length, 1);
  assert.deepEqual(files(after), files(before), 'they were not written again');

  const goOn = async () => {
    await page.reload();
    await addLab(page, tiny);
    await page.locator('button[part="resume"]').click();
    await page.waitForFunction(() => window.events.report.length > 0);
    return page.evaluate(async () => {
      await window.lab.pause();
      return (await window.lab.ready).dataset.name;
    });
  };
  assert.equal(await goOn(), 'bars');
  await stored('embed');
  assert.equal(await goOn(), 'bars', 'of a record of before');
  await train(1);
  await stored('lose');
  assert.equal(await goOn(), 'procedural');
  await notice(page, 'files_missing');
  // Whose data they were goes with the run.
  await page.evaluate(() => window.lab.reset({ seed: 3 }));
  assert.deepEqual(await stored(), []);
  await close(page);
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
  await addLab(page, tiny);
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
  // What the first has kept has gone with it.
  assert.deepEqual(runs, [
    [2, 'gan'],
    [5, 'dcgan'],
  ]);
  await close(page);
});

/** Trains some steps and has them kept. @param {import('playwright-core').Page | import('playwright-core').Frame} page */
async function keepRun(page, steps) {
  await page.evaluate(async (steps) => {
    const lab = document.querySelector('ganvas-lab');
    await lab.train({ steps });
    await lab.load(await lab.save());
  }, steps);
  // Writing into the storage is not waited for.
  await page.waitForTimeout(500);
}

/**
 * The step that a facade offers to go on from; 0: it offers nothing. What is kept is looked for when
 * the browser is idle, so that an offer may take a while.
 *
 * @param {import('playwright-core').Page | import('playwright-core').Frame} page
 * @param {number} expected
 */
async function offered(page, expected) {
  await page.locator('button[part="start"]').waitFor();
  const resume = page.locator('button[part="resume"]');
  if (expected > 0) await resume.waitFor();
  else await page.waitForTimeout(2000);
  if ((await resume.count()) === 0) return 0;
  return Number(/step (\d+)/.exec(await resume.textContent())[1]);
}

const query = 'width=2&latent_dim=8&batch_size=4&dataset=procedural&backend=cpu&lang=en';

/** A page of its own tab. @param {import('playwright-core').BrowserContext} context @param {string} address */
async function openTab(context, address) {
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  await page.goto(address);
  return page;
}

test('what an address asks for has a kept run of its own, and so has a tab', {
  timeout,
}, async () => {
  site.answer();
  const context = await browser.newContext();
  const at = (seed) => `${site.home}?${query}&seed=${seed}`;
  const page = await openTab(context, at(1));
  await keepRun(page, 2);
  await page.goto(at(2));
  assert.equal(await offered(page, 0), 0);
  await keepRun(page, 3);
  const other = await openTab(context, at(1));
  assert.equal(await offered(other, 2), 2, 'the latest, where a tab has none');
  await keepRun(other, 4);
  await page.goto(at(1));
  assert.equal(await offered(page, 2), 2, 'its own');
  // Who begins again gives up what he has, and nothing else.
  await other.evaluate(() => document.querySelector('ganvas-lab').reset());
  await other.waitForTimeout(500);
  await page.goto(at(2));
  assert.equal(await offered(page, 3), 3);
  await page.goto(at(1));
  assert.equal(await offered(page, 2), 2);
  await context.close();
});

test('frames of one address have kept runs of their own', { timeout }, async () => {
  site.answer();
  const context = await browser.newContext();
  /** The frames of an article. */
  const read = async (article) => {
    const page = await openTab(context, site.page(article));
    await page.evaluate((src) => {
      for (const name of ['one', 'two']) {
        const frame = document.createElement('iframe');
        Object.assign(frame, { name, src, width: 1000, height: 900 });
        document.body.append(frame);
      }
    }, `${site.home}embed.html?${query}`);
    const frames = [];
    for (const name of ['one', 'two']) {
      const handle = await page.waitForSelector(`iframe[name="${name}"]`);
      const frame = await handle.contentFrame();
      await frame.locator('button[part="start"]').waitFor();
      frames.push(frame);
    }
    return { page, frames };
  };
  const first = await read('embeds.html');
  await keepRun(first.frames[0], 2);
  await keepRun(first.frames[1], 3);
  await first.page.close();
  const second = await read('host.html');
  assert.deepEqual(await Promise.all(second.frames.map((frame) => offered(frame, 0))), [0, 0]);
  await second.page.close();
  const again = await read('embeds.html');
  assert.deepEqual(
    await Promise.all([offered(again.frames[0], 2), offered(again.frames[1], 3)]),
    [2, 3],
  );
  await context.close();
});

test('eight runs are kept; those of before are offered once', { timeout }, async () => {
  site.answer();
  const context = await browser.newContext();
  const page = await openTab(context, `${site.home}?${query}`);
  await keepRun(page, 2);
  /** Rewrites the kept run as it was kept before, and puts others beside it; counts what is there. */
  const stored = (others) =>
    page.evaluate(async (others) => {
      const settled = (request) =>
        new Promise((resolve) => {
          request.onsuccess = () => resolve(request.result);
        });
      const database = await settled(indexedDB.open('ganvas', 1));
      const store = database.transaction('runs', 'readwrite').objectStore('runs');
      const keys = await settled(store.getAllKeys());
      const run = await settled(store.get(keys[0]));
      if (others > 0) {
        await settled(store.clear());
        store.put(run, `${location.pathname}#0`);
        for (let time = 1; time <= others; time += 1) {
          store.put(run, [`/${time}`, '0', '{}', '{}', '', time]);
        }
      }
      const found = others > 0 ? [] : keys.map((key) => (Array.isArray(key) ? key[0] : key));
      database.close();
      return found;
    }, others);
  await stored(20);
  await page.reload();
  assert.equal(await offered(page, 2), 2);
  await page.locator('button[part="resume"]').click();
  await page.waitForFunction(
    () => document.querySelector('ganvas-lab').shadowRoot.querySelector('canvas.fake') !== null,
  );
  await page.evaluate(() => document.querySelector('ganvas-lab').pause());
  await keepRun(page, 1);
  const left = [14, 15, 16, 17, 18, 19, 20].map((time) => `/${time}`);
  assert.deepEqual((await stored(0)).sort(), [...left, new URL(site.home).pathname].sort());
  await context.close();
});

test('the address follows a cure, and a reset of a lab that rests', { timeout }, async () => {
  site.answer();
  const context = await browser.newContext();
  const page = await openTab(context, `${site.home}?${query}`);
  const says = (text) => page.waitForFunction((text) => location.search.includes(text), text);
  await page.evaluate(() => document.querySelector('ganvas-lab').ready);
  await page.evaluate(() => document.querySelector('ganvas-lab').tune({ generator_lr: 0.05 }));
  await says('generator_lr=0.05');
  await page.evaluate(() => document.querySelector('ganvas-lab').reset({ width: 3 }));
  await says('width=3');
  await page.evaluate(() => {
    const lab = document.querySelector('ganvas-lab');
    lab.train().catch(() => {});
    return lab.reset({ width: 4 });
  });
  await says('width=4');
  await context.close();
});

test('started by a script in a tab that nobody has seen, it waits', { timeout }, async () => {
  site.answer();
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  // A tab in the background draws no frame, and so tells nothing of what is in sight.
  await page.addInitScript(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    window.IntersectionObserver = class {
      observe() {}
      disconnect() {}
    };
  });
  await page.goto(site.page('host.html'));
  await addLab(page, tiny);
  await page.evaluate(() => {
    window.lab.train().catch(() => {});
  });
  await page.waitForFunction(() => window.events.state.at(-1)?.state === 'held');
  assert.deepEqual(await page.evaluate(() => window.events.report), []);
  await show(page, 'visible');
  await goesOn(page);
  await context.close();
});

test('who leaves with minutes of training is asked', { timeout }, async () => {
  site.answer();
  const page = await openLab(browser, site);
  const asks = () =>
    page.evaluate(() => {
      const event = document.createEvent('BeforeUnloadEvent');
      event.initEvent('beforeunload', false, true);
      window.dispatchEvent(event);
      // Chrome and Edge up to 118 look at the second.
      return event.defaultPrevented && event.returnValue !== '';
    });
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
