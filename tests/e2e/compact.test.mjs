/** controls="compact": all of a lab in 660 px of height, in an article's column and on phones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experimentOf, presets } from '../../www/src/settings/fields.js';
import { traitsOf } from '../../www/src/settings/traits.js';
import { close, openLab, patience, tiny } from '../support/lab.mjs';
import { painted } from '../support/plane.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const height = 660;

const { site, browser } = await suite();

for (const width of [692, 390, 360, 320]) {
  for (const lang of ['en', 'zh']) {
    test(`a compact lab fits ${height} px, ${width} px wide (${lang})`, { timeout }, async () => {
      for (const model of ['dcgan', 'wgan', 'conditional']) {
        const attributes = { ...tiny, lang, model, controls: 'compact' };
        const page = await openLab(browser, site, attributes, { viewport: { width, height: 700 } });
        await page.locator('button[part="start"]').waitFor();
        const tall = () => page.evaluate(() => window.lab.getBoundingClientRect().height);
        const facade = await tall();
        await page.evaluate(() => window.lab.train({ steps: 20 }));
        await page.locator('.curves .uplot').first().waitFor();
        assert.equal(await tall(), facade, `${model}: its room is reserved`);
        assert.ok(facade <= height, `${model}: ${facade} px`);
        for (const part of ['canvas.fake', '.meters', '[data-action="toggle"]', '.curves']) {
          const box = await page.locator(part).boundingBox();
          assert.ok(box.width > 0 && box.height > 0, `${model}: ${part} is in sight`);
        }
        await close(page);
      }
    });
  }
}

/** What would take too long at its own size. */
const small = { width: 2, 'batch-size': 4, dataset: 'procedural' };

for (const preset of presets) {
  test(`a compact lab of ${preset.name} keeps to its height`, { timeout }, async () => {
    const { space } = traitsOf(experimentOf(preset));
    // With other settings it would not be known for what it is.
    const whole = space === 'plane' || preset.fails_on_purpose;
    const attributes = { preset: preset.name, backend: 'cpu', controls: 'compact', lang: 'en' };
    const page = await openLab(
      browser,
      site,
      { ...attributes, ...(whole ? {} : small) },
      { viewport: { width: 692, height: 700 } },
    );
    await page.evaluate(() => window.lab.train({ steps: 2 }));
    await page.locator('.curves .uplot:visible').first().waitFor();
    for (const lang of ['en', 'zh']) {
      await page.evaluate((lang) => window.lab.setAttribute('lang', lang), lang);
      await page.locator(`.ganvas[lang^="${lang}"]`).waitFor();
      for (const width of [692, 390, 360, 320]) {
        await page.setViewportSize({ width, height: 700 });
        await painted(page);
        const where = `${width} px, ${lang}`;
        const lab = await page.locator('ganvas-lab').boundingBox();
        assert.ok(lab.height <= height, `${where}: ${lab.height} px`);
        // Nothing is cut off: the last row ends within the lab.
        for (const part of ['.transport', '.now', '.curves .plot']) {
          const box = await page.locator(`${part}:visible`).last().boundingBox();
          assert.ok(
            box.height >= 14 && box.y + box.height <= lab.y + lab.height,
            `${where}: ${part}`,
          );
        }
      }
    }
    await close(page);
  });
}

test('a compact lab says when what fails on purpose has failed', { timeout }, async () => {
  const attributes = { preset: 'vanishing_gradient', backend: 'cpu', controls: 'compact' };
  const page = await openLab(browser, site, { ...attributes, dataset: 'procedural', lang: 'en' });
  await page.evaluate(() => {
    window.lab.train().catch(() => {});
  });
  await page.locator('.now', { hasText: 'It has happened: G’s gradient is' }).waitFor();
  assert.equal(await page.locator('.lesson:visible').count(), 0);
  await close(page);
});

for (const width of [692, 390]) {
  test(`what a compact lab says takes no room and hides no digits, ${width} px wide`, {
    timeout,
  }, async () => {
    const attributes = { ...tiny, backend: 'auto', controls: 'compact' };
    const page = await openLab(browser, site, attributes, { viewport: { width, height: 700 } });
    await page.locator('button[part="start"]').waitFor();
    const tall = () => page.evaluate(() => window.lab.getBoundingClientRect().height);
    const facade = await tall();
    await page.evaluate(() => window.lab.train({ steps: 20 }));
    await page.locator('.curves .uplot').first().waitFor();
    await page.locator('.message[data-notice^="cpu_no_"]').waitFor();
    assert.equal(await tall(), facade);
    const said = await page.locator('.message').boundingBox();
    const lab = await page.locator('ganvas-lab').boundingBox();
    const buttons = await page.locator('.transport').boundingBox();
    assert.ok(said.y >= buttons.y + buttons.height, 'it lies below the buttons');
    assert.ok(said.y + said.height <= lab.y + lab.height, 'and in the lab');
    await page.locator('.message .cross').click();
    await page.locator('.message').waitFor({ state: 'detached' });
    await close(page);
  });
}

test('an iframe of that height scrolls neither before nor after the start', {
  timeout,
}, async () => {
  for (const width of [660, 358]) {
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    await page.goto(site.page('embeds.html'));
    await page.evaluate(
      ([source, pixels]) => {
        document.body.style.margin = '0';
        document.body.innerHTML = `<iframe src="${source}" style="width:100%;height:${pixels}px;border:0"></iframe>`;
      },
      [
        `${site.home}embed.html?controls=compact&width=2&batch_size=4&dataset=procedural&backend=cpu&lang=en`,
        height,
      ],
    );
    const frame = await (await page.waitForSelector('iframe')).contentFrame();
    await frame.locator('button[part="start"]').waitFor();
    const room = () =>
      frame.evaluate(() => document.documentElement.scrollHeight - window.innerHeight);
    assert.ok((await room()) <= 0, `${width} px, the facade`);
    await frame.evaluate(() => document.querySelector('ganvas-lab').train({ steps: 20 }));
    await frame.locator('.curves .uplot').first().waitFor();
    assert.ok((await room()) <= 0, `${width} px, the lab`);
    await context.close();
  }
});

test('the full lab is one tap away, with the same experiment', { timeout }, async () => {
  const page = await openLab(browser, site, { ...tiny, controls: 'compact', theme: 'dark' });
  await page.evaluate(() => window.lab.ready);
  const [full] = await Promise.all([
    page.context().waitForEvent('page'),
    page.locator('a[part="full"]').click(),
  ]);
  await full.locator('section.ganvas[data-controls="full"][data-scheme="dark"]').waitFor();
  assert.deepEqual(
    await full.evaluate(() => document.querySelector('ganvas-lab').experiment),
    await page.evaluate(() => window.lab.experiment),
  );
  await close(page);
});
