import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { aborted, GanvasError, toPlain } from '../src/errors.js';
import { fetchWhole } from '../src/fetching.js';
import { kindOf, sortFiles } from '../src/idx-files.js';
import { chunk, inTime, limits } from '../src/waiting.js';
import { lostSession } from '../src/worker/engine.js';
import { Inbox } from '../src/worker/inbox.js';
import { judging } from '../src/worker/judging.js';
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

/** Runs with another `fetch`, and files that may be silent for `stall` milliseconds. */
async function withFetch(fetch, stall, work) {
  const before = [globalThis.fetch, limits.stall];
  [globalThis.fetch, limits.stall] = [fetch, stall];
  try {
    return await work();
  } finally {
    [globalThis.fetch, limits.stall] = before;
  }
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A body of five bytes, `every` so many milliseconds, of which `sent` come. */
const slowly = (every, sent = 5) =>
  new ReadableStream({
    at: 0,
    async pull(controller) {
      if (this.at === 5) return controller.close();
      if (this.at === sent) return new Promise(() => {});
      await pause(every);
      this.at += 1;
      controller.enqueue(Uint8Array.of(this.at));
    },
  });

test('a file that comes slowly comes; one that stops is given up', async () => {
  let signal;
  const answer = (sent) => async (_, options) => {
    signal = options.signal;
    return new Response(slowly(40, sent));
  };
  await withFetch(answer(5), 150, async () => {
    assert.deepEqual([...(await fetchWhole('run', 'x:run'))], [1, 2, 3, 4, 5]);
    assert.equal(signal.aborted, false);
  });
  await withFetch(answer(2), 150, async () => {
    await assert.rejects(fetchWhole('run', 'x:run'), { code: 'network', message: /^run: nothing/ });
    assert.equal(signal.aborted, true, 'its connection is free again');
  });
});

test('a classifier that does not come is told of, also while it trains, and asked for now and then', async () => {
  let asked = 0;
  const missing = async () => {
    asked += 1;
    return new Response('', { status: 404 });
  };
  await withFetch(missing, 1000, async () => {
    const session = { has_judge: () => false, forget_look: () => {} };
    const look = (training) => judging.look({ session, step: 1, training }, {});
    const failed = { code: 'network', message: /digit-classifier.*404/ };
    assert.equal(await look(true), undefined, 'training does not wait');
    await pause(20);
    await assert.rejects(look(true), failed);
    for (let turn = 0; turn < 3; turn += 1) {
      assert.equal(await look(true), undefined);
      await pause(5);
    }
    assert.equal(asked, 1, 'not with every look');
    // The reader has it tried again.
    judging.leave?.(session);
    assert.equal(await look(true), undefined);
    await pause(20);
    await assert.rejects(look(true), failed);
    assert.equal(asked, 2);
    await assert.rejects(look(false), failed, 'a run that rests waits for it');
    assert.equal(asked, 3);
  });
});

test('a classifier that is damaged is fetched anew, and is no fault of a checkpoint', async () => {
  let asked = 0;
  const damaged = async () => {
    asked += 1;
    return new Response('?');
  };
  await withFetch(damaged, 1000, async () => {
    const session = {
      has_judge: () => false,
      forget_look: () => {},
      load_judge: () => {
        throw new GanvasError('bad_checkpoint', 'no header');
      },
    };
    const scene = { session, step: 1, training: false, prepare: async (work) => work() };
    for (const times of [1, 2]) {
      await assert.rejects(judging.look(scene, {}), { code: 'network', message: /no header/ });
      assert.equal(asked, times);
    }
  });
});
