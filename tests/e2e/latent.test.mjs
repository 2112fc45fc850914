/** The latent space of every model that has one: the walk between two z, and what is around one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, patience } from '../support/lab.mjs';
import { changed, squares } from '../support/pictures.mjs';
import { choose, openDrawer, openModel, shown, withLatents } from '../support/settings.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();

for (const model of withLatents) {
  test(`${model}: a walk, and the surroundings of a z`, { timeout }, async () => {
    const page = await openModel(browser, site, model);
    await openDrawer(page, 'explorer');
    const strip = page.locator('canvas.strip');
    const around = page.locator('canvas.plane');
    const walk = await squares(strip, 12);
    const near = await squares(around, 81);
    for (const { bytes, shades } of [...walk, ...near]) assert.ok(bytes.length > 0 && shades > 1);

    assert.notEqual(walk[0].bytes, walk[11].bytes);
    for (const at of [11, 0]) {
      await page.locator('[data-field="walk-at"]').fill(String(at));
      await shown(page);
      const [moment] = await squares(page.locator('canvas.moment'), 1);
      assert.equal(moment.bytes, walk[at].bytes, `picture ${at} is shown large`);
    }
    const end = page.locator('[data-field="walk-to"]');
    await end.fill('77');
    await end.blur();
    const other = await changed(strip, walk);
    assert.equal(other[0].bytes, walk[0].bytes, 'it begins where it did');
    assert.notEqual(other[11].bytes, walk[11].bytes);

    await page.locator('[data-field="plane-extent"]').fill('4');
    const far = await changed(around, near);
    assert.equal(far[40].bytes, near[40].bytes, 'the middle stays');
    const middle = page.locator('[data-field="plane-seed"]');
    await middle.fill('77');
    await middle.blur();
    const elsewhere = await changed(around, far);
    assert.notEqual(elsewhere[40].bytes, far[40].bytes);

    // The pictures follow training.
    await page.evaluate(() => window.lab.train({ steps: 2 }));
    await changed(strip, other);
    await changed(around, elsewhere);
    await close(page);
  });
}

test('in two dimensions the whole plane of z is shown', { timeout }, async () => {
  const page = await openModel(browser, site, 'vae', { latent_dim: 2 });
  await openDrawer(page, 'explorer');
  await squares(page.locator('canvas.plane'), 81);
  assert.match(await page.locator('section.plane .note').textContent(), /two dimensions/);
  assert.equal(await page.locator('[data-field="plane-seed"]').count(), 0);
  await choose(page, { latent_dim: 3 });
  assert.match(await page.locator('section.plane .note').textContent(), /sphere of radius √d/);
  await close(page);
});

test('a model without latents has nothing to explore', { timeout }, async () => {
  const page = await openModel(browser, site, 'cyclegan');
  assert.equal(await page.locator('[data-drawer="settings"]').count(), 1);
  assert.equal(await page.locator('[data-drawer="explorer"]').count(), 0);
  await close(page);
});
