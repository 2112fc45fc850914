/** The hosted page around the lab: what its heading speaks of, and where its prose leads. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experimentOf, presets, subjectOf } from '../../www/src/settings/fields.js';
import { close, patience } from '../support/lab.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();

async function open(query, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(`${site.home}${query}`);
  await page.locator('ganvas-lab[data-subject]').waitFor();
  return page;
}

const headings = (page) => page.locator('h1:visible').allTextContents();

test('its heading speaks of what the lab makes', { timeout }, async () => {
  const spoken = {
    en: {
      noise: /out of noise/,
      points: /seen whole/,
      autoencoder: /few numbers/,
      translation: /kind/,
    },
    zh: { noise: /噪声/, points: /看全/, autoencoder: /几个数/, translation: /转换/ },
  };
  for (const [lang, words] of Object.entries(spoken)) {
    for (const { name, experiment } of presets) {
      const subject = subjectOf(experiment.model);
      const noise = subject === 'digits' || subject === 'colours';
      if (noise && !['quick', 'coloured_digits'].includes(name)) continue;
      const page = await open(`?preset=${name}&lang=${lang}`);
      const shown = await headings(page);
      assert.equal(shown.length, 1, `${name}: ${shown}`);
      assert.match(shown[0], words[noise ? 'noise' : subject], name);
      await close(page);
    }
  }
  // It follows the lab, whose model may be changed, and goes once the lab runs.
  const page = await open('?lang=en&backend=cpu&dataset=ring&model=plane&width=4');
  await page.evaluate(() =>
    document.querySelector('ganvas-lab').reset({ model: 'dcgan', width: 2 }),
  );
  await page.locator('ganvas-lab[data-subject="digits"]').waitFor();
  await page.waitForFunction(() => 'started' in document.documentElement.dataset);
  assert.deepEqual(await headings(page), []);
  await close(page);
});

test('its prose leads to experiments worth looking into', { timeout }, async () => {
  for (const lang of ['en', 'zh']) {
    const page = await open(`?lang=${lang}`);
    const links = page.locator('article a:visible');
    const addresses = await links.evaluateAll((all) => all.map((link) => link.href));
    assert.equal(addresses.length, 3);
    await close(page);
    for (const address of addresses) {
      const query = new URL(address).search;
      const preset = presets.find(({ name }) => name === new URLSearchParams(query).get('preset'));
      const there = await open(query);
      const experiment = await there.evaluate(
        () => document.querySelector('ganvas-lab').experiment,
      );
      assert.deepEqual(experiment, { ...experiment, ...experimentOf(preset) }, address);
      assert.match(
        await there.evaluate(() => document.documentElement.lang),
        new RegExp(`^${lang}`),
      );
      await close(there);
    }
  }
  // Without scripts too.
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await page.goto(site.home);
  assert.equal(await page.locator('article a:visible').count(), 6, 'in both languages');
  assert.equal(await page.locator('h1:visible').count(), 2);
  await close(page);
});
