/** Which digits are used: the site's MNIST, or the embedded ones, and that the reader is told. */
import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import * as idx from '../support/idx.mjs';
import { close, notice, openLab, patience, tiny } from '../support/lab.mjs';
import { dist } from '../support/server.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const mnist = { ...tiny, dataset: 'mnist' };
const folder = 'data/mnist/';

const { site, browser } = await suite();

/** A site with these files instead of its own digits. */
const digits = (files) => (file) => {
  if (!file.startsWith(folder)) return undefined;
  const body = files[file.slice(folder.length)];
  return body ? { body } : { status: 404, body: '' };
};

test('the digits of the site are used and named', { timeout }, async () => {
  // Not every build has MNIST: this test brings digits of its own.
  site.answer(
    digits({
      'train-images-idx3-ubyte.gz': gzipSync(idx.images(50)),
      'train-labels-idx1-ubyte.gz': gzipSync(idx.labels(50)),
    }),
  );
  const page = await openLab(browser, site, mnist);
  const { dataset } = await page.evaluate(() => window.lab.ready);
  assert.deepEqual(dataset, { name: 'mnist', count: 50, source: 'site' });
  assert.match(await page.locator('dd[data-source="site"]').textContent(), /Real MNIST.*50/);
  assert.equal((await page.evaluate(() => window.lab.train({ steps: 2 }))).step, 2);
  await close(page);
});

test('real MNIST loads, where the site was built with it', { timeout }, async (context) => {
  const images = path.join(dist, folder, 'train-images-idx3-ubyte.gz');
  if (!(await stat(images).catch(() => undefined))) {
    context.diagnostic('this site was built without MNIST; the embedded digits are tested below');
    return;
  }
  site.answer();
  const page = await openLab(browser, site, mnist);
  const { dataset } = await page.evaluate(() => window.lab.ready);
  assert.equal(dataset.source, 'site');
  assert.ok(dataset.count >= 10_000);
  const report = await page.evaluate(() => window.lab.train({ steps: 2 }));
  assert.ok(Number.isFinite(report.d_loss));
  await close(page);
});

test('without MNIST the embedded digits are used, and the reader is told', {
  timeout,
}, async () => {
  site.answer(digits({}));
  const page = await openLab(browser, site, mnist);
  const { dataset } = await page.evaluate(() => window.lab.ready);
  assert.equal(dataset.name, 'procedural');
  assert.match(await notice(page, 'mnist_missing'), /embedded drawn digits/);
  const told = await page.evaluate(() => window.events.state.flatMap((detail) => detail.notices));
  assert.ok(told.some(({ name, code }) => name === 'mnist_missing' && code === 'network'));
  assert.equal((await page.evaluate(() => window.lab.train({ steps: 2 }))).step, 2);
  // A reader who brings a file is not told any more that there is none.
  site.files.set('images', idx.images(30));
  await page.evaluate(async () => {
    await window.lab.loadDataset({ images: await (await fetch('/files/images')).blob() });
  });
  await page.locator('.message[data-notice="mnist_missing"]').waitFor({ state: 'detached' });
  await close(page);
});

test('damaged MNIST on the site is told with its code', { timeout }, async () => {
  site.answer(
    digits({
      'train-images-idx3-ubyte.gz': gzipSync(idx.images(50)).subarray(0, 200),
      'train-labels-idx1-ubyte.gz': gzipSync(idx.labels(50)),
    }),
  );
  const page = await openLab(browser, site, mnist);
  const { dataset } = await page.evaluate(() => window.lab.ready);
  assert.equal(dataset.name, 'procedural');
  assert.match(await notice(page, 'mnist_missing'), /bad_dataset/);
  await close(page);
});

test('an experiment on files without files says which to drop', { timeout }, async () => {
  site.answer();
  const page = await openLab(browser, site, { ...tiny, dataset: 'file' });
  const { dataset } = await page.evaluate(() => window.lab.ready);
  assert.equal(dataset.name, 'procedural');
  assert.match(await notice(page, 'files_missing'), /IDX/);
  await close(page);
});

