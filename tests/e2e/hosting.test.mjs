/** Hosts as they are: other types, other encodings, another origin, and a new build under an open page. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { listen, sendFile } from '../../xtask/site-server.mjs';
import * as idx from '../support/idx.mjs';
import {
  addLab,
  close,
  goesOn,
  message,
  openLab,
  patience,
  startTraining,
  tiny,
} from '../support/lab.mjs';
import { dist } from '../support/server.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();

/**
 * A page whose lab has its first digits and trains two steps, with nothing to complain of.
 *
 * @param {import('playwright-core').Page} page
 */
async function works(page) {
  await page.locator('figure.drawn').waitFor();
  const outcome = await page.evaluate(async () => {
    const { step } = await window.lab.train({ steps: 2 });
    return { step, errors: window.events.error };
  });
  assert.deepEqual(outcome, { step: 2, errors: [] });
}

test('wasm that is sent as bytes of no type, or of a wrong one', { timeout }, async () => {
  for (const type of ['application/octet-stream', 'text/plain; charset=utf-8']) {
    let sent = 0;
    site.answer((file) => {
      if (!file.endsWith('.wasm')) return undefined;
      sent += 1;
      const headers = { 'x-content-type-options': 'nosniff' };
      return { body: readFileSync(path.join(dist, file)), type, headers };
    });
    const page = await openLab(browser, site);
    await works(page);
    assert.ok(sent >= 2, `${sent} modules`);
    await close(page);
  }
});

test('MNIST’s files are unpacked once, wherever the host says that they are packed', {
  timeout,
}, async () => {
  const packed = {
    'data/mnist/train-images-idx3-ubyte.gz': gzipSync(idx.images(50)),
    'data/mnist/train-labels-idx1-ubyte.gz': gzipSync(idx.labels(50)),
  };
  for (const headers of [{ 'content-encoding': 'gzip' }, {}]) {
    site.answer(
      (file) => packed[file] && { body: packed[file], type: 'application/x-gzip', headers },
    );
    const page = await openLab(browser, site, { ...tiny, dataset: 'mnist' });
    await works(page);
    const { dataset } = await page.evaluate(() => window.lab.ready);
    assert.deepEqual(dataset, { name: 'mnist', count: 50, source: 'site' });
    await close(page);
  }
});

