// Contestants that are programs, by one that only counts.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { missing } from '../../tests/bench/peers/command.mjs';
import { runOne } from '../../tests/bench/peers/run-one.mjs';
import { programSeat } from '../../tests/bench/peers/seats.mjs';
import { folderOf } from './support.mjs';

const folder = await folderOf({
  'counts.mjs': `
    import { createInterface } from 'node:readline';
    const say = (answer) => console.log(JSON.stringify(answer));
    if (process.argv[2] === 'inputs') say({ version: '1.0' });
    let steps = 0;
    for await (const _ of createInterface(process.stdin)) {
      steps += 1;
      if (process.argv[2] === 'inputs') say({ ms: 100, losses: [steps, 0] });
    }`,
  'fails.mjs': `console.error('first'); console.error('there is no such library'); process.exit(1);`,
});
const seat = (file, inputs = 'inputs') =>
  programSeat([process.execPath, path.join(folder, file)], inputs);
const plan = { seconds: 1, most: 50, limit: 60 };

test('a program takes a step for each line, as long as a page would', async () => {
  const run = await runOne(seat('counts.mjs'), plan);
  assert.equal(run.error, undefined);
  assert.equal(run.version, '1.0');
  assert.deepEqual(run.losses, [
    [1, 0],
    [2, 0],
    [3, 0],
  ]);
  assert.equal(run.times.length, 10);
});

test('a program that ends says why', async () => {
  const run = await runOne(seat('fails.mjs'), plan);
  assert.deepEqual(run.times, []);
  assert.match(run.error, /there is no such library/);
  const none = await runOne(programSeat(['/there/is/none'], 'inputs'), plan);
  assert.match(none.error, /ENOENT/);
});

test('one that never answers is late', async () => {
  const run = await runOne(seat('counts.mjs', 'silence'), { ...plan, limit: 1 });
  assert.equal(run.late, true);
});

test('what a program lacks is said', () => {
  assert.equal(missing([process.execPath], []), undefined);
  assert.match(missing(['/there/is/none'], ['torch']), /none lacks torch/);
});
