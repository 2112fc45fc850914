import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import {
  diagnose,
  modeCollapse,
  recovery,
  runawayCritic,
  vanishingGradient,
} from '../src/diagnosis/diagnosis.js';
import { highest, latest, median, pointsOf } from '../src/diagnosis/figures.js';
import { ailments, cures } from '../src/generated/model-traits.js';
import { History } from '../src/history.js';
import { disasterOf } from '../src/settings/disasters.js';
import { defaultsOf, experimentOf, presets, withChanges } from '../src/settings/fields.js';

/** Figures as a lab has them: reports, and now and then a look of the judge. */
function historyOf(rows) {
  const history = new History();
  for (const { judge, ...report } of rows) {
    history.add({ epoch: 0, d_loss: 0, g_loss: 0, d_real: 0.5, d_fake: 0.5, ...report });
    if (judge) history.annotate(judge);
  }
  return history;
}

const numbered = (values, name) => values.map((value, step) => ({ step, [name]: value }));
const dcgan = defaultsOf('dcgan');
const experimentNamed = (name) => experimentOf(presets.find((preset) => preset.name === name));

test('a median is not moved by one outlier', () => {
  const points = [3, 1, 1000, 2].map((value, step) => ({ step, value }));
  assert.equal(median(points), 2.5);
  assert.equal(median(points.slice(0, 3)), 3);
  assert.ok(Number.isNaN(median([])));
  assert.equal(latest(points, 3), 2);
  assert.ok(Number.isNaN(latest(points, 5)));
  assert.equal(highest(points, 3), 3);
  assert.ok(Number.isNaN(highest([], 1)));
});

test('points are what was measured, after a step', () => {
  const history = historyOf([{ step: 1 }, { step: 2, judge: { modes: 4 } }, { step: 5 }]);
  assert.deepEqual(pointsOf(history, 'modes'), [{ step: 2, value: 4 }]);
  assert.deepEqual(pointsOf(history, 'modes', 2), []);
  assert.deepEqual(pointsOf(history, 'nothing'), []);
  assert.equal(pointsOf(history, 'd_fake', 1).length, 2);
});

// ---- each condition, on both of its sides --------------------------------------------------

const looks = (modes, precision, d_fake) =>
  historyOf(
    modes.map((it, step) => ({
      step,
      d_fake,
      judge: { modes: it, precision, entropy: Math.log(it) },
    })),
  );

test('a collapse takes few modes, pictures that could be real, and a D that lets them pass', () => {
  assert.deepEqual(modeCollapse(looks([2, 3, 1], 0.4, 0.3), dcgan), {
    name: 'mode_collapse',
    values: { modes: 2, precision: 0.4, d_fake: 0.3 },
  });
  assert.equal(modeCollapse(looks([6, 6, 6], 0.4, 0.3), dcgan), undefined, 'enough modes');
  assert.equal(modeCollapse(looks([1, 1, 1], 0.05, 0.3), dcgan), undefined, 'noise');
  assert.equal(modeCollapse(looks([2, 2, 2], 0.4, 0.01), dcgan), undefined, 'D knows them');
  assert.equal(modeCollapse(looks([2, 3, 7], 0.4, 0.3), dcgan), undefined, 'it draws more by now');
  const unclear = historyOf(
    [2, 2, 2].map((modes, step) => ({ step, judge: { modes, precision: 0.4, entropy: 2 } })),
  );
  assert.equal(modeCollapse(unclear, dcgan), undefined, 'seven digits, of which two are clear');
  assert.equal(modeCollapse(looks([2, 2], 0.4, 0.3), dcgan), undefined, 'too few looks');
  assert.equal(modeCollapse(looks([2, 9, 2], 0.4, 0.3), dcgan)?.values.modes, 2, 'one outlier');
  assert.equal(
    modeCollapse(looks([9, 9, 2, 2, 2], 0.4, 0.3), dcgan)?.values.modes,
    2,
    'the latest',
  );
  assert.deepEqual(
    modeCollapse(looks([7, 8, 7, 2, 3, 2], 0.4, 0.3), dcgan)?.values,
    { modes: 2, precision: 0.4, d_fake: 0.3, most: 7 },
    'fallen from what there was',
  );
  assert.equal(
    modeCollapse(looks([7, 8, 7, 2, 3, 2], 0.4, 0.01), dcgan)?.values.most,
    7,
    'what is gone is gone, whether D knows the rest or not',
  );
  const passing = [0.02, 0.4, 0.1].map((precision, step) => ({
    step,
    judge: { modes: 2, precision, entropy: Math.log(2) },
  }));
  assert.equal(
    modeCollapse(historyOf(passing), dcgan)?.values.precision,
    0.4,
    'G is on its way from one digit to the next in the other looks',
  );
  // Where D's output is a score, nothing can be said of what passes.
  const hinge = withChanges(dcgan, { loss: 'hinge' });
  assert.equal(modeCollapse(looks([2, 2, 2], 0.4, -3), hinge)?.name, 'mode_collapse');
});

