import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { models as table, losses as traits } from '../src/generated/model-traits.js';
import { translator } from '../src/i18n/index.js';
import { defaultsOf, experimentOf, fields, presets } from '../src/settings/fields.js';
import * as m from '../src/views/objective/notation.js';
import { first, further } from '../src/views/objective/notation.js';
import { amountOf, objectiveOf, totalOf } from '../src/views/objective/sums.js';
import { objective } from '../src/views/objective.js';
import { numberOf } from './formula-values.js';
import { textOf } from './support.js';

const models = Object.keys(table);
const losses = fields.find(({ name }) => name === 'loss').options;
const experiment = (changes = {}) => ({ ...defaultsOf(changes.model ?? 'dcgan'), ...changes });

/** A player's sum as text: `L_D = …` without spaces, low marks in line. */
function formula(changes, who) {
  const { symbol, terms } = objectiveOf(experiment(changes)).players.find((it) => it.who === who);
  const [head, ...rest] = terms.flatMap(({ sum }) => sum);
  return `${textOf(symbol)}=${textOf(first(head))}${rest.map((part) => textOf(further(part))).join('')}`;
}

const d = (changes) => formula(changes, 'd');
const g = (changes) => formula(changes, 'g');
const conditions = (changes) =>
  objectiveOf(experiment(changes)).conditions.map(
    ({ setting, formulas }) => `${setting}: ${formulas.map(textOf).join('; ')}`,
  );

test('every loss has its formulas', () => {
  const expected = {
    non_saturating: ['LD=−𝔼x[logD(x)]−𝔼z[log(1−D(G(z)))]', 'LG=−𝔼z[logD(G(z))]'],
    minimax: ['LD=−𝔼x[logD(x)]−𝔼z[log(1−D(G(z)))]', 'LG=𝔼z[log(1−D(G(z)))]'],
    least_squares: ['LD=12𝔼x[(D(x)−1)2]+12𝔼z[D(G(z))2]', 'LG=12𝔼z[(D(G(z))−1)2]'],
    hinge: ['LD=𝔼x[max(0,1−D(x))]+𝔼z[max(0,1+D(G(z)))]', 'LG=−𝔼z[D(G(z))]'],
    wasserstein: ['LD=𝔼z[D(G(z))]−𝔼x[D(x)]', 'LG=−𝔼z[D(G(z))]'],
  };
  assert.deepEqual(Object.keys(expected).sort(), [...losses].sort());
  for (const [loss, sums] of Object.entries(expected))
    assert.deepEqual([d({ loss }), g({ loss })], sums, loss);
});

/** What the reference says of each loss, which the kernels are tested against too. */
const golden = JSON.parse(
  readFileSync(
    new URL('../../crates/ganvas-core/tests/golden/losses.json', import.meta.url),
    'utf8',
  ),
);

/** A player's displayed sum, as a number. */
function total(changes, who, scores) {
  const { terms } = objectiveOf(experiment(changes)).players.find((it) => it.who === who);
  const [head, ...rest] = terms.flatMap(({ sum }) => sum);
  return numberOf([first(head), ...rest.map(further)], scores);
}

test('what is displayed is what the kernels compute', () => {
  let compared = 0;
  for (const [name, { real_logits, fake_logits, ...expected }] of Object.entries(golden.cases)) {
    assert.deepEqual(Object.keys(expected).sort(), [...losses].sort(), name);
    for (const [loss, { d_loss, g_loss }] of Object.entries(expected)) {
      const probability = traits[loss].reading === 'probability';
      const scores = { real: real_logits, fake: fake_logits, probability };
      for (const [who, value] of [
        ['d', d_loss],
        ['g', g_loss],
      ]) {
        const shown = total({ loss }, who, scores);
        const apart = Math.abs(shown - value);
        const what = `${loss} of ${who}, case ${name}: ${shown} is displayed, not ${value}`;
        assert.ok(apart <= 1e-6 * Math.max(Math.abs(value), 1e-3), what);
        compared += 1;
      }
    }
  }
  assert.ok(compared >= 50);
});

