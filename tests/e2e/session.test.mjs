/** The wasm session itself: data and settings are taken together, a long step in parts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as idx from '../support/idx.mjs';
import { patience } from '../support/lab.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();
site.files.set('images', idx.images(40));
const page = await (await browser.newContext()).newPage();
await page.goto(site.page('host.html'));
await page.evaluate(async (module) => {
  const engine = await import(module);
  await engine.default();
  const settings = { width: 2, latent_dim: 8, batch_size: 4, seed: 7 };
  const images = new Uint8Array(await (await fetch('/files/images')).arrayBuffer());
  Object.assign(window, {
    engine,
    own: () => engine.Data.from_idx('bars', 'file', images),
    open: (changes = {}) => engine.Session.create('cpu', { ...settings, ...changes }),
    code: (error) => error.code,
  });
}, `${site.home}wasm/cpu/ganvas_web.js`);

test('what is no dataset is refused before a session hears of it', { timeout }, async () => {
  const code = await page.evaluate(() => {
    try {
      window.engine.Data.from_idx('x', 'file', new Uint8Array([0, 0, 8, 3]));
      return 'taken';
    } catch (error) {
      return error.code;
    }
  });
  assert.equal(code, 'bad_dataset');
});

test('a session names the data that run', { timeout }, async () => {
  const words = await page.evaluate(async () => {
    const session = await window.open({ dataset: 'mnist' });
    const word = () => session.describe().experiment.dataset;
    const words = [word()];
    session.use_data(window.own());
    words.push(word());
    await session.reset({ seed: 8 });
    words.push(word());
    await session.reset_on({ dataset: 'procedural' }, window.engine.Data.procedural());
    words.push(word());
    return words;
  });
  assert.deepEqual(words, ['procedural', 'file', 'file', 'procedural']);
});

test('settings are checked against the data that they will have', { timeout }, async () => {
  const outcome = await page.evaluate(async () => {
    const session = await window.open();
    session.use_data(window.engine.Data.procedural());
    await session.train(3, 1e9);
    const refused = await session.reset_on({ batch_size: 64 }, window.own()).catch(window.code);
    const { step, dataset } = session.describe();
    session.use_data(window.own());
    await session.reset_on({ batch_size: 128 }, window.engine.Data.procedural());
    const after = session.describe();
    return [refused, step, dataset.name, after.experiment.batch_size, after.dataset.count];
  });
  assert.deepEqual(outcome, ['bad_experiment', 3, 'procedural', 128, 10_000]);
});

test('a step may be left in its middle, and comes out the same', { timeout }, async () => {
  const { parts, steps, same, saved } = await page.evaluate(async () => {
    const settings = { discriminator_steps: 3 };
    const whole = await window.open(settings);
    await whole.train(2, 1e9);
    const divided = await window.open(settings);
    const parts = [];
    while (parts.reduce((sum, done) => sum + done, 0) < 2) parts.push(await divided.train(1, 0));
    const same = JSON.stringify(await whole.report()) === JSON.stringify(await divided.report());
    // A file holds whole steps.
    await divided.train(1, 0);
    await divided.save();
    return { parts, steps: divided.describe().step, same, saved: (await whole.save()).length > 0 };
  });
  assert.deepEqual(parts, [0, 0, 0, 1, 0, 0, 0, 1]);
  assert.equal(steps, 3);
  assert.ok(same && saved);
});
