/** The sentence of what is happening: each has its condition, and none of them flickers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomFrom } from '../../tests/support/random.mjs';
import { kindOf, Moments, momentsOf, situationOf } from '../src/diagnosis/moment.js';
import { losses, models } from '../src/generated/model-traits.js';
import en from '../src/i18n/en.js';
import zh from '../src/i18n/zh-CN.js';

/** @param {Record<string, string>} [experiment] */
const kind = (experiment = {}) => kindOf({ model: 'dcgan', loss: 'non_saturating', ...experiment });

/**
 * The moment that a run comes to which reports these figures again and again.
 *
 * @param {import('../src/diagnosis/moment.js').Kind} of
 * @param {(at: number) => Record<string, number>} figures
 * @param {number} [reports]
 */
function after(of, figures, reports = 60) {
  const moments = new Moments();
  for (let at = 1; at <= reports; at += 1) moments.follow(of, { step: 20 * at, ...figures(at) });
  return moments.name;
}

/** @param {number} d_real @param {number} d_fake */
const steady = (d_real, d_fake) => () => ({ d_real, d_fake, d_loss: 1, g_loss: 1 });

test('probabilities: who is ahead', () => {
  for (const [real, fake, name] of /** @type {const} */ ([
    [0.98, 0.02, 'sure'],
    [0.95, 0.2, 'discriminator_ahead'],
    [0.6, 0.4, 'contest'],
    [0.52, 0.49, 'undecided'],
    [0.5, 0.5, 'undecided'],
    [0.6, 0.75, 'generator_ahead'],
  ])) {
    assert.equal(after(kind(), steady(real, fake)), name, `${real} ${fake}`);
  }
});

test('only a loss that saturates is said to be flat where D is sure', () => {
  assert.equal(after(kind({ loss: 'minimax' }), steady(0.99, 0.01)), 'sure_and_flat');
  assert.equal(after(kind({ loss: 'minimax' }), steady(0.85, 0.01)), 'sure_and_flat');
  assert.equal(after(kind({ loss: 'least_squares' }), steady(0.99, 0.01)), 'sure');
});

test('scores of the hinge: its margin, and who scores higher', () => {
  const hinge = kind({ loss: 'hinge' });
  for (const [real, fake, name] of /** @type {const} */ ([
    [1.8, -1.5, 'margin'],
    [0.7, -0.4, 'contest'],
    [0.1, 0.05, 'no_difference'],
    [-0.4, 0.3, 'generator_leads'],
  ])) {
    assert.equal(after(hinge, steady(real, fake)), name, `${real} ${fake}`);
  }
});

test('a critic, an autoencoder and a pair of translators: which way a figure goes', () => {
  for (const [model, figure, names] of /** @type {const} */ ([
    ['wgan_gp', 'wasserstein', ['distance_falls', 'distance_level', 'distance_rises']],
    ['vae', 'reconstruction', ['copies_better', 'copies_level', 'copies_worse']],
    ['cyclegan', 'cycle', ['cycle_falls', 'cycle_level', 'cycle_rises']],
  ])) {
    [0.97, 1, 1.03].forEach((factor, way) => {
      const name = after(kind({ model }), (at) => ({ [figure]: 8 * factor ** at }));
      assert.equal(name, names[way], `${figure} × ${factor}`);
    });
  }
});

test('the first steps say nothing yet, and nobody waits for the first sentence after them', () => {
  const moments = new Moments();
  moments.follow(kind(), { step: 1, d_real: 0.99, d_fake: 0.01 });
  assert.equal(moments.name, 'warming');
  moments.follow(kind(), { step: 30, d_real: 0.99, d_fake: 0.01 });
  assert.equal(moments.name, 'sure');
});

