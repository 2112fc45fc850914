/** Who may import whom: the block of ARCHITECTURE.md, held against every import of www/src. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { cycleIn, importsOf, moduleOf, parseArrows, undrawn } from './arrows.js';

const source = new URL('../src/', import.meta.url);
const names = (await readdir(source, { recursive: true })).filter((name) => /\.js$/.test(name));
const files = await Promise.all(
  names.map(async (name) => ({ name, text: await readFile(new URL(name, source), 'utf8') })),
);
const document = await readFile(new URL('../../ARCHITECTURE.md', import.meta.url), 'utf8');
const allowed = parseArrows(document, 'www/src');

test('every import is drawn in ARCHITECTURE.md', () => {
  assert.ok(files.length > 40 && allowed.size > 8);
  assert.deepEqual(undrawn(files, allowed), []);
});

test('the block names the modules that there are, and no others', () => {
  const modules = new Set(names.map(moduleOf));
  assert.deepEqual([...allowed.keys()].sort(), [...modules].sort());
});

test('no arrow and no import leads back to where it began', () => {
  assert.equal(cycleIn(allowed), undefined);
  const graph = new Map(files.map(({ name, text }) => [name, importsOf(name, text)]));
  assert.equal(cycleIn(graph), undefined);
});

test('no two files have one name', () => {
  const bases = names.map((name) => path.basename(name));
  assert.deepEqual(
    bases.filter((base, at) => bases.indexOf(base) !== at),
    [],
  );
});

test('a planted wrong arrow is found, whatever kind of import it is', () => {
  const table = parseArrows('```arrows a/b\nlab -> views, lit\nviews\nstore\n```\n', 'a/b');
  assert.deepEqual(
    [...table],
    [
      ['lab', ['views', 'lit']],
      ['views', []],
      ['store', []],
    ],
  );
  const wrong = (name, text) => undrawn([{ name, text }], table);
  assert.deepEqual(wrong('lab/lab.js', "import { a } from '../views/a.js';"), []);
  assert.deepEqual(wrong('views/a.js', "import { b } from './b.js';"), []);
  for (const text of [
    "import { b } from '../store.js';",
    "import {\n  b,\n  c,\n} from '../store.js';",
    "export { b } from '../store.js';",
    "import '../store.js';",
    "const b = await import('../store.js');",
    "/** @typedef {import('../store.js').B} B */",
  ]) {
    assert.deepEqual(wrong('views/a.js', text), ['views -> store (views/a.js)'], text);
  }
  // A package that is drawn somewhere may be used only where it is drawn.
  assert.deepEqual(wrong('views/a.js', "import { html } from 'lit/html.js';"), [
    'views -> lit (views/a.js)',
  ]);
  assert.deepEqual(wrong('lab/lab.js', "import { html } from 'lit/html.js';"), []);
});

test('a planted cycle is found', () => {
  const graph = (edges) => new Map(Object.entries(edges));
  assert.equal(cycleIn(graph({ a: ['b', 'c'], b: ['c'], c: [] })), undefined);
  assert.deepEqual(cycleIn(graph({ a: ['b'], b: ['c'], c: ['b'] })), ['b', 'c', 'b']);
});

test('a document without the block is an error', () => {
  assert.throws(() => parseArrows('# No block', 'www/src'), /arrows www\/src/);
});
