/** Bad input gets a clear message with its code, and the training that runs goes on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { presets } from '../../www/src/settings/fields.js';
import { session } from '../support/faults.mjs';
import * as idx from '../support/idx.mjs';
import {
  close,
  failure,
  goesOn,
  message,
  notice,
  openLab,
  patience,
  startTraining,
  tiny,
} from '../support/lab.mjs';
import { saved } from '../support/safetensors.mjs';
import { insecureHost } from '../support/server.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;

// Without flags there is no WebGPU adapter, and a made-up name is no secure origin.
const { site, browser } = await suite({
  args: [`--host-resolver-rules=MAP ${insecureHost} 127.0.0.1`],
});

/** The events and the shown message agree, and training did not suffer. */
async function survives(page, code) {
  const told = await page.evaluate(() => window.events.error.at(-1));
  assert.equal(told.code, code);
  assert.ok(told.message.length > 10, `a sentence, not "${told.message}"`);
  await message(page, code);
  assert.equal(await page.evaluate(() => window.events.state.at(-1).state), 'running');
  await goesOn(page);
}

const zeros = (size) => Buffer.alloc(size);
const datasets = {
  'a truncated IDX file': { images: idx.images(40).subarray(0, 3000) },
  'a truncated gzip file': { images: gzipSync(idx.images(40)).subarray(0, 150) },
  'an IDX file that announces four thousand million images': {
    images: idx.images(2, { announced: 0xffffffff }),
  },
  'an IDX file of other dimensions': { images: idx.images(40, { rows: 0xffffffff }) },
  'an IDX file with more bytes than it announces': { images: idx.images(40, { announced: 3 }) },
  'an IDX file without images': { images: idx.images(0) },
  'an empty file': { images: zeros(0) },
  'a text file': { images: Buffer.from('<!doctype html><p>Not found') },
  'labels in the place of images': { images: idx.labels(40) },
  // 300 KB that unfold into 300 MB, under an honest header.
  'a gzip bomb': {
    images: gzipSync(Buffer.concat([idx.images(0, { announced: 60_000 }), zeros(300 << 20)])),
  },
  'a gzip bomb in the labels': {
    images: idx.images(40),
    labels: gzipSync(Buffer.concat([idx.labels(40), zeros(300 << 20)])),
  },
  'fewer labels than images': { images: idx.images(40), labels: idx.labels(39) },
  'images in the place of labels': { images: idx.images(40), labels: idx.images(40) },
};

test('a dataset that cannot be used changes nothing', {
  timeout: 3 * patience,
}, async (context) => {
  const page = await openLab(browser, site);
  await startTraining(page);
  for (const [name, files] of Object.entries(datasets)) {
    await context.test(name, { timeout }, async () => {
      site.files.set('images', files.images);
      site.files.set('labels', files.labels ?? '');
      const refused = await failure(
        page,
        async (labelled) => {
          const get = async (file) => (await fetch(`/files/${file}`)).arrayBuffer();
          const images = await get('images');
          await window.lab.loadDataset({
            images,
            labels: labelled ? await get('labels') : undefined,
          });
        },
        files.labels !== undefined,
      );
      assert.equal(refused.code, 'bad_dataset');
      await survives(page, 'bad_dataset');
      const { dataset } = await page.evaluate(() => window.lab.ready);
      assert.equal(dataset.name, 'procedural');
    });
  }
  await close(page);
});

test('no file at all is refused', { timeout }, async () => {
  const page = await openLab(browser, site);
  for (const images of ['a string', undefined, 5]) {
    const refused = await failure(
      page,
      (value) => window.lab.loadDataset({ images: value }),
      images,
    );
    assert.equal(refused.code, 'bad_dataset');
  }
  await close(page);
});

