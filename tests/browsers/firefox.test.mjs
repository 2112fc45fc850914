/** Firefox: the whole set on the CPU, and WebGPU on Mesa's lavapipe as a second implementation. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { patience } from '../support/lab.mjs';
import { serve } from '../support/server.mjs';
import { chromium } from './support/chromium.mjs';
import { firefox } from './support/firefox.mjs';
import { openLab, testBrowser, tinyRun, trace } from './support/set.mjs';

testBrowser('Firefox', firefox, chromium);

/** What float arithmetic in another order may move within three steps, as between the backends. */
const tolerance = 1e-3;

test('Firefox: WebGPU on lavapipe agrees with the CPU over three steps', {
  timeout: 2 * patience,
}, async () => {
  const site = await serve();
  after(() => site.close());
  const driven = await firefox({ webgpu: true });
  after(() => driven.close());
  for (const model of ['dcgan', 'wgan_gp', 'vae']) {
    const runs = [];
    for (const backend of ['cpu', 'webgpu']) {
      const page = await openLab(driven, site, { ...tinyRun(model), backend });
      assert.equal(
        await page.evaluate(() => window.lab.ready.then((about) => about.backend)),
        backend,
      );
      runs.push((await page.evaluate(trace, 3)).flat());
      await page.close();
    }
    const [cpu, gpu] = runs;
    gpu.forEach((value, at) => {
      const error = Math.abs(value - cpu[at]);
      assert.ok(
        error <= tolerance * Math.max(1, Math.abs(cpu[at])),
        `${model}: ${value} and ${cpu[at]}`,
      );
    });
  }
});
