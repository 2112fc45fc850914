import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { membersOf, typesOf } from '../package/declarations.mjs';
import { loadsOf } from '../package/loads.mjs';
import words from '../src/i18n/en.js';

const read = (name) => readFile(new URL(`../../${name}`, import.meta.url), 'utf8');

test('the types have every term of an objective that the page has words for', async () => {
  const named = Object.keys(words)
    .filter((key) => key.startsWith('term_name.'))
    .map((key) => key.replace('term_name.', ''));
  const [, union] = (await read('www/package/index.d.ts')).split('export type Term =');
  const types = [...union.split(';')[0].matchAll(/'(\w+)'/g)].map(([, name]) => name);
  assert.deepEqual(types.sort(), [...named, 'd_gradient', 'g_gradient'].sort());
});

test('members are read with their comments, parameters and types', () => {
  const text = `export interface Other {
  /** Not this. */
  not: number;
}
export interface Thing extends HTMLElement {
  /** What is ready. */
  readonly ready: Promise<{ a: number }>;
  /** Takes
   * nothing that is one line. */
  skipped: string;
  /** Draws. Or not. */
  draw(options?: {
    count?: number;
    z?: number[];
  }): Promise<void>;

  addEventListener(type: string): void;
}
`;
  assert.deepEqual(membersOf(text, 'Thing'), [
    {
      name: 'ready',
      description: 'What is ready',
      type: 'Promise<{ a: number }>',
      readonly: true,
      parameters: undefined,
    },
    {
      name: 'draw',
      description: 'Draws. Or not',
      type: 'Promise<void>',
      readonly: false,
      parameters: [{ name: 'options', optional: true, type: '{ count?: number; z?: number[]; }' }],
    },
  ]);
  assert.throws(() => membersOf(text, 'None'), /no interface None/);
});

test('types are shipped without the classes after them', () => {
  const types = '/** One. */\nexport interface One {\n    a: number;\n}\n';
  const classes = '\n\n/**\n * Two.\n */\nexport class Two {\n    free(): void;\n}\n';
  assert.equal(typesOf(`${types}${classes}`), types);
  assert.equal(typesOf(types), types);
});

test('a bundle that no moment loads fails the package', async () => {
  const text = await read('www/package/loads.mjs');
  const sources = [...text.matchAll(/sources: \[([^\]]+)\]/g)].flatMap(([, list]) =>
    [...list.matchAll(/'([^']+)'/g)].map(([, source]) => source),
  );
  const bundles = Object.fromEntries(
    sources.map((source, at) => [
      `chunks/${at}.js`,
      { entry: `www/${source}`, imports: [{ path: 'chunks/shared.js', kind: 'import-statement' }] },
    ]),
  );
  bundles['chunks/shared.js'] = { imports: [] };
  bundles['element.js'] = { imports: [] };
  const loads = loadsOf(bundles, ['element.js']);
  // What many share is loaded by the first.
  assert.deepEqual(loads[0].files, ['chunks/0.js', 'chunks/shared.js']);
  bundles['chunks/new.js'] = { entry: 'www/src/new.js', imports: [] };
  assert.throws(() => loadsOf(bundles, ['element.js']), /load chunks\/new\.js\?/);
});
