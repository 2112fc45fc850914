/**
 * The npm package in the programs that use it: made, packed and installed as from the registry, then
 * bundled, typed, rendered on a server and served by a CDN.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from '../support/browser.mjs';
import { fixtures, install, root, run, serveFolder, target } from './support/host.mjs';

const timeout = 360_000;
const folder = path.join(target, 'npm');
const made = path.join(target, 'package');
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  await run(root, process.execPath, ['www/package.mjs', '--out', made]);
  await rm(folder, { recursive: true, force: true });
  await cp(path.join(fixtures, 'npm'), folder, { recursive: true });
  const modules = path.join(await install('npm'), 'node_modules');
  await symlink(modules, path.join(folder, 'node_modules'));
  const packed = execFileSync('npm', ['pack', made, '--pack-destination', target, '--json']);
  const [{ filename }] = JSON.parse(packed.toString());
  const ganvas = path.join(modules, 'ganvas');
  await rm(ganvas, { recursive: true, force: true });
  await mkdir(ganvas);
  await run(target, 'tar', ['-xzf', filename, '-C', ganvas, '--strip-components=1']);
  browser = await launch();
});
after(() => browser?.close());

/** @param {string} name @param {string[]} command */
const within = (name, [program, ...args]) =>
  run(path.join(folder, name), path.join(folder, 'node_modules/.bin', program), args);

/**
 * Trains three steps on a page, with the first digits before, and nothing missing or complained of.
 *
 * @param {string} address
 * @param {(context: import('playwright-core').BrowserContext) => Promise<unknown>} [prepare]
 */
async function trains(address, prepare) {
  const context = await browser.newContext();
  await prepare?.(context);
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  /** @type {string[]} */
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('response', (response) => {
    // MNIST is in no package.
    if (!response.ok() && !response.url().includes('/data/mnist/')) wrong.push(response.url());
  });
  await page.goto(address);
  await page.locator('ganvas-lab figure.drawn canvas').waitFor();
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.locator('output').filter({ hasText: /^3$/ }).waitFor();
  assert.deepEqual(wrong, []);
  await context.close();
}

/** @param {string} name @param {string} [below] */
async function trainsFrom(name, below = '') {
  const server = await serveFolder(path.join(folder, name, below));
  try {
    await trains(`${server.origin}/`);
  } finally {
    await server.close();
  }
}

test('React 19 and Vite: types, the built page, a server', { timeout }, async () => {
  await within('react', ['tsc', '-p', '.']);
  await within('react', ['vite', 'build']);
  await trainsFrom('react', 'dist');
  await within('react', ['vite', 'build', '--ssr', 'server.tsx', '--outDir', 'server']);
  const html = execFileSync(process.execPath, ['server/server.js'], {
    cwd: path.join(folder, 'react'),
  }).toString();
  assert.match(html, /^<ganvas-lab preset="quick" seed="42" lang="en"[^>]*><\/ganvas-lab>/);
});

test('React 19: a value that there is not is an error', { timeout }, async () => {
  const args = ['--noEmit', '--jsx', 'react-jsx', '--moduleResolution', 'bundler'];
  const tsc = within('react', ['tsc', ...args, '--module', 'esnext', 'mistake.tsx']);
  await assert.rejects(tsc, /TS2322.*"no such preset"/);
});

test('Vite’s development server', { timeout }, async () => {
  const vite = await import(path.join(folder, 'node_modules/vite/dist/node/index.js'));
  const server = await vite.createServer({
    root: path.join(folder, 'react'),
    configFile: path.join(folder, 'react/vite.config.js'),
    logLevel: 'error',
    server: { fs: { strict: false } },
  });
  try {
    await server.listen(0);
    await trains(server.resolvedUrls.local[0]);
  } finally {
    await server.close();
  }
});

test('Vue 3 and Vite: types and the built page', { timeout }, async () => {
  await within('vue', ['vue-tsc', '-p', '.']);
  await within('vue', ['vite', 'build']);
  await trainsFrom('vue', 'dist');
});

test('webpack', { timeout }, async () => {
  await within('webpack', ['webpack', './main.js', '--mode', 'production', '-o', 'dist']);
  await trainsFrom('webpack');
});

test('esbuild, with the files copied', { timeout }, async () => {
  const args = ['main.js', '--bundle', '--splitting', '--format=esm', '--outdir=dist'];
  await within('esbuild', ['esbuild', ...args]);
  await cp(made, path.join(folder, 'esbuild/ganvas'), { recursive: true });
  await trainsFrom('esbuild');
});

test('a CDN of npm packages', { timeout }, async () => {
  const cdn = await serveFolder(made, { 'access-control-allow-origin': '*' });
  const server = await serveFolder(path.join(folder, 'cdn'));
  const prefix = 'https://cdn.example/npm/ganvas@0.1.0/';
  try {
    await trains(`${server.origin}/`, (context) =>
      context.route(`${prefix}**`, async (route) => {
        const file = route.request().url().slice(prefix.length);
        await route.fulfill({ response: await route.fetch({ url: `${cdn.origin}/${file}` }) });
      }),
    );
  } finally {
    await server.close();
    await cdn.close();
  }
});

test('a server imports it in vain and unharmed', { timeout }, async () => {
  const script = "await import('ganvas'); await import('ganvas/define');";
  execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder });
});

test('the manifest names every attribute and event', { timeout }, async () => {
  const read = async (/** @type {string} */ file) =>
    JSON.parse(await readFile(path.join(made, file), 'utf8'));
  const { customElements, exports, types } = await read('package.json');
  for (const file of [customElements, types, ...Object.values(exports).map(typesOf)]) {
    if (file) await readFile(path.join(made, file));
  }
  const [{ declarations }] = (await read(customElements)).modules;
  const names = declarations[0].attributes.map(({ name }) => name);
  for (const name of ['model', 'latent-dim', 'preset', 'theme', 'from-url']) {
    assert.ok(names.includes(name), name);
  }
  assert.deepEqual(
    declarations[0].events.map(({ name }) => name),
    ['report', 'sample', 'state', 'error'],
  );
});

/** @param {string | { types?: string }} entry */
const typesOf = (entry) => (typeof entry === 'string' ? undefined : entry.types);
