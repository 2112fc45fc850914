/** The reference of the element says what the element is, in both languages. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { pages } from '../../tools/reference.mjs';
import { chinese, english, manners } from '../../tools/reference-words.mjs';
import { error_codes } from '../src/generated/model-traits.js';
import { start } from '../src/generated/schema.js';
import { optionFields } from '../src/settings/fields.js';

const root = new URL('../../', import.meta.url);
const read = (name) => readFile(new URL(name, root), 'utf8');
const documents = await Promise.all(
  ['docs/element.md', 'docs/element.zh-CN.md'].map(async (name) => [name, await read(name)]),
);
const contract = await read('www/package/index.d.ts');

/** The names in the first cells of a table, which is found by the cells of its head. */
function namesIn(text, ...heads) {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => heads.some((head) => line.startsWith(`| ${head} |`)));
  assert.ok(at >= 0, heads.join(' or '));
  const rows = lines.slice(at + 2);
  const cells = rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) => line.split(' | ')[0]);
  return cells.flatMap((cell) => [...cell.matchAll(/`([\w-]+)/g)].map(([, name]) => name));
}

/** What is declared between a line of the contract and the end of its block. */
const block = (first) => contract.split(first)[1].split(/;\n\n|\n}/)[0];

test('the tables of the reference are made from the schema as it is', async () => {
  for (const [file, text] of await pages()) {
    assert.equal(await read(`docs/${file}`), text, `docs/${file}: run node tools/reference.mjs`);
  }
});

test('every option of the element has its words, and no other', () => {
  const names = [...optionFields.map(({ name }) => name), ...manners];
  for (const { options } of [english, chinese]) {
    assert.deepEqual(Object.keys(options).sort(), [...names].sort());
  }
});

test('the reference names what runs where nothing is named', () => {
  for (const [name, text] of documents) assert.ok(text.includes(`\`${start}\``), name);
});

test('the reference has every error code', () => {
  const codes = [...block('export type ErrorCode =').matchAll(/'(\w+)'/g)].map(([, code]) => code);
  for (const code of error_codes) assert.ok(codes.includes(code), code);
  for (const [name, text] of documents) {
    // What was given up is no fault: it has its sentence, and no row.
    assert.deepEqual([...namesIn(text, 'code', '代码'), 'aborted'], codes, name);
    assert.ok(text.includes('`aborted`'), name);
  }
});

test('the reference has every event and state', () => {
  const events = [...block('interface GanvasLabEventMap {').matchAll(/^ {2}(\w+):/gm)];
  const states = [...block('export type State =').matchAll(/'(\w+)'/g)];
  assert.ok(events.length > 3 && states.length > 6);
  for (const [name, text] of documents) {
    assert.deepEqual(
      namesIn(text, 'event', '事件'),
      events.map(([, event]) => event),
      name,
    );
    const line = text.split('\n').find((it) => it.startsWith('| `state` |'));
    for (const [, state] of states) assert.ok(line.includes(`\`${state}\``), `${name}: ${state}`);
  }
});

test('the reference has every member', () => {
  const lines = block('interface GanvasLabElement extends HTMLElement {');
  const members = [...lines.matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map(([, member]) => member);
  assert.ok(members.length > 14);
  for (const [name, text] of documents) {
    assert.deepEqual([...new Set(namesIn(text, 'member', '成员'))].sort(), members.sort(), name);
  }
});

test('the reference has every part of the element', async () => {
  const files = await readdir(new URL('www/src', root), { recursive: true });
  const sources = await Promise.all(
    files.filter((file) => file.endsWith('.js')).map((file) => read(`www/src/${file}`)),
  );
  const found = sources.flatMap((text) => [...text.matchAll(/\spart="([\w-]+)"/g)]);
  const parts = [...new Set(found.map(([, part]) => part))].sort();
  assert.ok(parts.length > 5);
  for (const [name, text] of documents) {
    assert.deepEqual(namesIn(text, 'part', '部件').sort(), parts, name);
  }
});
