import assert from 'node:assert/strict';
import { test } from 'node:test';
import { translator } from '../src/i18n/index.js';
import { defaultsOf } from '../src/state.js';
import { readingOf } from '../src/verdict.js';
import { verdict as view } from '../src/views/verdict.js';
import { textOf } from './support.js';

const of = (model, changes, verdict) => ({
  experiment: { ...defaultsOf(model), ...changes },
  verdict,
});

test('the module says whether it is a probability', () => {
  const cases = [
    ['dcgan', {}, 'probability', 'probability'],
    ['gan', { loss: 'minimax' }, 'probability', 'probability'],
    ['dcgan', { loss: 'least_squares' }, 'score', 'one_or_zero'],
    ['dcgan', { loss: 'hinge' }, 'score', 'higher'],
    ['dcgan', { loss: 'wasserstein' }, 'score', 'higher'],
    ['wgan', {}, 'score', 'higher'],
    ['wgan_gp', { loss: 'least_squares' }, 'score', 'higher'],
    ['cyclegan', {}, 'score', 'one_or_zero'],
    ['cyclegan', { loss: 'non_saturating' }, 'probability', 'probability'],
  ];
  for (const [model, changes, verdict, reading] of cases)
    assert.equal(readingOf(of(model, changes, verdict)), reading, `${model} ${changes.loss}`);
});

test('where the module says nothing, only critics give scores', () => {
  assert.equal(readingOf(of('dcgan', { loss: 'hinge' })), 'probability');
  assert.equal(readingOf(of('dcgan', { loss: 'wasserstein' })), 'higher');
  assert.equal(readingOf(of('wgan', {})), 'higher');
  assert.equal(readingOf(undefined), 'probability');
});

const probable = /probab|0\.5|takes (real|fake) for real|概率/;

for (const [language, scores] of [
  ['en', { one_or_zero: /1 for real, 0 for fake/, higher: /higher is more real/ }],
  ['zh-CN', { one_or_zero: /1代表真，0代表假/, higher: /越高越像真的/ }],
]) {
  test(`a score is not called a probability (${language})`, async () => {
    const t = await translator(language);
    const plain = (text) => text.replaceAll(/\s/g, '');
    const words = (description) => textOf(view({ description }, t));
    const critic = plain(t('panel.verdict.critic'));
    const squares = words(of('dcgan', { loss: 'least_squares' }, 'score'));
    const hinge = words(of('dcgan', { loss: 'hinge' }, 'score'));
    const wgan = words(of('wgan', {}, 'score'));
    assert.match(squares, new RegExp(plain(scores.one_or_zero.source)));
    for (const text of [hinge, wgan]) assert.match(text, new RegExp(plain(scores.higher.source)));
    for (const text of [squares, hinge, wgan]) {
      assert.doesNotMatch(text, new RegExp(plain(probable.source)));
    }
    assert.deepEqual(
      [squares, hinge, wgan].map((text) => text.includes(critic)),
      [false, false, true],
    );
    const classical = words(of('dcgan', {}, 'probability'));
    assert.ok(classical.includes(plain(t('meter.d_real'))));
  });
}
