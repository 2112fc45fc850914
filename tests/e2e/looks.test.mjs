/** What the lab shows is current, whole and where the reader looks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import en from '../../www/src/i18n/en.js';
import { session } from '../support/faults.mjs';
import { close, goesOn, notice, openLab, patience, startTraining, tiny } from '../support/lab.mjs';
import { choose, openDrawer } from '../support/settings.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();

test('other z keep up with training, and say of which step they are', { timeout }, async () => {
  const page = await openLab(browser, site);
  await startTraining(page);
  await page.locator('[data-action="sample"]').click();
  const note = page.locator('figure.fakes .note', { hasText: 'other z' });
  await note.waitFor();
  const step = async () =>
    Number(/step ([\d,]+)/.exec(await note.textContent())[1].replace(',', ''));
  const first = await step();
  while ((await step()) <= first) await goesOn(page);
  assert.equal(await page.evaluate(() => window.events.state.at(-1).state), 'running');
  await close(page);
});

test('a translator of the browser leaves the words that change alone', { timeout }, async () => {
  const page = await openLab(browser, site);
  await startTraining(page);
  await page.locator('[data-action="toggle"]', { hasText: 'Pause' }).waitFor();
  // As browsers do it: each text in a <font> of its own, unless it must not be translated.
  await page.evaluate(() => {
    const walk = (node) => {
      if (node instanceof Element && node.getAttribute('translate') === 'no') return;
      for (const child of [...node.childNodes]) {
        if (child.nodeType !== Node.TEXT_NODE) walk(child);
        else if (child.data.trim()) {
          const font = document.createElement('font');
          font.textContent = child.data.toUpperCase();
          child.replaceWith(font);
        }
      }
    };
    walk(window.lab.shadowRoot);
  });
  await page.evaluate(() => window.lab.pause());
  await page.locator('[data-action="toggle"]', { hasText: 'Continue' }).waitFor();
  await close(page);
});

test('what is said of one experiment does not stay into the next', { timeout }, async () => {
  const page = await openLab(browser, site);
  await startTraining(page);
  await openDrawer(page, 'explorer');
  await page.locator('canvas.strip').waitFor();
  await page.evaluate(() => window.lab.reset({ width: -1 }).catch(() => {}));
  await page.locator('.message.bad').waitFor();
  await page.evaluate(() => window.lab.pause());
  await choose(page, { model: 'cyclegan', width: 2, batch_size: 4 });
  await startTraining(page);
  assert.equal(await page.locator('.message.bad').count(), 0);
  const errors = await page.evaluate(() => window.events.error.map(({ field }) => field));
  assert.deepEqual(errors, ['width']);
  await close(page);
});

test('a copied link is told beside its button', { timeout }, async () => {
  const page = await openLab(browser, site, tiny, { permissions: ['clipboard-write'] });
  await page.evaluate(() => window.lab.ready);
  await page.locator('details[data-drawer="data"] summary').click();
  await page.locator('[data-action="link"]').click();
  await notice(page, 'copied');
  await page.waitForFunction(() => {
    const shown = window.lab.shadowRoot.querySelector('.data .message[data-notice="copied"]');
    const { top, bottom } = shown.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  });
  await close(page);
});

test('a message stays in sight of who has scrolled down', { timeout }, async () => {
  const page = await openLab(browser, site, tiny, { viewport: { width: 1000, height: 700 } });
  await page.evaluate(() => window.lab.ready);
  await page.evaluate(() => window.scrollTo(0, 400));
  await page.evaluate(() => window.lab.reset({ width: -1 }).catch(() => {}));
  const shown = page.locator('.message.bad[data-code="bad_experiment"]');
  await shown.waitFor();
  const top = await shown.evaluate((node) => node.getBoundingClientRect().top);
  assert.ok(top >= 0 && top < 100, `${top} px from the top`);
  await close(page);
});

test('what a reader sets is in nobody’s colour: teal is D, orange is G', { timeout }, async () => {
  for (const theme of ['light', 'dark']) {
    const page = await openLab(browser, site, { ...tiny, theme });
    await page.evaluate(() => window.lab.ready);
    const colours = await page
      .locator('input:is([type="range"], [type="checkbox"], [type="radio"])')
      .evaluateAll((inputs) =>
        inputs.map((input) => {
          const style = getComputedStyle(input);
          const own = (name) => `rgb(${style.getPropertyValue(name).trim().split(' ').join(', ')})`;
          const neutral = ['--ink-rgb', '--muted-rgb'].map(own);
          return { type: input.type, neutral: neutral.includes(style.accentColor) };
        }),
      );
    assert.deepEqual([...new Set(colours.map(({ type }) => type))].sort(), [
      'checkbox',
      'radio',
      'range',
    ]);
    assert.ok(
      colours.every(({ neutral }) => neutral),
      theme,
    );
    await close(page);
  }
});

test('the Chinese page says it all in Chinese', { timeout }, async () => {
  const page = await openLab(browser, site, { ...tiny, lang: 'zh' });
  await page.evaluate(() => window.lab.ready);
  await page.evaluate(() =>
    window.lab
      .loadDataset({ images: new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0]) })
      .catch(() => {}),
  );
  const shown = page.locator('.message.bad[data-code="bad_dataset"] .detail');
  await shown.waitFor();
  assert.match(await shown.textContent(), /这不是 IDX 文件.*0x89504e47/);
  await close(page);
});

test('figures say which update they are of, where there are two', { timeout }, async () => {
  for (const [model, shown] of [
    ['dcgan', 1],
    ['wgan', 1],
    ['vae', 0],
  ]) {
    const page = await openLab(browser, site, { ...tiny, model });
    await page.evaluate(() => window.lab.train({ steps: 1 }));
    const moment = page.locator('p.note.moment');
    assert.equal(await moment.count(), shown, model);
    if (shown) assert.equal(await moment.textContent(), en['reading.moment']);
    // D's verdict and its loss are of one update: the means tell the clipped critic's loss.
    if (model === 'wgan') {
      const report = await page.evaluate(() => window.events.report.at(-1));
      const loss = report.d_fake - report.d_real;
      assert.ok(Math.abs(report.d_loss - loss) < 1e-5, JSON.stringify(report));
    }
    await close(page);
  }
});

test('labels of axes are whole, however large the figures', { timeout }, async () => {
  site.answer(
    session(`
      const report = Session.prototype.report;
      Session.prototype.report = async function () {
        const real = await report.call(this);
        return { ...real, d_loss: 17535845.16 * real.step, g_loss: -0.001 };
      };`),
  );
  const page = await openLab(browser, site);
  const drawn = await page.evaluate(async () => {
    const texts = [];
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
      const { width } = this.measureText(text);
      texts.push({ text, left: this.textAlign === 'right' ? x - width : x });
      fillText.call(this, text, x, y);
    };
    for (let at = 0; at < 4; at += 1) await window.lab.train({ steps: 1 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    return texts;
  });
  site.answer();
  const labels = drawn.map(({ text }) => text).filter(Boolean);
  assert.ok(
    labels.some((text) => /^\d+M$/.test(text)),
    labels.join(),
  );
  assert.ok(
    drawn.every(({ left }) => left >= 0),
    'none is cut off',
  );
  assert.ok(!labels.some((label) => /^[-−]0\.00$/.test(label)));
  const legend = await page.locator('.legend').first().textContent();
  assert.match(legend, /70\.1M/);
  assert.match(legend, /−0\.001/, 'a minus sign, and no hyphen');
  await close(page);
});
