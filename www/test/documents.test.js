/** The documents: links that lead somewhere, and Chinese pages that have what the English ones have. */
import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { test } from 'node:test';

const root = new URL('../../', import.meta.url);
const inDocs = (await readdir(new URL('docs', root))).map((name) => `docs/${name}`);
const names = [...(await readdir(root)), ...inDocs].filter((name) => name.endsWith('.md'));
const texts = new Map(
  await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, root), 'utf8')])),
);

/** Of a document, what is no code. */
const prose = (text) =>
  text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/(`+)(?:(?!\1).)+\1/g, '');

/** The titles of a document by their level. @returns {{ level: number, title: string }[]} */
const titles = (text) =>
  [...text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/^(#+) (.+)$/gm)].map(
    ([, { length }, title]) => ({ level: length, title }),
  );

/** The anchors of a document: its own, and those that GitHub gives to its titles. */
const anchors = (text) =>
  new Set([
    ...titles(text).map(({ title }) =>
      title
        .toLowerCase()
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
    ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id),
  ]);

/** Where links and pictures of a document lead. */
const targets = (text) =>
  [...prose(text).matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].map(
    ([, link, source]) => link ?? source,
  );

/** What is wrong with the links of a document. */
async function lost(name, text) {
  const found = [];
  for (const target of targets(text)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [path, anchor] = target.split('#');
    const file = path ? new URL(path, new URL(name, root)) : new URL(name, root);
    const exists = await stat(file).catch(() => undefined);
    const of = path && anchor && exists ? await readFile(file, 'utf8') : text;
    if (!exists || (anchor && !anchors(of).has(anchor))) found.push(target);
  }
  return found;
}

test('every link of a document leads to a file, and to a title of it', async () => {
  for (const [name, text] of texts) assert.deepEqual(await lost(name, text), [], name);
});

test('a link that leads nowhere is found', async () => {
  const text =
    '# A title, of `two`\n[1](#a-title-of-two) [2](#another) [3](none.md) `[4](none.md)`';
  assert.deepEqual(await lost('README.md', text), ['#another', 'none.md']);
});

/** Documents of docs/ in both languages; README.zh-CN.md is a text of its own. */
const pairs = inDocs
  .filter((name) => name.endsWith('.zh-CN.md'))
  .map((name) => [name.replace('.zh-CN', ''), name]);

/** Blocks of code, but for the language that they ask for and the sentence inside the tag. */
const blocks = (text) =>
  [...text.matchAll(/^```(\w*)\n([\s\S]*?)\n```$/gm)].map(([, language, code]) => [
    language,
    code
      .replaceAll(/\blang=("?)(en|zh)\b/g, 'lang=$1')
      .replaceAll(/(<ganvas-lab[^>]*>)[^<]*(<\/ganvas-lab>)/g, '$1$2'),
  ]);

const pictures = (text) => targets(text).filter((target) => /\.png$/.test(target));

/** How many rows each table has, and how many cells its head. */
const tables = (text) =>
  [...text.matchAll(/(?:^\|.*\n)+/gm)].map(([table]) => {
    const lines = table.trimEnd().split('\n');
    return [lines.length, lines[0].split(/(?<!\\)\|/).length];
  });

test('there are documents in both languages', () => {
  const both = pairs.map(([name]) => name).sort();
  assert.deepEqual(
    both,
    ['element', 'embedding', 'inside', 'plane', 'presets'].map((name) => `docs/${name}.md`),
  );
});

for (const [english, chinese] of pairs) {
  test(`${chinese} has the code, pictures, titles and tables of ${english}`, () => {
    const [first, second] = [english, chinese].map((name) => texts.get(name));
    for (const parts of [blocks, pictures, tables]) {
      assert.deepEqual(parts(second), parts(first), parts.name);
    }
    assert.deepEqual(
      titles(second).map(({ level }) => level),
      titles(first).map(({ level }) => level),
    );
  });

  test(`${english} and ${chinese} lead to each other, and each to its own language`, () => {
    const file = (name) => name.replace('docs/', '');
    for (const [name, other, where] of [
      [english, chinese, '中文'],
      [chinese, english, 'English'],
    ]) {
      const text = texts.get(name);
      assert.ok(text.includes(`[${where}](${file(other)})`), name);
      const foreign = targets(text).filter((target) =>
        pairs.some((pair) => pair.some((it) => it !== name && target.split('#')[0] === file(it))),
      );
      const wrong = foreign.filter(
        (target) => target !== file(other) && /\.zh-CN\./.test(target) !== (name === chinese),
      );
      assert.deepEqual(wrong, [], name);
    }
  });
}
