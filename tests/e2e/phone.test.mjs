/** Phones: fingers, narrow and dense screens, turning the device, and little memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { worker } from '../support/faults.mjs';
import { close, goesOn, openLab, patience, startTraining } from '../support/lab.mjs';
import { memoryOfPages } from '../support/memory.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();
const phone = { hasTouch: true, isMobile: true, deviceScaleFactor: 3 };
const query = 'width=2&latent_dim=8&batch_size=4&dataset=procedural&backend=cpu';

/**
 * The hosted page on a phone.
 *
 * @param {number} width
 * @param {string} lang
 */
async function openPhone(width, lang) {
  const context = await browser.newContext({ ...phone, viewport: { width, height: 740 } });
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  await page.goto(`${site.home}?${query}&lang=${lang}`);
  await page.locator('button[part="start"]').waitFor();
  return page;
}

/** What sticks out of the screen, of the page and of the lab. */
const tooWide = (page) =>
  page.evaluate(() => {
    const root = document.documentElement;
    const limit = root.clientWidth + 0.5;
    const lab = document.querySelector('ganvas-lab');
    // What scrolls within itself may be wider than what shows of it.
    const scrolls = (node) => {
      for (let box = node.parentElement; box; box = box.parentElement) {
        if (/auto|scroll|hidden/.test(getComputedStyle(box).overflowX)) return true;
      }
      return false;
    };
    const nodes = [...document.querySelectorAll('body *'), ...lab.shadowRoot.querySelectorAll('*')];
    const wide = nodes
      .filter((node) => node.checkVisibility() && !scrolls(node))
      .filter((node) => {
        const { left, right } = node.getBoundingClientRect();
        return right > limit || left < -0.5;
      })
      .map((node) => `${node.localName}.${node.getAttribute('class')}`);
    return { page: root.scrollWidth - root.clientWidth, zoom: visualViewport.scale, wide };
  });

const fits = { page: 0, zoom: 1, wide: [] };

for (const width of [320, 360, 390]) {
  for (const lang of ['en', 'zh']) {
    test(`nothing is wider than ${width} px (${lang}): at first, started, each drawer open`, {
      timeout: 2 * timeout,
    }, async () => {
      const page = await openPhone(width, lang);
      assert.deepEqual(await tooWide(page), fits, 'at first');
      await page.locator('button[part="start"]').tap();
      await page.locator('canvas.fake[aria-label*="64"]').waitFor();
      assert.deepEqual(await tooWide(page), fits, 'started');
      for (const drawer of ['settings', 'explorer', 'data']) {
        await page.locator(`details[data-drawer="${drawer}"] summary`).tap();
        await page.locator(`details[data-drawer="${drawer}"][open]`).waitFor();
        if (drawer === 'explorer') await page.locator('canvas.plane[width]').waitFor();
        assert.deepEqual(await tooWide(page), fits, drawer);
      }
      await close(page);
    });
  }
}

/** Drags a finger along a range, from one share of its length to another. */
async function drag(page, range, from, to) {
  await range.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await range.boundingBox();
  const client = await page.context().newCDPSession(page);
  const at = (share) => [{ x: x + width * share, y: y + height / 2 }];
  const touch = (type, touchPoints) =>
    client.send('Input.dispatchTouchEvent', { type, touchPoints });
  await touch('touchStart', at(from));
  for (let part = 1; part <= 8; part += 1) {
    await touch('touchMove', at(from + ((to - from) * part) / 8));
  }
  await touch('touchEnd', []);
  await client.detach();
}

test('a finger starts, pauses, and wanders through the latent space', { timeout }, async () => {
  const page = await openPhone(390, 'en');
  await page.locator('button[part="start"]').tap();
  const toggle = page.locator('[data-action="toggle"]');
  await toggle.filter({ hasText: 'Pause' }).tap();
  await toggle.filter({ hasText: 'Continue' }).waitFor();
  await page.locator('details[data-drawer="explorer"] summary').tap();
  const walk = page.locator('input[data-field="walk-at"]');
  await page.locator('canvas.moment[width]').waitFor();
  await drag(page, walk, 0.02, 0.9);
  const last = Number(await walk.getAttribute('max'));
  const value = Number(await walk.inputValue());
  assert.ok(value > last / 2, `${value} of ${last}`);
  const extent = page.locator('input[data-field="plane-extent"]');
  const before = Number(await extent.inputValue());
  await drag(page, extent, (before - 0.5) / 3.5, 0.98);
  assert.ok(Number(await extent.inputValue()) > before);
  // A finger that scrolls over the pictures scrolls the page.
  const actions = await page.evaluate(() =>
    [...document.querySelector('ganvas-lab').shadowRoot.querySelectorAll('canvas')].map(
      (canvas) => getComputedStyle(canvas).touchAction,
    ),
  );
  assert.ok(
    actions.every((action) => action !== 'none'),
    actions.join(),
  );
  await close(page);
});

