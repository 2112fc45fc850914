/** The page that measures a device, as a reader uses it, at sizes that its address makes small. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { isolation } from '../../xtask/site-server.mjs';
import { all, broken, session, worker } from '../support/faults.mjs';
import { patience, show, workersBecome } from '../support/lab.mjs';
import { dist, root, serve } from '../support/server.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 3 * patience;
const { site, browser } = await suite({ webgpu: true });
const small = 'sizes=2x4,3x4&seconds=0.2&kernels=off&lang=en';

/** The page at an address; what its console and its policy complain of is in `faults`. */
async function open(query = small, options = {}, on = site) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error') faults.push(line.text());
  });
  await page.goto(`${on.home}bench.html?${query}`);
  await page.locator('[data-action="start"]').waitFor();
  return { page, faults };
}

const start = (page) => page.locator('[data-action="start"]').click();
const phase = (page, name) => page.locator(`[data-phase="${name}"]`).waitFor();
const cell = (page, size, backend) =>
  page.locator(`tr[data-size="${size}"] td[data-backend="${backend}"]`);
const entry = async (page) => JSON.parse(await page.locator('details pre').textContent());

test('it measures both backends at each size, and offers an entry', { timeout }, async () => {
  const { page, faults } = await open(small, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  site.requests.length = 0;
  await start(page);
  await page.locator('progress').waitFor();
  await phase(page, 'done');
  for (const size of ['2 × 4', '3 × 4']) {
    for (const backend of ['cpu', 'webgpu']) {
      const text = await cell(page, size, backend).textContent();
      assert.match(text.replace(/\s+/g, ' ').trim(), /^(< )?[\d.]+ (above )?[\d.]+ m?s a step$/);
    }
  }
  const { rates, gpu, cores, source, browser: name, date, ganvas } = await entry(page);
  assert.deepEqual(
    rates.map(({ backend, width, batch_size }) => [backend, width, batch_size]),
    [
      ['cpu', 2, 4],
      ['webgpu', 2, 4],
      ['cpu', 3, 4],
      ['webgpu', 3, 4],
    ],
  );
  assert.ok(rates.every(({ steps_per_second }) => steps_per_second > 0));
  assert.deepEqual(
    rates.map(({ relaxed, threads }) => [relaxed, threads]),
    [
      [true, 1],
      [undefined, undefined],
      [true, 1],
      [undefined, undefined],
    ],
  );
  const module = 'relaxed SIMD, threads: 1';
  assert.equal(await page.locator('[data-module]').textContent(), module);
  const own = page.locator('table.devices tbody tr').first();
  assert.ok((await own.textContent()).includes(module));
  assert.equal(gpu.software, true);
  assert.match(gpu.architecture, /swiftshader/);
  assert.equal(source, 'bench.html');
  assert.match(name, /^Chrome \d+$/);
  assert.match(date, /^\d{4}-\d\d-\d\d$/);
  assert.match(ganvas, /^\d+\.\d+\.\d+/);
  assert.equal(cores, await page.evaluate(() => navigator.hardwareConcurrency));
  await page.locator('[data-action="copy"]').click();
  await page.locator('[role="status"]', { hasText: 'Copied' }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.deepEqual(JSON.parse(copied), await entry(page));
  assert.equal(page.workers().length, 0, 'nothing goes on');
  assert.ok(!site.requests.some((file) => file.includes('mnist')), 'no data are loaded');
  assert.deepEqual(faults, []);
  await page.context().close();
});

test('an entry names the module and the threads that ran, in either language', {
  timeout,
}, async () => {
  const query = 'sizes=2x4&seconds=0.2&backends=cpu&kernels=off';
  const isolated = await serve(undefined, isolation);
  after(() => isolated.close());
  // The probe is the only module here that is asked about with relaxed SIMD.
  const strict = worker(`
    const { validate } = WebAssembly;
    WebAssembly.validate = (bytes) =>
      !new Uint8Array(bytes).join().includes('253,133,2') && validate(bytes);`);
  const cores = worker(`Object.defineProperty(navigator, 'hardwareConcurrency', { value: 2 });`);
  for (const [lang, rule, module, text] of [
    ['zh', cores, { relaxed: true, threads: 2 }, /relaxed SIMD，线程数 2/],
    ['en', strict, { relaxed: false, threads: 1 }, /exact, threads: 1/],
  ]) {
    isolated.answer(rule);
    const { page, faults } = await open(`${query}&lang=${lang}`, {}, isolated);
    await start(page);
    await phase(page, 'done');
    const { rates } = await entry(page);
    assert.deepEqual([rates[0].relaxed, rates[0].threads], [module.relaxed, module.threads]);
    assert.match(await page.locator('[data-module]').textContent(), text);
    assert.deepEqual(faults, []);
    await page.context().close();
  }
});

test('the kernels of a step are timed beside plain code', { timeout }, async () => {
  const { page, faults } = await open('sizes=2x4&backends=webgpu&seconds=0.2&lang=en');
  await start(page);
  await page.locator('[role="status"]', { hasText: 'kernels, 16 × 32' }).waitFor();
  await phase(page, 'done');
  const { rooflines } = await entry(page);
  // A software adapter has the small step alone.
  assert.deepEqual(
    rooflines.map(({ width, batch_size }) => [width, batch_size]),
    [[16, 32]],
  );
  const [{ kernels, step_ms, product_gflops, copy_gbs }] = rooflines;
  const all = JSON.parse(readFileSync(path.join(dist, 'kernels.json'), 'utf8'));
  const { launches } = all.steps.find(
    ({ tiles, width }) => tiles === 'software' && width === 16,
  ).schedule;
  const sum = (list, of) => list.reduce((total, item) => total + of(item), 0);
  assert.equal(
    sum(kernels, ({ count }) => count),
    launches.length,
  );
  assert.equal(
    sum(kernels, ({ flops }) => flops),
    sum(launches, ({ flops }) => flops),
  );
  for (const number of [step_ms, product_gflops, copy_gbs]) assert.ok(number > 0);
  for (const { title, ms, flops, bytes, of_plain } of kernels) {
    const plain = Math.max(flops / product_gflops, bytes / copy_gbs) / 1e6;
    assert.ok(ms === 0 || Math.abs(of_plain - plain / ms) < 1e-9 * of_plain, title);
  }
  const rows = page.locator('table.kernels tbody tr');
  const shown = await rows.count();
  const whole = sum(kernels, ({ ms }) => ms);
  assert.equal(shown, kernels.filter(({ ms }) => ms >= 0.02 * whole).length);
  assert.deepEqual(faults, []);
  await page.context().close();
});

test('known devices stand beside it, and what is not known is said', { timeout }, async () => {
  const { page } = await open();
  const { devices } = JSON.parse(readFileSync(path.join(root, 'docs/devices.json'), 'utf8'));
  const rows = page.locator('table.devices tbody tr');
  await rows.first().waitFor();
  const text = await page.locator('table.devices').textContent();
  for (const { name, rates } of devices) {
    assert.ok(text.includes(name));
    for (const { steps_per_second } of rates) assert.ok(text.includes(String(steps_per_second)));
  }
  const real = devices.some(({ gpu }) => gpu?.software === false);
  assert.equal(await page.locator('[data-note="no-gpu"]').count(), real ? 0 : 1);
  await page.context().close();
});

/** The CPU's second measurement waits for ever. */
const waits = session(
  `const { create } = Session;
  Session.create = (backend, experiment) =>
    experiment.width === 3 ? new Promise(() => {}) : create.call(Session, backend, experiment);`,
);

test('it can be stopped; what was measured stays; it can begin again', { timeout }, async () => {
  site.answer(waits);
  const { page, faults } = await open(`${small}&backends=cpu`);
  await page.locator('[data-action="start"]').focus();
  await page.keyboard.press('Enter');
  await page.locator('[role="status"]', { hasText: '2 of 2: CPU, 3 × 4' }).waitFor();
  // The focus stays on the button, whatever it does.
  const focused = () => page.evaluate(() => document.activeElement?.dataset.action);
  assert.equal(await focused(), 'stop');
  await page.keyboard.press('Enter');
  await phase(page, 'stopped');
  assert.equal(await focused(), 'start');
  await workersBecome(page, 0);
  assert.match(await cell(page, '2 × 4', 'cpu').textContent(), /a step/);
  assert.equal((await cell(page, '3 × 4', 'cpu').textContent()).trim(), '–');
  assert.equal((await entry(page)).rates.length, 1);
  site.answer();
  await start(page);
  await phase(page, 'done');
  assert.equal((await entry(page)).rates.length, 2);
  assert.equal((await entry(page)).gpu.software, null, 'nobody knows');
  assert.deepEqual(faults, []);
  await page.context().close();
});

test('what fails has its code, and the rest is measured', { timeout }, async () => {
  const traps = session(
    `const { train } = Session.prototype;
    Session.prototype.train = async function (...values) {
      if (this.experiment().width === 2) throw new WebAssembly.RuntimeError('unreachable');
      return train.apply(this, values);
    };`,
  );
  site.answer(all(traps, broken('wasm/webgpu/ganvas_web_bg.wasm', 'missing')));
  const { page } = await open();
  await start(page);
  await phase(page, 'done');
  assert.equal((await cell(page, '2 × 4', 'cpu').textContent()).trim(), 'internal');
  assert.match(await cell(page, '3 × 4', 'cpu').textContent(), /a step/);
  assert.equal((await cell(page, '3 × 4', 'webgpu').textContent()).trim(), 'network');
  assert.match(
    await page.locator('.message.bad[data-code="network"]').textContent(),
    /A network request failed.*HTTP 404/s,
  );
  await page.locator('.message.bad[data-code="internal"]').waitFor();
  const { rates } = await entry(page);
  assert.deepEqual(
    rates.map(({ error }) => error),
    ['internal', 'network', undefined, 'network'],
  );
  site.answer();
  await page.context().close();
});

test('without WebGPU the CPU is measured, and nothing is loaded for the GPU', {
  timeout,
}, async () => {
  const { page } = await open();
  site.answer((file, url) =>
    file === 'worker.js' && url.search === ''
      ? {
          body: `Object.defineProperty(WorkerNavigator.prototype, 'gpu', { value: undefined });
            await import('./worker.js?real');`,
          type: 'text/javascript',
        }
      : undefined,
  );
  site.requests.length = 0;
  await start(page);
  await phase(page, 'done');
  assert.equal((await cell(page, '3 × 4', 'webgpu').textContent()).trim(), 'webgpu_unavailable');
  assert.match(await cell(page, '3 × 4', 'cpu').textContent(), /a step/);
  assert.equal(await page.locator('.message.bad').count(), 1, 'it is said once');
  assert.ok(!site.requests.some((file) => file.includes('wasm/webgpu')));
  site.answer();
  await page.context().close();
});

test('an address that cannot be read is named', { timeout }, async () => {
  const { page } = await open('sizes=0x4&seconds=soon&backends=tpu&lang=en');
  for (const name of ['sizes', 'seconds', 'backends']) {
    const shown = page.locator('.message.bad[data-code="bad_experiment"]', { hasText: name });
    assert.match(await shown.textContent(), /usual value/);
  }
  assert.equal(await page.locator('table.figures tbody tr').count(), 3, 'the usual sizes');
  await page.context().close();
});

test('a table of devices that is missing or damaged is told', { timeout }, async () => {
  for (const mishap of ['missing', 'html', 'truncated']) {
    site.answer(broken('devices.json', mishap));
    const { page } = await open(`${small}&backends=cpu`);
    await page.locator('.message.bad[data-code="network"]').waitFor();
    await start(page);
    await phase(page, 'done');
    site.answer();
    await page.context().close();
  }
});

test('words that do not load are told in both languages, and can be asked for again', {
  timeout,
}, async () => {
  let faulty = true;
  site.answer((file) =>
    faulty && /^chunks\/en-/.test(file) ? { status: 503, body: '', type: 'text/plain' } : undefined,
  );
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  await page.goto(`${site.home}bench.html?${small}`);
  const told = await page.locator('.speechless').textContent();
  assert.match(told, /没能载入.*did not load.*network/s);
  faulty = false;
  // Firefox and WebKit ask again; Chromium remembers the failure until the page is reloaded.
  await Promise.all([page.waitForEvent('load'), page.locator('[part="reload"]').click()]);
  await page.locator('[data-action="start"]').waitFor();
  assert.equal(await page.locator('.speechless').count(), 0);
  site.answer();
  await context.close();
});

test('a tab that was hidden meanwhile says that its figures do not count', {
  timeout,
}, async () => {
  site.answer(waits);
  const { page } = await open(`${small}&backends=cpu`);
  await start(page);
  await page.locator('[role="status"]', { hasText: '2 of 2' }).waitFor();
  await show(page, 'hidden');
  await page.locator('[data-notice="hidden"]').waitFor();
  site.answer();
  await page.context().close();
});

test('where the clipboard is denied, the entry is there to be copied by hand', {
  timeout,
}, async () => {
  const { page } = await open(`${small}&backends=cpu`);
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException('', 'NotAllowedError'));
  });
  await start(page);
  await phase(page, 'done');
  await page.locator('[data-action="copy"]').click();
  await page.locator('details[open] pre').waitFor();
  await page.context().close();
});

