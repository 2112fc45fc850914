/** The first digits: drawn on the facade by a generator that was trained beforehand, unless unwanted. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { broken } from '../support/faults.mjs';
import { close, openLab, patience, tiny } from '../support/lab.mjs';
import { parse } from '../support/safetensors.mjs';
import { dist } from '../support/server.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const checkpoint = 'first-digits.safetensors';
const sampler = 'wasm/sampler/ganvas_sampler.wasm';
const shipped = () => readFileSync(path.join(dist, checkpoint));

const { site, browser } = await suite();

/** A fresh page with a lab, and what it asks the server for. */
async function open({ rule, attributes = tiny, ...options } = {}) {
  site.answer(rule);
  site.requests.length = 0;
  return openLab(browser, site, attributes, options);
}

const asksFor = (file) => site.requests.some((request) => request.endsWith(`/${file}`));
const drawn = (page) => page.locator('figure.drawn canvas[data-theme]');

/** The files came or could not; whatever follows from that has happened soon after. */
async function settled(page) {
  await page.waitForLoadState('networkidle');
  // Longer than the browser may wait until it is idle.
  await page.waitForTimeout(1000);
  await page.waitForLoadState('networkidle');
}

/** Nothing but the illustration, and nobody is told that there could be more. */
async function keepsIllustration(page) {
  await settled(page);
  assert.equal(await page.locator('figure.drawn').count(), 0);
  await page.locator('canvas.poster[data-theme]').waitFor();
  assert.equal(await page.locator('.message').count(), 0, 'a message is shown');
  assert.deepEqual(await page.evaluate(() => window.events.error), []);
  assert.ok(await page.locator('button[part="start"]').isEnabled());
}

/** The share of ink in each of the 64 squares of the canvas, in its own dark on light. */
const ink = (canvas) =>
  canvas.evaluate((element) => {
    const { width, height } = element;
    const { data } = element.getContext('2d').getImageData(0, 0, width, height);
    const columns = width / 28;
    const sums = new Array((width * height) / 28 ** 2).fill(0);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const darkness = 255 - data[4 * (y * width + x)];
        sums[Math.floor(y / 28) * columns + Math.floor(x / 28)] += darkness;
      }
    }
    return sums.map((sum) => sum / (255 * 28 ** 2));
  });

test('64 digits appear without a press', { timeout }, async () => {
  const page = await open({ attributes: { ...tiny, theme: 'light' } });
  await drawn(page).waitFor();
  const shares = await ink(drawn(page));
  assert.equal(shares.length, 64);
  for (const [digit, share] of shares.entries()) {
    assert.ok(share > 0.01 && share < 0.5, `digit ${digit}: ${share} of it is ink`);
  }
  assert.ok(new Set(shares.map((share) => share.toFixed(4))).size > 32, 'they are not all alike');
  // Nothing else was loaded, and nothing trains.
  assert.ok(!site.requests.some((request) => /worker|ganvas_web|idx/.test(request)));
  assert.equal(page.workers().length, 0);
  assert.equal(await page.locator('section.ganvas').getAttribute('data-phase'), 'idle');
  await close(page);
});

test('they follow the theme', { timeout }, async () => {
  const page = await open({ attributes: { ...tiny, theme: 'dark' } });
  await drawn(page).waitFor();
  const dark = await ink(drawn(page));
  await page.evaluate(() => window.lab.setAttribute('theme', 'light'));
  await page.locator('figure.drawn canvas[data-theme="light"]').waitFor();
  const light = await ink(drawn(page));
  const mean = (shares) => shares.reduce((sum, share) => sum + share, 0) / shares.length;
  assert.ok(mean(dark) > 0.6 && mean(light) < 0.4, `${mean(dark)} and ${mean(light)}`);
  await close(page);
});

const words = {
  en: {
    label: /^64 digits/,
    caption: /trained beforehand: [\d,]+ steps on [\d,]+ MNIST digits with their labels/,
  },
  zh: { label: /64 个数字$/, caption: /在 [\d,]+ 个带标签的 MNIST 数字上训练了 [\d,]+ 步/ },
};
for (const [lang, { label, caption }] of Object.entries(words)) {
  test(`the caption says where they are from (${lang})`, { timeout }, async () => {
    const page = await open({ attributes: { ...tiny, lang } });
    await drawn(page).waitFor();
    assert.match(await drawn(page).getAttribute('aria-label'), label);
    const text = await page.locator('figure.drawn figcaption').textContent();
    assert.match(text, caption);
    const { metadata } = parse(shipped());
    for (const name of ['step', 'images', 'seed']) {
      const number = Number(metadata[name]).toLocaleString('en');
      assert.match(text, new RegExp(`(^|\\D)${number}(\\D|$)`), `${name} is in: ${text}`);
    }
    await close(page);
  });
}

test('two labs on a page load them once', { timeout }, async () => {
  const page = await open({ viewport: { width: 1000, height: 3000 } });
  await page.evaluate(() => document.body.append(window.lab.cloneNode()));
  await page.waitForFunction(() =>
    [...document.querySelectorAll('ganvas-lab')].every((lab) =>
      lab.shadowRoot.querySelector('figure.drawn canvas[data-theme]'),
    ),
  );
  for (const file of [checkpoint, sampler]) {
    assert.equal(site.requests.filter((request) => request.endsWith(file)).length, 1, file);
  }
  await close(page);
});

