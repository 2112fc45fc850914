/** The plane in the page: it trains, is watched, judged and linked, and leaves for pictures and back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, failure, openLab, patience } from '../support/lab.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();

const small = { backend: 'cpu', model: 'plane', width: 8, 'batch-size': 16, seed: 7, lang: 'en' };

test('the worker shows the plane while it trains', { timeout }, async () => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(site.page('host.html'));
  const seen = await page.evaluate(async (address) => {
    const worker = new Worker(address, { type: 'module' });
    const frames = [];
    const waiting = new Map();
    worker.onmessage = ({ data }) => {
      if (data.type === 'watched' && data.what === 'plane') frames.push(data.value);
      if (data.type === 'reply') waiting.get(data.id)?.resolve(data.value);
      if (data.type === 'failure') waiting.get(data.id)?.reject(new Error(data.error.message));
    };
    let id = 0;
    const ask = (body) =>
      new Promise((resolve, reject) => {
        id += 1;
        waiting.set(id, { resolve, reject });
        worker.postMessage({ ...body, id });
      });
    const experiment = { model: 'plane', dataset: 'grid', width: 8, batch_size: 16, seed: 7 };
    await ask({ type: 'open', backend: 'cpu', experiment });
    const options = { points: 40, field: 6, lattice: 3 };
    worker.postMessage({ type: 'watch', what: 'plane', options });
    await ask({ type: 'train', steps: 3000 });
    const judged = await ask({ type: 'evaluate', count: 200 });
    worker.postMessage({ type: 'watch', what: 'plane', options: null });
    worker.terminate();
    const plain = frames.map((frame) => ({
      ...frame,
      ...Object.fromEntries(
        ['real', 'fake', 'outputs', 'pull', 'field', 'lattice'].map((name) => [
          name,
          [...frame[name]],
        ]),
      ),
    }));
    return { frames: plain, judged };
  }, `${site.home}worker.js`);
  const { frames, judged } = seen;
  assert.ok(frames.length > 3, `${frames.length} frames`);
  for (const [at, frame] of frames.entries()) {
    assert.ok(at === 0 || frame.step >= frames[at - 1].step);
    assert.deepEqual(frame.real, frames[0].real);
    const lengths = ['fake', 'outputs', 'pull', 'field', 'lattice'].map((it) => frame[it].length);
    assert.deepEqual(lengths, [80, 40, 80, 36, 32]);
    assert.deepEqual([frame.extent, frame.reading, frame.latent_dim], [3, 'probability', 2]);
    assert.equal(frame.metrics.modes_of, 25);
    assert.ok(frame.metrics.js >= 0 && frame.metrics.js <= Math.LN2 + 1e-9);
    // Of -log σ(D) the arrow is (1 - σ(D)) times D's slope: never against it, and none is endless.
    assert.ok(frame.pull.every(Number.isFinite) && frame.pull.some((it) => it !== 0));
  }
  assert.notDeepEqual(frames.at(-1).fake, frames[0].fake);
  assert.equal(judged.count, 200);
  assert.ok(judged.js > judged.js_floor);
  await page.context().close();
});

test('a lab on the plane trains, judges, links, and refuses pictures', { timeout }, async () => {
  const page = await openLab(browser, site, small);
  const report = await page.evaluate(() => window.lab.train({ steps: 30 }));
  assert.equal(report.step, 30);
  const judged = await page.evaluate(() => window.lab.evaluate({ count: 100 }));
  assert.deepEqual([judged.modes_of, judged.reference], [8, 'ring']);
  const refused = await failure(page, () => window.lab.sample({ count: 4 }));
  assert.deepEqual([refused.code, refused.field], ['bad_experiment', 'model']);

  // What is drawn is in the experiment.
  const changes = { dataset: 'points', drawing: 'gFmAH_AAA' };
  const drawn = await page.evaluate((wanted) => window.lab.reset(wanted), changes);
  assert.deepEqual([drawn.dataset, drawn.drawing], ['points', changes.drawing]);
  const empty = await failure(page, () => window.lab.reset({ drawing: '' }));
  assert.equal(empty.code, 'bad_experiment');
  const saved = await page.evaluate(async () => {
    await window.lab.train({ steps: 3 });
    window.blob = await window.lab.save();
    return window.blob.size;
  });
  assert.ok(saved > 1000);

  // To pictures, which are others' data, and back by the file.
  const digits = await page.evaluate(() =>
    window.lab.reset({ model: 'dcgan', dataset: 'procedural', width: 2, batch_size: 4 }),
  );
  assert.deepEqual([digits.model, digits.dataset, digits.drawing], ['dcgan', 'procedural', '']);
  const pictures = await page.evaluate(() => window.lab.sample({ count: 2 }));
  assert.deepEqual([pictures.count, pictures.width], [2, 28]);
  const loaded = await page.evaluate(() => window.lab.load(window.blob));
  assert.equal(loaded.step, 3);
  assert.deepEqual([loaded.experiment.model, loaded.experiment.drawing], ['plane', 'gFmAH_AAA']);
  // Nothing was told but the two refusals.
  const told = await page.evaluate(() => window.events.error.map(({ code }) => code));
  assert.deepEqual(told, ['bad_experiment', 'bad_experiment']);
  await close(page);
});