test('what a finger has to hit is large enough for it', { timeout }, async () => {
  const page = await openPhone(320, 'en');
  await page.locator('button[part="start"]').tap();
  await page.locator('canvas.fake[aria-label*="64"]').waitFor();
  // 24 by 24 px is what WCAG 2.2 asks for (2.5.8).
  const small = await page.evaluate(() =>
    [...document.querySelector('ganvas-lab').shadowRoot.querySelectorAll('button, summary, select')]
      .filter((node) => node.checkVisibility())
      .map((node) => ({ node, box: node.getBoundingClientRect() }))
      .filter(({ box }) => box.width < 24 || box.height < 24)
      .map(({ node, box }) => `${node.outerHTML.slice(0, 80)} ${box.width}×${box.height}`),
  );
  assert.deepEqual(small, []);
  await close(page);
});

test('a message leaves its words the width of the phone', { timeout }, async () => {
  site.answer(worker('delete globalThis.WebAssembly;'));
  const page = await openPhone(320, 'en');
  await page.locator('button[part="start"]').tap();
  const words = page.locator('.message.bad[data-code="unsupported"] .words');
  await words.waitFor();
  const { width } = await words.boundingBox();
  assert.ok(width > 160, `${width} px`);
  assert.deepEqual(await tooWide(page), fits);
  site.answer();
  await close(page);
});

test('turning the phone keeps the run, and both ways fit', { timeout }, async () => {
  const page = await openPhone(390, 'en');
  await page.evaluate(() => document.querySelector('ganvas-lab').train({ steps: 3 }));
  await page.locator('canvas.fake').waitFor();
  const workers = page.workers();
  const step = () =>
    page.evaluate(async () => (await document.querySelector('ganvas-lab').pause())?.step);
  for (const [width, height] of [
    [740, 390],
    [390, 740],
  ]) {
    await page.setViewportSize({ width, height });
    await page.waitForFunction((wide) => document.documentElement.clientWidth === wide, width);
    // Charts follow in a frame of their own.
    await page.waitForFunction(
      (wide) =>
        [...document.querySelector('ganvas-lab').shadowRoot.querySelectorAll('canvas')].every(
          (canvas) => canvas.getBoundingClientRect().right <= wide,
        ),
      width,
    );
    assert.deepEqual(await tooWide(page), fits, `${width}`);
    assert.equal(await step(), 3);
    assert.deepEqual(page.workers(), workers);
  }
  await close(page);
});

test('at three dots a pixel charts are drawn in full, and digits keep their edges', {
  timeout,
}, async () => {
  const page = await openPhone(360, 'en');
  await page.evaluate(() => document.querySelector('ganvas-lab').train({ steps: 3 }));
  await page.locator('.curves canvas').first().waitFor();
  const canvases = await page.evaluate(() =>
    [...document.querySelector('ganvas-lab').shadowRoot.querySelectorAll('canvas')]
      .filter((canvas) => canvas.checkVisibility())
      .map((canvas) => {
        const { width } = canvas.getBoundingClientRect();
        const style = getComputedStyle(canvas);
        return {
          name: canvas.className || 'chart',
          chart: canvas.closest('.curves') !== null,
          dots: canvas.width / width,
          rendering: style.imageRendering,
        };
      }),
  );
  assert.ok(canvases.some(({ chart }) => chart));
  for (const { name, chart, dots, rendering } of canvases) {
    if (chart) assert.ok(Math.abs(dots - 3) < 0.1, `${name}: ${dots} dots a pixel`);
    else assert.match(rendering, /pixelated|crisp-edges/, name);
  }
  await close(page);
});

test('the default experiment on the CPU keeps the tab below 200 MB', {
  timeout: 3 * timeout,
}, async (context) => {
  const page = await openLab(browser, site, { backend: 'cpu', lang: 'en' }, phone);
  await startTraining(page);
  for (let looks = 0; looks < 5; looks += 1) await goesOn(page);
  const memory = await memoryOfPages(browser);
  if (!memory) {
    context.diagnostic('this system does not tell');
  } else {
    const { resident, own } = memory;
    const told = `${(own / 1e6).toFixed(1)} MB of its own, ${(resident / 1e6).toFixed(1)} MB with the browser’s program`;
    context.diagnostic(told);
    assert.ok(own > 10e6 && own < 200e6, told);
  }
  await close(page);
});

for (const deviceScaleFactor of [1, 2, 2.625, 3]) {
  test(`a message’s cross stays beside its words, at ${deviceScaleFactor} dots a pixel`, {
    timeout,
  }, async () => {
    for (const width of [320, 360, 390]) {
      const page = await openLab(
        browser,
        site,
        { dataset: 'procedural', width: 2, 'batch-size': 4, backend: 'auto', lang: 'zh' },
        { ...phone, deviceScaleFactor, viewport: { width, height: 740 } },
      );
      await page.evaluate(() => window.lab.ready);
      const message = page.locator('.message[data-notice^="cpu_"]');
      // At one moment: what is above may still grow.
      const [words, cross] = await message.evaluate((node) =>
        ['.words', '.cross'].map((part) =>
          node.querySelector(part).getBoundingClientRect().toJSON(),
        ),
      );
      assert.ok(cross.left >= words.right, `${width} px: it is after them`);
      assert.ok(cross.top < words.bottom, `${width} px: it is not below them`);
      await close(page);
    }
  });
}
