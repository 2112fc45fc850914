import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as check from '../src/lab/arguments.js';

/** @type {Record<string, [unknown, string][]>} */
const refused = {
  train: [
    [{ steps: 0 }, 'steps'],
    [{ steps: 2 ** 60 }, 'steps'],
    [null, 'options'],
    [5, 'options'],
  ],
  changes: [
    ['x', 'changes'],
    [[], 'changes'],
    [null, 'changes'],
  ],
  step: [
    ['neither', 'step'],
    [7, 'step'],
  ],
  weights: [
    ['both', 'weights'],
    [null, 'weights'],
  ],
  sample: [
    [{ count: 4097 }, 'count'],
    [{ count: 2 ** 32 + 1 }, 'count'],
    [{ seed: -1 }, 'seed'],
    [{ seed: 0.5 }, 'seed'],
    [{ seed: 2 ** 32 }, 'seed'],
    [{ label: 10 }, 'label'],
    [{ label: '3' }, 'label'],
    [{ truncation: Number.NaN }, 'truncation'],
    [{ z: [] }, 'z'],
    [{ z: 'x' }, 'z'],
    [{ z: [1, Number.NaN] }, 'z'],
    [{ z: [1e39] }, 'z'],
    [{ z: [[1, 2], 3] }, 'z'],
    [{ z: [1, 2], seed: 3 }, 'seed'],
    [{ z: [1, 2], count: 3 }, 'count'],
    [{ z: [1, 2], truncation: 1 }, 'truncation'],
    [{ labels: [] }, 'labels'],
    [{ labels: [3, 10] }, 'labels'],
    [{ labels: [3.5] }, 'labels'],
    [{ labels: ['3'] }, 'labels'],
    [{ labels: [3], label: 4 }, 'label'],
    [{ mix: 0.5 }, 'labels'],
    [{ labels: [3], mix: 0.5 }, 'labels'],
    [{ labels: [3, 4, 5], mix: 0.5 }, 'labels'],
    [{ labels: [3, 4], mix: 1.5 }, 'mix'],
    [{ labels: [3, 4], mix: [0, Number.NaN] }, 'mix'],
    [{ labels: [3, 4], mix: [] }, 'mix'],
    [{ labels: [3, 4], mix: '0.5' }, 'mix'],
  ],
  look: [
    [{ index: 64 }, 'index'],
    [{ index: 1.5 }, 'index'],
    [{ index: 0, z: [] }, 'z'],
    [{ index: 0, z: [1, Number.NaN] }, 'z'],
    [{ index: 0, z: 'x' }, 'z'],
    [null, 'options'],
  ],
  evaluate: [
    [{ count: 9 }, 'count'],
    [{ count: '100' }, 'count'],
    [null, 'options'],
  ],
};

const { train, changes, step, weights, sample, look, evaluate } = check;
/** @type {Record<string, (value: any) => unknown>} */
const members = { train, changes, step, weights, sample, look, evaluate };

test('what would wrap or turn into something else never reaches the session', () => {
  for (const [member, cases] of Object.entries(refused)) {
    for (const [argument, field] of cases) {
      assert.throws(
        () => members[member](argument),
        { code: 'bad_experiment', field },
        `${member} of ${String(argument)}`,
      );
    }
  }
  assert.throws(() => check.files({ images: 'x' }), { code: 'bad_dataset', field: 'images' });
  assert.throws(() => check.files(null), { code: 'bad_dataset' });
  assert.throws(() => check.source(5), { code: 'bad_checkpoint' });
});

test('what is sound passes as it is', () => {
  assert.equal(check.train(undefined), undefined);
  assert.equal(check.train({ steps: 3 }), 3);
  const given = { seed: 1, loss: 'hinge', spectral_norm: true, width: undefined };
  const changes = check.changes(given);
  given.seed = 2;
  assert.deepEqual(changes, { seed: 1, loss: 'hinge', spectral_norm: true });
  assert.equal(check.step(undefined), 'both');
  const flat = Float32Array.of(1, 2, 3, 4);
  for (const z of [
    [1, 2, 3, 4],
    flat,
    [
      [1, 2],
      [3, 4],
    ],
    [flat.subarray(0, 2), [3, 4]],
  ]) {
    assert.deepEqual(check.sample({ z }).z, flat);
  }
  const { labels, mix } = check.sample({ labels: [3, 8], mix: 0.5 });
  assert.deepEqual([labels, mix], [Uint8Array.of(3, 8), Float32Array.of(0.5)]);
  assert.deepEqual(check.sample({ labels: [3, 8], mix: [0, 1] }).mix, Float32Array.of(0, 1));
  assert.deepEqual(check.sample({ labels: 7 }).labels, Uint8Array.of(7));
  assert.equal(check.evaluate(undefined), 1000);
  assert.equal(check.weights('raw'), 'raw');
  assert.equal(check.weights(undefined), undefined);
  assert.deepEqual(check.look(undefined), { index: undefined, z: undefined });
  const z = new Float32Array([1, 2]);
  assert.deepEqual(check.look({ index: 63, z }), { index: 63, z: [1, 2] });
});

test('points are x, y pairs of the plane, and no images besides', () => {
  const points = Float32Array.of(-2, 2, 0, 0.5);
  assert.deepEqual(check.files({ points, name: 'mine' }), { points, name: 'mine' });
  for (const wrong of [
    { points: [0, 1] },
    { points: new Float64Array(2) },
    { points: new Float32Array() },
    { points: Float32Array.of(1, 2, 0) },
    { points: Float32Array.of(0, 2.01) },
    { points: Float32Array.of(Number.NaN, 0) },
    { points: Float32Array.of(0, Number.NEGATIVE_INFINITY) },
    { points, images: new Uint8Array(4) },
    { points, labels: new Uint8Array(4) },
  ]) {
    assert.throws(() => check.files(wrong), { code: 'bad_dataset', field: 'points' });
  }
  assert.throws(() => check.files({ points, name: 3 }), { code: 'bad_dataset', field: 'name' });
});
