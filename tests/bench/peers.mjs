/**
 * Ganvas beside other libraries, all with the same training step: `node tests/bench/run.mjs --peers`.
 *
 *   --sizes LIST   widths and batches (16x32,64x64)
 *   --only LIST    only these contestants, as contestants.mjs names them
 *   --rounds N     how often each has its turn (3)
 *   --seconds S    how long a contestant is timed in a round (10)
 *   --limit S      how long it may take in all in a round (600)
 *   --isolated     with cross-origin isolation: wasm backends that can use threads do
 *   --hardware     WebGPU and WebGL on the machine's GPU; otherwise SwiftShader emulates one
 *   --write-docs   renews its section of docs/benchmarks.md, and docs/benchmarks-peers.json
 *
 * It fails when a contestant does other work than ours, never because one is slow or cannot train.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { versionOf } from '../../www/bundling.mjs';
import { isolation } from '../../xtask/site-server.mjs';
import { serve } from '../support/server.mjs';
import { isBusy, percent, usedNow } from './machine.mjs';
import { milliseconds } from './numbers.mjs';
import { download, obstacle, publish, publishInputs } from './peers/bundle.mjs';
import { kept } from './peers/kept.mjs';
import { options } from './peers/options.mjs';
import { section, shapeTable, sizeTables } from './peers/report.mjs';
import { runOne } from './peers/run-one.mjs';
import { pageSeat, programSeat } from './peers/seats.mjs';
import { compare, row } from './peers/summary.mjs';
import { replace } from './section.mjs';
import { surroundings } from './surroundings.mjs';

const root = new URL('../../', import.meta.url);
const { sizes, contestants, rounds, plan, webgpu, isolated, writeDocs } = chosen();
// The browser driver only closes its browsers then, and whoever had its turn would count as failed.
process.once('SIGTERM', () => process.exit(143));
const obstacles = new Map(contestants.map((one) => [one.name, obstacle(one)]));
const taking = contestants.filter(({ name }) => !obstacles.get(name));
const site = await serve(undefined, isolated ? isolation : {});
/** For contestants that share memory whatever the others do. */
const isolatedSite = await serve(undefined, isolation);
const results = { sizes: {} };
const tell = (text) => console.log(`… ${text}`);

try {
  await publish(site, taking);
  await publish(isolatedSite, taking);
  const { machine, adapter } = await surroundings(site, webgpu);
  // With each size, because sizes of several runs can stand in one table.
  const about = {
    versions: await versions(),
    adapter,
    hardware: webgpu === 'hardware',
    isolated,
  };
  for (const size of sizes) {
    results.sizes[size.size] = { ...about, ...(await measure(size, machine)) };
  }
} finally {
  await site.close();
  await isolatedSite.close();
}
await save();
if (Object.values(results.sizes).some(({ rows }) => rows.some(isOther))) {
  console.error('A contestant does other work than ours: see the losses above.');
  process.exitCode = 1;
}

/** A mistake on the command line is told without a stack. */
function chosen() {
  try {
    return options();
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

async function measure({ size, width, batch_size }, machine) {
  const inputs = await publishInputs(site, size);
  await publishInputs(isolatedSite, size);
  const runs = new Map(taking.map(({ name }) => [name, []]));
  let mostUsed = 0;
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name, program, isolated } of taking) {
      const own = runs.get(name);
      // What has failed or not been done in time does no better in the next round.
      if (own.some(({ times }) => times.length === 0)) continue;
      const used = await usedNow(1);
      mostUsed = Math.max(mostUsed, used);
      if (isBusy(used)) tell(`others use ${percent(used)} of the cores before ${name}`);
      const seat = program
        ? programSeat(program, inputs.file)
        : await pageSeat(isolated ? isolatedSite : site, name, inputs.address, webgpu);
      const run = await runOne(seat, { ...plan, again: round > 1 });
      own.push(run);
      const { times } = run;
      const result = times.length > 0 ? milliseconds(row({}, [run], inputs.losses).ms) : run.error;
      tell(`${size}, round ${round} of ${rounds}, ${name}: ${result}`);
    }
  }
  const rows = [];
  for (const contestant of contestants) {
    const { name, title, backend } = contestant;
    const own = runs.get(name);
    if (!own) {
      rows.push({ name, title, backend, verdict: 'left out', error: obstacles.get(name) });
      continue;
    }
    const { requests } = own.find((run) => run.requests.length > 0) ?? { requests: [] };
    rows.push({
      ...row(contestant, own, inputs.losses),
      ...(requests.length > 0 && { download: await download(site, requests) }),
    });
  }
  compare(rows, contestants);
  return {
    width,
    batch_size,
    machine: {
      ...machine,
      /** The largest share of the cores' time that others took before a turn. */
      used_before_turns: mostUsed,
      busy: machine.busy || isBusy(mostUsed),
    },
    rounds,
    expected_losses: inputs.losses.slice(0, 3),
    rows,
  };
}

function isOther({ verdict }) {
  return verdict === 'different work';
}

async function versions() {
  const { devDependencies } = JSON.parse(await readFile(new URL('package.json', root)));
  const packages = new Set(contestants.flatMap(({ version }) => version ?? []));
  return {
    Ganvas: await versionOf(fileURLToPath(root)),
    ...Object.fromEntries([...packages].map((name) => [name, devDependencies[name]])),
  };
}

async function save() {
  const measured = Object.values(results.sizes);
  console.log(`\n${[...measured.map(sizeTables), shapeTable(measured[0])].join('\n\n')}\n`);
  await mkdir(new URL('target/', root), { recursive: true });
  await write('target/bench-peers.json', json(results));
  if (!writeDocs) return;
  // Sizes that were not measured now keep what was measured of them before.
  const old = JSON.parse(await read('docs/benchmarks-peers.json', '{}')).sizes ?? {};
  results.sizes = { ...kept(old, results.sizes, console.warn), ...results.sizes };
  await write('docs/benchmarks-peers.json', json(results));
  const text = await read('docs/benchmarks.md', '# Benchmarks\n');
  await write('docs/benchmarks.md', replace(text, 'peers', section(results)));
}

function json(value) {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function read(name, otherwise) {
  return readFile(new URL(name, root), 'utf8').catch(() => otherwise);
}

async function write(name, text) {
  const file = new URL(name, root);
  await writeFile(file, text);
  console.log(`written: ${fileURLToPath(file)}`);
}
