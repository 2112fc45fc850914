/** Several cores: where they are used, what is said of it, that no bit changes, and that nothing stays. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { documentIsolation, isolation } from '../../xtask/site-server.mjs';
import {
  addLab,
  close,
  goesOn,
  notice,
  openLab,
  patience,
  show,
  startTraining,
  tiny,
} from '../support/lab.mjs';
import { dist, serve } from '../support/server.mjs';
import { openDrawer } from '../support/settings.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
/** A host as most are, and one that isolates its pages. */
const { site: plain, browser } = await suite();
const site = await serve(undefined, isolation);
after(() => site.close());

const script = readFileSync(path.join(dist, 'worker.js'), 'utf8');
/** Dies of the first thing that is asked of it. */
const dying = `
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...given) => {
    const instance = await instantiate(...given);
    const help = () => { throw new WebAssembly.RuntimeError('unreachable'); };
    return Object.create(instance, { exports: { value: { ...instance.exports, help } } });
  };`;

/** As many channels as the default, so that every kind of kernel has work. */
const run = { ...tiny, model: 'dcgan', width: 8, 'batch-size': 8 };

/** Which of the CPU's modules were fetched since a position in a site's log. */
const modules = ({ requests }, since) =>
  requests.slice(since).flatMap((file) => file.match(/wasm\/cpu.*_bg\.wasm$/) ?? []);
/** Workers that were started, whoever started them: each asks for its script. */
const workers = ({ requests }, since) =>
  requests.slice(since).filter((file) => file.endsWith('/worker.js')).length;

/** What the lab says of its threads, to a program and to a reader. */
async function told(page) {
  const { threads, relaxed } = await page.evaluate(() => window.lab.ready);
  const status = await page.locator('dd[data-backend="cpu"]').textContent();
  return { threads, relaxed, status: Number(/(\d+) threads/.exec(status)?.[1] ?? 1) };
}

/** Losses of some steps, and all that the run then is. */
const trained = (page) =>
  page.evaluate(async () => {
    const losses = [];
    for (let count = 0; count < 4; count += 1) {
      const { step, d_loss, g_loss } = await window.lab.train({ steps: 1 });
      losses.push(step, d_loss, g_loss);
    }
    const bytes = await (await window.lab.save()).arrayBuffer();
    // Of the file what follows its header, whose entries have no order.
    const tensors = bytes.slice(8 + Number(new DataView(bytes).getBigUint64(0, true)));
    const digest = await crypto.subtle.digest('SHA-256', tensors);
    return { losses, tensors: [...new Uint8Array(digest)].join() };
  });

/** How many dedicated workers the browser has, also those that workers have started. */
async function living() {
  const session = await browser.newBrowserCDPSession();
  const { targetInfos } = await session.send('Target.getTargets', { filter: [{}] });
  await session.detach();
  return targetInfos.filter(({ type }) => type === 'worker').length;
}

async function livingBecome(count) {
  let now = await living();
  for (const end = Date.now() + patience; now !== count && Date.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    now = await living();
  }
  assert.equal(now, count, 'workers');
}

for (const model of ['dcgan', 'conditional']) {
  test(`${model}: one thread, two and three give the same bits, isolated or not`, {
    timeout,
  }, async () => {
    const attributes = { ...run, model };
    const outcomes = [];
    for (const [where, threads] of [
      [plain, 2],
      [site, 1],
      [site, 2],
      [site, 3],
    ]) {
      const since = where.requests.length;
      const page = await openLab(browser, where, { ...attributes, threads });
      const shared = where === site && threads > 1;
      const count = shared ? threads : 1;
      assert.deepEqual(await told(page), { threads: count, relaxed: true, status: count });
      const folder = shared ? 'cpu-threads' : 'cpu-relaxed';
      assert.deepEqual(modules(where, since), [`wasm/${folder}/ganvas_web_bg.wasm`]);
      assert.equal(workers(where, since), count);
      outcomes.push(await trained(page));
      await close(page);
    }
    assert.ok(outcomes[0].losses.every(Number.isFinite));
    for (const outcome of outcomes) assert.deepEqual(outcome, outcomes[0]);
  });
}

test('auto takes the cores that there are, but for one, and never more than four', {
  timeout,
}, async () => {
  for (const [cores, expected] of [
    [1, 1],
    [2, 2],
    [3, 2],
    [16, 4],
  ]) {
    site.answer((file) =>
      file === 'worker.js'
        ? {
            body: `Object.defineProperty(navigator, 'hardwareConcurrency', { value: ${cores} });\n${script}`,
          }
        : undefined,
    );
    const page = await openLab(browser, site, run);
    assert.equal((await told(page)).threads, expected, `${cores} cores`);
    await close(page);
  }
  site.answer();
});