test('what never comes is given up, and another lab asks again', { timeout }, async () => {
  const page = await open({ rule: broken(sampler, 'stalled') });
  await page.evaluate(async () => {
    const { limits } = await customElements.whenDefined('ganvas-lab');
    limits.stall = 1000;
  });
  for (const end = Date.now() + patience; !asksFor(sampler) && Date.now() < end; ) {
    await page.waitForTimeout(100);
  }
  await page.evaluate(() => window.lab.remove());
  // The limit of the one that was asked may be that of before.
  await page.waitForEvent('console', (line) => line.text().includes('no first digits'));
  site.answer();
  await page.evaluate(() => document.body.append(window.lab.cloneNode()));
  await drawn(page).waitFor();
  await close(page);
});

test('starting replaces them', { timeout }, async () => {
  const page = await open();
  await drawn(page).waitFor();
  await page.locator('button[part="start"]').click();
  await page.locator('canvas.fake[aria-label*="step"]').waitFor();
  assert.equal(await page.locator('figure.poster').count(), 0);
  await close(page);
});

test('preview="off" keeps them away, and takes effect at once', { timeout }, async () => {
  const page = await open({ attributes: { ...tiny, preview: 'off' } });
  await keepsIllustration(page);
  assert.ok(!asksFor(checkpoint) && !asksFor(sampler), site.requests.join());

  await page.evaluate(() => window.lab.removeAttribute('preview'));
  await drawn(page).waitFor();
  await page.evaluate(() => window.lab.setAttribute('preview', 'off'));
  await page.locator('figure.drawn').waitFor({ state: 'detached' });
  await page.locator('canvas.poster[data-theme]').waitFor();
  await close(page);
});

test('so does the URL', { timeout }, async () => {
  site.answer();
  site.requests.length = 0;
  const page = await browser.newPage();
  page.setDefaultTimeout(patience);
  await page.goto(`${site.home}?lang=en&preview=off`);
  await page.locator('canvas.poster[data-theme]').waitFor();
  await settled(page);
  assert.equal(await page.locator('figure.drawn').count(), 0);
  assert.ok(!asksFor(checkpoint) && !asksFor(sampler), site.requests.join());
  await page.close();
});

test('a reader who saves data is spared them', { timeout }, async () => {
  const context = await browser.newContext();
  await context.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'connection', { get: () => ({ saveData: true }) });
  });
  site.answer();
  site.requests.length = 0;
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  await page.goto(`${site.home}?lang=en`);
  await page.locator('canvas.poster[data-theme]').waitFor();
  await settled(page);
  assert.equal(await page.locator('figure.drawn').count(), 0);
  assert.ok(!asksFor(checkpoint) && !asksFor(sampler), site.requests.join());
  await context.close();
});

test('a lab out of sight does not load them until it is seen', { timeout }, async () => {
  const page = await open({ address: site.page('host.html'), attributes: { ...tiny, hidden: '' } });
  await settled(page);
  assert.ok(!asksFor(checkpoint) && !asksFor(sampler), site.requests.join());
  await page.evaluate(() => window.lab.removeAttribute('hidden'));
  await drawn(page).waitFor();
  await close(page);
});

const header = (bytes) => 8 + Number(bytes.readBigUInt64LE(0));
/** The file with other bytes from a place on. */
const patched = (at, ...values) => {
  const bytes = shipped();
  bytes.set(values, at < 0 ? bytes.length + at : at);
  return bytes;
};
const faults = {
  'is missing': () => ({ status: 404, body: 'not found' }),
  'is a page of the host': () => ({ body: '<!doctype html><p>Not found', type: 'text/html' }),
  'is empty': () => ({ body: '' }),
  'ends early': () => ({ body: shipped().subarray(0, 50_000) }),
  'announces a header that is larger than it': () => ({
    body: patched(0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f),
  }),
  'has a header that is no JSON': () => ({ body: patched(8, 0x21) }),
  // 0x7e00 is NaN in half precision; the last number belongs to some tensor.
  'holds what is no number': () => ({ body: patched(-2, 0x00, 0x7e) }),
  'is of another type': () => {
    const bytes = shipped();
    const end = header(bytes);
    const text = bytes.subarray(8, end).toString().replaceAll('"F16"', '"F32"');
    return { body: Buffer.concat([bytes.subarray(0, 8), Buffer.from(text), bytes.subarray(end)]) };
  },
};
for (const [fault, answer] of Object.entries(faults)) {
  test(`a checkpoint that ${fault} leaves the illustration`, { timeout }, async () => {
    const page = await open({ rule: (file) => (file === checkpoint ? answer() : undefined) });
    await keepsIllustration(page);
    assert.ok(asksFor(checkpoint));
    await close(page);
  });
}

test('without the module, the lab still trains', { timeout }, async () => {
  const page = await open({
    rule: (file) => (file === sampler ? { status: 404, body: 'not found' } : undefined),
  });
  await keepsIllustration(page);
  assert.equal((await page.evaluate(() => window.lab.train({ steps: 1 }))).step, 1);
  await close(page);
});