test('a gradient has vanished at a hundredth of its length, where D is sure', () => {
  const history = (last, d_fake) =>
    historyOf(
      [2, 1, last, last, last, last, last].map((g_gradient, step) => ({
        step,
        g_gradient,
        d_fake,
      })),
    );
  const found = vanishingGradient(history(0.02, 0.001), dcgan);
  assert.equal(found?.name, 'vanishing_gradient');
  assert.ok(Math.abs(found.values.times - 100) < 1e-9 && found.values.before === 2);
  assert.equal(vanishingGradient(history(0.021, 0.001), dcgan), undefined, 'still long');
  assert.equal(vanishingGradient(history(0.02, 0.2), dcgan), undefined, 'D is not sure');
  const critic = defaultsOf('wgan_gp');
  assert.equal(
    vanishingGradient(history(0.0002, 0.001), critic),
    undefined,
    'a critic is not sure',
  );
  assert.equal(vanishingGradient(historyOf(numbered([2, 0.001], 'g_gradient')), dcgan), undefined);
});

test('a critic runs away at a slope of ten, measured or bounded by its scores', () => {
  const critic = defaultsOf('wgan_gp');
  const measured = (slope) =>
    historyOf([1, 2, 3].map((step) => ({ step, wasserstein: 5, judge: { slope } })));
  assert.equal(runawayCritic(measured(10), critic)?.values.slope, 10);
  assert.equal(runawayCritic(measured(9.9), critic), undefined);
  assert.equal(runawayCritic(measured(1000), dcgan), undefined, 'no critic');
  // One look is enough to say how steep it is, whatever the scores would bound it by.
  const once = historyOf([{ step: 1, wasserstein: 8000, judge: { slope: 1200 } }]);
  assert.equal(runawayCritic(once, critic)?.values.slope, 1200);
  // Two images of 32 × 32 values from −1 to 1 are 64 apart at most.
  const apart = (w, size) =>
    runawayCritic(
      historyOf(numbered([w, w, w, w, w], 'wasserstein')),
      withChanges(critic, { image_size: size }),
    );
  assert.deepEqual(apart(640, 32)?.values, { least: 10 });
  assert.deepEqual(apart(-640, 32)?.values, { least: 10 });
  assert.equal(apart(639, 32), undefined);
  assert.equal(apart(640, 64), undefined);
});

test('nothing is said of a run without figures, nor of one that goes well', () => {
  assert.deepEqual(diagnose(new History(), dcgan), []);
  const well = historyOf(
    Array.from({ length: 50 }, (_, step) => ({
      step,
      d_fake: 0.3,
      g_gradient: 4 + (step % 3),
      judge: { modes: 9, precision: 0.5 },
    })),
  );
  assert.deepEqual(diagnose(well, dcgan), []);
});

test('a recovery counts what came after the cure alone', () => {
  const rows = (before, after, name) => [
    ...before.map((value, at) => ({ step: at, judge: { [name]: value } })),
    ...after.map((value, at) => ({ step: 10 + at, judge: { [name]: value } })),
  ];
  const digits = (before, after, drawn = Math.max(...after)) =>
    historyOf(
      rows(before, after, 'modes').map(({ step, judge }) => ({
        step,
        judge: { ...judge, entropy: Math.log(drawn) },
      })),
    );
  const modes = digits([2, 1, 2], [4, 6, 7]);
  assert.deepEqual(recovery(modes, dcgan, 'mode_collapse', 9), {
    name: 'mode_collapse_over',
    values: { modes: 6, before: 2 },
  });
  // What the judge saw at the step of the cure was drawn without it.
  assert.equal(recovery(modes, dcgan, 'mode_collapse', 10), undefined);
  assert.equal(recovery(digits([9, 9], [9, 9]), dcgan, 'mode_collapse', 9), undefined);
  assert.equal(recovery(digits([2], [4, 4, 4], 7), dcgan, 'mode_collapse', 9), undefined);
  assert.equal(recovery(digits([2], [6, 6, 6], 4), dcgan, 'mode_collapse', 9), undefined);

  const critic = defaultsOf('wgan_gp');
  const slopes = (after) => historyOf(rows([4000], after, 'slope'));
  assert.equal(recovery(slopes([5, 4, 3]), critic, 'runaway_critic', 9)?.values.slope, 4);
  // Where the judge never looked before, the scores say how steep it was at least.
  const scored = historyOf([
    { step: 1, wasserstein: 2 * 32 * 900 },
    ...[5, 4, 3].map((slope, at) => ({ step: 10 + at, wasserstein: 1, judge: { slope } })),
  ]);
  assert.deepEqual(recovery(scored, critic, 'runaway_critic', 9)?.values, {
    slope: 4,
    least: 900,
  });
  // Scores that are close again do not show that the critic is flat.
  const close = historyOf([
    { step: 1, wasserstein: 2 * 32 * 900 },
    ...[5, 4, 3, 2, 1].map((wasserstein, at) => ({ step: 10 + at, wasserstein })),
  ]);
  assert.equal(recovery(close, critic, 'runaway_critic', 9), undefined);
  assert.equal(recovery(slopes([500, 400, 300]), critic, 'runaway_critic', 9), undefined);

  const gradients = (after) =>
    historyOf([
      ...numbered([1, 0.01], 'g_gradient'),
      ...after.map((g_gradient, at) => ({ step: 10 + at, g_gradient })),
    ]);
  const grown = recovery(gradients([5, 5, 5, 5, 5]), dcgan, 'vanishing_gradient', 9);
  assert.ok(Math.abs(grown.values.times - 500) < 1e-9);
  assert.equal(
    recovery(gradients([0.05, 0.05, 0.05, 0.05, 0.05]), dcgan, 'vanishing_gradient', 9),
    undefined,
  );
});