for (const width of [390, 660, 1280]) {
  for (const [lang, theme] of [
    ['zh', 'dark'],
    ['en', 'light'],
  ]) {
    test(`${width} px, ${lang}, ${theme}: it fits, in its language and colours`, {
      timeout,
    }, async () => {
      const { page } = await open(
        `${small}&backends=cpu&lang=${lang}&theme=${theme}`.replace('lang=en&', ''),
        {
          viewport: { width, height: 800 },
        },
      );
      await start(page);
      await phase(page, 'done');
      await page.locator('summary').click();
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
      await page.locator('table.devices tbody tr').nth(1).waitFor();
      const hidden = await page
        .locator('.wide')
        .evaluate((box) => box.scrollWidth - box.clientWidth);
      assert.equal(hidden, 0, 'the table of devices is seen whole');
      const colour = await page.evaluate(() => getComputedStyle(document.body).color);
      const light = Number(/\d+/.exec(colour)[0]) < 128;
      assert.equal(light, theme === 'light');
      const heading = lang === 'zh' ? '已知的设备' : 'Known devices';
      await page.locator('h2', { hasText: heading }).waitFor();
      await page.context().close();
    });
  }
}

test('the hosted page leads there and back, in the same language', { timeout }, async () => {
  const context = await browser.newContext({ locale: 'zh-CN' });
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  await page.goto(`${site.home}?lang=en`);
  await page.locator('footer a:visible').click();
  await page.locator('[data-action="start"]', { hasText: 'Measure' }).waitFor();
  await page.locator('a[data-lang="zh"]').click();
  await page.locator('[data-action="start"]', { hasText: '开始测量' }).waitFor();
  assert.equal(await page.title(), 'Ganvas · 测一测你的设备');
  await page.locator('nav strong a:visible').click();
  await page.locator('ganvas-lab').waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN');
  await context.close();
});
