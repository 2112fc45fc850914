/** Empty submits while a map is pending: in Firefox, on the queue of the work, and no longer. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { promptMaps } from '../src/worker/prompt-maps.js';

/** @type {{ queue: GPUQueue, commands: unknown[] }[]} */
let submitted = [];
/** @type {(() => void) | undefined} what somebody waits for */
let seen;
/** Settles the map that is pending. */
let settle = { resolve: () => {}, reject: (_error) => {} };

/** A browser by its name, with the two interfaces that matter. */
function browser(userAgent) {
  submitted = [];
  globalThis.GPUQueue = class {
    submit(commands) {
      submitted.push({ queue: this, commands });
      seen?.();
    }
  };
  globalThis.GPUBuffer = class {
    mapAsync() {
      return new Promise((resolve, reject) => {
        settle = { resolve: () => resolve(undefined), reject };
      });
    }
  };
  Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { userAgent } });
  promptMaps();
}

const empty = () => submitted.filter(({ commands }) => commands.length === 0);
/** Waits until so many empty submits were seen. */
async function emptySubmits(count) {
  while (empty().length < count) {
    await new Promise((resolve) => {
      seen = () => resolve(undefined);
    });
  }
}
/** Longer than a few rounds of the timer: what has not come by then was not asked for. */
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 60));

beforeEach(() => browser('Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0'));

test('while a map is pending nothing is submitted, again and again, where the work went', async () => {
  const other = new GPUQueue();
  const queue = new GPUQueue();
  other.submit(['before']);
  queue.submit(['work']);
  const mapped = new GPUBuffer().mapAsync(1);
  await emptySubmits(3);
  settle.resolve();
  await mapped;
  const count = empty().length;
  assert.ok(empty().every((entry) => entry.queue === queue));
  await aWhile();
  assert.equal(empty().length, count, 'no longer than it is pending');
});

test('a map that fails ends it too, and fails as it did', async () => {
  new GPUQueue().submit(['work']);
  const mapped = new GPUBuffer().mapAsync(1);
  await emptySubmits(1);
  settle.reject(new Error('lost'));
  await assert.rejects(mapped, /lost/);
  const count = empty().length;
  await aWhile();
  assert.equal(empty().length, count);
});

test('other browsers are left alone', async () => {
  browser('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36');
  const { submit } = GPUQueue.prototype;
  promptMaps();
  assert.equal(GPUQueue.prototype.submit, submit);
  new GPUQueue().submit(['work']);
  const mapped = new GPUBuffer().mapAsync(1);
  await aWhile();
  assert.equal(empty().length, 0);
  settle.resolve();
  await mapped;
});

test('a browser without WebGPU does not mind', () => {
  globalThis.GPUBuffer = undefined;
  promptMaps();
});
