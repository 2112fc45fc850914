/** Each file of the site × each mishap on its way: a reader is told, and gets on by what is shown. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { broken, mishaps } from '../support/faults.mjs';
import { addLab, close, failure, patience, tiny, workersBecome } from '../support/lab.mjs';
import { dist, root } from '../support/server.mjs';
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
  'the code of kept runs': `chunks/${readdirSync(path.join(dist, 'chunks')).find((name) => /^runs-.*\.js$/.test(name))}`,
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
  if (kept.includes(mishap)) return reload(page);
  if (await page.locator('.speechless').isVisible()) {
    await page.locator('button[part="retry"]').click();
  }
  assert.ok(await triedAgain(page), 'what the first try did not bring comes at the second');
}

/** Reloads the page by the button that is offered, and starts a lab there. */
async function reload(page) {
  await Promise.all([
    page.waitForEvent('load'),
    page.locator('button', { hasText: 'Reload' }).first().click(),
  ]);
  await addLab(page, tiny);
  await page.locator('button[part="start"]').click();
}

/** Presses the button again that failed; whether it trains then, or tells once more. */
async function triedAgain(page) {
  const start = page.locator('button[part="start"]');
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

/** A page whose lab's code, or a part of it, did not come. */
async function openRefused(rule, address = site.page('host.html')) {
  site.answer(rule);
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  await page.goto(address);
  await addLab(page, tiny);
  await page.locator('button[part="start"]').click();
  await page.locator('.message.bad[data-code="network"]').waitFor();
  return page;
}

/** How often each script of the site was asked for, under whichever address, since this many requests. */
function asked(since) {
  const scripts = site.requests.slice(since).filter((file) => /\/chunks\/.*\.js$/.test(file));
  return (file) => scripts.filter((script) => script.endsWith(file)).length;
}

test('what came at the second try is there once, for every lab', {
  timeout: patience,
}, async () => {
  const since = site.requests.length;
  const page = await openRefused(broken(needed['the lab'], 'unavailable'));
  // As long as there is no network it is told each time.
  assert.equal(await triedAgain(page), false);
  site.answer();
  assert.ok(await triedAgain(page));
  await addLab(page, tiny);
  assert.equal((await page.evaluate(() => window.lab.train({ steps: 1 }))).step, 1);
  const times = asked(since);
  assert.equal(times(needed['the lab']), 3);
  for (const file of readdirSync(path.join(dist, 'chunks'))) {
    if (`chunks/${file}` !== needed['the lab']) assert.ok(times(file) <= 1, `${file}: once`);
  }
  await close(page);
});

test('no script imports at once what is loaded later, so that it may have two addresses', () => {
  const folder = path.join(dist, 'chunks');
  for (const file of ['../ganvas.js', ...readdirSync(folder)]) {
    if (!file.endsWith('.js')) continue;
    const text = readFileSync(path.join(folder, file), 'utf8');
    for (const [, imported] of text.matchAll(/(?:from|import)"(\.[^"]+)"/g)) {
      assert.match(path.basename(imported), /^chunk-\w+\.js$/, file);
    }
  }
});

test('where a script that the lab’s code shares did not come, a reload leads on', {
  timeout: patience,
}, async () => {
  const text = readFileSync(path.join(dist, needed['the lab']), 'utf8');
  const first = readFileSync(path.join(dist, 'ganvas.js'), 'utf8');
  const shared = [...text.matchAll(/from"\.\/(chunk-\w+\.js)"/g)].map(([, name]) => name);
  const later = shared.find((name) => !first.includes(name));
  const page = await openRefused(broken(`chunks/${later}`, 'unavailable'));
  site.answer();
  // Under its own address alone: Chromium up to some version after 148 asks for it no more.
  if (!(await triedAgain(page))) await reload(page);
  await trains(page);
  await close(page);
});

test('a script that an import map holds to a hash does not slip by it', {
  timeout: patience,
}, async () => {
  const lab = needed['the lab'];
  const hash = createHash('sha256')
    .update(readFileSync(path.join(dist, lab)))
    .digest('base64');
  const map = JSON.stringify({ integrity: { [`${site.home}${lab}`]: `sha256-${hash}` } });
  const host = readFileSync(path.join(root, 'tests/pages/host.html'), 'utf8');
  const script = `<script type="importmap">${map}</script>`;
  site.files.set('held.html', host.replace(/<script/, `${script}$&`));
  const addresses = [];
  const changed = (file, url) => {
    if (file !== lab) return undefined;
    addresses.push(url.search);
    const body = `globalThis.changed = true;${readFileSync(path.join(dist, lab), 'utf8')}`;
    return { body, type: 'text/javascript' };
  };
  const page = await openRefused(changed, `${site.origin}/files/held.html`);
  assert.equal(await triedAgain(page), false);
  assert.equal(await page.evaluate(() => globalThis.changed), undefined);
  assert.ok(addresses.length > 0 && addresses.every((query) => query === ''));
  site.answer();
  await close(page);
});

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
