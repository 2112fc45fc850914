/** The two CPU modules: which one runs, what is said of it, and that its numbers are sound. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { worker } from '../support/faults.mjs';
import { close, openLab, patience, tiny } from '../support/lab.mjs';
import { openDrawer } from '../support/settings.mjs';
import { suite } from '../support/suite.mjs';

const { site, browser } = await suite();
const timeout = 2 * patience;

/** As many channels as the default, so that every kind of kernel has work. */
const run = { ...tiny, model: 'dcgan', width: 8, 'batch-size': 8 };

/** Which of the modules were fetched since a position in the site's log. */
const modules = (since) =>
  site.requests.slice(since).flatMap((file) => file.match(/wasm\/cpu.*_bg\.wasm$/) ?? []);

/** What the lab and its status say of the module. @param {import('playwright-core').Page} page */
async function told(page) {
  const { relaxed } = await page.evaluate(() => window.lab.ready);
  const status = await page.locator('dd[data-backend="cpu"]').textContent();
  return { relaxed, status: /relaxed SIMD/.test(status) };
}

/** Losses of each of some steps, and whether a file in the middle changes them. */
async function losses(attributes) {
  const page = await openLab(browser, site, attributes);
  const found = await page.evaluate(async () => {
    const { lab } = window;
    const take = async (steps) => {
      const told = [];
      for (let step = 0; step < steps; step += 1) {
        const { d_loss, g_loss } = await lab.train({ steps: 1 });
        told.push(d_loss, g_loss);
      }
      return told;
    };
    const straight = await take(4);
    await lab.reset();
    const first = await take(2);
    const file = await lab.save();
    await take(1);
    await lab.load(file);
    return { straight, interrupted: [...first, ...(await take(2))] };
  });
  await close(page);
  return found;
}

test('the module with relaxed SIMD runs where the browser has it, and is named', {
  timeout,
}, async () => {
  const since = site.requests.length;
  const page = await openLab(browser, site, run);
  assert.deepEqual(await told(page), { relaxed: true, status: true });
  assert.deepEqual(modules(since), ['wasm/cpu-relaxed/ganvas_web_bg.wasm']);
  await close(page);
});

test('exact takes the strict module, also while a run goes on', { timeout }, async () => {
  const since = site.requests.length;
  const page = await openLab(browser, site, { ...run, exact: '' });
  assert.deepEqual(await told(page), { relaxed: false, status: false });
  assert.deepEqual(modules(since), ['wasm/cpu/ganvas_web_bg.wasm']);
  await page.evaluate(() => window.lab.train({ steps: 3 }));
  await page.evaluate(() => window.lab.removeAttribute('exact'));
  await page.locator('dd[data-relaxed="true"]').waitFor();
  const { step } = await page.evaluate(() => window.lab.train({ steps: 1 }));
  assert.equal(step, 4);
  await close(page);
});

test('?exact on the hosted page takes the strict module, and a link says so', {
  timeout,
}, async () => {
  const permissions = ['clipboard-read', 'clipboard-write'];
  const context = await browser.newContext({ permissions });
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const told = async (address) => {
    const since = site.requests.length;
    await page.goto(address);
    const { relaxed } = await page.evaluate(() => document.querySelector('ganvas-lab').ready);
    return { relaxed, modules: modules(since) };
  };
  const strict = { relaxed: false, modules: ['wasm/cpu/ganvas_web_bg.wasm'] };
  const usual = { relaxed: true, modules: ['wasm/cpu-relaxed/ganvas_web_bg.wasm'] };
  // From its second visit on the page may use several cores.
  const plain = `${site.home}?${new URLSearchParams({ ...run, threads: 1 })}`;
  for (const asked of ['&exact', '&exact=', '&exact=true']) {
    assert.deepEqual(await told(plain + asked), strict, asked);
  }
  await openDrawer(page, 'data');
  await page.locator('[data-action="link"]').click();
  await page.locator('.message[data-notice="copied"]').waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.deepEqual(await told(link), strict, link);
  for (const asked of ['', '&exact=false']) {
    assert.deepEqual(await told(plain + asked), usual, asked);
  }
  await context.close();
});

test('a browser without relaxed SIMD gets the strict module', { timeout }, async () => {
  // The probe is the only module here that is asked about with that instruction.
  site.answer(
    worker(`
      const { validate } = WebAssembly;
      WebAssembly.validate = (bytes) =>
        !new Uint8Array(bytes).join().includes('253,133,2') && validate(bytes);`),
  );
  const since = site.requests.length;
  const page = await openLab(browser, site, run);
  assert.deepEqual(await told(page), { relaxed: false, status: false });
  assert.deepEqual(modules(since), ['wasm/cpu/ganvas_web_bg.wasm']);
  await close(page);
  site.answer();
});

for (const model of ['dcgan', 'conditional']) {
  test(`${model}: both modules repeat and resume bit for bit, and agree within rounding`, {
    timeout,
  }, async () => {
    // Adam turns the rounding of the smallest gradients into steps: short ones here.
    const attributes = { ...run, model, 'generator-lr': 1e-5, 'discriminator-lr': 1e-5 };
    const relaxed = await losses(attributes);
    const exact = await losses({ ...attributes, exact: '' });
    for (const { straight, interrupted } of [relaxed, exact]) {
      assert.ok(straight.every(Number.isFinite));
      assert.deepEqual(interrupted, straight);
    }
    exact.straight.forEach((loss, at) => {
      const apart = Math.abs(loss - relaxed.straight[at]);
      assert.ok(apart <= 1e-3 * Math.max(1, Math.abs(loss)), `${at}: ${loss}, ${apart} apart`);
    });
  });
}
