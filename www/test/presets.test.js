import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { pages } from '../../tools/presets.mjs';

test('the reference of the presets is made from the schema as it is', async () => {
  for (const [file, text] of await pages()) {
    const written = await readFile(new URL(`../../docs/${file}`, import.meta.url), 'utf8');
    assert.equal(written, text, `docs/${file} is old: run node tools/presets.mjs`);
    for (const [, picture] of text.matchAll(/<img src="([^"]+)"/g)) {
      await readFile(new URL(`../../docs/${picture}`, import.meta.url));
    }
  }
});
