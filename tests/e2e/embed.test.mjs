/** The element as a guest: in iframes, several on a page, coming and going, light to load. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { broken } from '../support/faults.mjs';
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
  workersBecome,
} from '../support/lab.mjs';
import { base } from '../support/server.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const query = 'width=2&latent_dim=8&batch_size=4&dataset=procedural&backend=cpu&seed=7&lang=en';

const { site, browser } = await suite();

/**
 * A page with embed.html in an iframe.
 *
 * @param {{ extra?: string, sandbox?: string, host?: string }} [options] `host` embeds it
 */
async function openEmbed({ extra = '', sandbox, host = site.origin } = {}) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  await page.goto(`${host}/pages/embeds.html`);
  await page.evaluate(
    ([source, rights]) => {
      const iframe = document.createElement('iframe');
      if (rights !== undefined) iframe.setAttribute('sandbox', rights);
      iframe.style.cssText = 'width: 100%; height: 860px; border: 0';
      iframe.src = source;
      document.body.append(iframe);
    },
    [`${site.home}embed.html?${query}${extra}`, sandbox],
  );
  const frame = page.frameLocator('iframe');
  await frame.locator('button[part="start"]').waitFor();
  return { page, frame };
}

/** The step that a lab in a frame shows. */
async function trainsIn(frame) {
  await frame.locator('button[part="start"]').click();
  await frame.locator('canvas.fake[aria-label*="step"]').waitFor();
  await frame
    .locator('dl.counters dd', { hasText: /^[1-9]/ })
    .first()
    .waitFor();
}

test('embed.html trains in an iframe of another site', { timeout }, async () => {
  // localhost and 127.0.0.1 are two origins.
  const { page, frame } = await openEmbed({ host: `http://127.0.0.1:${site.port}` });
  await trainsIn(frame);
  await close(page);
});

test('embed.html trains in <iframe sandbox="allow-scripts">', { timeout }, async () => {
  const { page, frame } = await openEmbed({ sandbox: 'allow-scripts' });
  await trainsIn(frame);
  await close(page);
});

test('an iframe tells its height', { timeout }, async () => {
  const { page, frame } = await openEmbed();
  const heights = () =>
    page.evaluate(() =>
      window.heard
        .filter(({ data, fromFrame }) => fromFrame && data?.type === 'ganvas:height')
        .map(({ data }) => data.height),
    );
  await page.waitForFunction(() => window.heard.length > 0);
  assert.ok((await heights()).at(-1) > 300);
  await trainsIn(frame);
  await frame.locator('details[data-drawer="settings"] summary').click();
  const box = () =>
    frame.locator('ganvas-lab').evaluate((lab) => Math.ceil(lab.getBoundingClientRect().height));
  const height = await box();
  await page.waitForFunction((value) => window.heard.at(-1).data.height === value, height);
  await close(page);
});

test('the theme comes from the query, then from the parent alone', { timeout }, async () => {
  const { page } = await openEmbed({ extra: '&theme=dark' });
  // By place: a second frame comes below.
  const frame = page.frames()[1];
  const lab = frame.locator('section.ganvas');
  const scheme = (value) => frame.locator(`section.ganvas[data-scheme="${value}"]`).waitFor();
  await scheme('dark');
  const say = (theme) =>
    page.evaluate((value) => {
      const { contentWindow } = document.querySelector('iframe');
      contentWindow.postMessage({ type: 'ganvas:theme', theme: value }, '*');
    }, theme);
  await say('light');
  await scheme('light');
  await say('pink');
  await say({ toString: 'dark' });
  // Nor may another frame speak for the parent.
  await page.evaluate(async () => {
    const other = document.createElement('iframe');
    other.srcdoc = `<script>parent.frames[0].postMessage({ type: 'ganvas:theme', theme: 'dark' }, '*')</script>`;
    document.body.append(other);
    await new Promise((resolve) => other.addEventListener('load', resolve));
  });
  await page.waitForTimeout(300);
  assert.equal(await lab.getAttribute('data-scheme'), 'light');
  await say('dark');
  await scheme('dark');
  await close(page);
});

