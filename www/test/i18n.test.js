import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { kindOf, momentsOf } from '../src/diagnosis/moment.js';
import { cures, error_codes, losses, models } from '../src/generated/model-traits.js';
import { fields, presets, rules, subjects } from '../src/generated/schema.js';
import en from '../src/i18n/en.js';
import { supported, translator } from '../src/i18n/index.js';
import zh from '../src/i18n/zh-CN.js';
import { groupOf } from '../src/settings/traits.js';

test('both languages have the same keys', () => {
  assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
});

test('both languages fill in the same values', () => {
  const holes = (text) => [...new Set(text.match(/\{\w+/g) ?? [])].sort();
  for (const key of Object.keys(en)) assert.deepEqual(holes(zh[key]), holes(en[key]), key);
});

test('everything in the schema has a label', () => {
  const wanted = [
    ...fields.map(({ name }) => `field.${name}`),
    // The form shows no text that stands for a drawing.
    ...fields.filter(({ type }) => type !== 'code').map(({ name }) => `help.${name}`),
    ...fields.flatMap(({ name, options = [] }) =>
      options.map((option) => `option.${name}.${option}`),
    ),
    ...presets.map(({ name }) => `preset.${name}`),
    ...presets.filter((it) => it.teaches).map(({ name }) => `lesson.${name}`),
    ...Object.keys(models).map((name) => `about.model.${name}`),
    ...error_codes.map((code) => `error.${code}`),
  ];
  assert.deepEqual(
    wanted.filter((key) => !(key in en)),
    [],
  );
});

/** The code, without the words. @returns {Promise<string[]>} */
async function sources() {
  const folder = new URL('../src/', import.meta.url);
  const files = await readdir(folder, { recursive: true });
  const code = files.filter((name) => /\.js$/.test(name) && !/^(i18n|generated)\b/.test(name));
  return Promise.all(code.map((name) => readFile(new URL(name, folder), 'utf8')));
}

/** Every kind of run that the sentence of the moment tells apart. */
const kinds = Object.keys(models).flatMap((model) =>
  Object.keys(losses).map((loss) => kindOf({ model, loss })),
);

const phases = ['draw', 'make', 'judge', 'loss', 'gradient', 'update'];

const ailments = ['mode_collapse', 'vanishing_gradient', 'runaway_critic'];
/** The presets that fail on purpose and can be cured. */
const failing = Object.keys(cures);

/** Keys that are put together at run time, and what their last part can be. */
async function composed() {
  const code = (await sources()).join('\n');
  const meters = ['d_real', 'd_fake', 'score_real', 'score_fake'];
  const all = (pattern) => [...new Set([...code.matchAll(pattern)].map(([, name]) => name))];
  const sampled = all(/ofSamples\(traits, '([\w.]+)'/g);
  return {
    // Figures of a report, where the objective or a curve names them.
    term_name: all(/(?:figure: |\bterm\()'(\w+)'/g).filter((name) => !/^[dg]_loss$/.test(name)),
    family: [...new Set(Object.keys(models).map(groupOf))],
    curve: [
      ...['d_loss', 'g_loss', 'd_real', 'd_fake', 'd_gradient', 'g_gradient', 'modes', 'slope'],
      ...['confidence', 'precision', 'frechet_distance', 'frechet_floor'],
    ],
    reading: ['one_or_zero', 'higher'],
    explorer: ['around', 'flat'].flatMap((name) => [name, `${name}.note`, `${name}.label`]),
    now: [
      ...['untrained', 'warming', 'paused', 'held', 'loading', 'recovering', 'stopped'],
      ...['diverged', 'between'],
      ...kinds.flatMap((kind) => momentsOf(kind).map(({ name }) => name)),
    ],
    domain: ['drawn', 'mnist', 'procedural', 'file'],
    phase: ['idle', 'loading', 'paused', 'running', 'held', 'recovering', 'stopped'],
    stage: ['chunk', 'module', 'trial', 'dataset', 'session'],
    files: ['test_set', 'second', 'no_images', 'unknown', 'folder'],
    weights: ['raw', 'averaged'],
    noise: ['z', 'made'],
    'eyes.score': ['probability', 'one_or_zero', 'higher'],
    change: ['discriminator', 'generator'],
    'slowly.phase': phases,
    'slowly.discriminator': phases,
    'slowly.generator': phases,
    meter: meters,
    points: [...sampled, ...meters.map((name) => `meter.${name}`)],
    'points.slowly': ['discriminator.draw', 'generator.gradient', 'generator.update'],
    speed: ['0', '20', '5', '1'],
    'plane.layer': ['field', 'contour', 'half', 'lattice', 'real', 'fake', 'pull'],
    'plane.modes': ['title', 'value'],
    plane: ['modes.title', 'good.title', 'js.title'],
    'measure.phase': ['idle', 'running', 'done', 'stopped'],
    'measure.backend': ['cpu', 'webgpu'],
    measure: ['copied', 'by_hand'],
    'action.step': ['discriminator', 'generator', 'both'],
    'facade.lead': ['digits', ...Object.values(subjects)],
    'now.untrained': ['autoencoder', 'translation'],
    break: failing,
    cure: failing,
    cured: failing,
    'finding.waiting': failing,
    'finding.brief': ['mode_collapse.fallen', 'runaway_critic.least', ...ailments],
    finding: [
      ...['mode_collapse.fallen', 'runaway_critic.least', 'runaway_critic_over.least'],
      ...ailments.flatMap((name) => [name, `${name}_over`]),
    ],
    'option.backend': ['auto', 'webgpu', 'cpu'],
    problem: [
      ...all(/\bproblem\([\w.()]+, '(\w+)'/g),
      ...all(/'(not_whole|not_number)'/g),
      ...rules.map(({ reason }) => reason),
    ],
  };
}

test('every key that the code puts together exists, in both languages', async () => {
  for (const [start, ends] of Object.entries(await composed())) {
    assert.ok(ends.length > 1, `${start}: ${ends}`);
    for (const end of ends) {
      for (const words of [en, zh]) assert.ok(`${start}.${end}` in words, `${start}.${end}`);
    }
  }
});

test('no key is left that nothing names', async () => {
  const code = (await sources()).join('\n');
  const ends = await composed();
  const known = new Set(
    Object.entries(ends).flatMap(([start, list]) => list.map((end) => `${start}.${end}`)),
  );
  const fromSchema = /^(field|help|option|preset|lesson|about\.model|error|notice)\./;
  const unused = Object.keys(en).filter(
    (key) => !code.includes(`'${key}'`) && !known.has(key) && !fromSchema.test(key),
  );
  assert.deepEqual(unused, []);
});

test('every key that the code names outright exists', async () => {
  const missing = [];
  const topics = new Set(Object.keys(en).map((key) => key.split('.')[0]));
  for (const text of await sources()) {
    for (const [, key] of text.matchAll(/\bt\(\s*'([\w.]+)'/g)) if (!(key in en)) missing.push(key);
    // Tables name keys too. What begins with an element's name is a selector.
    for (const [, key, family] of text.matchAll(/'((\w+)\.[\w.]+)'/g)) {
      if (topics.has(family) && family !== 'canvas' && !(key in en)) missing.push(key);
    }
    for (const [, name] of text.matchAll(/name: '(\w+)', code/g)) {
      if (!(`notice.${name}` in en)) missing.push(`notice.${name}`);
    }
    for (const [, name] of text.matchAll(/because[:=] '(\w+)'/g)) {
      if (!(`notice.${name}` in en)) missing.push(`notice.${name}`);
    }
  }
  assert.deepEqual(missing, []);
});

test('languages are found by their tags', () => {
  assert.equal(supported('zh'), 'zh-CN');
  assert.equal(supported('zh-Hant-TW'), 'zh-CN');
  assert.equal(supported('EN-gb'), 'en');
  assert.equal(supported('fr'), undefined);
  assert.equal(supported(''), undefined);
});

test('values are put into the text, unknown keys show themselves', async () => {
  const t = await translator('en');
  assert.equal(t('notice.restarted', { step: 12 }), 'Recovered from the snapshot of step 12.');
  assert.equal(t('no.such.key'), 'no.such.key');
});

test('a list is put into the text as its language writes lists', async () => {
  for (const [language, said] of [
    ['en', 'must be one of dcgan, gan, not 1'],
    ['zh-CN', '只能是 dcgan、gan 之一，而不是 1'],
  ]) {
    const t = await translator(language);
    assert.equal(t('problem.no_option', { options: ['dcgan', 'gan'], value: 1 }), said);
  }
});
