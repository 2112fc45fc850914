/** Which data run: one value, in the description, the experiment, the form and the link. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { failingTrain } from '../support/faults.mjs';
import * as idx from '../support/idx.mjs';
import { close, failure, notice, openLab, patience, tiny } from '../support/lab.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();

const mnist = (file) => {
  const files = {
    'data/mnist/train-images-idx3-ubyte.gz': gzipSync(idx.images(50)),
    'data/mnist/train-labels-idx1-ubyte.gz': gzipSync(idx.labels(50)),
  };
  return file in files ? { body: files[file] } : undefined;
};

/** A lab on MNIST that then got 40 images of its reader. */
async function withOwnFiles(attributes = { ...tiny, dataset: 'mnist' }) {
  site.files.set('images', idx.images(40));
  const page = await openLab(browser, site, attributes);
  await page.evaluate(async () => {
    await window.lab.ready;
    const images = await (await fetch('/files/images')).blob();
    await window.lab.loadDataset({ images, name: 'bars' });
  });
  return page;
}

const truth = (page) =>
  page.evaluate(async () => {
    const { dataset } = await window.lab.ready;
    return [dataset.name, dataset.source, window.lab.experiment.dataset];
  });

test('own files stay, whatever the worker goes through', { timeout }, async () => {
  site.answer(mnist);
  const page = await withOwnFiles();
  assert.deepEqual(await truth(page), ['bars', 'file', 'file']);
  const announced = await page.evaluate(() => window.events.state.at(-1).dataset);
  assert.equal(announced.name, 'bars');
  await page.evaluate(async () => {
    await window.lab.train({ steps: 2 });
    window.lab.remove();
    await new Promise((resolve) => setTimeout(resolve, 100));
    document.body.append(window.lab);
    await window.lab.train({ steps: 1 });
  });
  assert.deepEqual(await truth(page), ['bars', 'file', 'file']);
  await close(page);
});

test('reset() takes the data that it is told, or says why not', { timeout }, async () => {
  site.answer(mnist);
  const page = await withOwnFiles();
  const reset = (changes) => page.evaluate((value) => window.lab.reset(value), changes);
  await reset({ dataset: 'mnist' });
  assert.deepEqual(await truth(page), ['mnist', 'site', 'mnist']);
  await reset({ dataset: 'file' });
  assert.deepEqual(await truth(page), ['bars', 'file', 'file']);
  // Checked against the data that it will have.
  await reset({ dataset: 'procedural', batch_size: 128 });
  assert.deepEqual(await truth(page), ['procedural', 'drawn by the program', 'procedural']);
  await page.evaluate(() => window.lab.train({ steps: 1 }));
  site.answer((file) => (file.startsWith('data/') ? { status: 404, body: '' } : undefined));
  const absent = await failure(page, () => window.lab.reset({ dataset: 'mnist' }));
  assert.equal(absent.code, 'network');
  assert.deepEqual(await truth(page), ['procedural', 'drawn by the program', 'procedural']);
  assert.equal((await page.evaluate(() => window.lab.train({ steps: 1 }))).step, 2);
  await close(page);
});

test('a refused reset leaves the run as it was', { timeout }, async () => {
  site.answer(mnist);
  const page = await withOwnFiles({ ...tiny, dataset: 'procedural' });
  await page.evaluate(async () => {
    await window.lab.reset({ dataset: 'procedural' });
    await window.lab.train({ steps: 3 });
  });
  const refused = await failure(page, () => window.lab.reset({ dataset: 'file', batch_size: 64 }));
  assert.deepEqual([refused.code, refused.field], ['bad_experiment', 'batch_size']);
  assert.deepEqual(await truth(page), ['procedural', 'drawn by the program', 'procedural']);
  assert.equal((await page.evaluate(() => window.lab.train({ steps: 1 }))).step, 4);
  await close(page);
});

test('other data under a run that goes on are told, with a way to start over', {
  timeout,
}, async () => {
  site.answer(mnist);
  site.files.set('images', idx.images(40));
  const page = await openLab(browser, site);
  await page.evaluate(async () => {
    await window.lab.train({ steps: 2 });
    const images = await (await fetch('/files/images')).blob();
    await window.lab.loadDataset({ images, name: 'bars' });
  });
  assert.match(await notice(page, 'data_changed'), /step 2/);
  await page.locator('[data-notice="data_changed"] button.small').click();
  await page.locator('[data-notice="data_changed"]').waitFor({ state: 'detached' });
  assert.equal((await page.evaluate(() => window.lab.train({ steps: 1 }))).step, 1);
  assert.deepEqual(await truth(page), ['bars', 'file', 'file']);
  await close(page);
});

test('a checkpoint of other data changes none, not even after a crash', { timeout }, async () => {
  site.answer();
  const other = await openLab(browser, site);
  await other.evaluate(() => window.lab.train({ steps: 2 }));
  const { saved } = await import('../support/safetensors.mjs');
  site.files.set('run', await saved(other));
  await close(other);
  site.answer((file, url) => mnist(file) ?? failure4(file, url));
  const page = await withOwnFiles();
  await page.evaluate(() => window.lab.load('/files/run'));
  assert.match(await notice(page, 'other_data'), /drawn digits.*IDX files/is);
  assert.deepEqual(await truth(page), ['bars', 'file', 'file']);
  await page.evaluate(() => window.lab.train({ steps: 3 }));
  assert.deepEqual(await truth(page), ['bars', 'file', 'file']);
  await notice(page, 'restarted');
  await close(page);
});

const failure4 = failingTrain({ call: 2 });

test('a link to own files says that they are not in it', { timeout }, async () => {
  site.answer(mnist);
  const page = await withOwnFiles();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.locator('details[data-drawer="data"] summary').click();
  await page.locator('button[data-action="link"]').click();
  assert.match(await notice(page, 'link_files'), /your files/);
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(new URL(link).searchParams.get('dataset'), 'file');
  await close(page);
});