// ---- runs that were recorded ---------------------------------------------------------------

const recorded = JSON.parse(await readFile(new URL('recorded-runs.json', import.meta.url), 'utf8'));

for (const { preset, seed, finding, cured_at, broken_at, rows } of recorded) {
  const experiment = experimentNamed(preset);
  const until = (step) => historyOf(rows.filter((row) => row.step <= step));
  const last = rows.at(-1).step;
  const end = broken_at ?? last;

  if (!finding) {
    test(`${preset} from seed ${seed} is never said to fail`, () => {
      for (const { step } of rows.filter(({ step }) => step > 0)) {
        assert.deepEqual(diagnose(until(step), experiment), [], `step ${step}`);
      }
    });
    continue;
  }
  test(`${preset} from seed ${seed} is found out before its cure, and not at once`, () => {
    // A collapse comes and goes while G moves from digit to digit; nothing else is ever found.
    const names = rows
      .filter(({ step }) => step <= cured_at)
      .flatMap(({ step }) => diagnose(until(step), experiment))
      .map(({ name }) => name);
    assert.deepEqual([...new Set(names)], [finding]);
    assert.deepEqual(diagnose(until(rows[1].step), experiment), []);
  });
  test(`${preset} from seed ${seed} is over it in the end, and not at once`, () => {
    const { cure } = disasterOf(experiment);
    const treated = withChanges(experiment, cure);
    const after = rows.find(({ step }) => step > cured_at).step;
    assert.equal(recovery(until(after), treated, finding, cured_at), undefined);
    assert.equal(recovery(until(end), treated, finding, cured_at)?.name, `${finding}_over`);
  });
  if (!broken_at) continue;
  test(`${preset} from seed ${seed} is found to have fallen when its cure is taken away`, () => {
    assert.deepEqual(diagnose(until(broken_at), experiment), [], 'not while it is well');
    const found = rows
      .filter(({ step }) => step > broken_at && step <= last)
      .flatMap(({ step }) => diagnose(until(step), experiment))
      .map(({ values }) => values);
    assert.ok(found.length > 0);
    for (const { most, modes } of found) assert.ok(most >= 6 && modes < most, `${most}, ${modes}`);
  });
}

// ---- presets that fail, and what runs after their cure ---------------------------------------

test('a cured run is known by its settings, whatever its seed and data', () => {
  assert.equal(Object.keys(cures).length, 3);
  for (const name of Object.keys(cures)) {
    const experiment = { ...experimentNamed(name), seed: 7, dataset: 'procedural' };
    const { cure, fault, ailment, ...ill } = disasterOf(experiment);
    assert.deepEqual(ill, { name, cured: false });
    assert.ok(ailments[name] === ailment && ailment, name);
    assert.ok(Object.keys(cure).length > 0);
    const treated = withChanges(experiment, cure);
    assert.deepEqual(disasterOf(treated), { name, ailment, cure, fault, cured: true });
    assert.deepEqual(withChanges(treated, fault), experiment, 'the fault is the way back');
    assert.equal(disasterOf({ ...treated, width: 64 }), undefined);
  }
  assert.equal(disasterOf(dcgan), undefined);
});