test('the theme from the parent works in a sandbox and across sites', { timeout }, async () => {
  for (const options of [{ sandbox: 'allow-scripts' }, { host: `http://127.0.0.1:${site.port}` }]) {
    const { page, frame } = await openEmbed({ ...options, extra: '&theme=light' });
    await page.evaluate(() => {
      const { contentWindow } = document.querySelector('iframe');
      contentWindow.postMessage({ type: 'ganvas:theme', theme: 'dark' }, '*');
    });
    await frame.locator('section.ganvas[data-scheme="dark"]').waitFor();
    await close(page);
  }
});

test('the first frame is light, and nothing leaves the site', { timeout }, async () => {
  site.answer();
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const urls = [];
  const scripts = new Map();
  page.on('request', (request) => urls.push(request.url()));
  page.on('response', async (response) => {
    if (/\.js$/.test(new URL(response.url()).pathname)) {
      scripts.set(response.url(), await response.body());
    }
  });
  await page.goto(`${site.home}?${query}`, { waitUntil: 'networkidle' });
  await page.locator('button[part="start"]').waitFor();
  const first = [...urls];
  // Illustration, first digits and a run that was kept come after that frame, when the browser is
  // idle; nothing waits for isolate.js, which is of a later visit.
  const later = /\/((preview|poster|runs)-\w+|isolate)\.js$/;
  const importsOf = (url) =>
    [...String(scripts.get(url)).matchAll(/(?:from|import)"(\.[^"]+)"/g)].map(
      ([, file]) => new URL(file, url).href,
    );
  const imported = [...scripts.keys()].flatMap(importsOf);
  const begins = [...scripts.keys()].filter((url) => !imported.includes(url) && !later.test(url));
  const atOnce = new Set(begins);
  for (const url of atOnce) for (const other of importsOf(url)) atOnce.add(other);
  const bytes = [...atOnce].reduce((sum, url) => sum + scripts.get(url).length, 0);
  // 50 KB of our own with the page's script, and lit. The build checks the element's own.
  assert.ok(bytes > 1000 && bytes < 50 * 1024 + 7100, `${bytes} bytes of JavaScript`);
  // The first digits have a module of their own; nothing of a backend is there yet.
  const heavy = /ganvas_web|worker\.js|idx|chunks\/lab/;
  assert.ok(!first.some((url) => heavy.test(url)), first.join());
  const modules = first.filter((url) => url.endsWith('.wasm'));
  assert.ok(
    modules.every((url) => url.endsWith('/ganvas_sampler.wasm')),
    modules.join(),
  );
  assert.equal(page.workers().length, 0);

  site.requests.length = 0;
  await page.locator('button[part="start"]').click();
  await page.locator('canvas.fake[aria-label*="step"]').waitFor();
  for (const url of urls) {
    assert.ok(url.startsWith(site.home) || /^(blob|data):/.test(url), `a request to ${url}`);
  }
  assert.ok(site.requests.length > 0);
  for (const path of site.requests) assert.ok(path.startsWith(base), `a request for ${path}`);
  await close(page);
});

test('several labs on a page train side by side', { timeout }, async () => {
  const page = await openLab(browser, site, tiny, { viewport: { width: 1000, height: 4000 } });
  const first = await page.evaluateHandle(() => window.lab);
  await addLab(page, { ...tiny, seed: 8 });
  const steps = await page.evaluate(async (other) => {
    const reports = await Promise.all([other.train({ steps: 5 }), window.lab.train({ steps: 4 })]);
    return reports.map(({ step }) => step);
  }, first);
  assert.deepEqual(steps, [5, 4]);
  await workersBecome(page, 2);
  // Each has its own run: the seeds differ.
  assert.deepEqual(
    await page.evaluate((other) => [other.experiment.seed, window.lab.experiment.seed], first),
    [7, 8],
  );
  await close(page);
});

