import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import chinese from '../src/i18n/details.zh-CN.js';
import { translate } from '../src/views/details.js';

test('a sentence of the core is said in the page’s language, with its values', () => {
  assert.equal(
    translate('this is not an IDX file of images: it starts with 0x89504e47', chinese),
    '这不是 IDX 文件：它的开头是 0x89504e47。',
  );
  assert.equal(translate('nobody says this', chinese), undefined);
});

test('no pattern is hidden by one before it', () => {
  const patterns = Object.keys(chinese);
  for (const [at, english] of patterns.entries()) {
    const example = english.replace(/\{\w+\}/g, '7');
    assert.equal(
      translate(example, chinese),
      translate(example, { [patterns[at]]: chinese[english] }),
      english,
    );
  }
});

/** Sentences that reach a reader from parsers and checks: string literals after `Error::…(`. */
async function spoken() {
  const folder = new URL('../../crates/ganvas-core/src/', import.meta.url);
  const files = (await readdir(folder, { recursive: true })).filter((name) => /\.rs$/.test(name));
  const code = await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')));
  const call = /Error::(?:dataset|checkpoint)\(\s*(?:format!\(\s*)?"((?:[^"\\]|\\.|\\\n)*)"/g;
  return code.flatMap((text) =>
    [...text.matchAll(call)].map(([, words]) => words.replace(/\\\n\s*/g, '')),
  );
}

test('what the core says of a reader’s file has its Chinese', async () => {
  const sentences = await spoken();
  assert.ok(sentences.length > 15, String(sentences.length));
  const dumb = sentences.filter(
    (words) => translate(words.replace(/\{[^}]*\}/g, '7'), chinese) === undefined,
  );
  assert.deepEqual(dumb, []);
});
