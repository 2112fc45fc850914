import assert from 'node:assert/strict';
import { test } from 'node:test';
import { History } from '../src/history.js';
import { addSight, clearRun, goBack } from '../src/lab/shown.js';
import { Store } from '../src/store.js';

const report = (step, more = {}) => ({
  step,
  epoch: 0,
  d_loss: step,
  g_loss: 2 * step,
  d_real: 0.5,
  d_fake: 0.5,
  steps_per_second: 1,
  ...more,
});

test('the curves stay bounded however long training runs', () => {
  const history = new History();
  for (let step = 1; step <= 100_000; step += 1) history.add(report(step));
  assert.ok(history.steps.length < 1600);
  assert.equal(history.column('d_loss').length, history.steps.length);
  assert.deepEqual(history.column('d_loss'), history.steps);
  assert.ok(history.steps.every((step, i) => i === 0 || step > history.steps[i - 1]));
});

test('going back to a snapshot takes the points since then away', () => {
  const history = new History();
  for (const step of [1, 2, 3, 4, 5]) history.add(report(step));
  history.add(report(3, { d_loss: 30 }));
  assert.deepEqual(history.steps, [1, 2, 3]);
  assert.deepEqual(history.column('d_loss'), [1, 2, 30]);
});

test('a run that goes back shows nothing of later steps', () => {
  const store = new Store({}, { backend: 'auto', threads: 'auto' });
  store.history = new History();
  for (const step of [1, 2, 3, 4]) store.addReport(report(step));
  store.tuned = 3;
  goBack(store, 4);
  assert.deepEqual([store.report?.step, store.tuned], [4, 3]);
  const { revision } = store.history;
  goBack(store, 2);
  assert.deepEqual([store.report, store.tuned], [undefined, undefined]);
  assert.deepEqual([store.history.steps, store.history.trend('d_loss').length], [[1, 2], 2]);
  assert.notEqual(store.history.revision, revision);
  goBack(store, 0);
  assert.deepEqual(store.history.steps, []);
});

test('a quantity that appears late is aligned with the others', () => {
  const history = new History();
  history.add(report(1));
  history.add(report(2, { gradient_penalty: 9 }));
  assert.deepEqual(history.column('gradient_penalty'), [Number.NaN, 9]);
});

test('another run begins with empty curves', () => {
  const store = new Store({}, { backend: 'auto', threads: 'auto' });
  store.addReport(report(1));
  store.history = new History();
  for (let step = 1; step <= 5000; step += 1) store.addReport(report(step));
  clearRun(store);
  assert.equal(store.report, undefined);
  assert.deepEqual(store.history, new History());
  store.addReport(report(1, { d_loss: 9 }));
  assert.deepEqual([store.history.steps, store.history.trend('d_loss')], [[1], [9]]);
});

test('a trend follows a value that changes, and a norm over orders of magnitude', () => {
  const history = new History();
  for (let step = 1; step <= 10; step += 1) {
    history.add({ step, d_loss: step, g_gradient: 10 ** (1 - 0.3 * step) });
  }
  const [loss, norm] = ['d_loss', 'g_gradient'].map((name) => history.trend(name).at(-1));
  assert.ok(loss > 6 && loss < 10, `${loss}`);
  assert.ok(norm > 0.01 && norm < 0.13, `${norm}, where the latest is 0.01`);
  for (let step = 11; step <= 200; step += 1) history.add({ step, d_loss: 5, g_gradient: 0 });
  assert.ok(Math.abs(history.trend('d_loss').at(-1) - 5) < 0.01);
  assert.ok(history.trend('g_gradient').at(-1) < 0.01);
});

test('the same complaint is shown once, and few of them', () => {
  const store = new Store({}, { backend: 'auto', threads: 'auto' });
  const complaint = { code: 'bad_experiment', field: 'width', message: 'a' };
  store.complain(complaint);
  store.complain({ ...complaint, message: 'b' });
  assert.deepEqual(
    store.complaints.map(({ message }) => message),
    ['b'],
  );
  for (let i = 0; i < 50; i += 1) store.complain({ ...complaint, field: `f${i}` });
  assert.ok(store.complaints.length <= 6);
  store.forget('bad_experiment', 'f49');
  assert.ok(!store.complaints.some(({ field }) => field === 'f49'));
});

test('figures that come between two reports stand at the latest one', () => {
  const history = new History();
  history.annotate({ js: 0.9 });
  assert.deepEqual(history.column('js'), [], 'there is no point yet');
  history.add({ step: 1, d_loss: 1 });
  history.add({ step: 2, d_loss: 1 });
  const { revision } = history;
  history.annotate({ js: 0.5, modes: 7 });
  history.annotate({ js: 0.4 });
  assert.notEqual(history.revision, revision);
  assert.deepEqual(history.column('js'), [Number.NaN, 0.4]);
  assert.deepEqual(history.trend('modes'), [Number.NaN, 7]);
});

test('what is measured beside the reports stands at the latest of them', () => {
  const history = new History();
  history.annotate({ modes: 1 });
  assert.deepEqual(history.column('modes'), []);
  history.add(report(1));
  history.add(report(2));
  history.annotate({ modes: 3 });
  history.add(report(3));
  history.add(report(4));
  history.annotate({ modes: 5 });
  assert.deepEqual(history.column('modes'), [Number.NaN, 3, Number.NaN, 5]);
  history.add(report(3, { d_loss: 30 }));
  assert.deepEqual(history.column('modes'), [Number.NaN, 3]);
  assert.deepEqual(history.steps, [1, 2, 3]);
});

test('of points that go, what only they had stays', () => {
  const history = new History();
  let measured = 0;
  for (let step = 1; step <= 10_000; step += 1) {
    history.add(report(step));
    if (step % 100 === 0) {
      history.annotate({ modes: step });
      measured += 1;
    }
  }
  const kept = history.column('modes').filter((value) => !Number.isNaN(value));
  assert.equal(kept.length, measured);
  const apart = history
    .column('modes')
    .map((value, at) => Math.abs(value - history.steps[at]))
    .filter((distance) => !Number.isNaN(distance));
  assert.ok(Math.max(...apart) <= 16, 'they stay where they were measured, but for a few points');
});

test("the judge's figures become curves, and go with the run", () => {
  const store = new Store({}, { backend: 'auto', threads: 'auto' });
  store.history = new History();
  store.addReport(report(1));
  const verdict = {
    modes: 4,
    precision: 0.5,
    confidence: 0.9,
    frechet_distance: 20,
    frechet_floor: 3,
  };
  store.addReport(report(3));
  store.addReport(report(6));
  // It has become known when the run was at 6.
  addSight(store, 'judge', { ...verdict, histogram: [1], step: 4 });
  addSight(store, 'other', { step: 1 });
  assert.deepEqual(store.history.column('frechet_distance').slice(0, 2), [Number.NaN, 20]);
  assert.ok(!(store.history.column('frechet_distance')[2] > 0), 'none at 6');
  assert.deepEqual(store.history.column('slope'), [], 'there is no critic');
  assert.equal(store.watched.judge.step, 4);
  store.history.annotate({ confidence: 1 }, 0);
  assert.ok(
    !store.history.column('confidence').includes(1),
    'before the first report nothing stands',
  );
  clearRun(store);
  assert.equal(store.watched.judge, undefined);
});
