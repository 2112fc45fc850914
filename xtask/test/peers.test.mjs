// The comparison with other libraries: whose times count, and which versions are compared.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { contestants } from '../../tests/bench/peers/contestants.mjs';
import { judge } from '../../tests/bench/peers/goals.mjs';
import { compare, isSame, row } from '../../tests/bench/peers/summary.mjs';
import { replace, sections } from '../../tests/bench/section.mjs';

/** @type {[number, number][]} */
const expected = [
  [1.4, 0.7],
  [1.2, 0.9],
  [0.2, 40],
];

/** A contestant's only run, with steps of `ms`. */
function run(name, ms, losses = expected) {
  const contestant = contestants.find((known) => known.name === name);
  assert.ok(contestant, name);
  const run = { times: [ms, ms], losses, first_ms: ms, load_ms: 1, calls: {}, requests: [] };
  return row(contestant, [run], expected);
}

/** The expected losses, one of which is another. */
function withLoss(step, which, value) {
  const losses = structuredClone(expected);
  losses[step][which] = value;
  return losses;
}

test('who has other losses does other work: there is no ratio to ours, and no goal counts it', () => {
  const others = {
    'a loss below 1': withLoss(2, 0, 0.22),
    'a loss above 1': withLoss(2, 1, 40.5),
    'no number': withLoss(1, 1, Number.NaN),
  };
  for (const [what, losses] of Object.entries(others)) {
    const rows = [run('ganvas-cpu', 10), run('plain-burn', 30), run('tfjs-cpu', 5, losses)];
    compare(rows, contestants);
    const [, burn, tfjs] = rows;
    assert.equal(burn.ratio.cpu, 3, what);
    assert.equal(tfjs.verdict, 'different work', what);
    assert.equal(tfjs.ratio, undefined, what);
  }
  const rows = ['tfjs-wasm', 'jax-js-wasm'].map((name) => run(name, 50));
  rows.push(run('ganvas-cpu', 10), run('tfjs-cpu', 5, others['no number']));
  const goal = judge(rows, '16x32').find(({ others }) => others.includes('tfjs-cpu'));
  assert.equal(goal.ratio, 5);
});

test('another rounding is the same work', () => {
  assert.ok(isSame(run('tfjs-cpu', 10, withLoss(0, 0, 1.41))));
  assert.ok(isSame(run('tfjs-cpu', 10, withLoss(2, 1, 40.3))));
});

test('a base of other work makes no ratios', () => {
  const rows = [run('ganvas-cpu', 10, withLoss(0, 0, 2)), run('plain-burn', 30)];
  compare(rows, contestants);
  assert.ok(rows.every(({ ratio }) => ratio === undefined));
  assert.ok(judge(rows, '16x32').every(({ ratio }) => ratio === undefined));
});

test('each library is one exact version, the one that is installed by the lock file', async () => {
  const root = new URL('../../', import.meta.url);
  const json = async (name) => JSON.parse(await readFile(new URL(name, root), 'utf8'));
  const { devDependencies } = await json('package.json');
  const { packages } = await json('package-lock.json');
  const told = new Set(contestants.flatMap(({ version }) => version ?? []));
  assert.equal(told.size, 2);
  for (const name of told) {
    const [scope] = name.split('/');
    const all = Object.keys(devDependencies).filter((other) => other.startsWith(`${scope}/`));
    for (const other of all) {
      assert.match(devDependencies[other], /^\d+\.\d+\.\d+$/, other);
      assert.equal(devDependencies[other], devDependencies[name], other);
      assert.equal(packages[`node_modules/${other}`].version, devDependencies[name], other);
    }
  }
});

test('what is measured apart stays when the rest is written anew', () => {
  const first = replace('# Benchmarks\n\nold\n', 'views', 'The views.');
  const both = replace(first, 'peers', 'The peers.');
  assert.deepEqual(sections(both), [
    '<!-- views -->\n\nThe views.\n\n<!-- /views -->',
    '<!-- peers -->\n\nThe peers.\n\n<!-- /peers -->',
  ]);
  assert.equal(replace(both, 'views', 'Others.'), both.replace('The views.', 'Others.'));
  assert.deepEqual(sections('# Nothing\n'), []);
});