test('a checkpoint that cannot be used changes nothing', {
  timeout: 3 * patience,
}, async (context) => {
  const page = await openLab(browser, site);
  await page.evaluate(() => window.lab.train({ steps: 2 }));
  const good = await saved(page);
  const length = Number(good.readBigUInt64LE(0));
  /** The same checkpoint with another text in its header. */
  const altered = (change) => {
    const header = Buffer.from(change(good.subarray(8, 8 + length).toString()));
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(header.length));
    return Buffer.concat([size, header, good.subarray(8 + length)]);
  };
  const huge = Buffer.from(good);
  huge.writeBigUInt64LE(2n ** 62n);
  const checkpoints = {
    garbage: Buffer.from('this is no checkpoint, whatever its name says'),
    'an empty file': Buffer.alloc(0),
    'a truncated file': good.subarray(0, good.length - 100),
    'a header of 4 exabytes': huge,
    'another model': altered((text) =>
      text.replace(String.raw`\"dcgan\"`, String.raw`\"stylegan\"`),
    ),
    'other tensors': altered((text) => text.replaceAll('generator.model', 'encoder.layers')),
    'an experiment that does not fit its tensors': altered((text) =>
      text.replace(String.raw`\"width\":2`, String.raw`\"width\":3`),
    ),
    'no experiment': altered((text) => text.replace('"experiment"', '"experimenT"')),
  };
  await startTraining(page);
  for (const [name, bytes] of Object.entries(checkpoints)) {
    await context.test(name, { timeout }, async () => {
      assert.notDeepEqual(bytes, good);
      site.files.set('checkpoint', bytes);
      const refused = await failure(page, async () => {
        await window.lab.load(await (await fetch('/files/checkpoint')).blob());
      });
      assert.equal(refused.code, 'bad_checkpoint');
      await survives(page, 'bad_checkpoint');
    });
  }
  await context.test('the good one still loads', { timeout }, async () => {
    site.files.set('checkpoint', good);
    const loaded = await page.evaluate(() => window.lab.load('/files/checkpoint'));
    assert.equal(loaded.step, 2);
    // A message about a file that was refused is out of date now.
    await page.locator('.message[data-code="bad_checkpoint"]').waitFor({ state: 'detached' });
  });
  await close(page);
});

test('settings out of range change nothing', { timeout: 3 * patience }, async (context) => {
  const page = await openLab(browser, site);
  await startTraining(page);
  const changes = {
    'batch size 0': { batch_size: 0 },
    'a batch beyond all bounds': { batch_size: 100_000 },
    'a batch of half an image': { batch_size: 2.5 },
    'an unknown loss': { loss: 'hinge!' },
    'an unknown setting': { widht: 4 },
    'a width of -1': { width: -1 },
    'a learning rate that is no number': { generator_lr: Number.NaN },
    'a seed of text': { seed: 'seven' },
    'an image of 48 pixels': { image_size: 48 },
    'a term that contradicts another setting': { feature_matching_only: true },
    'a setting of another model': { clip: 0.5 },
  };
  for (const [name, change] of Object.entries(changes)) {
    await context.test(name, { timeout }, async () => {
      const [field] = Object.keys(change);
      const refused = await failure(page, (value) => window.lab.reset(value), change);
      assert.deepEqual([refused.code, refused.field], ['bad_experiment', field]);
      await survives(page, 'bad_experiment');
    });
  }
  await context.test('a batch larger than the dataset', { timeout }, async () => {
    site.files.set('images', idx.images(10));
    await page.evaluate(async () => {
      const images = await (await fetch('/files/images')).blob();
      await window.lab.loadDataset({ images, name: 'ten' });
    });
    const refused = await failure(page, () => window.lab.reset({ batch_size: 11 }));
    assert.deepEqual([refused.code, refused.field], ['bad_experiment', 'batch_size']);
    await survives(page, 'bad_experiment');
  });
  await context.test('a dataset smaller than the batch', { timeout }, async () => {
    site.files.set('images', idx.images(3));
    const refused = await failure(page, async () => {
      const images = await (await fetch('/files/images')).blob();
      await window.lab.loadDataset({ images, name: 'three' });
    });
    assert.ok(['bad_experiment', 'bad_dataset'].includes(refused.code), refused.code);
    await survives(page, refused.code);
    assert.equal((await page.evaluate(() => window.lab.ready)).dataset.name, 'ten');
  });
  await close(page);
});

