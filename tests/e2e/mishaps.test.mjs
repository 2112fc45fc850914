/** Each file of the site × each mishap on its way: a reader is told, and gets on by what is shown. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { broken, mishaps } from '../support/faults.mjs';
import { addLab, close, failure, patience, tiny, workersBecome } from '../support/lab.mjs';
import { dist } from '../support/server.mjs';
import { suite } from '../support/suite.mjs';

const { site, browser } = await suite();

/** The chunk whose text holds these words. */
function chunkWith(...words) {
  const folder = path.join(dist, 'chunks');
  const found = readdirSync(folder).find((name) => {
    const text = readFileSync(path.join(folder, name), 'utf8');
    return /\.js$/.test(name) && words.every((word) => text.includes(word));
  });
  assert.ok(found, `no chunk holds ${words}`);
  return `chunks/${found}`;
}

/** What a lab needs before it trains. */
const needed = {
  'the lab': `chunks/${readdirSync(path.join(dist, 'chunks')).find((name) => /^lab-.*\.js$/.test(name))}`,
  'the facade’s words': chunkWith('facade.start', 'Start'),
  'the lab’s words': chunkWith('action.reset.title', 'Discard'),
  'the worker': 'worker.js',
  'the module’s script': 'wasm/cpu/ganvas_web.js',
  'the module': 'wasm/cpu/ganvas_web_bg.wasm',
};

/** What a lab can do without. */
const spare = {
  'the first digits’ code': chunkWith('first-digits.safetensors'),
  'the first digits’ module': 'wasm/sampler/ganvas_sampler.wasm',
  'the first digits': 'first-digits.safetensors',
  'the address’ code': `chunks/${readdirSync(path.join(dist, 'chunks')).find((name) => /^address-.*\.js$/.test(name))}`,
};

/** A page whose lab gives up waiting soon, and what nobody caught in it. */
async function openImpatient(attributes = tiny) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const uncaught = [];
  page.on('pageerror', (error) => uncaught.push(error.message));
  await page.goto(site.page('host.html'));
  await page.evaluate(async () => {
    const { limits } = await customElements.whenDefined('ganvas-lab');
    limits.stall = 1000;
  });
  await addLab(page, attributes);
  return { page, uncaught };
}

/** Browsers keep a script that they could read, or still wait for, as long as the page lives. */
const kept = ['truncated', 'empty', 'stalled'];

/** Does what the page offers: try again, or reload where the browser has kept what was wrong. */
async function getOn(page, mishap) {
  if (!kept.includes(mishap) && (await triedAgain(page))) return;
  await Promise.all([
    page.waitForEvent('load'),
    page.locator('button', { hasText: 'Reload' }).first().click(),
  ]);
  await addLab(page, tiny);
  await page.locator('button[part="start"]').click();
}

/**
 * Whether a second try brought what the first did not. Chromium up to some version after 148 keeps
 * a script that it could not fetch, as long as the page lives: then the same is told again.
 */
async function triedAgain(page) {
  const start = page.locator('button[part="start"]');
  if (await page.locator('.speechless').isVisible()) {
    await page.locator('button[part="retry"]').click();
    // Three times as long as a lab here waits for a file.
    const there = await start.waitFor({ timeout: 3000 }).then(
      () => true,
      () => false,
    );
    if (!there) return false;
  }
  const told = await page.evaluate(() => window.events.error.length);
  await start.click();
  const outcome = await page.waitForFunction((told) => {
    const { report, error } = window.events;
    return report.length > 0 ? 'trains' : error.length > told ? 'told' : '';
  }, told);
  return (await outcome.jsonValue()) === 'trains';
}

const trains = (page) => page.waitForFunction(() => window.events?.report.length > 0);

for (const [what, file] of Object.entries(needed)) {
  test(`${what} meets with a mishap`, { timeout: 4 * patience }, async (context) => {
    for (const mishap of Object.keys(mishaps)) {
      await context.test(mishap, { timeout: patience }, async () => {
        site.answer(broken(file, mishap));
        const { page, uncaught } = await openImpatient();
        const start = page.locator('button[part="start"]');
        const failed = page.locator('.message.bad[data-code="network"], .speechless');
        await start.or(failed).first().waitFor();
        if (await start.isVisible()) await start.click();
        await Promise.race([trains(page).catch(() => {}), failed.first().waitFor()]);
        const height = await page.evaluate(() => window.lab.getBoundingClientRect().height);
        assert.ok(height > 200, `it stands, ${height} px high`);
        if (await failed.first().isVisible()) {
          const errors = await page.evaluate(() => window.events.error.map(({ code }) => code));
          assert.deepEqual([...new Set(errors)], ['network']);
          // Nothing trains unseen.
          await workersBecome(page, 0);
          site.answer();
          await getOn(page, mishap);
        }
        await trains(page);
        assert.deepEqual(uncaught, []);
        await close(page);
      });
    }
  });
}

for (const [what, file] of Object.entries(spare)) {
  test(`${what}: nobody misses them`, { timeout: 4 * patience }, async (context) => {
    for (const mishap of Object.keys(mishaps)) {
      await context.test(mishap, { timeout: patience }, async () => {
        site.answer(broken(file, mishap));
        const { page, uncaught } = await openImpatient({ ...tiny, 'from-url': '' });
        await page.locator('button[part="start"]').click();
        await trains(page);
        assert.deepEqual(await page.evaluate(() => window.events.error), []);
        assert.deepEqual(uncaught, []);
        await close(page);
      });
    }
  });
}

test('the classifier meets with a mishap: figures are refused, training goes on', {
  timeout: 4 * patience,
}, async (context) => {
  for (const mishap of Object.keys(mishaps)) {
    await context.test(mishap, { timeout: patience }, async () => {
      site.answer(broken('digit-classifier.safetensors', mishap));
      const { page, uncaught } = await openImpatient();
      await page.evaluate(() => window.lab.train({ steps: 1 }));
      // Its type is nobody's business.
      if (mishap !== 'of a wrong type') {
        const refused = await failure(page, () => window.lab.evaluate({ count: 10 }));
        assert.equal(refused.code, 'network');
        site.answer();
      }
      await page.evaluate(() => window.lab.evaluate({ count: 10 }));
      assert.equal((await page.evaluate(() => window.lab.train({ steps: 1 }))).step, 2);
      assert.deepEqual(uncaught, []);
      await close(page);
    });
  }
});