test('a formula that is read wrongly is no number', () => {
  const scores = { real: [1], fake: [2], probability: true };
  assert.equal(numberOf(m.log(m.number(1)), scores), 0);
  assert.equal(numberOf(m.halved(m.squared(m.paren(m.onePlus(m.number(2))))), scores), 4.5);
  const [D, x] = [m.id('D'), m.id('x')];
  for (const [odd, reason] of [
    [m.mean('x', m.apply(D, m.apply(m.id('G'), m.id('z')))), /D\(G\(z\)\) in a mean over x/],
    [m.apply(D, x), /in a mean over undefined/],
    [m.mean('a', m.number(1)), /a mean over a/],
    [m.id('λ'), /unknown: λ/],
    [m.joined(m.number(1), '=', m.number(1)), /unknown: =/],
  ]) {
    assert.throws(() => numberOf(odd, scores), reason);
  }
});

test('a Wasserstein GAN has its own loss, whatever the setting says', () => {
  for (const model of ['wgan', 'wgan_gp']) {
    assert.equal(g({ model, loss: 'non_saturating' }), 'LG=−𝔼z[D(G(z))]');
    assert.match(d({ model, loss: 'non_saturating' }), /^LD=𝔼z\[D\(G\(z\)\)\]−𝔼x\[D\(x\)\]/);
  }
  assert.match(d({ model: 'wgan_gp' }), /\+λgp𝔼x̂\[\(‖∇D\(x̂\)‖2−1\)2\]$/);
  assert.equal(d({ model: 'wgan_gp', gradient_penalty: 0 }), 'LD=𝔼z[D(G(z))]−𝔼x[D(x)]');
});

test('feature matching alone is all that the generator minimises', () => {
  const alone = { feature_matching: 0.1, feature_matching_only: true };
  assert.equal(g(alone), 'LG=λfm‖𝔼x[f(x)]−𝔼z[f(G(z))]‖2');
  assert.equal(g({ feature_matching: 0.1 }), 'LG=−𝔼z[logD(G(z))]+λfm‖𝔼x[f(x)]−𝔼z[f(G(z))]‖2');
  const { players } = objectiveOf(experiment(alone));
  const report = { d_loss: 1, g_loss: 100, feature_matching: 3 };
  assert.equal(totalOf(players[1], report), 3);
});

test('every term stands with its weight', () => {
  const all = { feature_matching: 1, mmd: 0.5, d_l2: 1e-4 };
  assert.match(g(all), /\+λMMDMMD2\(x,G\(z\)\)$/);
  assert.match(d(all), /\+λL2‖θD‖2$/);
  const weights = objectiveOf(experiment(all)).players.flatMap(({ terms }) =>
    terms.flatMap(({ weight }) => (weight ? [weight.value] : [])),
  );
  assert.deepEqual(weights, [1e-4, 1, 0.5]);
});

test('CycleGAN minimises both directions and the weighted errors of both', () => {
  const model = 'cyclegan';
  assert.equal(
    d({ model }),
    'LD=12𝔼a[(Da(a)−1)2]+12𝔼b[Da(Gba(b))2]+12𝔼b[(Db(b)−1)2]+12𝔼a[Db(Gab(a))2]',
  );
  const fooling = 'LG=12𝔼b[(Da(Gba(b))−1)2]+12𝔼a[(Db(Gab(a))−1)2]';
  const cycle = '+λcyc𝔼a[‖Gba(Gab(a))−a‖1]+λcyc𝔼b[‖Gab(Gba(b))−b‖1]';
  const identity = '+λid𝔼a[‖Gba(a)−a‖1]+λid𝔼b[‖Gab(b)−b‖1]';
  assert.equal(g({ model }), fooling + cycle + identity);
  assert.equal(g({ model, identity_weight: 0 }), fooling + cycle);
  assert.match(g({ model, loss: 'non_saturating' }), /^LG=−𝔼b\[logDa\(Gba\(b\)\)\]−𝔼a/);
  // Its report has them without their weights.
  const [, generator] = objectiveOf(experiment({ model })).players;
  const report = { g_loss: 1, cycle: 2, identity: 3 };
  assert.deepEqual(
    generator.terms.map((term) => amountOf(term, report)),
    [1, 20, 15],
  );
  assert.equal(totalOf(generator, report), 36);
});

test('a VAE minimises the error and β times the divergence', () => {
  const [vae] = objectiveOf(experiment({ model: 'vae', kl_weight: 2 })).players;
  assert.equal(g({ model: 'vae', loss: 'hinge' }), 'L=𝔼x[‖x−x^‖2]+β𝔼x[KL(q(z|x)‖𝒩(0,I))]');
  assert.equal(totalOf(vae, { reconstruction: 10, kl: 3, g_loss: 16 }), 16);
});

