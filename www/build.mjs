/**
 * Builds the front end into a folder: `node www/build.mjs [--out dist] [--relaxed yes|no]
 * [--threads yes|no]`. These say whether the site will have the CPU modules with relaxed SIMD and
 * with threads; without them, the folder is looked at.
 *
 * ganvas.js   the element; what is heavy comes from chunks/ when a lab starts
 * worker.js   one file, so that a blob: worker can import it; the wasm stays outside, beside it
 * frames.js   for pages that have embed.html in iframes
 * bench.js    the page that measures a device; nothing else loads it
 * isolate.js  what a page may have for several cores, on a host that sends no headers
 * page.js     a few lines for the hosted page, no module, so that they run before the first paint
 * examples/   pages that use the element's events and methods, as they are in docs/examples
 */
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { buildOf, options, plugins, versionOf } from './bundling.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'dist' },
    relaxed: { type: 'string' },
    threads: { type: 'string' },
  },
});
const out = path.resolve(root, values.out);
/** @param {string | undefined} said @param {string} folder */
const has = (said, folder) =>
  said ? said === 'yes' : existsSync(path.join(out, 'wasm', folder, 'ganvas_web_bg.wasm'));
const source = (/** @type {string} */ name) => path.join(root, 'www', name);

const pages = ['index.html', 'embed.html', 'bench.html'];
/**
 * The site carries the texts of what it is made of. Where it lies in the sources of a blog, the
 * blog's generator would make a page of Markdown.
 */
const licences = {
  'NOTICE.md': 'NOTICE.txt',
  'LICENSE-MIT': 'LICENSE-MIT',
  'LICENSE-APACHE': 'LICENSE-APACHE',
};

const define = {
  GANVAS_BUILD: JSON.stringify(await buildOf(root)),
  GANVAS_VERSION: JSON.stringify(await versionOf(root)),
  GANVAS_PAGE: JSON.stringify(''),
  GANVAS_RELAXED: String(has(values.relaxed, 'cpu-relaxed')),
  GANVAS_THREADS: String(has(values.threads, 'cpu-threads')),
};
const common = { ...options, outdir: out, define };

// Chunks carry a hash in their names: old ones would stay for ever.
await rm(path.join(out, 'chunks'), { recursive: true, force: true });
await mkdir(out, { recursive: true });

const [element] = await Promise.all([
  build({
    ...common,
    entryPoints: [source('src/ganvas.js')],
    format: 'esm',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    plugins,
  }),
  build({
    ...common,
    entryPoints: { worker: source('src/worker/worker.js') },
    format: 'esm',
  }),
  build({
    ...common,
    entryPoints: [source('src/bench/bench.js')],
    format: 'esm',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    plugins,
  }),
  build({ ...common, entryPoints: [source('src/frames.js')], format: 'esm' }),
  // A classic script, and a service worker: neither knows modules everywhere.
  build({
    ...common,
    entryPoints: [source('src/isolate.js')],
    bundle: false,
  }),
  // A script that an old browser cannot read could not tell it that it is old.
  build({ ...common, entryPoints: [source('src/page.js')], bundle: false, target: 'es2015' }),
  build({ ...common, entryPoints: [source('page.css'), source('embed.css'), source('bench.css')] }),
  copyFile(
    path.join(root, 'crates/ganvas-core/assets/digit-classifier.safetensors'),
    path.join(out, 'digit-classifier.safetensors'),
  ),
  copyFile(path.join(root, 'docs/devices.json'), path.join(out, 'devices.json')),
  ...['first-digits.safetensors', 'first-digits.png'].map((name) =>
    copyFile(path.join(root, 'www/assets', name), path.join(out, name)),
  ),
  cp(path.join(root, 'docs/examples'), path.join(out, 'examples'), { recursive: true }),
  ...[...pages.map((page) => [page, page]), ...Object.entries(licences)].map(([from, to]) =>
    copyFile(path.join(root, from), path.join(out, to)),
  ),
]);

reportFirstLoad(element.metafile.outputs);

/**
 * The budget of the first frame: the entry, what it imports at once and the words of one language
 * must stay below 50 KB of our own; lit comes on top.
 *
 * @param {import('esbuild').Metafile['outputs']} outputs
 */
function reportFirstLoad(outputs) {
  const from = (/** @type {string} */ source) =>
    Object.keys(outputs).filter((file) => outputs[file].entryPoint?.includes(source));
  const first = new Set(from('src/ganvas.js'));
  for (const file of first) {
    for (const { path: imported, kind } of outputs[file].imports) {
      if (kind === 'import-statement') first.add(imported);
    }
  }
  const bytesOf = (/** @type {string} */ file) => outputs[file].bytes;
  const spoken = Math.max(...from('.js?first').map(bytesOf));
  const sum = (/** @type {number[]} */ sizes) => sizes.reduce((total, size) => total + size, 0);
  const inputs = [...first].flatMap((file) => Object.entries(outputs[file].inputs));
  const lit = sum(
    inputs
      .filter(([name]) => name.includes('node_modules/'))
      .map(([, { bytesInOutput }]) => bytesInOutput),
  );
  const bytes = sum([...first].map(bytesOf)) + spoken - lit;
  const kilobytes = (/** @type {number} */ size) => (size / 1000).toFixed(1);
  console.log(
    `first load: ${kilobytes(bytes)} kB in ${first.size + 1} files, and ${kilobytes(lit)} kB of lit`,
  );
  if (bytes > 50_000) {
    console.error('The first load is above its budget of 50 kB.');
    process.exitCode = 1;
  }
}
