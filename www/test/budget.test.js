import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Budgeted } from '../src/budget.js';
import { views } from '../src/worker/views.js';
import { shareOfAll, Watches } from '../src/worker/watches.js';

/** Runs with a clock that only the test turns on. */
async function withClock(work) {
  const { now } = performance;
  const clock = { now: 1000 };
  performance.now = () => clock.now;
  try {
    return await work(clock);
  } finally {
    performance.now = now;
  }
}

/**
 * A worker with a clock of its own that trains for `slice` milliseconds, then looks if it may: how
 * much of the time went to looks.
 */
const shareOfLooks = ({ everyMs, share }, slice, costs) =>
  withClock(async (clock) => {
    const budget = new Budgeted(everyMs, share);
    let spent = 0;
    let looks = 0;
    const start = clock.now;
    while (clock.now < start + 600_000) {
      clock.now += slice;
      if (!budget.due) continue;
      const cost = costs(looks);
      await budget.run(async () => {
        clock.now += cost;
      });
      spent += cost;
      looks += 1;
    }
    return { share: spent / (clock.now - start), looks };
  });

test('the judge takes a twentieth of the time at most, however slow the device is', async () => {
  assert.equal(views.judge.share, 0.05);
  for (const slice of [1, 50, 800]) {
    for (const cost of [1, 60, 400, 5000]) {
      const { share, looks } = await shareOfLooks(views.judge, slice, () => cost);
      assert.ok(looks > 1);
      assert.ok(share <= 0.05, `${cost} ms after slices of ${slice} ms: ${share}`);
    }
  }
});

test('neither does it where looks take now longer, now shorter', async () => {
  const { share } = await shareOfLooks(views.judge, 20, (look) => (look % 3 === 0 ? 900 : 100));
  assert.ok(share <= 0.05, `${share}`);
});

test('a quick device is not looked at more than once a second', async () => {
  const { looks } = await shareOfLooks(views.judge, 10, () => 2);
  assert.ok(looks <= 600, `${looks}`);
});

/** A view that is seen after `parts` parts of `cost` milliseconds each. */
function inParts(clock, parts, cost) {
  const made = { parts: 0 };
  const view = {
    ...views.judge,
    look: async () => {
      clock.now += cost;
      made.parts += 1;
      return made.parts % parts === 0 ? { value: made.parts } : { unfinished: true };
    },
  };
  return { made, view };
}

test('parts of a look follow each other as the share allows it, whole looks after a second', () =>
  withClock(async (clock) => {
    const { made, view } = inParts(clock, 4, 10);
    const watches = new Watches({ judge: view });
    watches.set('judge', {});
    const seen = [];
    const start = clock.now;
    while (clock.now < start + 10_000) {
      clock.now += 5;
      watches.outdate();
      for await (const { value } of watches.look({}, true)) seen.push([value, clock.now - start]);
    }
    assert.deepEqual(
      seen.slice(0, 3).map(([value]) => value),
      [4, 8, 12],
    );
    // Three waits of 10 ms / 0.05 each, and between two looks a second.
    assert.ok(seen[0][1] >= 600 && seen[0][1] < 800, `${seen[0]}`);
    assert.ok(seen[1][1] - seen[0][1] >= 1600, `${seen[1]}`);
    assert.ok(made.parts * 10 <= 0.055 * (clock.now - start), `${made.parts} parts`);
  }));

test('a run that rests is looked at part by part', () =>
  withClock(async (clock) => {
    const { view } = inParts(clock, 3, 400);
    const watches = new Watches({ judge: view });
    watches.set('judge', {});
    const turns = [];
    while (watches.stale) {
      const found = [];
      for await (const { value } of watches.look({}, false)) found.push(value);
      turns.push(found);
    }
    assert.deepEqual(turns, [[], [], [3]]);
  }));

test('what was seen of an earlier moment leaves a run that stops to be looked at again', async () => {
  const moments = [true, false];
  const view = { ...views.judge, look: async () => ({ value: 0, old: moments.shift() }) };
  const watches = new Watches({ judge: view });
  watches.set('judge', {});
  for (const stale of [true, false]) {
    for await (const sight of watches.look({}, stale))
      assert.deepEqual(sight, { what: 'judge', value: 0 });
    assert.equal(watches.stale, stale);
  }
});

test('a view that nobody watches any longer is told, though nothing trains', async () => {
  const left = [];
  const view = {
    ...views.judge,
    look: async () => undefined,
    leave: (session) => left.push(session),
  };
  const watches = new Watches({ judge: view });
  watches.set('judge', null);
  assert.equal(watches.stale, false, 'nobody did');
  watches.set('judge', {});
  watches.set('judge', null);
  // Watched again before it was told.
  watches.set('judge', {});
  for (let turn = 0; turn < 2 && watches.stale; turn += 1)
    for await (const _ of watches.look({ session: 'it' }, false));
  assert.deepEqual(left, ['it']);
  assert.equal(watches.stale, false);
});

test('all views together take a tenth of the time at most, and each has its turns', () =>
  withClock(async (clock) => {
    for (const slice of [1, 50, 800]) {
      for (const [quick, slow] of [
        [2, 30],
        [40, 300],
        [900, 900],
      ]) {
        const looks = { eyes: 0, judge: 0, plane: 0 };
        const view = (/** @type {keyof looks} */ name, /** @type {number} */ cost) => ({
          ...views[name],
          look: async () => {
            clock.now += cost;
            looks[name] += 1;
            return { value: 0 };
          },
        });
        const watches = new Watches({
          eyes: view('eyes', quick),
          judge: view('judge', slow),
          plane: view('plane', quick),
        });
        for (const name of Object.keys(looks)) watches.set(name, {});
        const start = clock.now;
        while (clock.now < start + 600_000) {
          clock.now += slice;
          watches.outdate();
          const scene = /** @type {import('../src/worker/watches.js').Scene} */ ({});
          for await (const _ of watches.look(scene, true));
        }
        const spent = quick * (looks.eyes + looks.plane) + slow * looks.judge;
        const seen = `${JSON.stringify(looks)}, slices of ${slice} ms, ${quick} and ${slow} ms`;
        assert.ok(spent / (clock.now - start) <= shareOfAll, seen);
        for (const count of Object.values(looks)) assert.ok(count > 5, seen);
      }
    }
  }));

test('a view that fails has a budget like any other', () =>
  withClock(async (clock) => {
    const made = { eyes: 0, judge: 0 };
    const view = (/** @type {keyof made} */ name, /** @type {() => any} */ outcome) => ({
      ...views[name],
      look: async () => {
        clock.now += 30;
        made[name] += 1;
        return outcome();
      },
    });
    const fails = () => {
      throw new Error('no');
    };
    const watches = new Watches({
      eyes: view('eyes', fails),
      judge: view('judge', () => ({ value: 0 })),
    });
    for (const name of Object.keys(made)) watches.set(name, {});
    const start = clock.now;
    while (clock.now < start + 60_000) {
      clock.now += 20;
      watches.outdate();
      const scene = /** @type {import('../src/worker/watches.js').Scene} */ ({});
      for await (const _ of watches.look(scene, true));
    }
    const spent = 30 * (made.eyes + made.judge);
    assert.ok(spent / (clock.now - start) <= shareOfAll, JSON.stringify(made));
    assert.ok(made.judge > 20, JSON.stringify(made));
  }));
