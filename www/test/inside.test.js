/** The views of what D and G do to each other, where they need no browser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Eyes } from '../src/lab/eyes.js';
import { SlowRound } from '../src/lab/slow-round.js';
import { rangeOf, spanOf } from '../src/views/change/before-after.js';
import { perPixel } from '../src/views/ink.js';
import { noiseImages } from '../src/views/noise.js';
import { roundsOf } from '../src/views/rounds.js';
import { meanOf, totalOf } from '../src/views/slowly/captions.js';

test('the step counter counts whole rounds, and tells single updates', () => {
  const experiment = { batch_size: 16, discriminator_steps: 1 };
  const rounds = (step, updates, changes = {}) =>
    roundsOf({ step, images: 16 * updates }, { ...experiment, ...changes });
  assert.deepEqual(rounds(7, 7), { rounds: 7, d: 0, g: 0 });
  assert.deepEqual(rounds(7, 9), { rounds: 7, d: 2, g: 0 });
  assert.deepEqual(rounds(9, 7), { rounds: 7, d: 0, g: 2 });
  assert.deepEqual(rounds(3, 15, { discriminator_steps: 5 }), { rounds: 3, d: 0, g: 0 });
  assert.deepEqual(rounds(3, 17, { discriminator_steps: 5 }), { rounds: 3, d: 2, g: 0 });
  assert.deepEqual(rounds(4, 17, { discriminator_steps: 5 }), { rounds: 3, d: 2, g: 1 });
});

test('each number of z is a square of its grey', () => {
  const { width, height, count, pixels } = noiseImages([-9, -3, 0, 3, 9, 1.5], 3);
  assert.deepEqual([width, height, count], [28, 28, 2]);
  const at = (image, row, column) => pixels[image * 784 + row * 28 + column];
  // Two columns of squares of 14 pixels; the fourth has no number.
  assert.deepEqual([at(0, 0, 0), at(0, 13, 13), at(0, 0, 14), at(0, 14, 0)], [0, 0, 0, 128]);
  assert.deepEqual([at(1, 5, 5), at(1, 5, 20), at(1, 20, 5), at(1, 20, 20)], [255, 255, 191, 0]);
});

test('what a coloured pixel is asked for is the mean over its channels', () => {
  assert.deepEqual(perPixel([1, 2, 6, -3, 0, 0], 3), [3, -1]);
  assert.deepEqual(perPixel([1, -2], 1), [1, -2]);
});

test('scores without a scale are drawn from the least to the largest, and bars from 0', () => {
  const change = { real_scores: [[3, 5], [4]], fake_scores: [[2], [2.5]] };
  assert.deepEqual(spanOf(change, 'higher'), [2, 5]);
  assert.deepEqual(rangeOf(change, 'higher'), [0, 5]);
  assert.deepEqual(spanOf(change, 'probability'), [0, 1]);
  assert.deepEqual(rangeOf({ fake_scores: [[-4], [-4]] }, 'higher'), [-5, 0]);
});

test('a loss is told with its terms, but for what nobody minimises', () => {
  const phase = { player: 'generator', terms: { g_loss: 2, feature_matching: 3 } };
  assert.equal(totalOf(phase), 5);
  assert.equal(totalOf(phase, true), 3);
  assert.equal(totalOf({ player: 'generator' }), undefined);
  assert.equal(meanOf([]), undefined);
  assert.equal(meanOf([1, 2]), 1.5);
});

/** A round whose phases are made here. */
function walker(fail = false) {
  const order = ['draw', 'make', 'judge', 'loss', 'gradient', 'update'];
  const failures = [];
  let at = -1;
  const round = new SlowRound({
    next: async () => {
      if (fail) throw new Error('no');
      at += 1;
      const player = Math.floor(at / 6) % 2 === 0 ? 'discriminator' : 'generator';
      round.take({ player, update: 1, phase: order[at % 6] });
    },
    changed: () => {},
    failed: (error) => failures.push(error.message),
  });
  return { round, failures, asked: () => at + 1 };
}

test('going back looks at what was seen, and forward again asks for nothing new', async () => {
  const { round, asked } = walker();
  for (let phase = 0; phase < 4; phase += 1) await round.forward();
  assert.deepEqual([round.frame.phase, asked(), round.canGoBack], ['loss', 4, true]);
  round.back();
  round.back();
  assert.deepEqual([round.frame.phase, asked()], ['make', 4]);
  await round.forward();
  await round.forward();
  assert.deepEqual([round.frame.phase, asked()], ['loss', 4]);
  await round.forward();
  assert.deepEqual([round.frame.phase, asked()], ['gradient', 5]);
});

test('a round is forgotten when the next one begins, or the run has gone on', async () => {
  const { round } = walker();
  for (let phase = 0; phase < 12; phase += 1) await round.forward();
  assert.equal(round.frames.length, 12);
  await round.forward();
  assert.deepEqual([round.frames.length, round.frame.phase, round.canGoBack], [1, 'draw', false]);
  round.outdate();
  assert.equal(round.frame, undefined);
});

test('playing ends with a failure, and the failure is told', async () => {
  const { round, failures } = walker(true);
  round.play(true);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual([failures, round.playing], [['no'], false]);
});

test('eyes watch what is looked at, with a z that was changed, and no more', () => {
  const watched = [];
  const z = Float32Array.from({ length: 64 * 2 }, (_, index) => index / 64);
  const eyes = new Eyes({
    watch: (options) => watched.push(options),
    seen: () => undefined,
    latents: () => ({ z, length: 2 }),
    changed: () => {},
  });
  assert.equal(eyes.z, undefined);
  eyes.wear(true);
  eyes.choose(5);
  assert.deepEqual(eyes.z, [10 / 64, 11 / 64]);
  assert.ok(eyes.own);
  eyes.set(1, 7);
  assert.deepEqual([eyes.z, eyes.own, eyes.component], [[10 / 64, 3], false, 1]);
  eyes.set(2, 1);
  assert.equal(eyes.component, 1, 'there is no third number');
  eyes.restore();
  assert.deepEqual(eyes.z, [10 / 64, 11 / 64]);
  eyes.choose(undefined);
  eyes.wear(false);
  assert.deepEqual(watched, [
    { index: undefined, z: undefined },
    { index: 5, z: undefined },
    { index: 5, z: [10 / 64, 3] },
    { index: 5, z: undefined },
    { index: undefined, z: undefined },
    null,
  ]);
});

test('eyes are shut while nothing of them is shown', () => {
  const watched = [];
  const eyes = new Eyes({
    watch: (options) => watched.push(options?.index ?? options),
    seen: () => undefined,
    latents: () => undefined,
    changed: () => {},
  });
  const scores = { index: undefined, z: undefined };
  eyes.attend(true, true);
  assert.deepEqual(watched, [], 'nobody looks');
  eyes.wear(true);
  eyes.attend(true, true);
  eyes.attend(false, true);
  assert.deepEqual(watched, [scores, null], 'other digits are shown in the place of the grid');
  eyes.attend(true, true);
  assert.deepEqual(watched.splice(0), [scores, null, scores]);
  eyes.choose(3);
  eyes.attend(false, false);
  assert.deepEqual(watched.splice(0), [3, null]);
  assert.equal(eyes.chosen, undefined);
  eyes.off();
  eyes.off();
  assert.equal(eyes.scores, false);
});