test('it does not flicker at a limit, nor for a single report', () => {
  const random = randomFrom(3);
  const moments = new Moments();
  let changes = 0;
  // D(G(z)) is at the limit of being sure, with the noise that single batches have.
  for (let at = 1; at <= 400; at += 1) {
    const noise = () => 0.06 * (random.next() - 0.5);
    const report = { step: 20 * at, d_real: 0.9 + noise(), d_fake: 0.1 + noise() };
    if (moments.follow(kind(), report)) changes += 1;
  }
  assert.ok(changes <= 3, `${changes} changes in 400 reports`);
  const { name } = moments;
  moments.follow(kind(), { step: 8020, d_real: 0.2, d_fake: 0.9 });
  assert.equal(moments.name, name, 'one batch is no news');
});

test('what was said goes as its cause goes', () => {
  const moments = new Moments();
  for (let at = 1; at <= 40; at += 1) {
    moments.follow(kind(), { step: 20 * at, d_real: 0.99, d_fake: 0.02 });
  }
  assert.equal(moments.name, 'sure');
  for (let at = 41; at <= 80; at += 1) {
    moments.follow(kind(), { step: 20 * at, d_real: 0.51, d_fake: 0.5 });
  }
  assert.equal(moments.name, 'undecided');
  let step = 20 * 80;
  // What tells more takes the place of what tells less while that still holds.
  for (const [d_real, d_fake, name] of [
    [0.8, 0.2, 'discriminator_ahead'],
    [0.99, 0.01, 'sure'],
  ]) {
    for (let at = 0; at < 40; at += 1) {
      step += 20;
      moments.follow(kind(), { step, d_real, d_fake });
    }
    assert.equal(moments.name, name);
  }
  moments.follow(kind(), { step: 2, d_real: 0.5, d_fake: 0.5 });
  assert.equal(moments.name, 'warming', 'another run begins');
});

test('figures that are no numbers change nothing', () => {
  const moments = new Moments();
  moments.follow(kind(), { step: 100, d_real: 0.52, d_fake: 0.5 });
  for (let at = 0; at < 9; at += 1) {
    moments.follow(kind(), {
      step: 120 + at,
      d_real: Number.NaN,
      d_fake: Number.POSITIVE_INFINITY,
    });
  }
  assert.equal(moments.name, 'undecided');
});

test('the lab’s own state comes before the contest', () => {
  const at = (/** @type {object} */ changes) =>
    situationOf({ phase: 'running', step: 100, diverged: false, moment: 'sure', ...changes });
  assert.deepEqual(at({}), ['sure']);
  assert.deepEqual(at({ moment: '' }), ['warming']);
  assert.deepEqual(at({ phase: 'held' }), ['held']);
  assert.deepEqual(at({ phase: 'paused' }), ['paused', 'sure']);
  assert.deepEqual(at({ phase: 'paused', moment: 'warming' }), ['paused']);
  assert.deepEqual(at({ phase: 'paused', step: 0, moment: '' }), ['untrained']);
  assert.deepEqual(at({ diverged: true }), ['diverged']);
  for (const phase of ['stopped', 'recovering', 'loading']) {
    assert.deepEqual(at({ phase, diverged: true }), [phase]);
  }
});

test('every model and loss has sentences, and each of them has words in both languages', () => {
  const names = new Set(['warming', 'diverged', 'held', 'paused', 'untrained', 'between']);
  for (const phase of ['stopped', 'recovering', 'loading']) names.add(phase);
  for (const { family } of Object.values(models)) {
    if (family !== 'adversarial') names.add(`untrained.${family}`);
  }
  for (const model of Object.keys(models)) {
    for (const loss of Object.keys(losses)) {
      const rows = momentsOf(kind({ model, loss }));
      assert.ok(rows.length > 1);
      for (const { name } of rows) names.add(name);
    }
  }
  for (const words of [en, zh]) {
    const worded = Object.keys(words).filter((key) => key.startsWith('now.'));
    assert.deepEqual(worded.sort(), [...names].map((name) => `now.${name}`).sort());
  }
});
