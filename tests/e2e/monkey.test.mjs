/** Any calls in any order, any actions in any order: nothing hangs, nothing is lost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as idx from '../support/idx.mjs';
import { close, openLab, patience, tiny, workersBecome } from '../support/lab.mjs';
import { act, bringBack } from '../support/monkey.mjs';
import { randomFrom } from '../support/random.mjs';
import { play } from '../support/sequences.mjs';
import { suite } from '../support/suite.mjs';

const { site, browser } = await suite({ webgpu: true });
site.files.set('images', idx.images(60));

/** Of random calls, on each backend. */
const sequences = 500;

for (const backend of ['cpu', 'webgpu']) {
  test(`${sequences} sequences of calls, on ${backend}`, { timeout: 6 * patience }, async () => {
    const page = await openLab(browser, site, { ...tiny, backend, offscreen: 'run' });
    const uncaught = [];
    page.on('pageerror', (error) => uncaught.push(error.message));
    for (let seed = 1; seed <= sequences; seed += 1) {
      assert.deepEqual(await play(page, seed), [], `sequence ${seed}`);
    }
    assert.deepEqual(uncaught, []);
    await workersBecome(page, 1);
    await close(page);
  });
}

test('500 actions of a reader who does anything', { timeout: 6 * patience }, async () => {
  const page = await openLab(browser, site);
  const uncaught = [];
  page.on('pageerror', (error) => uncaught.push(error.message));
  const random = randomFrom(2026);
  const done = [];
  for (let at = 0; at < 500; at += 1) done.push(await act(page, random));
  const last = () => done.slice(-20).join('; ');
  assert.deepEqual(uncaught, [], last());
  await bringBack(page).catch((error) => assert.fail(`${error.message} after ${last()}`));
  const codes = await page.evaluate(() => window.events.error.map(({ code }) => code));
  assert.ok(!codes.includes('internal'), codes.join());
  assert.ok(page.workers().length <= 1);
  await close(page);
});