test('exact takes one thread', { timeout }, async () => {
  const since = site.requests.length;
  const page = await openLab(browser, site, { ...run, threads: 3, exact: '' });
  assert.deepEqual(await told(page), { threads: 1, relaxed: false, status: 1 });
  assert.deepEqual(modules(site, since), ['wasm/cpu/ganvas_web_bg.wasm']);
  await close(page);
});

test('another number of threads takes over a run that goes on', { timeout }, async () => {
  const page = await openLab(browser, site, { ...run, threads: 1 });
  await page.evaluate(() => window.lab.train({ steps: 3 }));
  await page.evaluate(() => window.lab.setAttribute('threads', '3'));
  await page.locator('dd[data-threads="3"]').waitFor();
  const { step } = await page.evaluate(() => window.lab.train({ steps: 1 }));
  assert.equal(step, 4);
  await livingBecome(3);
  await close(page);
});

test('the form offers the cores that there are, where several can share the work', {
  timeout,
}, async () => {
  const chooser = 'select[data-field="threads"]';
  let page = await openLab(browser, plain, { ...run, controls: 'full' });
  await page.evaluate(() => window.lab.ready);
  assert.equal(await page.locator('select[data-field="backend"]').count(), 1);
  assert.equal(await page.locator(chooser).count(), 0);
  await close(page);

  page = await openLab(browser, site, { ...run, controls: 'full' });
  await page.evaluate(() => window.lab.train({ steps: 3 }));
  const cores = await page.evaluate(() => navigator.hardwareConcurrency);
  const offered = await page.locator(`${chooser} option`).allTextContents();
  const counts = Array.from({ length: Math.min(cores, 8) }, (_, index) => String(index + 1));
  assert.deepEqual(
    offered.map((text) => text.trim()),
    ['Automatic', ...counts],
  );
  await openDrawer(page, 'settings');
  await page.locator(chooser).selectOption('1');
  await page.locator('dd[data-threads="1"]').waitFor();
  assert.equal(await page.locator(chooser).inputValue(), '1');
  const { step } = await page.evaluate(() => window.lab.train({ steps: 1 }));
  assert.equal(step, 4);
  await close(page);
});

test('no worker outlives its lab', { timeout }, async () => {
  await livingBecome(0);
  const page = await openLab(browser, site, { ...run, threads: 3 });
  await startTraining(page);
  await livingBecome(3);
  await page.evaluate(() => window.lab.remove());
  await livingBecome(0);
  await page.evaluate(() => document.body.append(window.lab));
  assert.ok((await page.evaluate(() => window.lab.train({ steps: 1 }))).step >= 1);
  await livingBecome(3);
  await close(page);
  await livingBecome(0);
});

test('two labs of a page have helpers of their own', { timeout }, async () => {
  const page = await openLab(browser, site, { ...run, threads: 2 });
  const first = await trained(page);
  await addLab(page, { ...run, threads: 2 });
  assert.deepEqual(await trained(page), first);
  await livingBecome(4);
  await close(page);
});

/** The module with threads, whose `rest` tells the page on a broadcast channel of each call. */
const tellingOfRest = (file, url) =>
  file === 'wasm/cpu-threads/ganvas_web.js' && url.search !== '?real'
    ? {
        body: `
          import { rest as real } from './ganvas_web.js?real';
          export * from './ganvas_web.js?real';
          export { default } from './ganvas_web.js?real';
          const channel = new BroadcastChannel('rest');
          export const rest = (resting) => {
            real(resting);
            channel.postMessage(resting);
          };`,
        type: 'text/javascript',
      }
    : undefined;

/** A lab with two threads; what its helper is told is in `window.rests`. */
async function openTelling() {
  site.answer(tellingOfRest);
  const page = await openLab(browser, site, {});
  await page.evaluate(
    (attributes) => {
      window.rests = [];
      new BroadcastChannel('rest').onmessage = ({ data }) => window.rests.push(data);
      for (const [name, value] of attributes) window.lab.setAttribute(name, value);
    },
    Object.entries({ ...run, threads: 2 }),
  );
  await startTraining(page);
  assert.equal((await told(page)).threads, 2);
  return page;
}

const becomes = (page, state) =>
  page.waitForFunction((state) => window.events.state.at(-1).state === state, state);
/** Tries of the other way come and go; what is told last stays, or comes again. */
const helperIs = (page, resting) =>
  page.waitForFunction((resting) => window.rests.at(-1) === resting, resting);
const digits = (page) =>
  page.evaluate(async () => {
    const { pixels } = await window.lab.sample({ count: 64, seed: 3 });
    return [...pixels].join();
  });

