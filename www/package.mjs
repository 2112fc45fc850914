/**
 * Makes the npm package from the built site: `npm run package`, or `node www/package.mjs [--site
 * dist] [--out package]`. It is a site too: from a CDN, ganvas.js works as it does from a host of
 * one's own. MNIST is left out for its size; the lab draws its own digits then, and says so.
 */
import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { buildOf, options, plugins, versionOf } from './bundling.mjs';
import { typesOf } from './package/declarations.mjs';
import { loadsOf } from './package/loads.mjs';
import { attributes, customElements, vscode } from './package/manifest.mjs';
import { importMap, licences, sizes } from './package/readme.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    site: { type: 'string', default: 'dist' },
    out: { type: 'string', default: 'package' },
  },
});
const site = path.resolve(root, values.site);
const out = path.resolve(root, values.out);
const source = path.join(root, 'www/package');

await stat(path.join(site, 'ganvas.js')).catch(() => {
  throw new Error(`There is no site in ${values.site}: run \`cargo xtask build\` first.`);
});
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const { metafile } = await build({
  ...options,
  outdir: out,
  define: {
    // That of worker.js, which comes from the site as it is.
    GANVAS_BUILD: JSON.stringify(await buildOf(root)),
    GANVAS_PAGE: JSON.stringify('embed.html'),
  },
  entryPoints: [path.join(root, 'www/src/ganvas.js'), path.join(source, 'element.js')],
  entryNames: '[name]',
  format: 'esm',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  plugins,
});

/** The bundles by their paths in the package. */
const bundles = Object.fromEntries(
  Object.entries(metafile.outputs).map(([file, { entryPoint, imports }]) => [
    inPackage(file),
    {
      entry: entryPoint,
      imports: imports.map(({ path: chunk, kind }) => ({ path: inPackage(chunk), kind })),
    },
  ]),
);

/** What is the same as in the site. The compressed copies beside it are the CDN's business. */
const shared = [
  'worker.js',
  'frames.js',
  'page.js',
  'embed.html',
  'embed.css',
  'first-digits.safetensors',
  'first-digits.png',
  'digit-classifier.safetensors',
  'wasm/cpu/ganvas_web.js',
  'wasm/cpu/ganvas_web_bg.wasm',
  'wasm/cpu-relaxed/ganvas_web.js',
  'wasm/cpu-relaxed/ganvas_web_bg.wasm',
  'wasm/cpu-threads/ganvas_web.js',
  'wasm/cpu-threads/ganvas_web_bg.wasm',
  'wasm/webgpu/ganvas_web.js',
  'wasm/webgpu/ganvas_web_bg.wasm',
  'wasm/sampler/ganvas_sampler.wasm',
  'LICENSE-MIT',
  'LICENSE-APACHE',
  'NOTICE.txt',
];
for (const file of shared) await cp(path.join(site, file), path.join(out, file));
for (const file of ['index.js', 'define.js', 'hexo.cjs']) {
  await cp(path.join(source, file), path.join(out, file));
}

const declarations = ['index.d.ts', 'define.d.ts', 'react.d.ts', 'vue.d.ts'];
for (const file of declarations) {
  const text = await readFile(path.join(source, file), 'utf8');
  await write(file, text.replaceAll("'../src/generated/ganvas_web.js'", "'./types.js'"));
}
const generated = await readFile(path.join(root, 'www/src/generated/ganvas_web.d.ts'), 'utf8');
await write('types.d.ts', typesOf(generated));
await write('attributes.d.ts', attributes);
await write('custom-elements.json', json(customElements));
await write('vscode.html-custom-data.json', json(vscode));

const version = await versionOf(root);
const { description, license, engines } = JSON.parse(
  await readFile(path.join(root, 'package.json'), 'utf8'),
);
await write(
  'package.json',
  json({
    name: 'ganvas',
    version,
    description,
    license,
    keywords: ['gan', 'webgpu', 'wasm', 'web-component', 'custom-element', 'machine-learning'],
    type: 'module',
    // Of Hexo and of servers that render pages.
    engines,
    // For whose types there are ours; the element needs neither, and bars no version.
    peerDependencies: { react: '*', vue: '*' },
    peerDependenciesMeta: { react: { optional: true }, vue: { optional: true } },
    types: './index.d.ts',
    customElements: './custom-elements.json',
    sideEffects: ['./define.js', './ganvas.js', './frames.js', './worker.js'],
    exports: {
      '.': { types: './index.d.ts', default: './index.js' },
      './define': { types: './define.d.ts', default: './define.js' },
      './react': { types: './react.d.ts' },
      './vue': { types: './vue.d.ts' },
      './hexo': './hexo.cjs',
      './*': './*',
    },
  }),
);
await write('README.md', await readme());

/** @param {string} file by its path from where the build runs */
function inPackage(file) {
  return path.relative(out, path.resolve(file)).replaceAll(path.sep, '/');
}

/** @param {string} file @param {string} text */
function write(file, text) {
  return writeFile(path.join(out, file), text);
}

/** @param {unknown} value */
function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The guide, with what can be told only of this build. */
async function readme() {
  const text = await readFile(path.join(source, 'README.md'), 'utf8');
  const notice = await readFile(path.join(root, 'NOTICE.md'), 'utf8');
  const loads = loadsOf(bundles, ['element.js']);
  const cdn = `https://cdn.jsdelivr.net/npm/ganvas@${version}/`;
  return text
    .replaceAll('{cdn}', cdn)
    .replace('<!-- sizes -->', sizes(loads, await read(loads.flatMap(({ files }) => files))))
    .replace('<!-- licences -->', licences(notice, license))
    .replace('{import-map}', importMap(await read(imported('ganvas.js')), cdn));
}

/** @param {string[]} files */
async function read(files) {
  const bytes = files.map((file) => readFile(path.join(out, file)));
  return new Map((await Promise.all(bytes)).map((content, at) => [files[at], content]));
}

/** A bundle and every chunk that it may come to import. @param {string} entry */
function imported(entry) {
  const found = new Set([entry]);
  for (const file of found) {
    for (const { path: chunk } of bundles[file].imports) found.add(chunk);
  }
  return [...found].sort();
}
