/**
 * Makes the npm package from the built site: `npm run package`, or `node www/package.mjs [--site
 * dist] [--out package]`. It is a site too: from a CDN, ganvas.js works as it does from a host of
 * one's own. MNIST is left out for its size; the lab draws its own digits then, and says so.
 */
import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { options, plugins, versionOf } from './bundling.mjs';
import { attributes, customElements, vscode } from './package/manifest.mjs';

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

await build({
  ...options,
  outdir: out,
  entryPoints: [path.join(root, 'www/src/ganvas.js'), path.join(source, 'element.js')],
  entryNames: '[name]',
  format: 'esm',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  plugins,
});

/** What is the same as in the site. The compressed copies beside it are the CDN's business. */
const shared = [
  'worker.js',
  'frames.js',
  'first-digits.safetensors',
  'digit-classifier.safetensors',
  'wasm/cpu/ganvas_web.js',
  'wasm/cpu/ganvas_web_bg.wasm',
  'wasm/webgpu/ganvas_web.js',
  'wasm/webgpu/ganvas_web_bg.wasm',
  'wasm/sampler/ganvas_sampler.wasm',
  'LICENSE-MIT',
  'LICENSE-APACHE',
  'NOTICE.txt',
];
for (const file of shared) await cp(path.join(site, file), path.join(out, file));
for (const file of ['index.js', 'define.js']) {
  await cp(path.join(source, file), path.join(out, file));
}

const declarations = ['index.d.ts', 'define.d.ts', 'react.d.ts', 'vue.d.ts'];
for (const file of declarations) {
  const text = await readFile(path.join(source, file), 'utf8');
  await write(file, text.replaceAll("'../src/generated/", "'./"));
}
const session = await readFile(path.join(root, 'www/src/generated/ganvas_web.d.ts'), 'utf8');
await write('ganvas_web.d.ts', session);
await write('attributes.d.ts', attributes);
await write('custom-elements.json', json(customElements));
await write('vscode.html-custom-data.json', json(vscode));

const version = await versionOf(root);
const { description, license } = JSON.parse(
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
    types: './index.d.ts',
    customElements: './custom-elements.json',
    sideEffects: ['./define.js', './ganvas.js', './frames.js', './worker.js'],
    exports: {
      '.': { types: './index.d.ts', default: './index.js' },
      './define': { types: './define.d.ts', default: './define.js' },
      './react': { types: './react.d.ts' },
      './vue': { types: './vue.d.ts' },
      './*': './*',
    },
  }),
);
await write('README.md', await readme());

/** @param {string} file @param {string} text */
function write(file, text) {
  return writeFile(path.join(out, file), text);
}

/** @param {unknown} value */
function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The guide, with the weight of what a reader loads. */
async function readme() {
  const text = await readFile(path.join(source, 'README.md'), 'utf8');
  const rows = await Promise.all(
    shared
      .filter((file) => /\.(js|wasm|safetensors)$/.test(file))
      .map(async (file) => {
        const bytes = await readFile(path.join(out, file));
        const kb = (/** @type {number} */ size) => (size / 1000).toFixed(0);
        return `| \`${file}\` | ${kb(bytes.length)} | ${kb(gzipSync(bytes).length)} |`;
      }),
  );
  return text.replace('VERSION', version ?? '').replace('<!-- sizes -->', rows.join('\n'));
}