/** The helper rests, whatever the lab is asked for. */
async function restsThroughout(page) {
  // Its answer comes after the worker has been told to hold.
  await digits(page);
  await helperIs(page, true);
  const before = await page.evaluate(() => window.rests.length);
  const drawn = await digits(page);
  const since = await page.evaluate((at) => window.rests.slice(at), before);
  assert.ok(!since.includes(false), String(since));
  return drawn;
}

test('in a hidden tab the helpers rest, and what is asked for is done without them', {
  timeout,
}, async () => {
  const page = await openTelling();
  await show(page, 'hidden');
  await becomes(page, 'held');
  await restsThroughout(page);
  await show(page, 'visible');
  await goesOn(page);
  await helperIs(page, false);
  // Of a run that is paused the digits are the same without the helper and with it.
  await page.evaluate(() => window.lab.pause());
  await show(page, 'hidden');
  const alone = await restsThroughout(page);
  await show(page, 'visible');
  assert.equal(await digits(page), alone);
  assert.deepEqual(await page.evaluate(() => window.events.error), []);
  await close(page);
  site.answer();
});

test('scrolled away the helpers go on; under offscreen="pause" they rest until it is seen', {
  timeout,
}, async () => {
  const page = await openTelling();
  await page.evaluate(() => {
    window.lab.style.marginTop = '5000px';
  });
  await goesOn(page);
  await helperIs(page, false);
  await page.evaluate(() => window.lab.setAttribute('offscreen', 'pause'));
  await becomes(page, 'held');
  await restsThroughout(page);
  await page.evaluate(() => window.lab.scrollIntoView());
  await becomes(page, 'running');
  await goesOn(page);
  await helperIs(page, false);
  await close(page);
  site.answer();
});

test('without its module, without helpers, or with one that dies, a lab trains all the same', {
  timeout,
}, async () => {
  site.answer((file) => (file.startsWith('wasm/cpu-threads/') ? { status: 404 } : undefined));
  let page = await openLab(browser, site, { ...run, threads: 2 });
  assert.deepEqual(await told(page), { threads: 1, relaxed: true, status: 1 });
  const expected = await trained(page);
  await close(page);

  let asked = 0;
  site.answer((file) => {
    if (file !== 'worker.js') return undefined;
    asked += 1;
    return asked > 1 ? { body: `throw new Error('no helper');` } : undefined;
  });
  page = await openLab(browser, site, { ...run, threads: 2 });
  assert.deepEqual(await told(page), { threads: 1, relaxed: true, status: 1 });
  assert.deepEqual(await trained(page), expected);
  await close(page);

  // The second worker dies as soon as it helps; the run goes on in another.
  asked = 0;
  site.answer((file) => {
    if (file !== 'worker.js') return undefined;
    asked += 1;
    return asked === 2 ? { body: `${dying}\n${script}` } : undefined;
  });
  page = await openLab(browser, site, { ...run, threads: 2 });
  assert.equal((await told(page)).threads, 2);
  assert.equal((await page.evaluate(() => window.lab.train({ steps: 2 }))).step, 2);
  // As after any trap: the reader is told, and the run goes on.
  await notice(page, 'restarted');
  const errors = await page.evaluate(() => window.events.error.map(({ code }) => code));
  assert.deepEqual(errors, ['internal']);
  await close(page);
  site.answer();
});

test('a service worker isolates a page of a host that sends no headers', { timeout }, async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const embed = readFileSync(path.join(dist, 'embed.html'), 'utf8');
  plain.answer((file) =>
    file === 'embed.html'
      ? { body: embed.replace('<script', '<script src="./isolate.js"></script><script') }
      : undefined,
  );
  const address = `${plain.home}embed.html?backend=cpu&dataset=procedural&threads=2&lang=en`;
  await page.goto(address);
  assert.equal(await page.evaluate(() => crossOriginIsolated), false);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
  await page.goto(address);
  assert.equal(await page.evaluate(() => crossOriginIsolated), true);
  const { threads } = await page.evaluate(() => document.querySelector('ganvas-lab').ready);
  assert.equal(threads, 2);
  const { step } = await page.evaluate(() =>
    document.querySelector('ganvas-lab').train({ steps: 1 }),
  );
  assert.equal(step, 1);
  await context.close();
  plain.answer();
});

/** A Chromium of before it had a policy for single documents. */
const older = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/136.0.0.0 Safari/537.36';

