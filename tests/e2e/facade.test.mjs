/** The facade says which experiment waits behind it, and can prepare it without training. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { presets } from '../../www/src/generated/schema.js';
import en from '../../www/src/i18n/en.js';
import zh from '../../www/src/i18n/zh-CN.js';
import { traitsOfModel } from '../../www/src/settings/traits.js';
import { close, openLab, patience, tiny } from '../support/lab.mjs';
import { squares } from '../support/pictures.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();

/** What a facade speaks of, from all traits of its model. */
function subjectOf(model) {
  const { channels, family, space } = traitsOfModel(model);
  if (space === 'plane') return 'points';
  if (family !== 'adversarial') return family;
  return channels === 1 ? 'digits' : 'colours';
}

/** The picture on the facade, as text. */
const pixelsOf = (page) =>
  page.locator('canvas.poster').evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return data.join();
  });

/** There are dots whose red and blue are far apart: neither ink nor paper is such. */
const coloured = (pixels) => {
  const bytes = pixels.split(',').map(Number);
  return bytes.some((red, at) => at % 4 === 0 && Math.abs(red - bytes[at + 2]) > 60);
};

for (const [lang, words] of [
  ['en', en],
  ['zh', zh],
]) {
  test(`each preset is named, by what it does, and whether it is meant to fail (${lang})`, {
    timeout,
  }, async () => {
    const page = await openLab(browser, site, { lang, preset: 'quick' });
    const looks = new Map();
    for (const { name, experiment, fails_on_purpose } of presets) {
      await page.evaluate((preset) => window.lab.setAttribute('preset', preset), name);
      const about = page.locator(`.about[data-preset="${name}"]`);
      await about.waitFor();
      const text = await about.textContent();
      assert.ok(text.includes(words[`preset.${name}`]), text);
      assert.equal(text.includes(words['facade.fails']), fails_on_purpose === true, name);
      const subject = subjectOf(experiment.model ?? 'dcgan');
      const lead = await page.locator('.lead').textContent();
      assert.equal(lead, words[`facade.lead.${subject}`], name);
      if (subject !== 'digits') {
        // No digits come out of noise: the illustration shows what does.
        await page.locator(`canvas.poster[data-look$=" ${subject}"][data-theme]`).waitFor();
        assert.equal(await page.locator('figure.drawn').count(), 0, name);
        looks.set(subject, await pixelsOf(page));
        continue;
      }
      // The digits below are of another run than one that fails.
      await page.locator('figure.drawn').waitFor();
      const caption = await page.locator('figure.drawn figcaption').textContent();
      assert.equal(caption.includes(words['preview.fails']), fails_on_purpose === true, name);
    }
    assert.deepEqual([...looks.keys()].sort(), ['autoencoder', 'colours', 'points', 'translation']);
    assert.equal(new Set([...looks.values()]).size, looks.size, 'each has a picture of its own');
    assert.deepEqual(
      [...looks]
        .filter(([, pixels]) => coloured(pixels))
        .map(([subject]) => subject)
        .sort(),
      ['colours', 'points'],
    );
    await close(page);
  });
}

test('settings that are no preset are said by their model', { timeout }, async () => {
  const page = await openLab(browser, site, tiny);
  const about = page.locator('.about');
  await about.waitFor();
  assert.equal(await about.getAttribute('data-preset'), null);
  assert.ok((await about.textContent()).includes(en['about.model.dcgan']));
  await close(page);
});

