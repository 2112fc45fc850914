import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  applies,
  attributeName,
  defaultExperiment,
  defaultsOf,
  fields,
  parse,
  presets,
  readSettings,
} from '../src/state.js';

const field = (name) => fields.find((candidate) => candidate.name === name);
const reasons = (...sources) =>
  readSettings(...sources).problems.map(({ field, reason }) => `${field}: ${reason}`);

test('nothing said gives the defaults of the schema', () => {
  const { experiment, options, problems } = readSettings();
  assert.deepEqual(experiment, defaultExperiment());
  assert.equal(options.backend, 'auto');
  assert.equal(options.controls, 'full');
  assert.equal(options.autoplay, false);
  assert.equal(options.preview, 'auto');
  assert.deepEqual(problems, []);
});

test('a preset comes before single settings, whatever the order', () => {
  const preset = presets.find(({ experiment }) => 'width' in experiment);
  assert.ok(preset);
  const { experiment } = readSettings([
    ['width', '8'],
    ['preset', preset.name],
  ]);
  assert.deepEqual(experiment, { ...defaultExperiment(), ...preset.experiment, width: 8 });
});

test('the URL has the last word over attributes', () => {
  const { experiment } = readSettings([['seed', '1']], [['seed', '2']]);
  assert.equal(experiment.seed, 2);
});

test('attributes may use dashes', () => {
  assert.equal(attributeName('generator_lr'), 'generator-lr');
  assert.equal(readSettings([['generator-lr', '0.001']]).experiment.generator_lr, 0.001);
});

test('garbage is refused by name and keeps the default', () => {
  const garbage = [
    ['width', 'abc'],
    ['latent_dim', '2.5'],
    ['batch_size', '0'],
    ['generator_lr', 'Infinity'],
    ['seed', '-1'],
    ['beta1', ''],
    ['beta2', '0x1'],
    ['model', '<script>'],
    ['backend', 'quantum'],
    ['autoplay', 'maybe'],
    ['lang', 'tlh'],
    ['colour', 'red'],
  ];
  const { experiment } = readSettings(garbage);
  assert.deepEqual(experiment, defaultExperiment());
  assert.deepEqual(reasons(garbage), [
    'width: not_number',
    'latent_dim: not_integer',
    'batch_size: out_of_range',
    'generator_lr: not_number',
    'seed: out_of_range',
    'beta1: not_number',
    'beta2: not_number',
    'model: unknown_option',
    'backend: unknown_option',
    'autoplay: not_boolean',
    'lang: unknown_option',
    'colour: unknown_field',
  ]);
});

test('what a model does not use is refused by name, its own value aside', () => {
  const { experiment } = readSettings([
    ['model', 'cyclegan'],
    ['latent_dim', '8'],
  ]);
  assert.deepEqual(experiment, defaultsOf('cyclegan'));
  assert.deepEqual(
    reasons([
      ['model', 'cyclegan'],
      ['latent_dim', '8'],
      ['clip', '0.01'],
      ['width', '2'],
    ]),
    ['latent_dim: unused'],
  );
  // A preset of another model leaves nothing behind that the chosen one does not use.
  const mixed = readSettings([
    ['preset', 'wgan_clipping'],
    ['model', 'vae'],
  ]);
  assert.deepEqual(mixed.problems, []);
  assert.equal(mixed.experiment.clip, defaultsOf('vae').clip);
});

test('what other sites append to links is no garbage', () => {
  const appended = [
    ['utm_source', 'x'],
    ['fbclid', 'x'],
    ['from', 'timeline'],
    ['isappinstalled', '0'],
  ];
  assert.deepEqual(reasons(appended), []);
});

test('a long value is quoted only in part', () => {
  const [problem] = readSettings([['width', 'x'.repeat(10_000)]]).problems;
  assert.ok(String(problem.params.value).length < 50);
});

test('a bare attribute switches a flag on', () => {
  assert.equal(readSettings([['autoplay', '']]).options.autoplay, true);
  assert.equal(readSettings([['autoplay', 'false']]).options.autoplay, false);
});

test('numbers are read with their range', () => {
  assert.deepEqual(parse(field('width'), ' 32 '), { value: 32 });
  assert.deepEqual(parse(field('epsilon'), '1e-8'), { value: 1e-8 });
  assert.ok('problem' in parse(field('width'), '1e9'));
});

test('a field without a list of models applies to all', () => {
  assert.ok(applies({ name: 'x', type: 'number', default: 0 }, 'anything'));
  assert.ok(!applies({ name: 'x', type: 'number', default: 0, models: ['vae'] }, 'dcgan'));
});