test('files that the host compresses, from a folder of another name', { timeout }, async () => {
  const prefix = '/~reader/gan/lab';
  const encodings = new Set();
  const server = await listen(0, async (request, response) => {
    if (!request.url.startsWith(`${prefix}/`)) {
      response.setHeader('content-type', 'text/html');
      return response.end(
        `<!doctype html><script type="module" src="${prefix}/ganvas.js"></script>`,
      );
    }
    response.on('finish', () => encodings.add(response.getHeader('content-encoding')));
    const name = request.url.slice(prefix.length).split('?', 1)[0];
    return sendFile(request, response, dist, name, true);
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  const page = await openLab(browser, site, tiny, {
    address: `http://localhost:${server.address().port}/`,
  });
  await works(page);
  // Which copies there are is the build's business.
  assert.ok(encodings.size > 0);
  await close(page);
});

test('the element from another origin', { timeout }, async () => {
  site.answer();
  // localhost and 127.0.0.1 are two origins.
  const page = await openLab(browser, site, tiny, {
    address: `http://127.0.0.1:${site.port}/pages/embeds.html`,
  });
  await page.addScriptTag({ type: 'module', url: `${site.home}ganvas.js` });
  await works(page);
  assert.notEqual(new URL(page.url()).origin, site.origin);
  await close(page);
});

/**
 * The site after another build: each chunk has another name, and the old ones are gone.
 *
 * @returns {import('../support/server.mjs').Rule}
 */
function rebuilt() {
  const hashed = /-([0-9A-Z]{8})\.js/g;
  return (file) => {
    if (file !== 'ganvas.js' && !file.startsWith('chunks/')) return undefined;
    const [, old] = /^(.*)-NEW\.js$/.exec(file) ?? [];
    if (file !== 'ganvas.js' && old === undefined) return { status: 404, body: '' };
    const text = readFileSync(path.join(dist, old ? `${old}.js` : file), 'utf8');
    return { body: text.replace(hashed, '-$1-NEW.js'), type: 'text/javascript' };
  };
}

/** The hosted page with a run whose snapshot of step 2 is kept. */
async function withRun() {
  site.answer();
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(patience);
  const query = 'width=2&latent_dim=8&batch_size=4&dataset=procedural&backend=cpu&lang=en';
  await page.goto(`${site.home}?${query}`);
  await page.evaluate(async () => {
    const lab = document.querySelector('ganvas-lab');
    await lab.train({ steps: 2 });
    await lab.load(await lab.save());
  });
  await page.waitForFunction(
    () =>
      new Promise((resolve) => {
        const opening = indexedDB.open('ganvas', 1);
        opening.onupgradeneeded = () => opening.transaction.abort();
        opening.onerror = () => resolve(false);
        opening.onsuccess = () => {
          const count = opening.result.transaction('runs').objectStore('runs').count();
          count.onsuccess = () => {
            opening.result.close();
            resolve(count.result > 0);
          };
        };
      }),
  );
  return page;
}

test('a page from before a new build: a reload leads on, and the run is not lost', {
  timeout: 2 * timeout,
}, async () => {
  const page = await withRun();
  await page.reload();
  const resume = page.locator('button[part="resume"]');
  await resume.waitFor();
  site.answer(rebuilt());
  await resume.click();
  assert.match(await message(page, 'network'), /chunks\/lab/);
  await Promise.all([
    page.waitForEvent('load'),
    page.locator('.message.bad button', { hasText: 'Reload' }).click(),
  ]);
  // The new build goes on from where the old one was.
  await resume.filter({ hasText: 'step 2' }).click();
  await page.waitForFunction(
    () => document.querySelector('ganvas-lab').shadowRoot.querySelector('canvas.fake') !== null,
  );
  const { step } = await page.evaluate(() =>
    document.querySelector('ganvas-lab').train({ steps: 1 }),
  );
  assert.ok(step > 2, `step ${step}`);
  await close(page);
});

test('an open page whose worker is of a newer build says so, and a reload leads on', {
  timeout: 2 * timeout,
}, async () => {
  site.answer();
  const page = await openLab(browser, site);
  const worker = readFileSync(path.join(dist, 'worker.js'), 'utf8');
  const newer = worker.replace(/"[0-9a-f]{12}"/, '"anotherbuild"');
  assert.notEqual(newer, worker);
  site.answer((file) =>
    file === 'worker.js' ? { body: newer, type: 'text/javascript' } : undefined,
  );
  await page.evaluate(() => {
    window.lab.train({ steps: 1 }).catch(() => {});
  });
  assert.match(await message(page, 'network'), /renewed/);
  await page.evaluate(() => window.lab.setAttribute('lang', 'zh'));
  await page.locator('.message.bad', { hasText: '网站更新过' }).waitFor();
  await page.locator('.message.bad button', { hasText: '刷新' }).waitFor();
  // The same build again: what failed may be asked again.
  site.answer();
  const { step } = await page.evaluate(() => window.lab.train({ steps: 2 }));
  assert.equal(step, 2);
  await close(page);
});

test('a lab that trains while the site is built anew goes on, in the words that it has', {
  timeout: 2 * timeout,
}, async () => {
  site.answer();
  const page = await openLab(browser, site);
  await startTraining(page);
  site.answer(rebuilt());
  await page.evaluate(() => window.lab.setAttribute('lang', 'zh'));
  await message(page, 'network');
  await page.locator('.message.bad button', { hasText: 'Reload' }).waitFor();
  await goesOn(page);
  assert.equal(await page.evaluate(() => window.events.state.at(-1).state), 'running');
  // Another lab on the same page has what is loaded already.
  await addLab(page, tiny);
  await page.evaluate(() => window.lab.train({ steps: 1 }));
  await close(page);
});
