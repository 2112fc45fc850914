/** The example pages of docs/examples, as the site has them: what they promise happens. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from '../support/browser.mjs';
import { patience } from '../support/lab.mjs';
import { root, serve } from '../support/server.mjs';

let browser;
let site;

before(async () => {
  [browser, site] = await Promise.all([launch(), serve()]);
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/** What a reader does with each, and sees. @type {Record<string, (page: any) => Promise<void>>} */
const examples = {
  'report.html': async (page) => {
    await page.getByRole('button', { name: 'Start training' }).click();
    const figure = (name) => page.getByRole('row', { name: new RegExp(`^${name} `) });
    for (const name of ['step', 'd_loss', 'g_loss', 'steps_per_second']) {
      assert.match(await figure(name).textContent(), /\d/);
    }
  },
  'sample.html': async (page) => {
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.locator('#film figure').nth(1).waitFor();
    const steps = await page.locator('#film figcaption').allTextContents();
    const [newest, before] = steps.map((text) => Number(/^step (\d+)$/.exec(text)?.[1]));
    assert.ok(newest > before, steps.join());
    await inked(page.locator('#film canvas').first());
  },
  'drive.html': async (page) => {
    await page.getByRole('button', { name: 'Train 100 steps' }).click();
    await page.locator('output').filter({ hasText: 'step 100, losses ' }).waitFor();
    await page.locator('select').selectOption('7');
    await page.getByRole('button', { name: 'Draw ten' }).click();
    await page.locator('body > canvas[width="280"][height="28"]').waitFor();
    await inked(page.locator('body > canvas'));
  },
  'states.html': async (page) => {
    const told = (text) => page.locator('li').filter({ hasText: text }).first().waitFor();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await told(/^running: cpu, mnist/);
    await page.getByRole('button', { name: 'Pause' }).click();
    await told(/^paused: cpu/);
    await page.getByRole('button', { name: 'Ask for a width of 0' }).click();
    await told(/^bad_experiment, width: /);
  },
};

/** Something is drawn on a canvas. */
async function inked(canvas) {
  const shades = await canvas.evaluate((element) => {
    const { data } = element.getContext('2d').getImageData(0, 0, element.width, element.height);
    return new Set(data).size;
  });
  assert.ok(shades > 2, `${shades} shades`);
}

test('every example page is tried', async () => {
  const files = await readdir(path.join(root, 'docs/examples'));
  assert.deepEqual(
    files.filter((file) => file.endsWith('.html')).sort(),
    Object.keys(examples).sort(),
  );
});

for (const [file, use] of Object.entries(examples)) {
  test(`examples/${file}`, { timeout: 2 * patience }, async () => {
    const page = await browser.newPage({ locale: 'en-GB' });
    page.setDefaultTimeout(patience);
    /** @type {string[]} */
    const errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`${site.home}examples/${file}`);
    await use(page);
    assert.deepEqual(errors, []);
    await page.close();
  });
}

test('the example pages and their labs speak the reader’s language', {
  timeout: patience,
}, async () => {
  for (const [locale, language, other] of [
    ['zh-TW', 'zh-CN', 'en'],
    ['en-GB', 'en', 'zh-CN'],
    ['fr-FR', 'en', 'zh-CN'],
  ]) {
    const page = await browser.newPage({ locale });
    for (const file of Object.keys(examples)) {
      await page.goto(`${site.home}examples/${file}`);
      await page.locator(`section.ganvas[lang="${language}"]`).waitFor();
      const texts = (/** @type {string} */ tag) =>
        page.evaluate((tag) => {
          const found = [...document.querySelectorAll(`body [lang="${tag}"]`)];
          return { count: found.length, shown: found.filter((it) => it.offsetParent).length };
        }, tag);
      const { count, shown } = await texts(language);
      assert.ok(count >= 2 && shown === count, `${file}: ${shown} of ${count}`);
      assert.deepEqual(await texts(other), { count, shown: 0 }, file);
      assert.equal(await page.title(), await page.locator(`h1 [lang="${language}"]`).textContent());
    }
    await page.close();
  }
});
