import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesBetween, inUse, toQuery } from '../src/settings/experiment.js';
import {
  defaultExperiment,
  defaultsOf,
  experimentOf,
  presets,
  takesDataset,
  withChanges,
} from '../src/settings/fields.js';
import { presetOf } from '../src/settings/preset.js';
import { readSettings } from '../src/settings/settings.js';
import { workloadOf } from '../src/trial/workload.js';

test('an experiment survives the way through a URL', () => {
  const experiment = { ...defaultExperiment(), width: 24, generator_lr: 3e-5, seed: 7 };
  const query = new URLSearchParams(toQuery(experiment, { backend: 'cpu' }));
  const settings = readSettings([...query]);
  assert.deepEqual(settings.experiment, experiment);
  assert.equal(settings.options.backend, 'cpu');
  assert.deepEqual(settings.problems, []);
});

test('only what a model uses is told', () => {
  const told = inUse({ ...defaultsOf('vae'), loss: 'hinge', clip: 0.5 });
  assert.deepEqual(
    [told.model, told.kl_weight, 'loss' in told, 'clip' in told],
    ['vae', 1, false, false],
  );
  assert.ok(!('latent_dim' in inUse(defaultsOf('cyclegan'))));
});

test('another model brings its own settings; data and seed stay', () => {
  const before = { ...defaultExperiment(), width: 2, dataset: 'procedural', seed: 7 };
  assert.deepEqual(withChanges(before, { model: 'wgan', clip: 0.1 }), {
    ...defaultsOf('wgan'),
    dataset: 'procedural',
    seed: 7,
    clip: 0.1,
  });
  assert.deepEqual(withChanges(before, { width: 3 }), { ...before, width: 3 });
});

test('on the way to another model nothing is left out', () => {
  const before = { ...defaultExperiment(), width: 2 };
  assert.deepEqual(changesBetween(before, { ...before, seed: 7 }), { seed: 7 });
  assert.deepEqual(changesBetween(before, before), {});
  const after = { ...defaultsOf('wgan'), width: 2 };
  assert.deepEqual(changesBetween(before, after), inUse(after));
});

test('every preset is known again, whatever the seed and the data', () => {
  for (const preset of presets) {
    const { name } = preset;
    // Points of the plane are a part of their presets.
    const images = takesDataset(experimentOf(preset).model, 'procedural');
    const { experiment, problems } = readSettings([
      ['preset', name],
      ['seed', '7'],
      ...(images ? [['dataset', 'procedural']] : []),
    ]);
    assert.deepEqual(problems, []);
    assert.equal(presetOf(experiment)?.name, name);
  }
});

test('what a step costs depends on sizes and terms, not on seed, data and rates', () => {
  const usual = defaultExperiment();
  const same = (changes) => workloadOf({ ...usual, ...changes }) === workloadOf(usual);
  assert.ok(same({ seed: 7 }) && same({ dataset: 'procedural' }) && same({ generator_lr: 0.1 }));
  assert.ok(same({ beta1: 0.9, epsilon: 1e-6 }));
  for (const changes of [
    { width: 17 },
    { batch_size: 33 },
    { image_size: 64 },
    { latent_dim: 3 },
    { model: 'wgan' },
    { discriminator_steps: 2 },
    { unrolled_steps: 1 },
    { spectral_norm: true },
    { mmd: 0.1 },
    { d_l2: 0.1 },
  ]) {
    assert.ok(!same(changes), JSON.stringify(changes));
  }
  // What a model does not use is no work.
  const vae = defaultsOf('vae');
  assert.equal(workloadOf({ ...vae, clip: 0.5 }), workloadOf(vae));
  // A drawing is data.
  const plane = { ...defaultsOf('plane'), dataset: 'points' };
  assert.equal(
    workloadOf({ ...plane, drawing: 'AAAAAA' }),
    workloadOf({ ...plane, drawing: 'AAABBB' }),
  );
});