test('an attribute with an unknown value is named, and the lab works', { timeout }, async () => {
  const page = await openLab(browser, site, {
    ...tiny,
    loss: '<img src=x onerror=alert(1)>',
    'batch-size': '0',
    width: 'wide',
    seed: '',
    theme: 'pink',
    backend: 'quantum',
    controls: 'some',
    preset: 'none such',
  });
  const fields = ['loss', 'batch_size', 'width', 'seed', 'theme', 'backend', 'controls', 'preset'];
  await page.waitForFunction((count) => window.events.error.length >= count, fields.length);
  const errors = await page.evaluate(() => window.events.error);
  assert.ok(errors.every(({ code }) => code === 'bad_experiment'));
  assert.deepEqual(errors.map(({ field }) => field).sort(), [...fields].sort());
  await message(page, 'bad_experiment');
  assert.equal(await page.locator('ganvas-lab img').count(), 0, 'quoted, not interpreted');
  const experiment = await page.evaluate(() => window.lab.experiment);
  assert.equal(experiment.loss, 'non_saturating', 'it keeps its default');
  // A remedy that takes effect takes the message away.
  await page.evaluate(() => {
    for (const name of ['loss', 'batch-size', 'width', 'seed', 'preset']) {
      window.lab.removeAttribute(name);
    }
    for (const name of ['theme', 'backend', 'controls']) window.lab.removeAttribute(name);
    window.lab.setAttribute('width', '2');
    window.lab.setAttribute('batch-size', '4');
  });
  // Up to eight of them are there until the settings have been read again.
  await page.locator('.message.bad').first().waitFor({ state: 'detached' });
  assert.equal((await page.evaluate(() => window.lab.train({ steps: 1 }))).step, 1);
  await close(page);
});

/** Links whose settings contradict each other, and the one that is left out. */
const contradictions = {
  'feature_matching_only=true': 'feature_matching_only',
  'model=wgan_gp&spectral_norm=true': 'spectral_norm',
  'preset=wgan_gp&unrolled_steps=1': 'unrolled_steps',
};

test('a link that contradicts itself is named, and the lab starts without', {
  timeout: 3 * patience,
}, async (context) => {
  const small = 'width=2&batch_size=4&latent_dim=8&dataset=procedural&backend=cpu&lang=en';
  for (const [query, field] of Object.entries(contradictions)) {
    await context.test(query, { timeout }, async () => {
      const page = await (await browser.newContext()).newPage();
      page.setDefaultTimeout(patience);
      await page.goto(`${site.home}?${small}&${query}`);
      await message(page, 'bad_experiment');
      assert.ok((await page.locator('.message.bad').textContent()).includes(field));
      const trained = await page.evaluate(async () => {
        const lab = document.querySelector('ganvas-lab');
        return { report: await lab.train({ steps: 2 }), experiment: lab.experiment };
      });
      assert.equal(trained.report.step, 2);
      assert.ok([false, 0].includes(trained.experiment[field]), 'it is off');
      assert.equal(trained.experiment.width, 2);
      await close(page);
    });
  }
});

test('a link whose drawing is too short to be one is named, and the lab starts without', {
  timeout,
}, async () => {
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(patience);
  await page.goto(
    `${site.home}?model=plane&dataset=points&drawing=abc&width=4&backend=cpu&lang=en`,
  );
  await message(page, 'bad_experiment');
  assert.match((await page.locator('.message.bad').allTextContents()).join(), /drawing/);
  const report = await page.evaluate(() =>
    document.querySelector('ganvas-lab').train({ steps: 2 }),
  );
  assert.equal(report.step, 2);
  await close(page);
});