test('off the page its worker ends; back on it goes on from the snapshot', {
  timeout,
}, async () => {
  const page = await openLab(browser, site);
  await page.evaluate(async () => {
    await window.lab.train({ steps: 4 });
    await window.lab.load(await window.lab.save());
  });
  await startTraining(page);
  const [worker] = page.workers();
  const ended = new Promise((resolve) => worker.once('close', resolve));
  await page.evaluate(() => window.lab.remove());
  await ended;
  assert.equal(page.workers().length, 0);
  await page.evaluate(() => document.body.append(window.lab));
  await page.locator('button[part="start"]').waitFor();
  const report = await page.evaluate(() => window.lab.train({ steps: 1 }));
  assert.ok(report.step >= 5, `step ${report.step}`);
  await close(page);
});

test('moving it about the page interrupts nothing', { timeout }, async () => {
  const page = await openLab(browser, site);
  await startTraining(page);
  const workers = page.workers();
  await page.evaluate(() => {
    const place = document.createElement('main');
    document.body.append(place);
    place.append(window.lab);
  });
  await goesOn(page);
  assert.deepEqual(page.workers(), workers);
  await close(page);
});

test('training that waits ends when the lab is taken off the page', { timeout }, async () => {
  const page = await openLab(browser, site);
  const outcome = await page.evaluate(async () => {
    const training = window.lab.train();
    await new Promise((resolve) => window.lab.addEventListener('report', resolve, { once: true }));
    window.lab.remove();
    return training.then((report) => typeof report.step);
  });
  assert.equal(outcome, 'number');
  await close(page);
});

test('scrolled away it goes on; with offscreen="pause" it rests until seen again', {
  timeout,
}, async () => {
  const page = await openLab(browser, site);
  await startTraining(page);
  await page.evaluate(() => {
    window.lab.style.marginTop = '5000px';
  });
  await goesOn(page);
  assert.equal(await page.evaluate(() => window.events.state.at(-1).state), 'running');
  await page.evaluate(() => window.lab.setAttribute('offscreen', 'pause'));
  await page.waitForFunction(() => window.events.state.at(-1).state === 'held');
  await page.evaluate(() => window.lab.scrollIntoView());
  await page.waitForFunction(() => window.events.state.at(-1).state === 'running');
  await goesOn(page);
  await close(page);
});

test('autoplay starts by itself, but not under reduced motion', { timeout }, async () => {
  const page = await openLab(browser, site, { ...tiny, autoplay: '' });
  await goesOn(page);
  await close(page);

  const still = await openLab(
    browser,
    site,
    { ...tiny, autoplay: '' },
    { reducedMotion: 'reduce' },
  );
  await notice(still, 'reduced_motion');
  assert.equal(still.workers().length, 0);
  await still.locator('button[part="start"]').click();
  await goesOn(still);
  await close(still);
});

test('autoplay goes on with the run that was kept', { timeout }, async () => {
  const page = await openLab(browser, site, { ...tiny, autoplay: '' });
  await goesOn(page);
  await page.evaluate(async () => {
    await window.lab.pause();
    await window.lab.train({ steps: 50 });
    await window.lab.load(await window.lab.save());
  });
  const before = await page.evaluate(() => window.events.report.at(-1).step);
  // Writing into the storage is not waited for.
  await page.waitForTimeout(500);
  await page.reload();
  await addLab(page, { ...tiny, autoplay: '' });
  await goesOn(page);
  const [{ step }] = await page.evaluate(() => window.events.report);
  assert.ok(step > before, `step ${step} after ${before}`);
  await close(page);
});

