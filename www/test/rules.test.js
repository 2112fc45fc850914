/** What Rust refuses, JavaScript refuses: the same settings, with the same field and sentence. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { rules } from '../src/generated/schema.js';
import { translator } from '../src/i18n/index.js';
import { problemOfChanges, problemOfValues, withEdits } from '../src/settings/changes.js';
import { defaultExperiment, experimentOf, presets } from '../src/settings/fields.js';
import { fieldsOf, problemOfValue, quoted } from '../src/settings/rules.js';

const file = new URL('../src/generated/refusals.json', import.meta.url);
const cases = JSON.parse(await readFile(file, 'utf8'));
const t = await translator('en');

const beforeOf = ({ preset }) =>
  preset ? experimentOf(presets.find(({ name }) => name === preset)) : defaultExperiment();

test('every case of Rust has the same answer here', () => {
  assert.ok(cases.length > 500);
  for (const it of cases) {
    const found = problemOfChanges(it.changes, beforeOf(it));
    const refused = found
      ? { field: found.field, message: t(`problem.${found.reason}`, found.params) }
      : null;
    assert.deepEqual(refused, it.refused, JSON.stringify(it));
  }
});

test('the cases bring up every rule', () => {
  const reasons = new Set(cases.map((it) => problemOfChanges(it.changes, beforeOf(it))?.reason));
  for (const { reason } of rules) assert.ok(reasons.has(reason), reason);
  for (const reason of ['unknown_field', 'no_option', 'not_whole', 'not_number', 'not_boolean'])
    assert.ok(reasons.has(reason), reason);
  assert.ok(reasons.has('unused') && reasons.has(undefined));
});

test('a refusal knows the settings that it speaks of', () => {
  const refusal = problemOfChanges({ feature_matching_only: true }, defaultExperiment());
  assert.deepEqual(fieldsOf(refusal), ['feature_matching_only', 'feature_matching']);
  const unused = problemOfChanges({ clip: 0.5 }, defaultExperiment());
  assert.deepEqual(fieldsOf(unused), ['clip']);
});

test('values are judged without knowing what they are changes to', () => {
  for (const [changes, field] of [
    [{ width: Number.NaN }, 'width'],
    [{ seed: null }, 'seed'],
    [{ seed: 1n }, 'seed'],
    [{ seed: -1 }, 'seed'],
    [{ loss: {} }, 'loss'],
    [{ windth: 3 }, 'windth'],
  ])
    assert.equal(problemOfValues(changes)?.field, field);
  assert.equal(problemOfValues({ clip: 0.5, spectral_norm: true }), undefined);
});

test('what JSON does not know is refused too', () => {
  const width = { name: 'width', type: 'integer', default: 1, min: 1, max: 8 };
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, undefined, () => 1, 1n << 70n])
    assert.ok(problemOfValue(width, value));
  assert.equal(quoted(Number.NaN), 'NaN');
  assert.equal(problemOfChanges({ width: undefined }, defaultExperiment()), undefined);
});

test('what was edited and not applied stays, but for another model', () => {
  const before = { model: 'dcgan', width: 16, dataset: 'mnist', seed: 1 };
  const draft = { ...before, width: 5 };
  const dropped = { ...before, dataset: 'file' };
  assert.deepEqual(withEdits(dropped, before, draft), { ...dropped, width: 5 });
  assert.deepEqual(withEdits({ ...before, seed: 2 }, before, before), { ...before, seed: 2 });
  const other = { ...before, model: 'vae' };
  assert.deepEqual(withEdits(other, before, draft), other);
  assert.deepEqual(withEdits(before, undefined, draft), before);
});
