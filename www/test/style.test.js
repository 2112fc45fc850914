import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

test('no size in the shadow tree depends on the page’s root font', async () => {
  for (const name of ['element/element', 'views/lab', 'views/inside', 'views/plane/plane']) {
    const css = await readFile(new URL(`../src/${name}.css`, import.meta.url), 'utf8');
    assert.deepEqual(css.match(/[\d.]+(rem|rlh|rex|rch|ric|rcap)\b/g) ?? [], [], name);
  }
});
