import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { aborted, GanvasError, toPlain } from '../src/errors.js';
import { kindOf, sortFiles } from '../src/idx-files.js';
import { chunk, inTime } from '../src/waiting.js';
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

test('one set is taken of what was dropped; the rest is named with its reason', async () => {
  const bytes = (magic, size) => new Uint8Array([0, 0, 8, magic, ...new Array(size).fill(0)]);
  const file = (name, content) => Object.assign(new Blob([content]), { name });
  const dropped = [
    file('t10k-images-idx3-ubyte', bytes(3, 40)),
    file('t10k-labels-idx1-ubyte', bytes(1, 10)),
    file('train-labels-idx1-ubyte', bytes(1, 12)),
    file('train-images-idx3-ubyte', bytes(3, 30)),
    file('readme.md', 'text'),
  ];
  const { images, labels, unused } = await sortFiles(dropped);
  assert.equal(images?.name, 'train-images-idx3-ubyte');
  assert.equal(labels?.name, 'train-labels-idx1-ubyte');
  assert.deepEqual(
    unused.map(({ name, reason }) => [name.split('-')[0], reason]),
    [
      ['t10k', 'test_set'],
      ['t10k', 'test_set'],
      ['readme.md', 'unknown'],
    ],
  );
  const alone = await sortFiles([dropped[2]]);
  assert.deepEqual([alone.images, alone.unused[0].reason], [undefined, 'no_images']);
});

test('a wait ends with its signal, or when nothing comes', async () => {
  const never = () => new Promise(() => {});
  await assert.rejects(inTime('x', never, { stall: 5 }), { code: 'network' });
  const life = new AbortController();
  const waiting = inTime('x', never, { signal: life.signal });
  life.abort(aborted('enough'));
  await assert.rejects(waiting, { code: 'aborted' });
  await assert.rejects(
    chunk('x', async () => ({})),
    { code: 'network' },
    'an empty module',
  );
  assert.equal(await inTime('x', async () => 3), 3);
});
