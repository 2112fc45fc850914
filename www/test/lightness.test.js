import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layOver, lightnessOf } from '../src/element/lightness.js';

const near = (actual, expected) =>
  assert.ok(Math.abs(actual - expected) < 0.01, `${actual}, not ${expected}`);

test('the same grey is as light in every spelling', () => {
  // OKLab's L of #808080 is 0.5999, CIE's L* is 53.6.
  for (const colour of [
    'rgb(128, 128, 128)',
    'rgba(128, 128, 128, 1)',
    'color(srgb 0.502 0.502 0.502)',
    'color(display-p3 0.502 0.502 0.502)',
    'oklch(0.5999 0 0)',
    'oklab(0.5999 0 0 / 1)',
  ]) {
    const { lightness, alpha } = lightnessOf(colour);
    near(lightness, 0.6);
    assert.equal(alpha, 1, colour);
  }
  near(lightnessOf('lab(53.6 0 0)').lightness, 0.536);
});

test('alpha is read, and what is no colour lets all through', () => {
  assert.equal(lightnessOf('rgba(0, 0, 0, 0)').alpha, 0);
  assert.equal(lightnessOf('rgba(0, 0, 0, 0.25)').alpha, 0.25);
  assert.equal(lightnessOf('color(srgb 0 0 0 / 0.5)').alpha, 0.5);
  assert.equal(lightnessOf('oklch(1e-7 2e-8 0 / 0.5)').alpha, 0.5);
  for (const colour of ['', 'transparent', 'Canvas']) assert.equal(lightnessOf(colour).alpha, 0);
});

test('layers: the top one as far as it covers, the last one in any case', () => {
  const black = { lightness: 0, alpha: 1 };
  const white = { lightness: 1, alpha: 1 };
  const haze = { lightness: 0, alpha: 0.5 };
  const nothing = { lightness: 0, alpha: 0 };
  assert.equal(layOver([nothing, white]), 1);
  assert.equal(layOver([black, white]), 0);
  assert.equal(layOver([haze, white]), 0.5);
  assert.equal(layOver([haze, haze, white]), 0.25);
  assert.equal(layOver([nothing]), 0);
});
