import assert from 'node:assert/strict';
import test from 'node:test';
import { Watches } from '../src/worker/watches.js';

/** @param {AsyncIterable<any>} sights */
async function collect(sights) {
  const seen = [];
  for await (const sight of sights) seen.push(sight);
  return seen;
}

const scene = /** @type {any} */ ({ step: 3 });

function watches(everyMs = 0, share = 1) {
  let looks = 0;
  const view = {
    everyMs,
    share,
    look: async (/** @type {any} */ { step }, /** @type {any} */ options) => {
      looks += 1;
      return options.blind ? undefined : { value: { step, ...options } };
    },
  };
  return { subject: new Watches({ eyes: view }), looks: () => looks };
}

test('what is watched is looked at once after each change', async () => {
  const { subject, looks } = watches();
  assert.equal(subject.stale, false);
  subject.set('eyes', { index: 7 });
  assert.equal(subject.stale, true);
  assert.deepEqual(await collect(subject.look(scene, false)), [
    { what: 'eyes', value: { step: 3, index: 7 } },
  ]);
  assert.equal(subject.stale, false);
  assert.deepEqual(await collect(subject.look(scene, false)), []);
  subject.outdate();
  assert.equal((await collect(subject.look(scene, false))).length, 1);
  assert.equal(looks(), 2);
});

test('training waits for its budget; a pause does not', async () => {
  const { subject } = watches(60_000);
  subject.set('eyes', {});
  assert.equal((await collect(subject.look(scene, true))).length, 1);
  subject.outdate();
  assert.equal((await collect(subject.look(scene, true))).length, 0);
  assert.equal(subject.stale, true, 'it is still to be looked at');
  assert.equal((await collect(subject.look(scene, false))).length, 1);
});

test('an end, an unknown view and nothing to see cost nothing', async () => {
  const { subject, looks } = watches();
  subject.set('eyes', {});
  subject.set('eyes', null);
  subject.set('toString', {});
  assert.equal(subject.stale, false);
  assert.equal((await collect(subject.look(scene, false))).length, 0);
  assert.equal(looks(), 0);
  subject.set('eyes', { blind: true });
  assert.equal((await collect(subject.look(scene, false))).length, 0);
  assert.equal(subject.stale, false);
});

test('a view that fails is told by its name, and keeps no other from its turn', async () => {
  const failing = { everyMs: 0, share: 1, look: async () => Promise.reject(new Error('no')) };
  const sound = { everyMs: 0, share: 1, look: async () => ({ value: 1 }) };
  const subject = new Watches({ eyes: failing, plane: sound });
  for (const what of ['eyes', 'plane']) subject.set(what, {});
  const [first, second] = await collect(subject.look(scene, false));
  assert.deepEqual([first.what, first.error.message], ['eyes', 'no']);
  assert.deepEqual(second, { what: 'plane', value: 1 });
  assert.equal(subject.stale, false, 'it is not tried again until something changes');
});
