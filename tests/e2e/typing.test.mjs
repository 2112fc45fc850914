/** What a reader is typing stays as it is while the lab goes on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, goesOn, openLab, patience, startTraining } from '../support/lab.mjs';
import { openDrawer } from '../support/settings.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();

test('a field that is being filled in is left alone by reports', { timeout }, async () => {
  site.answer();
  const page = await openLab(browser, site);
  await startTraining(page);
  await openDrawer(page, 'settings');
  const field = page.locator('details[data-drawer="settings"] [data-field="batch_size"]');
  await field.click();
  await field.press('Control+a');
  await page.keyboard.type('1');
  await goesOn(page);
  await page.keyboard.type('2');
  await goesOn(page);
  assert.equal(await field.inputValue(), '12');
  await field.press('Tab');
  await goesOn(page);
  assert.equal(await field.inputValue(), '12');
  // Another spelling of the same number becomes the number.
  await field.fill('012');
  await field.press('Tab');
  assert.equal(await field.inputValue(), '12');
  await page.locator('[data-action="revert"]').click();
  assert.equal(await field.inputValue(), '4');
  await close(page);
});