test('who has cancelled a start by itself, or its refusal, is left in peace', {
  timeout,
}, async () => {
  const again = async (page) => {
    await show(page, 'hidden');
    await show(page, 'visible');
    await page.waitForTimeout(500);
  };
  site.answer(broken('wasm/cpu/ganvas_web_bg.wasm', 'stalled'));
  const page = await openLab(browser, site, { ...tiny, autoplay: '' });
  await page.locator('button[part="cancel"]').click();
  await again(page);
  assert.equal(await page.evaluate(() => window.events.state.at(-1).state), 'idle');
  assert.equal(page.workers().length, 0);
  site.answer();
  await close(page);

  const calm = { reducedMotion: 'reduce' };
  const still = await openLab(browser, site, { ...tiny, autoplay: '' }, calm);
  await notice(still, 'reduced_motion');
  await still.locator('.message .cross').click();
  await again(still);
  assert.equal(await still.locator('.message').count(), 0);
  await close(still);
});

test('its room is reserved: starting moves nothing to speak of', { timeout }, async () => {
  const cpu = { backend: 'cpu', dataset: 'procedural' };
  const labs = [
    tiny,
    { preset: 'quick', ...cpu },
    { preset: 'vae', ...cpu },
    { preset: 'plane', backend: 'cpu' },
  ];
  for (const [width, lab] of [1280, 660, 390].flatMap((width) => labs.map((lab) => [width, lab]))) {
    for (const lang of ['en', 'zh']) {
      const attributes = { ...lab, lang };
      const page = await openLab(browser, site, attributes, { viewport: { width, height: 900 } });
      await page.locator('button[part="start"]').waitFor();
      const height = () => page.evaluate(() => window.lab.getBoundingClientRect().height);
      // What few labs have room for comes in a chunk of its own.
      await page.waitForLoadState('networkidle');
      const facade = await height();
      await page.evaluate(() => window.lab.train({ steps: 1 }));
      await page.locator('.curves .uplot:visible').first().waitFor();
      const started = await height();
      const ratio = started / facade;
      assert.ok(
        ratio > 0.97 && ratio < 1.03,
        `${width}, ${lang}, ${lab.preset}: ${facade} px, then ${started} px`,
      );
      await close(page);
    }
  }
});

test('what stands open from the start has its room too, and no more', { timeout }, async () => {
  const cpu = { backend: 'cpu', dataset: 'procedural', lang: 'en' };
  for (const lab of [
    { preset: 'mode_collapse' },
    { preset: 'critic_without_penalty' },
    { preset: 'latent_plane' },
    { preset: 'plane_collapse', dataset: 'ring' },
    { preset: 'mode_collapse', controls: 'basic' },
    { preset: 'vanishing_gradient', controls: 'basic' },
    { preset: 'vanishing_gradient', controls: 'none' },
  ]) {
    const page = await openLab(browser, site, { ...cpu, ...lab });
    await page.locator('button[part="start"]').waitFor();
    /** How high it is at each width, and how much of that is empty at its end. */
    const measure = async () => {
      const measured = [];
      for (const width of [1280, 660, 390]) {
        await page.setViewportSize({ width, height: 900 });
        const box = await page.locator('ganvas-lab').boundingBox();
        const ends = await page
          .locator('.lab > :not(.unseen)')
          .evaluateAll((parts) =>
            parts.map((part) => part.getBoundingClientRect().bottom + window.scrollY),
          );
        measured.push({ width, height: box.height, spare: box.height - Math.max(...ends) + box.y });
      }
      return measured;
    };
    await page.waitForLoadState('networkidle');
    const facade = await measure();
    await page.evaluate(() => window.lab.train({ steps: 20 }));
    await page.locator('.curves .uplot:visible').first().waitFor();
    if (!lab.controls && !lab.dataset) {
      await page.evaluate(() => window.lab.train({ steps: 20 }));
      const shows = lab.preset === 'latent_plane' ? '.explorer canvas' : '.judge .verdicts';
      await page.locator(shows).first().waitFor();
    }
    for (const [index, { width, height, spare }] of (await measure()).entries()) {
      const what = `${JSON.stringify(lab)}, ${width} px: ${facade[index].height} px, then ${height} px`;
      const ratio = height / facade[index].height;
      assert.ok(ratio > 0.97 && ratio < 1.08, what);
      assert.ok(spare < 0.1 * height, `${what}, of which ${spare} px are empty`);
    }
    await close(page);
  }
});

