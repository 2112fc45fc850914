import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';

test('no size in the shadow tree depends on the page’s root font', async () => {
  for (const name of ['element/element', 'views/lab', 'views/inside', 'views/plane/plane']) {
    const css = await readFile(new URL(`../src/${name}.css`, import.meta.url), 'utf8');
    assert.deepEqual(css.match(/[\d.]+(rem|rlh|rex|rch|ric|rcap)\b/g) ?? [], [], name);
  }
});

test('no figure speaks by itself: an <output> is a live region', async () => {
  const folder = new URL('../src/', import.meta.url);
  let outputs = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith('.js')) continue;
    const code = await readFile(new URL(name, folder), 'utf8');
    for (const [tag] of code.matchAll(/<output\b[^>]*>?/g)) {
      outputs += 1;
      assert.match(tag, / aria-live="off"/, `${name}: ${tag}`);
    }
  }
  assert.ok(outputs > 10, `${outputs}`);
});
