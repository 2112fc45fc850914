/**
 * A longer soak: `node tests/soak.mjs [--minutes 60] [--seed 1] [--webgpu]`. Sequences of calls and
 * actions of a reader in turns, until the time is over or something goes wrong, whose seed it names.
 */
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { launch } from './support/browser.mjs';
import * as idx from './support/idx.mjs';
import { close, openLab, tiny } from './support/lab.mjs';
import { act, bringBack } from './support/monkey.mjs';
import { randomFrom } from './support/random.mjs';
import { play } from './support/sequences.mjs';
import { serve } from './support/server.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    webgpu: { type: 'boolean', default: false },
  },
});
const end = Date.now() + Number(values.minutes) * 60_000;
const attributes = { ...tiny, backend: values.webgpu ? 'webgpu' : 'cpu' };

const site = await serve();
site.files.set('images', idx.images(60));
const browser = await launch({ webgpu: values.webgpu });
let seed = Number(values.seed);
try {
  for (; Date.now() < end; seed += 1) {
    const page = await openLab(browser, site, attributes);
    /** @type {string[]} */
    const uncaught = [];
    page.on('pageerror', (error) => uncaught.push(error.message));
    for (let at = 0; at < 50; at += 1) {
      assert.deepEqual(await play(page, seed * 1000 + at), [], `sequence ${seed * 1000 + at}`);
    }
    const random = randomFrom(seed);
    for (let at = 0; at < 200; at += 1) await act(page, random);
    await bringBack(page);
    assert.deepEqual(uncaught, []);
    await close(page);
    console.log(`seed ${seed}: 50 sequences, 200 actions`);
  }
} catch (error) {
  console.error(`seed ${seed} failed`);
  throw error;
} finally {
  await browser.close();
  await site.close();
}
