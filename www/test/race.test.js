/** What is tried for `auto`: the very work that will run, on both backends. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { decide } from '../src/trial/race.js';

const site = { base: new URL('https://example.org/') };
const experiment = { model: 'dcgan', width: 2 };
/** What the workers of trials were asked. @type {Record<string, any>[]} */
let asked = [];
let devices = 0;

/** A worker that answers a trial at once: the GPU is faster. */
class FakeWorker extends EventTarget {
  constructor() {
    super();
    queueMicrotask(() => this.#say({ type: 'hello', build: '' }));
  }

  /** @param {Record<string, any>} message */
  postMessage(message) {
    if (message.type !== 'trial') return;
    asked.push(message);
    const steps_per_second = message.backend === 'webgpu' ? 9 : 3;
    queueMicrotask(() =>
      this.#say({ type: 'reply', id: message.id, value: { steps_per_second, whole: true } }),
    );
  }

  terminate() {}

  /** @param {unknown} data */
  #say(data) {
    this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }
}

Object.assign(globalThis, { Worker: FakeWorker });
Object.defineProperty(globalThis, 'origin', { value: 'https://example.org' });
beforeEach(() => {
  asked = [];
  devices += 1;
});

/** @param {object} manner @param {string} [cpu] @param {string} [device] */
const decided = (manner, cpu = 'cpu 1', device = `device ${devices}`) =>
  decide(site, { device, cpu }, { experiment, ...manner }, new AbortController().signal, () => {});

test('each backend is tried in the manner of the run', async () => {
  const { backend } = await decided({ exact: true, threads: 2 });
  assert.equal(backend, 'webgpu');
  assert.deepEqual(
    asked.map(({ backend, exact, threads }) => [backend, exact, threads]),
    [
      ['webgpu', true, 2],
      ['cpu', true, 2],
    ],
  );
  assert.deepEqual(asked[0].experiment, experiment);
});

test('of a run, nothing else goes into its trial', async () => {
  await decided({ exact: false, snapshot: new Uint8Array(1), files: {}, weights: 'average' });
  for (const message of asked) {
    for (const name of ['snapshot', 'files', 'weights']) assert.ok(!(name in message), name);
  }
});

test('the same work is tried once', async () => {
  await decided({});
  assert.equal(asked.length, 2);
  await decided({});
  assert.equal(asked.length, 2);
  await decided({}, 'cpu-threads 2');
  assert.equal(asked.length, 4, 'another way of the CPU is other work');
  await decided({});
  assert.equal(asked.length, 4, 'and the first is still known');
  await decided({}, 'cpu 1', 'another device');
  assert.equal(asked.length, 6);
});
