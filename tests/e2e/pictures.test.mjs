/** Pictures of either size: what is drawn is told with its size, and shown in the same place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, openLab, patience } from '../support/lab.mjs';
import { squares } from '../support/pictures.mjs';
import { openDrawer } from '../support/settings.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();

/** What is shown on a page: of each canvas its size on screen, and that of its pictures. */
const onScreen = (page) =>
  page.evaluate(() => {
    const root = window.lab.shadowRoot;
    const of = (name) => root.querySelector(`canvas.${name}`);
    return ['fake', 'real', 'strip', 'moment', 'plane'].map((name) => {
      const { width, height } = of(name).getBoundingClientRect();
      return [name, Math.round(width), Math.round(height)];
    });
  });

const drawn = (page) =>
  page.evaluate(async () => {
    const { pixels, ...rest } = await window.lab.sample({ count: 3, seed: 1 });
    return { ...rest, bytes: pixels.length };
  });

test('pictures of 56×56 stand where those of 28×28 do', { timeout }, async () => {
  const page = await openLab(browser, site);
  await page.evaluate(() => window.lab.ready);
  await openDrawer(page, 'explorer');
  const check = async (side) => {
    assert.deepEqual(await drawn(page), {
      width: side,
      height: side,
      count: 3,
      channels: 1,
      step: 0,
      bytes: 3 * side * side,
    });
    for (const [name, count] of [
      ['fake', 64],
      ['real', 24],
      ['strip', 12],
      ['moment', 1],
      ['plane', 81],
    ]) {
      const shown = await squares(page.locator(`canvas.${name}`), count, side);
      assert.equal(shown.length, count, name);
      assert.ok(
        shown.every(({ shades }) => shades > 1),
        name,
      );
    }
    const event = await page.evaluate(() => window.events.sample.at(-1));
    assert.deepEqual([event.width, event.height], [side, side]);
    return onScreen(page);
  };
  const small = await check(28);
  await page.evaluate(() => window.lab.reset({ image_size: 64 }));
  assert.deepEqual(await check(56), small, 'the same room on screen');
  await page.evaluate(() => window.lab.reset({ image_size: 32 }));
  assert.deepEqual(await check(28), small);
  await close(page);
});