test('what was edited and not applied outlives another backend and other data', {
  timeout,
}, async () => {
  site.files.set('images', idx.images(40));
  const page = await openLab(browser, site);
  await page.evaluate(() => window.lab.ready);
  await page.locator('details[data-drawer="settings"] summary').click();
  const width = page.locator('input[data-field="width"]');
  await width.fill('5');
  await width.blur();
  await page.evaluate(async () => {
    const images = await (await fetch('/files/images')).blob();
    await window.lab.loadDataset({ images });
    window.lab.setAttribute('exact', '');
    await window.lab.train({ steps: 1 });
  });
  assert.equal(await width.inputValue(), '5');
  await page.locator('[data-action="apply"]').click();
  await page.waitForFunction(() => window.lab.experiment.width === 5);
  assert.equal(await page.evaluate(() => window.lab.experiment.dataset), 'file');
  assert.equal(await page.locator('[data-action="apply"]').isDisabled(), true);
  await close(page);
});

test('what is edited while Apply is under way stays to be applied', { timeout }, async () => {
  site.answer(
    session(`const { reset } = Session.prototype;
    Session.prototype.reset = async function (...values) {
      await new Promise((resolve) => new BroadcastChannel('tests').onmessage = resolve);
      return reset.apply(this, values);
    };`),
  );
  const page = await openLab(browser, site);
  await page.evaluate(() => window.lab.ready);
  await page.locator('details[data-drawer="settings"] summary').click();
  const apply = page.locator('[data-action="apply"]');
  const field = (name) => page.locator(`input[data-field="${name}"]`);
  const fill = async (name, value) => {
    await field(name).fill(value);
    await field(name).blur();
  };
  await fill('width', '5');
  await fill('seed', '8');
  await apply.click();
  // One setting is put back, another is changed.
  await fill('width', String(tiny.width));
  await fill('batch_size', '6');
  await page.evaluate(() => new BroadcastChannel('tests').postMessage('go on'));
  await page.waitForFunction(() => window.lab.experiment.width === 5);
  await page.waitForFunction(() => window.events.state.at(-1).state === 'paused');
  assert.equal(await field('width').inputValue(), String(tiny.width));
  assert.equal(await field('batch_size').inputValue(), '6');
  assert.equal(await field('seed').inputValue(), '8');
  assert.ok(await apply.isEnabled());
  site.answer();
  await close(page);
});

test('a preset that names its seed brings it; the others leave the reader’s', {
  timeout,
}, async () => {
  const page = await openLab(browser, site, { ...tiny, seed: 9 });
  await page.evaluate(() => window.lab.ready);
  await page.locator('details[data-drawer="settings"] summary').click();
  const seed = page.locator('input[data-field="seed"]');
  for (const [preset, wanted] of [
    ['plane_collapse', 9],
    ['plane', presets.find(({ name }) => name === 'plane').experiment.seed],
  ]) {
    await page.locator('[data-field="preset"]').selectOption(preset);
    await page.waitForFunction(
      (preset) =>
        window.lab.shadowRoot.querySelector('[data-field="preset"]').value === preset &&
        !window.lab.shadowRoot.querySelector('[data-action="apply"]').disabled,
      preset,
    );
    assert.equal(await seed.inputValue(), String(wanted), preset);
  }
  await close(page);
});

test('the form says what contradicts, and does not apply it', { timeout }, async () => {
  const page = await openLab(browser, site);
  await page.evaluate(() => window.lab.ready);
  await page.locator('details[data-drawer="settings"] summary').click();
  await page.locator('input[data-field="feature_matching_only"]').check();
  const hint = page.locator('#hint-feature_matching_only.bad');
  await hint.filter({ hasText: 'feature_matching weight above 0' }).waitFor();
  assert.ok(await page.locator('[data-action="apply"]').isDisabled());
  await page.locator('input[data-field="feature_matching"]').fill('1');
  await page.locator('input[data-field="feature_matching"]').blur();
  await hint.waitFor({ state: 'detached' });
  assert.ok(await page.locator('[data-action="apply"]').isEnabled());
  await close(page);
});

