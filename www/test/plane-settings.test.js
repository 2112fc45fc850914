import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemOfChanges } from '../src/settings/changes.js';
import { changesBetween, toQuery } from '../src/settings/experiment.js';
import {
  defaultsOf,
  experimentOf,
  fieldOf,
  fields,
  presets,
  withChanges,
} from '../src/settings/fields.js';
import { presetOf } from '../src/settings/preset.js';
import { readSettings } from '../src/settings/settings.js';
import { traitsOfModel } from '../src/settings/traits.js';

const field = (name) => fields.find((candidate) => candidate.name === name);
const read = (query) => readSettings([...new URLSearchParams(query)]);

test('each space has its datasets, and the plane short latents', () => {
  assert.equal(traitsOfModel('plane').space, 'plane');
  assert.deepEqual(fieldOf(field('dataset'), 'dcgan').options, ['mnist', 'procedural', 'file']);
  assert.equal(fieldOf(field('dataset'), 'plane').options.includes('ring'), true);
  assert.equal(fieldOf(field('dataset'), 'plane').options.includes('mnist'), false);
  assert.equal(fieldOf(field('latent_dim'), 'plane').max, 2);
  assert.equal(fieldOf(field('latent_dim'), 'dcgan').max, 512);
  for (const { model, changes, name } of [
    { model: 'plane', changes: { dataset: 'mnist' }, name: 'dataset' },
    { model: 'dcgan', changes: { dataset: 'ring' }, name: 'dataset' },
    { model: 'plane', changes: { latent_dim: 3 }, name: 'latent_dim' },
    { model: 'plane', changes: { image_size: 64 }, name: 'image_size' },
  ]) {
    assert.equal(problemOfChanges(changes, defaultsOf(model))?.field, name);
  }
});

test('a model takes along the data that it can learn, and no others', () => {
  const digits = { ...defaultsOf('dcgan'), dataset: 'procedural', seed: 7 };
  const plane = withChanges(digits, { model: 'plane' });
  assert.deepEqual([plane.dataset, plane.seed], ['ring', 7]);
  const back = withChanges({ ...plane, dataset: 'moons' }, { model: 'gan' });
  assert.deepEqual([back.dataset, back.seed], ['mnist', 7]);
  assert.equal(withChanges(digits, { model: 'gan' }).dataset, 'procedural');
  // A link that names data of the other space is told, and runs on what it can.
  const { experiment, problems } = read('model=plane&dataset=mnist');
  assert.equal(experiment.dataset, 'ring');
  assert.deepEqual(
    problems.map(({ field, reason }) => [field, reason]),
    [['dataset', 'no_option']],
  );
});

test('a drawing is in the link, and goes with its points alone', () => {
  const drawing = 'gFmAH_';
  const { experiment, problems } = read(`model=plane&dataset=points&drawing=${drawing}`);
  assert.deepEqual(problems, []);
  assert.equal(experiment.drawing, drawing);
  assert.equal(new URLSearchParams(toQuery(experiment)).get('drawing'), drawing);
  assert.deepEqual(read(toQuery(experiment)).experiment, experiment);
  assert.equal(withChanges(experiment, { dataset: 'ring' }).drawing, '');
  assert.equal(withChanges(experiment, { width: 8 }).drawing, drawing);
  assert.equal(withChanges(experiment, { model: 'dcgan' }).drawing, '');
  for (const [query, name] of [
    ['model=plane&dataset=points', 'dataset'],
    ['model=plane&dataset=points&drawing=abcd', 'drawing'],
    ['model=plane&dataset=points&drawing=<b>', 'drawing'],
    [`model=plane&dataset=points&drawing=${'A'.repeat(3 * 513)}`, 'drawing'],
    ['model=plane&drawing=AAAAAA', 'drawing'],
    ['model=dcgan&drawing=AAAAAA', 'drawing'],
  ]) {
    assert.equal(
      read(query).problems.some(({ field }) => field === name),
      true,
      query,
    );
  }
});

test('on the plane the data are a part of a preset', () => {
  for (const preset of presets.filter(({ name }) => name.startsWith('plane'))) {
    const experiment = experimentOf(preset);
    assert.equal(presetOf({ ...experiment, seed: 9 })?.name, preset.name);
    assert.equal(presetOf({ ...experiment, dataset: 'moons' }), undefined);
    // From digits and back, nothing is named that the other model does not use.
    const digits = defaultsOf('dcgan');
    assert.equal('image_size' in changesBetween(digits, experiment), false);
    assert.equal(problemOfChanges(changesBetween(digits, experiment), digits), undefined);
    assert.equal(problemOfChanges(changesBetween(experiment, digits), experiment), undefined);
  }
  const quick = experimentOf(presets.find(({ name }) => name === 'quick'));
  assert.equal(presetOf({ ...quick, dataset: 'procedural' })?.name, 'quick');
});
