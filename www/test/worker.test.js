import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { GanvasError, toPlain } from '../src/errors.js';
import { kindOf, sortFiles } from '../src/idx-files.js';
import { lostSession } from '../src/worker/engine.js';
import { Inbox } from '../src/worker/inbox.js';
import { Pace } from '../src/worker/pace.js';

test('a slow device gets one step at a time, a fast one many', () => {
  const slow = new Pace();
  for (let i = 0; i < 10; i += 1) {
    slow.add(slow.allowance, 1);
    slow.settle(3000 * slow.taken);
  }
  assert.equal(slow.allowance, 1);
  const fast = new Pace();
  for (let i = 0; i < 20; i += 1) {
    fast.add(fast.allowance, 1 * fast.allowance);
    fast.settle(0);
  }
  assert.ok(fast.allowance >= 100 && fast.allowance <= 300);
  assert.ok(Math.abs(fast.stepsPerSecond - 1000) < 50);
});

test('messages are taken in order, and an arrival ends the wait', async () => {
  const inbox = new Inbox();
  const waiting = inbox.arrival();
  inbox.put('a');
  inbox.put('b');
  await waiting;
  assert.deepEqual([inbox.take(), inbox.take(), inbox.take()], ['a', 'b', undefined]);
  await inbox.arrival(1);
});

test('a trap loses the session, a refusal does not', () => {
  const trap = lostSession(new WebAssembly.RuntimeError('unreachable'), undefined);
  assert.equal(trap?.code, 'internal');
  assert.equal(lostSession(new GanvasError('device_lost', 'gone'), undefined)?.code, 'device_lost');
  assert.equal(lostSession(new GanvasError('bad_checkpoint', 'no'), undefined), undefined);
});

test('whatever was thrown has a code', () => {
  assert.equal(toPlain('text').code, 'internal');
  assert.equal(toPlain(undefined).code, 'internal');
  assert.equal(toPlain(Object.assign(new Error('x'), { code: 'diverged' })).code, 'diverged');
});

test('dropped files are told apart by their content', async () => {
  const images = new Uint8Array([0, 0, 8, 3, 0, 0, 0, 1]);
  const labels = new Uint8Array([0, 0, 8, 1, 0, 0, 0, 1]);
  const file = (name, bytes) => Object.assign(new Blob([bytes]), { name });
  assert.equal(await kindOf(file('a', images)), 'images');
  assert.equal(await kindOf(file('b.gz', gzipSync(labels))), 'labels');
  assert.equal(await kindOf(file('c.safetensors', labels)), 'checkpoint');
  assert.equal(await kindOf(file('d', new Uint8Array([1]))), 'unknown');
  assert.equal(await kindOf(file('e.gz', new Uint8Array([0x1f, 0x8b, 1, 2]))), 'unknown');
  const sorted = await sortFiles([file('l', labels), file('i', images)]);
  assert.equal(sorted.images?.name, 'i');
  assert.equal(sorted.labels?.name, 'l');
});
