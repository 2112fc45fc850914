/** A chunk that its own address did not bring, from another one. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { again } from '../src/again.js';
import { chunk, detours } from '../src/waiting.js';

let folder = '';
let address = '';
/** The page's import map. */
let map;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ganvas-again-'));
  const file = path.join(folder, 'lab-36KVHSBA.js');
  await writeFile(file, 'globalThis.labs += 1; export const { href } = new URL(import.meta.url);');
  address = pathToFileURL(file).href;
  globalThis.document = { querySelector: () => map };
  detours.find = again;
});
beforeEach(() => {
  map = undefined;
  globalThis.labs = 0;
});
after(async () => {
  detours.find = undefined;
  globalThis.document = undefined;
  await rm(folder, { recursive: true });
});

const said = (named) => `Failed to fetch dynamically imported module: ${named}`;
const refusing = (message) => async () => {
  throw new TypeError(message);
};

test('each try has an address of its own', async () => {
  const chromium = said(address);
  const firefox = `error loading dynamically imported module: ${address}`;
  const found = new Set();
  for (const message of [chromium, firefox, said(`${address}?again=1`)]) {
    const { href } = await again(message)();
    assert.match(href, /lab-36KVHSBA\.js\?again=\d+$/);
    found.add(href);
  }
  assert.equal(found.size, 3);
});

test('what has no other address, or a hash, is left', () => {
  for (const message of [
    said(address.replace('lab-', 'chunk-')),
    said(`${address.replace('lab-', 'chunk-')}?again=1`),
    'Importing a module script failed.',
    "Unexpected token '<'",
    'Loading chunk 7 failed.',
  ]) {
    assert.equal(again(message), undefined, message);
  }
  map = {};
  assert.equal(again(said(address)), undefined, 'the page has a map');
});

test('a chunk comes by the other way from then on, and once', async () => {
  let calls = 0;
  const load = () => {
    calls += 1;
    return refusing(said(address))();
  };
  await assert.rejects(chunk('lab.js', load), { code: 'network' });
  const first = await chunk('lab.js', load);
  assert.equal(await chunk('lab.js', load), first);
  assert.deepEqual([calls, globalThis.labs], [1, 1]);
  const other = { other: true };
  assert.equal(await chunk('other.js', async () => other), other);
});

test('a way that fails is followed by another, and by its own address where there is none', async () => {
  const found = { found: true };
  const ways = [refusing('first'), undefined, refusing('second'), async () => found];
  detours.find = () => ways.shift();
  const load = refusing('own');
  for (const message of ['own', 'first', 'own', 'second']) {
    await assert.rejects(chunk('gone.js', load), {
      code: 'network',
      message: `gone.js: ${message}`,
    });
  }
  assert.equal(await chunk('gone.js', load), found);
  detours.find = again;
});