test('files chosen on the page are sorted and used', { timeout }, async () => {
  site.answer();
  const page = await openLab(browser, site);
  await page.evaluate(() => window.lab.ready);
  await page.locator('details[data-drawer="data"] summary').click();
  await page.locator('input[data-file="images"]').setInputFiles([
    { name: 'my-labels', mimeType: 'application/octet-stream', buffer: idx.labels(30) },
    { name: 'my-digits.gz', mimeType: 'application/gzip', buffer: gzipSync(idx.images(30)) },
  ]);
  const text = page.locator('dd[data-source="file"]');
  await text.waitFor();
  assert.match(await text.textContent(), /my-digits.*30/);
  await close(page);
});

test('files without labels take a fresh run to a model that needs none', { timeout }, async () => {
  site.files.set('images', idx.images(40));
  site.files.set('labels', idx.labels(40));
  const page = await openLab(browser, site, { ...tiny, model: 'conditional' });
  await page.evaluate(() => window.lab.ready);
  const models = await page.evaluate(async () => {
    const blob = async (name) => (await fetch(`/files/${name}`)).blob();
    const { lab } = window;
    await lab.loadDataset({ images: await blob('images') });
    const without = lab.experiment;
    await lab.train({ steps: 1 });
    await lab.reset({ model: 'conditional', dataset: 'procedural', width: 2, batch_size: 4 });
    await lab.loadDataset({ images: await blob('images'), labels: await blob('labels') });
    const told = lab.experiment;
    await lab.train({ steps: 1 });
    const refused = await lab.loadDataset({ images: await blob('images') }).catch((e) => e.code);
    return [without.model, without.dataset, told.model, refused, lab.experiment.model];
  });
  assert.deepEqual(models, ['dcgan', 'file', 'conditional', 'bad_dataset', 'conditional']);
  await close(page);
});

test('a damaged checkpoint beside good images does not keep them from being used', {
  timeout,
}, async () => {
  site.answer();
  const page = await openLab(browser, site);
  await page.evaluate(() => window.lab.ready);
  await page.locator('details[data-drawer="data"] summary').click();
  await page.locator('input[data-file="images"]').setInputFiles([
    { name: 'broken.safetensors', mimeType: '', buffer: Buffer.from('hello hello hello') },
    { name: 'my-digits', mimeType: '', buffer: idx.images(30) },
  ]);
  await page.locator('dd[data-source="file"]').waitFor();
  await page.locator('.message.bad[data-code="bad_checkpoint"]').waitFor();
  await close(page);
});

test('a drawing does not take the place of somebody’s images', { timeout }, async () => {
  site.files.set('images', idx.images(40));
  const page = await openLab(browser, site);
  const ran = await page.evaluate(async () => {
    const { lab } = window;
    const images = await (await fetch('/files/images')).blob();
    await lab.loadDataset({ images });
    await lab.reset({ model: 'plane', dataset: 'ring' });
    await lab.loadDataset({ points: new Float32Array([0, 1, 1, 0, -1, 0, 0, -1]) });
    await lab.train({ steps: 1 });
    await lab.reset({ model: 'dcgan', dataset: 'file', width: 2, batch_size: 4 });
    await lab.train({ steps: 1 });
    return lab.experiment.dataset;
  });
  assert.equal(ran, 'file');
  await close(page);
});

test('a checkpoint is named by the step that it holds', { timeout }, async () => {
  const page = await openLab(browser, site);
  await page.evaluate(async () => {
    const { lab } = window;
    await lab.train({ steps: 3 });
    const file = await lab.save();
    await lab.reset();
    await lab.load(file);
  });
  await page.locator('details[data-drawer="data"] summary').click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('[data-action="save"]').click(),
  ]);
  assert.equal(download.suggestedFilename(), 'ganvas-dcgan-3.safetensors');
  await close(page);
});

test('a link that is shown to be copied is that of what runs now', { timeout }, async () => {
  const page = await openLab(browser, site);
  await page.evaluate(async () => {
    navigator.clipboard.writeText = () => Promise.reject(new Error('refused'));
    await window.lab.ready;
  });
  await page.locator('details[data-drawer="data"] summary').click();
  await page.locator('[data-action="link"]').click();
  const shown = page.locator('label.link input');
  assert.match(await shown.inputValue(), /width=2/);
  await page.evaluate(() => window.lab.reset({ width: 3 }));
  await page.waitForFunction(() =>
    /width=3/.test(window.lab.shadowRoot.querySelector('label.link input').value),
  );
  await close(page);
});
