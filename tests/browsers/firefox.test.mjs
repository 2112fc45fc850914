/** Firefox: the whole set on the CPU, and WebGPU on Mesa's lavapipe as a second implementation. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { broken, worker } from '../support/faults.mjs';
import { patience } from '../support/lab.mjs';
import { dist, serve } from '../support/server.mjs';
import { chromium } from './support/chromium.mjs';
import { firefox } from './support/firefox.mjs';
import { openLab, testBrowser, testWebgpu, tinyRun } from './support/set.mjs';

testBrowser('Firefox', firefox, chromium);

testWebgpu('Firefox', () => firefox({ webgpu: true }));

test('Firefox: a chunk that could not be fetched comes at a later try', {
  timeout: patience,
}, async () => {
  const name = readdirSync(path.join(dist, 'chunks')).find((file) => /^lab-.*\.js$/.test(file));
  const site = await serve(broken(`chunks/${name}`, 'unavailable'));
  after(() => site.close());
  const driven = await firefox();
  after(() => driven.close());
  const page = await openLab(driven, site);
  const outcome = () =>
    page.evaluate(() =>
      window.lab.train({ steps: 1 }).then(
        ({ step }) => step,
        ({ code }) => code,
      ),
    );
  assert.deepEqual([await outcome(), await outcome()], ['network', 'network']);
  site.answer();
  assert.equal(await outcome(), 1);
  await page.close();
});

/** Tells the page of each map and of each empty submit, with how many maps are pending. */
const counting = worker(`
  {
    const told = new BroadcastChannel('calls');
    let pending = 0;
    const { submit } = GPUQueue.prototype;
    GPUQueue.prototype.submit = function (commands) {
      if (commands.length === 0) told.postMessage({ call: 'empty', pending });
      return submit.call(this, commands);
    };
    const { mapAsync } = GPUBuffer.prototype;
    GPUBuffer.prototype.mapAsync = function (...values) {
      pending += 1;
      const mapped = mapAsync.apply(this, values);
      mapped.finally(() => {
        pending -= 1;
        told.postMessage({ call: 'mapped', pending });
      });
      return mapped;
    };
  }`);

test('Firefox: empty submits while a map is pending, and at no other time', {
  timeout: 2 * patience,
}, async () => {
  const site = await serve(counting);
  after(() => site.close());
  const driven = await firefox({ webgpu: true });
  after(() => driven.close());
  const page = await openLab(driven, site, { ...tinyRun('dcgan'), backend: 'webgpu' });
  const calls = await page.evaluate(async () => {
    const heard = [];
    new BroadcastChannel('calls').onmessage = ({ data }) => heard.push(data);
    for (let step = 0; step < 10; step += 1) await window.lab.train({ steps: 1 });
    // What a worker told before its answer may come after it.
    await window.lab.save();
    return heard;
  });
  const empty = calls.filter(({ call }) => call === 'empty');
  assert.ok(empty.length > 0, 'Firefox is asked to look');
  assert.ok(
    empty.every(({ pending }) => pending > 0),
    JSON.stringify(empty.slice(0, 5)),
  );
  assert.ok(calls.some(({ call }) => call === 'mapped'));
});
