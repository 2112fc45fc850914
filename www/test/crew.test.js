import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Crew } from '../src/worker/crew.js';

/** Trains for a while where a step takes so long alone and with help; how often it was alone. */
function train(crew, milliseconds, [alone, shared]) {
  let resting = 0;
  let all = 0;
  for (let now = 0; now < milliseconds; ) {
    const step = crew.resting ? alone : shared;
    crew.took(1, step);
    now += step;
    all += step;
    if (crew.resting) resting += step;
  }
  return resting / all;
}

test('helpers that help go on, and rest for short tries only', () => {
  for (const step of [1, 20, 300]) {
    const share = train(new Crew(), 60_000, [1.7 * step, step]);
    assert.ok(share > 0 && share < 0.1, `${step}: ${share}`);
  }
});

test('helpers that are in the way rest, but for short tries', () => {
  for (const step of [1, 20, 300]) {
    const share = train(new Crew(), 60_000, [step, 1.3 * step]);
    assert.ok(share > 0.85 && share < 1, `${step}: ${share}`);
  }
});

test('they help again when the machine has time for them', () => {
  const crew = new Crew();
  assert.ok(train(crew, 60_000, [20, 40]) > 0.9);
  assert.ok(train(crew, 60_000, [20, 12]) < 0.3);
  assert.ok(train(crew, 60_000, [20, 40]) > 0.6);
});

test('a slow moment alone sends nobody to rest', () => {
  // Each of these moments covers what the try is compared with, and is over before the next try.
  for (let start = 0; start < 3000; start += 100) {
    const crew = new Crew();
    let resting = 0;
    for (let now = 0; now < 10_000; ) {
      const shared = now >= start && now < start + 300 ? 40 : 12;
      const step = crew.resting ? 20 : shared;
      crew.took(1, step);
      now += step;
      if (crew.resting) resting += step;
    }
    assert.ok(resting < 2500, `${start}: ${resting}`);
  }
});
