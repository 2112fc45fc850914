import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  applies,
  defaultsOf,
  experimentOf,
  fields,
  presets,
  startExperiment,
} from '../src/settings/fields.js';
import { problemOfCombination } from '../src/settings/rules.js';
import { attributeName, ofQuery, parse, readSettings } from '../src/settings/settings.js';

const field = (name) => fields.find((candidate) => candidate.name === name);
const reasons = (...sources) =>
  readSettings(...sources).problems.map(({ field, reason }) => `${field}: ${reason}`);

test('nothing said gives what a reader starts with', () => {
  const { experiment, options, problems } = readSettings();
  assert.deepEqual(experiment, startExperiment());
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
  assert.deepEqual(experiment, { ...experimentOf(preset), width: 8 });
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
  assert.deepEqual(experiment, startExperiment());
  assert.deepEqual(reasons(garbage), [
    'width: not_whole',
    'latent_dim: not_whole',
    'batch_size: not_whole',
    'generator_lr: not_number',
    'seed: not_whole',
    'beta1: not_number',
    'beta2: not_number',
    'model: no_option',
    'backend: no_option',
    'autoplay: not_boolean',
    'lang: no_option',
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
});

test('another model than the preset’s brings its own settings', () => {
  const { experiment, problems } = readSettings([
    ['preset', 'wgan_clipping'],
    ['model', 'vae'],
  ]);
  assert.deepEqual(problems, []);
  assert.deepEqual(experiment, defaultsOf('vae'));
});

/** Links whose settings contradict each other, and what is refused of them. */
const contradictions = {
  'feature_matching_only=true': ['feature_matching_only: only_without_weight'],
  'model=wgan_gp&spectral_norm=true': ['spectral_norm: slope_bounded_twice'],
  'preset=wgan_gp&unrolled_steps=1': ['unrolled_steps: look_ahead_without_interpolates'],
  'gradient_penalty=10': ['gradient_penalty: batch_norm_ties_images'],
  'model=wgan&gradient_penalty=10&loss=hinge': [
    'gradient_penalty: clipped_instead',
    'loss: fixed_objective',
  ],
  'feature_matching=1&feature_matching_only=true&mmd=1': ['mmd: only_with_another_term'],
  // The preset has the mmd: what was added to it is refused.
  'preset=article_003&feature_matching=1&feature_matching_only=true': [
    'feature_matching_only: only_with_another_term',
  ],
  'model=vae&spectral_norm=1&mmd=2&clip=0.5': [
    'spectral_norm: no_discriminator',
    'clip: unused',
    'mmd: unused',
  ],
  'model=wgan_gp&gradient_penalty=0&spectral_norm=true': [],
};

for (const [query, expected] of Object.entries(contradictions)) {
  test(`of a link, what contradicts is left out and named: ${query}`, () => {
    const pairs = [...new URLSearchParams(query)];
    assert.deepEqual(reasons(pairs), expected);
    const { experiment } = readSettings(pairs);
    assert.equal(problemOfCombination(experiment, new Set(Object.keys(experiment))), undefined);
    const refused = expected.map((text) => text.split(':')[0]);
    for (const [name, text] of pairs) {
      if (name !== 'preset' && !refused.includes(name))
        assert.deepEqual({ value: experiment[name] }, parse(field(name), text), name);
    }
  });
}

test('whatever two settings a link has, the rest can run', () => {
  const other = ({ type, options, max, default: usual }) => {
    if (type === 'boolean') return !usual;
    return type === 'choice' ? options.find((option) => option !== usual) : max;
  };
  const settings = fields.map((it) => [it.name, String(other(it))]);
  for (const start of [...presets.map(({ name }) => ['preset', name]), ...modelPairs()]) {
    for (const first of settings) {
      for (const second of settings) {
        const { experiment } = readSettings([start, first, second]);
        assert.equal(problemOfCombination(experiment, new Set()), undefined);
      }
    }
  }
});

const modelPairs = () => field('model').options.map((model) => ['model', model]);

test('what other sites append to links is no garbage', () => {
  const names =
    'utm_source utm_id fbclid gclid msclkid gad_source gbraid wbraid srsltid mc_cid mc_eid igsh mkt_tok ' +
    'from isappinstalled scene clicktime enterid spm share_source ref source v t s p q id page _ga ' +
    'code state mid cid sid ck_subscriber_id vero_id hsCtaTracking yclid ttclid twclid li_fat_id si';
  for (const name of names.split(' ')) assert.deepEqual(ofQuery(`${name}=x`), [], name);
});

test('a name of a query that looks like a setting is one, misspelt', () => {
  const names =
    'widht Width batchsize batch learning_lr generator-rl latent_dims sed seeds modle mode steps ' +
    'datset backends presets them langs image_sise disciminator_lr spectral_normalization thread';
  for (const name of names.split(' ')) {
    assert.deepEqual(reasons(ofQuery(`${name}=x`)), [`${name}: unknown_field`], name);
  }
  for (const { name } of fields) assert.equal(ofQuery(`${attributeName(name)}=x`).length, 1, name);
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
  assert.deepEqual(parse(field('image_size'), '64'), { value: 64 });
  assert.ok('problem' in parse(field('image_size'), '48'));
});

test('a field without a list of models applies to all', () => {
  assert.ok(applies({ name: 'x', type: 'number', default: 0 }, 'anything'));
  assert.ok(applies({ name: 'x', type: 'number', default: 0, except: ['vae'] }, 'dcgan'));
  assert.ok(!applies({ name: 'x', type: 'number', default: 0, except: ['vae'] }, 'vae'));
  assert.ok(!applies({ name: 'x', type: 'number', default: 0, models: ['vae'] }, 'dcgan'));
});