test('garbage in the URL is named, and the page works', { timeout }, async () => {
  const query = [
    'width=2&batch_size=4&latent_dim=8&dataset=procedural&backend=cpu&lang=en',
    'loss=%00%ff%fe&seed=99999999999999999999&generator_lr=NaN',
    `widht=${'A'.repeat(3000)}`,
    '%E0%A4%A=1&__proto__=1&constructor=1&utm_source=a&fbclid=b',
  ].join('&');
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  await page.goto(`${site.home}?${query}`);
  await message(page, 'bad_experiment');
  const text = await page.locator('.messages').textContent();
  for (const name of ['loss', 'seed', 'generator_lr', 'widht']) {
    assert.ok(text.includes(name), `${name} is named: ${text}`);
  }
  // What no setting is like is none of the lab's.
  assert.ok(!/utm_source|fbclid|constructor/.test(text), text);
  assert.ok(text.length < 3000, 'a long value is cut');
  const report = await page.evaluate(() =>
    document.querySelector('ganvas-lab').train({ steps: 2 }),
  );
  assert.equal(report.step, 2);
  await close(page);
});

test('no WebGPU: asked for by name it is refused with a way out', { timeout }, async () => {
  const page = await openLab(browser, site, { ...tiny, backend: 'webgpu' });
  const refused = await failure(page, () => window.lab.train({ steps: 2 }));
  assert.equal(refused.code, 'webgpu_unavailable');
  await message(page, 'webgpu_unavailable');
  assert.equal(await page.evaluate(() => window.events.state.at(-1).state), 'stopped');
  await page.locator('.message button.small', { hasText: 'CPU' }).click();
  await goesOn(page);
  assert.equal(await page.evaluate(async () => (await window.lab.ready).backend), 'cpu');
  await close(page);
});

test('no WebGPU: auto computes on the CPU and says why', { timeout }, async () => {
  const page = await openLab(browser, site, { ...tiny, backend: 'auto' });
  const { backend } = await page.evaluate(() => window.lab.ready);
  assert.equal(backend, 'cpu');
  const told = await page.evaluate(() =>
    window.events.state.at(-1).notices.map(({ name }) => name),
  );
  const reason = told.find((name) => /^cpu_no_(webgpu|adapter)$/.test(name));
  assert.ok(reason, String(told));
  await notice(page, reason);
  await close(page);
});

test('a move to WebGPU that is not there leaves training where it was', { timeout }, async () => {
  const page = await openLab(browser, site);
  await startTraining(page);
  await page.locator('details[data-drawer="settings"] summary').click();
  await page.locator('select[data-field="backend"]').selectOption('webgpu');
  await message(page, 'webgpu_unavailable');
  await goesOn(page);
  assert.equal(await page.evaluate(async () => (await window.lab.ready).backend), 'cpu');
  assert.equal(await page.locator('select[data-field="backend"]').inputValue(), 'cpu');
  await close(page);
});

test('a page without HTTPS: WebGPU by name is refused, auto takes the CPU', {
  timeout,
}, async () => {
  const address = `http://${insecureHost}:${site.port}/pages/host.html`;
  const page = await openLab(browser, site, { ...tiny, backend: 'webgpu' }, { address });
  assert.equal(await page.evaluate(() => window.isSecureContext), false);
  const refused = await failure(page, () => window.lab.ready);
  assert.equal(refused.code, 'insecure_context');
  await message(page, 'insecure_context');
  await close(page);

  const other = await openLab(browser, site, { ...tiny, backend: 'auto' }, { address });
  const report = await other.evaluate(() => window.lab.train({ steps: 2 }));
  assert.equal(report.step, 2);
  assert.match(await notice(other, 'cpu_insecure_context'), /HTTPS/);
  await close(other);
});

test('files that do not load are told with their code, and tried again', { timeout }, async () => {
  const gone = (pattern) => (file) => (pattern.test(file) ? { status: 404, body: '' } : undefined);
  for (const pattern of [/^wasm\//, /^worker\.js/, /^chunks\/lab-/]) {
    site.answer(gone(pattern));
    const page = await openLab(browser, site);
    const refused = await failure(page, () => window.lab.train({ steps: 2 }));
    assert.equal(refused.code, 'network', String(pattern));
    await message(page, 'network');
    site.answer();
    assert.equal((await page.evaluate(() => window.lab.train({ steps: 2 }))).step, 2);
    await close(page);
  }
});
