import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figure, fixed, signed, ticks } from '../src/views/numbers.js';

test('a figure has as many digits as its magnitude deserves', () => {
  const written = {
    '–': [undefined, Number.NaN],
    '0.00': [0, -0],
    '−7.16': [-7.162],
    0.0012: [0.00123],
    '−0.001': [-0.001],
    '1.0e−7': [1e-7],
    '−17.5M': [-17535845.16],
    123.5: [123.456],
    4567: [4567.2],
    '17.5M': [17535845.16],
    '12.3k': [12345],
    '∞': [Number.POSITIVE_INFINITY],
    '−∞': [Number.NEGATIVE_INFINITY],
  };
  for (const [text, values] of Object.entries(written)) {
    for (const value of values) assert.equal(figure(value), text, String(value));
  }
});

test('the labels of an axis tell its values apart, in one unit', () => {
  assert.deepEqual(ticks([0, 0.25, 0.5]), ['0.00', '0.25', '0.50']);
  assert.deepEqual(ticks([-1, 0, 1]), ['−1', '0', '1']);
  assert.deepEqual(ticks([0, 2.5, 5]), ['0.0', '2.5', '5.0']);
  assert.deepEqual(ticks([0, 10_000, 20_000]), ['0k', '10k', '20k']);
  assert.deepEqual(ticks([0, 2e7, 4e7]), ['0M', '20M', '40M']);
  assert.deepEqual(ticks([-0.0004, 0, 0.0004]), ['−0.0004', '0.0000', '0.0004']);
  assert.deepEqual(ticks([]), []);
});

test('what is below zero has a minus sign and no hyphen', () => {
  assert.equal(fixed(-1.25, 1), '−1.3');
  assert.equal(fixed(-0.001, 2), '0.00');
  assert.equal(fixed(undefined, 2), '–');
  assert.equal(signed(-3), '−3');
  assert.equal(signed(-1e-9), '−1e−9');
});