test('before it is defined its room is kept, on the page and by the lines of the reference', {
  timeout,
}, async () => {
  const reference = await readFile(new URL('../../docs/element.md', import.meta.url), 'utf8');
  const [, lines] = /```css\n(ganvas-lab:not\(:defined\)[^`]*)```/.exec(reference);
  site.files.set(
    'kept.html',
    `<!doctype html><meta name="viewport" content="width=device-width"><style>${lines} body { margin: 0 16px }</style>
     <ganvas-lab lang="en"></ganvas-lab><script type="module" src="${site.home}ganvas.js"></script>`,
  );
  for (const [address, widths] of [
    [site.home, [1600, 1440, 1280, 1000, 800, 600, 540, 390, 320]],
    [`http://localhost:${site.port}/files/kept.html`, [692, 390]],
  ]) {
    for (const width of widths) {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      page.setDefaultTimeout(patience);
      let define = () => {};
      const asked = new Promise((resolve) => {
        define = () => resolve(undefined);
      });
      await page.route('**/ganvas.js', async (route) => {
        await asked;
        await route.continue();
      });
      await page.goto(address, { waitUntil: 'commit' });
      const lab = page.locator('ganvas-lab');
      await lab.waitFor();
      const { height: kept } = await lab.boundingBox();
      define();
      await page.locator('button[part="start"]').waitFor();
      const { height } = await lab.boundingBox();
      const off = Math.abs(kept / height - 1);
      assert.ok(off < 0.03, `${address}, ${width} px: ${kept} px kept, ${height} px taken`);
      await page.close();
    }
  }
});

test('wherever it is put it has a width, and none that its place has not', {
  timeout,
}, async () => {
  const places = {
    'a table cell': (lab) => `<table><tr><td>${lab}</td></tr></table>`,
    'a float': (lab) => `<div style="float:left">${lab}</div>`,
    'an inline block': (lab) => `<div style="display:inline-block">${lab}</div>`,
    'a row': (lab) => `<div style="display:flex"><div>${lab}</div></div>`,
    'a row of its own': (lab) => `<div style="display:flex">${lab}</div>`,
    'a centred column': (lab) =>
      `<div style="display:flex;flex-direction:column;align-items:center">${lab}</div>`,
    'an auto column': (lab) =>
      `<div style="display:grid;grid-template-columns:auto 1fr">${lab}</div>`,
    'an absolute box': (lab) => `<div style="position:absolute">${lab}</div>`,
    'a box that fits': (lab) => `<div style="width:fit-content">${lab}</div>`,
    'a paragraph’s place': (lab) => `<div>${lab}</div>`,
  };
  for (const width of [1280, 390]) {
    const page = await openLab(browser, site, tiny, { viewport: { width, height: 900 } });
    for (const [name, place] of Object.entries(places)) {
      const [own, body] = await page.evaluate((markup) => {
        document.body.innerHTML = markup;
        const { width: own } = document.querySelector('ganvas-lab').getBoundingClientRect();
        return [own, document.documentElement.scrollWidth];
      }, place('<ganvas-lab></ganvas-lab>'));
      assert.ok(own >= 280, `${name} at ${width}: ${own} px`);
      assert.ok(body <= width, `${name} at ${width}: the page is ${body} px wide`);
    }
    await close(page);
  }
});

test('the parent frame is never told a height of 0', { timeout }, async () => {
  const { page, frame } = await openEmbed();
  await trainsIn(frame);
  const heights = await page.evaluate(() =>
    window.heard
      .filter(({ data }) => data?.type === 'ganvas:height')
      .map(({ data }) => data.height),
  );
  assert.ok(heights.length > 0 && heights.every((height) => height > 600), heights.join());
  await close(page);
});