test('it prepares without training: everything is there, at step 0', { timeout }, async () => {
  const page = await openLab(browser, site, tiny);
  await page.locator('button[part="prepare"]').click();
  await page.waitForFunction(() => window.events.state.at(-1)?.state === 'paused');
  await page.locator('canvas.fake[aria-label*="step 0"]').waitFor();
  await page.locator('canvas.real[aria-label*="digits"]').waitFor();
  // What an untrained G makes of 64 z, which is not nothing.
  for (const { shades } of await squares(page.locator('canvas.fake'), 64)) assert.ok(shades > 10);
  assert.equal(await page.locator('.now').getAttribute('data-now'), 'untrained');
  assert.equal(await page.locator('.counters dd').first().textContent(), '0');
  // Nothing trains behind the reader's back, and the keyboard is where it goes on.
  await page.waitForTimeout(1500);
  const { report, state, sample } = await page.evaluate(() => window.events);
  assert.deepEqual(report, []);
  assert.ok(state.every((event) => event.state !== 'running'));
  assert.equal(sample.at(-1).step, 0);
  await page.waitForFunction(
    () => window.lab.shadowRoot.activeElement?.dataset.action === 'toggle',
  );
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => window.events.report.length > 0);
  // The run is the one that it would have been.
  const prepared = await page.evaluate(async () => {
    await window.lab.reset({});
    return window.lab.train({ steps: 3 });
  });
  const straight = await openLab(browser, site, tiny);
  const report2 = await straight.evaluate(() => window.lab.train({ steps: 3 }));
  assert.equal(prepared.d_loss, report2.d_loss);
  await close(straight);
  await close(page);
});

/** How high a model's lab is on the site's page: before the start, at once after it, and later. */
async function heightsOf(model, width, lang, controls) {
  const page = await browser.newPage({ viewport: { width, height: 844 } });
  page.setDefaultTimeout(patience);
  const small = model === 'plane' ? {} : { dataset: 'procedural', width: 2 };
  const query = new URLSearchParams({ ...small, model, lang, controls, backend: 'cpu' });
  await page.goto(`${site.home}?${query}`);
  const height = () => page.locator('ganvas-lab').evaluate((lab) => lab.offsetHeight);
  await page.locator('button[part="start"]').waitFor();
  // What not every lab has room for comes in a chunk of its own.
  await page.waitForLoadState('networkidle');
  const heights = [await height()];
  await page.locator('button[part="start"]').click();
  await page.locator('.curves .uplot').first().waitFor();
  heights.push(await height());
  await page.locator('.curves .empty').first().waitFor({ state: 'detached' });
  await page.waitForTimeout(500);
  heights.push(await height());
  await page.close();
  return heights;
}

/** One of each length of objectives, and the plane. */
const kinds = ['conditional', 'dcgan', 'wgan_gp', 'cyclegan', 'vae', 'plane'];

for (const [width, lang, controls, ...models] of [
  [352, 'en', 'full', 'plane'],
  [390, 'en', 'full', ...kinds],
  [390, 'zh', 'full', 'conditional', 'cyclegan', 'wgan_gp'],
  [600, 'en', 'full', 'conditional'],
  [660, 'en', 'full', ...kinds],
  [732, 'en', 'full', 'wgan_gp'],
  [1280, 'en', 'full', ...kinds],
  [532, 'en', 'basic', 'wgan_gp', 'plane'],
  [532, 'zh', 'basic', 'plane'],
  [572, 'en', 'basic', ...kinds],
  [572, 'zh', 'basic', 'conditional', 'vae', 'plane'],
  [680, 'en', 'basic', ...kinds],
  [572, 'en', 'none', 'conditional', 'wgan_gp', 'plane'],
]) {
  test(`it is as high as the lab that starts, whatever the model: ${width} px, ${controls} (${lang})`, {
    timeout: 2 * timeout,
  }, async () => {
    const names = [...models];
    while (names.length > 0) {
      await Promise.all(
        names.splice(0, 3).map(async (model) => {
          const heights = await heightsOf(model, width, lang, controls);
          const moved = Math.max(...heights) - Math.min(...heights);
          assert.ok(moved <= 2, `${model}: ${heights.join(', ')} px`);
        }),
      );
    }
  });
}

test('what nobody could start is not prepared', { timeout }, async () => {
  const page = await openLab(browser, site, { ...tiny, controls: 'none' });
  await page.locator('button[part="start"]').waitFor();
  assert.equal(await page.locator('button[part="prepare"]').count(), 0);
  await close(page);
});
