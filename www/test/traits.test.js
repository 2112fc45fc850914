import assert from 'node:assert/strict';
import { test } from 'node:test';
import { losses, models } from '../src/generated/model-traits.js';
import { translator } from '../src/i18n/index.js';
import { applies, defaultsOf, fields } from '../src/settings/fields.js';
import { groupOf, lossOf, traitsOf } from '../src/settings/traits.js';
import { meters as view } from '../src/views/meters.js';
import { textOf } from './support.js';

const of = (model, changes) => ({ ...defaultsOf(model), ...changes });

test('the loss that is played says how D is to be read', () => {
  const cases = [
    ['dcgan', {}, 'probability'],
    ['gan', { loss: 'minimax' }, 'probability'],
    ['dcgan', { loss: 'least_squares' }, 'one_or_zero'],
    ['dcgan', { loss: 'hinge' }, 'higher'],
    ['dcgan', { loss: 'wasserstein' }, 'higher'],
    ['wgan', {}, 'higher'],
    ['wgan_gp', { loss: 'least_squares' }, 'higher'],
    ['cyclegan', {}, 'one_or_zero'],
    ['cyclegan', { loss: 'non_saturating' }, 'probability'],
  ];
  for (const [model, changes, reading] of cases)
    assert.equal(traitsOf(of(model, changes)).reading, reading, `${model} ${changes.loss}`);
  assert.equal(traitsOf({}).reading, 'probability');
});

test('some models have a loss of their own', () => {
  const played = ['dcgan', 'cyclegan', 'wgan', 'wgan_gp', 'vae'].map((model) =>
    lossOf(of(model, { loss: 'hinge' })),
  );
  assert.deepEqual(played, ['hinge', 'hinge', 'wasserstein', 'wasserstein', undefined]);
});

test('traits and table agree, for every model', () => {
  const uses = (model, name) =>
    applies(
      fields.find((field) => field.name === name),
      model,
    );
  for (const [model, traits] of Object.entries(models)) {
    const { discriminator, latents, own_loss, panels, space } = traits;
    assert.equal(discriminator, uses(model, 'discriminator_lr'), model);
    assert.equal(latents, uses(model, 'latent_dim'), model);
    assert.equal(own_loss === null && discriminator, uses(model, 'loss'), model);
    assert.equal(panels.includes('meters'), discriminator, model);
    assert.equal(panels.includes('explorer'), latents && space === 'image', model);
    assert.equal(panels.includes('plane'), space === 'plane', model);
    assert.equal(space === 'image', uses(model, 'image_size'), model);
    if (own_loss !== null) assert.equal(defaultsOf(model).loss, own_loss, model);
  }
  assert.ok(Object.values(losses).some(({ critic }) => critic));
});

test('choosers list Wasserstein GANs by themselves', () => {
  const groups = ['gan', 'dcgan', 'wgan', 'wgan_gp', 'vae', 'cyclegan'].map(groupOf);
  const expected = ['adversarial', 'adversarial', 'critic', 'critic', 'autoencoder', 'translation'];
  assert.deepEqual(groups, expected);
});

const probable = /probab|0\.5|takes (real|fake) for real|概率/;

for (const [language, scores] of [
  ['en', { one_or_zero: /1 for real, 0 for fake/, higher: /higher is more real/ }],
  ['zh-CN', { one_or_zero: /1代表真，0代表假/, higher: /越高越像真的/ }],
]) {
  test(`a score is not called a probability (${language})`, async () => {
    const t = await translator(language);
    const plain = (text) => text.replaceAll(/\s/g, '');
    const words = (experiment) => textOf(view({ description: { experiment } }, t));
    const critic = plain(t('panel.verdict.critic'));
    const squares = words(of('dcgan', { loss: 'least_squares' }));
    const hinge = words(of('dcgan', { loss: 'hinge' }));
    const wgan = words(of('wgan'));
    assert.match(squares, new RegExp(plain(scores.one_or_zero.source)));
    for (const text of [hinge, wgan]) assert.match(text, new RegExp(plain(scores.higher.source)));
    for (const text of [squares, hinge, wgan]) {
      assert.doesNotMatch(text, new RegExp(plain(probable.source)));
    }
    assert.deepEqual(
      [squares, hinge, wgan].map((text) => text.includes(critic)),
      [false, false, true],
    );
    const classical = words(of('dcgan'));
    assert.ok(classical.includes(plain(t('meter.d_real'))));
  });
}