for (const [policy, old] of Object.entries({
  'Document-Isolation-Policy': false,
  'COOP and COEP': true,
})) {
  test(`the hosted page has several cores from its second visit on, by ${policy}`, {
    timeout,
  }, async () => {
    // A service worker has the browser's own name, whatever its pages are told.
    const name = `Object.defineProperty(navigator, 'userAgent', { value: '${older}' });`;
    const own = readFileSync(path.join(dist, 'isolate.js'), 'utf8');
    plain.answer((file) =>
      old && file === 'isolate.js' ? { body: `${name}\n${own}` } : undefined,
    );
    const context = await browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    const faults = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (line) => line.type() === 'error' && faults.push(line.text()));
    let loads = 0;
    page.on('load', () => {
      loads += 1;
    });
    const query = new URLSearchParams({ ...run, threads: 2 });
    const visit = async () => {
      const since = plain.requests.length;
      const response = await page.goto(`${plain.home}?${query}`);
      const about = await page.evaluate(async () => {
        const lab = document.querySelector('ganvas-lab');
        const { threads } = await lab.ready;
        return {
          threads,
          step: (await lab.train({ steps: 1 })).step,
          isolated: crossOriginIsolated,
        };
      });
      return { ...about, modules: modules(plain, since), headers: response.headers() };
    };
    const { headers: none, ...first } = await visit();
    assert.deepEqual(first, {
      threads: 1,
      step: 1,
      isolated: false,
      modules: ['wasm/cpu-relaxed/ganvas_web_bg.wasm'],
    });
    assert.ok(!('cross-origin-embedder-policy' in none), 'the host sends no headers');
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
    const { headers, ...second } = await visit();
    assert.deepEqual(second, {
      threads: 2,
      step: 1,
      isolated: true,
      modules: ['wasm/cpu-threads/ganvas_web_bg.wasm'],
    });
    assert.equal('document-isolation-policy' in headers, !old);
    assert.equal('cross-origin-embedder-policy' in headers, old);
    assert.equal(loads, 2, 'it never reloads by itself');
    // The site's other pages go on, isolated too.
    for (const name of ['embed.html', 'bench.html']) {
      await page.goto(plain.home + name);
      assert.equal(await page.evaluate(() => crossOriginIsolated), true, name);
    }
    assert.deepEqual(faults, []);
    await context.close();
    plain.answer();
  });
}

test('the hosted page without service workers is as it was', { timeout }, async () => {
  for (const broken of [() => ({ status: 404 }), () => ({ body: 'throw new Error("broken");' })]) {
    plain.answer((file) => (file === 'isolate.js' ? broken() : undefined));
    const context = await browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    for (let visits = 0; visits < 2; visits += 1) {
      await page.goto(`${plain.home}?${new URLSearchParams({ ...run, threads: 2 })}`);
      const lab = page.locator('ganvas-lab');
      assert.equal(await lab.evaluate(async (lab) => (await lab.ready).threads), 1);
      assert.equal((await lab.evaluate((lab) => lab.train({ steps: 1 }))).step, 1);
    }
    await context.close();
  }
  plain.answer();
});

test('a service worker that cannot be had changes nothing', { timeout }, async () => {
  plain.answer((file) => (file === 'isolate.js' ? { status: 404 } : undefined));
  const since = plain.requests.length;
  const page = await openLab(browser, plain, { ...run, threads: 4 });
  await page.evaluate(
    (src) =>
      new Promise((resolve) => {
        const script = Object.assign(document.createElement('script'), { src });
        script.addEventListener('error', resolve);
        document.head.append(script);
      }),
    `${plain.home}isolate.js`,
  );
  assert.deepEqual(await told(page), { threads: 1, relaxed: true, status: 1 });
  assert.deepEqual(modules(plain, since), ['wasm/cpu-relaxed/ganvas_web_bg.wasm']);
  await close(page);
  plain.answer();
});

test('a frame is isolated by its own policy, whatever page it is on', { timeout }, async () => {
  const isolated = await serve(undefined, documentIsolation);
  after(() => isolated.close());
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(patience);
  // localhost and 127.0.0.1 are two origins.
  await page.goto(plain.page('host.html').replace('localhost', '127.0.0.1'));
  await page.evaluate((src) => {
    const frame = Object.assign(document.createElement('iframe'), { src });
    frame.width = 660;
    frame.height = 900;
    document.body.append(frame);
  }, `${isolated.home}embed.html?backend=cpu&dataset=procedural&threads=2&lang=en`);
  const lab = await page.frameLocator('iframe').locator('ganvas-lab').elementHandle();
  const frame = await lab.ownerFrame();
  assert.equal(await page.evaluate(() => crossOriginIsolated), false);
  assert.equal(await frame.evaluate(() => crossOriginIsolated), true);
  // The element is in the document before its code is.
  await frame.evaluate(() => customElements.whenDefined('ganvas-lab').then(() => {}));
  assert.equal(await lab.evaluate(async (lab) => (await lab.ready).threads), 2);
  assert.equal((await lab.evaluate((lab) => lab.train({ steps: 1 }))).step, 1);
  await close(page);
});