test('a conditional GAN tells both networks the class', () => {
  const model = 'conditional';
  assert.equal(d({ model }), 'LD=−𝔼x[logD(x|y)]−𝔼z[log(1−D(G(z|y)|y))]');
  assert.equal(g({ model, mmd: 1 }), 'LG=−𝔼z[logD(G(z|y)|y)]+λMMDMMD2(x,G(z|y))');
});

test('an unrolled GAN’s generator answers a D that has looked ahead', () => {
  const changes = { unrolled_steps: 3, feature_matching: 1 };
  assert.equal(d(changes), d({}));
  assert.equal(g(changes), 'LG=−𝔼z[logD(k)(G(z))]+λfm‖𝔼x[f(k)(x)]−𝔼z[f(k)(G(z))]‖2');
  assert.deepEqual(conditions(changes), ['unrolled_steps: D(k); k=3']);
});

test('what bounds the discriminator is named where it applies', () => {
  assert.deepEqual(conditions({}), []);
  assert.deepEqual(conditions({ model: 'vae' }), []);
  assert.deepEqual(conditions({ model: 'wgan' }), ['clip: θD∈[−c,c]; c=0.01']);
  // On the plane a critic may be left free.
  assert.deepEqual(conditions({ model: 'plane' }), []);
  assert.deepEqual(conditions({ model: 'plane', clip: 0.1 }), ['clip: θD∈[−c,c]; c=0.1']);
  for (const model of ['dcgan', 'cyclegan'])
    assert.deepEqual(conditions({ model, spectral_norm: true }), ['spectral_norm: W¯=W/σ(W)']);
});

test('a total waits for all of its terms', () => {
  const [, generator] = objectiveOf(experiment({ mmd: 1 })).players;
  assert.equal(totalOf(generator, undefined), undefined);
  assert.equal(totalOf(generator, { g_loss: 0 }), undefined);
  assert.equal(totalOf(generator, { g_loss: 0, mmd: 2 }), 2);
});

test('every model and preset has an objective, an unknown loss has none', () => {
  const experiments = [
    ...models.map((model) => experiment({ model })),
    ...presets.map(experimentOf),
  ];
  for (const it of experiments) assert.ok(objectiveOf(it).players.length > 0);
  assert.equal(objectiveOf(experiment({ loss: 'of a later version' })), undefined);
});

for (const language of ['en', 'zh-CN']) {
  test(`every word of it is there (${language})`, async () => {
    const words = await translator(language);
    const asked = [];
    const t = (key) => {
      const text = words(key);
      if (text === key) asked.push(key);
      return text;
    };
    const all = { feature_matching: 1, mmd: 1, d_l2: 1, spectral_norm: true, unrolled_steps: 1 };
    for (const model of models) {
      for (const changes of [{}, all]) {
        const description = { experiment: experiment({ model, ...changes }) };
        assert.notEqual(textOf(objective({ description }, t)), '');
      }
    }
    assert.deepEqual(asked, []);
  });
}

/** The texts of the parts that are marked as what a phase is about. */
function marked(template) {
  if (Array.isArray(template)) return template.flatMap(marked);
  if (!template?.strings) return [];
  const at = template.strings.findIndex((part) => part.endsWith('aria-current='));
  const own = at >= 0 && template.values[at] === 'step' ? [textOf(template.values.at(-1))] : [];
  return [...own, ...template.values.flatMap(marked)];
}

test('a phase of a round marks its part of the formula, in every term', () => {
  const parts = (changes, who, now) => {
    const { players } = objectiveOf(experiment(changes), now);
    const { terms } = players.find((player) => player.who === who);
    return terms.flatMap(({ sum }) => sum.flatMap(({ body }) => marked(body)));
  };
  assert.deepEqual(parts({}, 'd', 'learnt-d'), ['D', 'D']);
  assert.deepEqual(parts({ d_l2: 0.1, model: 'wgan_gp' }, 'd', 'learnt-d'), ['D', 'D', 'D', 'θD']);
  assert.deepEqual(parts({ mmd: 1 }, 'g', 'learnt-g'), ['G', 'G']);
  assert.deepEqual(parts({}, 'd', 'said'), ['D(x)', 'D(G(z))']);
  assert.deepEqual(parts({ model: 'conditional' }, 'g', 'made'), ['G(z|y)']);
  assert.deepEqual(parts({}, 'd', 'drawn'), ['x', 'z']);
  for (const who of ['d', 'g']) assert.deepEqual(parts({}, who, undefined), []);
});
