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

test('both guides tell each host alike that it lies under a path', async () => {
  const [rows, other] = await Promise.all(
    ['docs/embedding.md', 'docs/embedding.zh-CN.md'].map(async (guide) =>
      (await read(guide)).match(/^\| \w+ \| `\S+` \| .* \|$/gm).map((row) => row.match(/`[^`]+`/g)),
    ),
  );
  assert.equal(rows.length, 6);
  assert.deepEqual(other, rows);
});

/** What a fixture's lock file pins. */
const npm = async (fixture, name) =>
  JSON.parse(await read(`tests/hosts/${fixture}/package-lock.json`)).packages[
    `node_modules/${name}`
  ].version;
const pip = async (fixture, name) =>
  new RegExp(`^${name}==(\\S+)$`, 'm').exec(
    await read(`tests/hosts/${fixture}/requirements.txt`),
  )[1];

/** Everything that the guide names with a version, and where that is pinned. */
const pinned = {
  Hexo: () => npm('hexo', 'hexo'),
  Butterfly: () => npm('hexo', 'hexo-theme-butterfly'),
  NexT: () => npm('hexo', 'hexo-theme-next'),
  Fluid: () => npm('hexo', 'hexo-theme-fluid'),
  VitePress: () => npm('vitepress', 'vitepress'),
  MkDocs: () => pip('mkdocs', 'mkdocs'),
  Material: () => pip('mkdocs', 'mkdocs-material'),
  Docusaurus: () => npm('docusaurus', '@docusaurus/core'),
  Astro: () => npm('astro', 'astro'),
  nbconvert: () => pip('notebook', 'nbconvert'),
  JupyterLab: () => pip('notebook', 'jupyterlab'),
  anywidget: () => pip('notebook', 'anywidget'),
  React: () => npm('npm', 'react'),
  'React Router': () => npm('npm', 'react-router'),
  Vue: () => npm('npm', 'vue'),
  'Vue Router': () => npm('npm', 'vue-router'),
  Vite: () => npm('npm', 'vite'),
  webpack: () => npm('npm', 'webpack'),
  esbuild: () => npm('npm', 'esbuild'),
  // The system's, which no file pins.
  Hugo: undefined,
};

/** The names with versions in a text, outside of its recipes. */
const versionsIn = (text) =>
  [
    ...text
      .replaceAll(/^```[\s\S]*?^```$/gm, '')
      .matchAll(/((?:React |Vue )?[A-Za-z]+) (\d+(?:\.\d+)*)(?![\d×]| (?:px|kB))/g),
  ].map(([, name, version]) => [name, version]);

test('the versions that the guides tell are those that the tests install', async () => {
  for (const guide of ['docs/embedding.md', 'docs/embedding.zh-CN.md']) {
    const told = versionsIn(await read(guide)).filter(([name]) => name in pinned);
    for (const [name, version] of told) {
      const installed = await pinned[name]?.();
      if (!installed) continue;
      assert.ok(`${installed}.`.startsWith(`${version}.`), `${guide}: ${name} ${version}`);
    }
    const names = new Set(told.map(([name]) => name));
    assert.deepEqual([...names].sort(), Object.keys(pinned).sort(), guide);
    // A sentence that says with what was tested names nothing else with a version.
    const sentences = (await read(guide)).match(/^(Tested with|已?用) .*$/gm);
    assert.ok(sentences.length >= 10);
    for (const [name] of versionsIn(
      sentences.map((it) => it.split(/[.。] ?(?!\d)/)[0]).join('\n'),
    )) {
      assert.ok(name in pinned, `${guide}: ${name}`);
    }
  }
});

test('what the hosts ask of Node.js is what the guides and the README ask', async () => {
  for (const [fixture, name] of [
    ['hexo', 'hexo'],
    ['npm', 'vite'],
  ]) {
    const lock = JSON.parse(await read(`tests/hosts/${fixture}/package-lock.json`));
    assert.match(lock.packages[`node_modules/${name}`].engines.node, /^(\^|>=)20\.19\.0/, name);
  }
  for (const guide of [
    'docs/embedding.md',
    'docs/embedding.zh-CN.md',
    'docs/development.md',
    'README.md',
    'README.zh-CN.md',
  ]) {
    assert.match(await read(guide), /Node\.js[^\n]*20\.19/, guide);
  }
});
