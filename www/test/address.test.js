import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queryFor } from '../src/element/address.js';
import { inUse } from '../src/settings/experiment.js';
import { defaultsOf, experimentOf, presets, startExperiment } from '../src/settings/fields.js';
import { readSettings } from '../src/settings/settings.js';

const read = (attributes, query) =>
  readSettings(attributes, [...new URLSearchParams(query)]).experiment;

test('an address says no more than it must', () => {
  assert.equal(queryFor('', [], startExperiment(), {}), '');
  assert.equal(
    queryFor('', [], { ...startExperiment(), seed: 7 }, { backend: 'cpu' }),
    'seed=7&backend=cpu',
  );
  assert.equal(queryFor('width=3', [['width', '4']], { ...startExperiment(), width: 4 }, {}), '');
});

test('what is no setting of an experiment stays', () => {
  const query = queryFor(
    'lang=en&utm_source=x&generator-lr=0.1&theme=dark',
    [],
    startExperiment(),
    {},
  );
  assert.equal(query, 'lang=en&utm_source=x&theme=dark');
});

test('an address says what computes where that is not what the attributes say', () => {
  const asked = 'backend=cpu&threads=3&lang=en';
  const how = (/** @type {Record<string, string>} */ given) =>
    queryFor(asked, [], startExperiment(), given);
  assert.equal(how({ backend: 'cpu', threads: '2' }), 'backend=cpu&threads=2&lang=en');
  // Back to the element's own: the address no longer asks for anything else.
  assert.equal(how({ backend: '', threads: '' }), 'lang=en');
});

test('each address opens the experiment that it was made of', () => {
  const experiments = [
    ...presets.map((preset) => ({ ...experimentOf(preset), seed: 5 })),
    { ...defaultsOf('wgan_gp'), width: 3, dataset: 'procedural' },
  ];
  for (const attributes of [
    [],
    [['preset', 'quick']],
    [
      ['model', 'vae'],
      ['width', '5'],
    ],
  ]) {
    for (const experiment of experiments) {
      const query = queryFor('lang=en', attributes, experiment, {});
      assert.deepEqual(inUse(read(attributes, query)), inUse(experiment), query);
    }
  }
});
