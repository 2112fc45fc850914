import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';

const root = new URL('../../', import.meta.url);
const read = (name) => readFile(new URL(name, root), 'utf8');

/** The recipes of a guide: each with the fixture that it says it is from. */
async function recipes(name) {
  const text = await read(name);
  const found = [...text.matchAll(/^<!-- from (\S+) -->\n```\w+\n([\s\S]*?)\n```$/gm)];
  assert.equal(found.length, text.match(/^```\w+$/gm)?.length, 'each recipe names its fixture');
  return found.map(([, file, code]) => ({ file, code }));
}

test('every recipe of the guide stands in a site that is tested', async () => {
  const all = await recipes('docs/embedding.md');
  for (const { file, code } of all) {
    assert.ok((await read(file)).includes(code), `${file} has: ${code}`);
  }
  // And every host that is tested is in the guide.
  const hosts = (await readdir(new URL('tests/hosts', root)))
    .filter((file) => file.endsWith('.test.mjs'))
    .map((file) => file.replace('.test.mjs', ''));
  for (const host of hosts) {
    assert.ok(
      all.some(({ file }) => file.startsWith(`tests/hosts/${host}/`)),
      host,
    );
  }
});

test('the guide has the same recipes in both languages', async () => {
  assert.deepEqual(await recipes('docs/embedding.zh-CN.md'), await recipes('docs/embedding.md'));
});
