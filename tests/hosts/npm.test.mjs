/**
 * The npm package in the programs that use it: made, packed and installed as from the registry, then
 * bundled, typed, rendered on a server and served by a CDN.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { presets } from '../../www/src/generated/schema.js';
import { launch } from '../support/browser.mjs';
import { dist } from '../support/server.mjs';
import { startServer, testApplication } from './support/applications.mjs';
import { inReact, inVue } from './support/attributes.mjs';
import { fromCdn, printed } from './support/cdn.mjs';
import { fixtures, install, root, run, serveFolder, target } from './support/host.mjs';
import { installGanvas, made } from './support/package.mjs';

const timeout = 360_000;
const folder = path.join(target, 'npm');
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  await rm(folder, { recursive: true, force: true });
  await cp(path.join(fixtures, 'npm'), folder, { recursive: true });
  for (const name of ['react', 'vue']) {
    await cp(dist, path.join(folder, name, 'public/ganvas'), { recursive: true });
  }
  const modules = path.join(await install('npm'), 'node_modules');
  await symlink(modules, path.join(folder, 'node_modules'));
  // These are projects of their own.
  for (const name of ['esbuild', 'webpack']) {
    await symlink(modules, path.join(folder, name, 'node_modules'));
  }
  await installGanvas(modules);
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
 * @param {object} [options]
 * @param {string} [options.link] leads from there to the lab
 * @param {(context: import('playwright-core').BrowserContext) => Promise<unknown>} [options.prepare]
 */
async function trains(address, { link, prepare } = {}) {
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
  if (link) await page.getByRole('link', { name: link }).click();
  await page.locator('ganvas-lab figure.drawn canvas').waitFor();
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.locator('output').filter({ hasText: /^3$/ }).waitFor();
  assert.deepEqual(wrong, []);
  await context.close();
}

/** @param {string} name @param {string} [below] @param {string} [link] */
async function trainsFrom(name, below = '', link = undefined) {
  const server = await serveFolder(path.join(folder, name, below));
  try {
    await trains(`${server.origin}/`, { link });
  } finally {
    await server.close();
  }
}

testApplication('react', { name: 'React 19 and Vite' });
testApplication('vue', { name: 'Vue 3 and Vite' });
testApplication('react', {
  name: 'React 19, rendered on a server',
  build: ['npm', 'run', 'build:server'],
  output: '.',
  serve: startServer,
});

test('React 19 and Vite: types, the built page, a server', { timeout }, async () => {
  await within('react', ['tsc', '-p', '.']);
  await within('react', ['vite', 'build']);
  await trainsFrom('react', 'dist', 'Element');
  await within('react', ['vite', 'build', '--ssr', 'server.tsx', '--outDir', 'server']);
  const { render } = await import(path.join(folder, 'react/server/server.js'));
  const tag =
    /<ganvas-lab preset="quick" seed="42" lang="zh"[^>]*>[^<]*JavaScript[^<]*<\/ganvas-lab>/;
  assert.match(render('/element'), tag);
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
    await trains(server.resolvedUrls.local[0], { link: 'Element' });
  } finally {
    await server.close();
  }
});

test('Vue 3 and Vite: types and the built page', { timeout }, async () => {
  await within('vue', ['vue-tsc', '-p', '.']);
  await within('vue', ['vite', 'build']);
  await trainsFrom('vue', 'dist', 'Element');
});

test('webpack, by the command that the guide prints', { timeout }, async () => {
  await run(path.join(folder, 'webpack'), 'sh', ['build.sh']);
  await trainsFrom('webpack');
});

test('esbuild, by the commands that the guide prints', { timeout }, async () => {
  await run(path.join(folder, 'esbuild'), 'sh', ['build.sh']);
  await trainsFrom('esbuild');
});

test('esbuild, as one file that is no module', { timeout }, async () => {
  const place = path.join(folder, 'iife');
  await cp(path.join(folder, 'esbuild'), place, { recursive: true });
  await rm(path.join(place, 'dist'), { recursive: true, force: true });
  await rm(path.join(place, 'ganvas'), { recursive: true, force: true });
  await cp(made, path.join(place, 'ganvas'), { recursive: true });
  await within('iife', ['esbuild', 'main.js', '--bundle', '--outdir=dist', '--log-level=error']);
  const page = await readFile(path.join(place, 'index.html'), 'utf8');
  const plain = page.replace('type="module" src="./dist/main.js"', 'defer src="./dist/main.js"');
  assert.notEqual(plain, page);
  await writeFile(path.join(place, 'index.html'), plain);
  await trainsFrom('iife');
});

test('types: every member, event and error code, with no newer types than ES2022 has', {
  timeout,
}, async () => {
  await within('types', ['tsc', '-p', '.']);
  const node = ['--module', 'nodenext', '--moduleResolution', 'nodenext'];
  await within('types', ['tsc', '-p', '.', ...node]);
});

test('types: every attribute with each of its values, in React and Vue', { timeout }, async () => {
  await writeFile(path.join(folder, 'types/attributes.tsx'), inReact);
  await writeFile(path.join(folder, 'types/Attributes.vue'), inVue);
  await within('types', ['vue-tsc', '-p', 'attributes.json']);
});

/** A page around a snippet. @param {string} snippet */
async function servePage(snippet) {
  const place = path.join(folder, 'cdn');
  const page = await readFile(path.join(place, 'index.html'), 'utf8');
  await writeFile(
    path.join(place, 'page.html'),
    page.replace('<!-- snippet -->', () => snippet),
  );
  const server = await serveFolder(place);
  return { address: `${server.origin}/page.html`, close: server.close };
}

test('a CDN of npm packages, by the README', { timeout }, async (context) => {
  const cdn = await fromCdn();
  context.after(() => cdn.close());
  for (const snippet of await printed()) {
    const page = await servePage(snippet);
    context.after(() => page.close());
    await trains(page.address, { prepare: (reader) => cdn.prepare(reader) });
  }
});

test('a CDN that changes a module: with hashes, it does not run', { timeout }, async (context) => {
  const cdn = await fromCdn();
  context.after(() => cdn.close());
  const [, snippet] = await printed();
  const page = await servePage(snippet);
  context.after(() => page.close());
  const map = JSON.parse(/<script type="importmap">([\s\S]+?)<\/script>/.exec(snippet)?.[1] ?? '');
  const modules = Object.keys(map.integrity).map((url) => url.replace(/.*ganvas@[\d.]+\//, ''));
  const chunks = (await readdir(path.join(made, 'chunks'))).filter((file) => file.endsWith('.js'));
  for (const chunk of ['ganvas.js', ...chunks.map((file) => `chunks/${file}`)]) {
    assert.ok(modules.includes(chunk), `${chunk} has a hash`);
  }
  for (const changed of ['ganvas.js', modules.find((name) => name.startsWith('chunks/chunk-'))]) {
    const reader = await browser.newContext();
    await cdn.prepare(reader, (file, body) =>
      file === changed ? `globalThis.changed = true;${body}` : body,
    );
    const tab = await reader.newPage();
    const refused = tab.waitForEvent('console', (message) => /integrity/.test(message.text()));
    await tab.goto(page.address);
    await refused;
    const state = () => [globalThis.changed, customElements.get('ganvas-lab')];
    assert.deepEqual(await tab.evaluate(state), [undefined, undefined]);
    await reader.close();
  }
});

test('a server imports it in vain and unharmed', { timeout }, async () => {
  const script = "await import('ganvas'); await import('ganvas/define');";
  execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder });
});

test('the manifest names every attribute, member and event', { timeout }, async () => {
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
  // The element's own, as the reference lists them.
  const reference = await readFile(path.join(root, 'docs/element.md'), 'utf8');
  const [, table] = reference.split('| member | |');
  const members = [...table.split('\n\n')[0].matchAll(/^\| `(\w+)/gm)].map(([, name]) => name);
  assert.deepEqual(
    declarations[0].members.map(({ name }) => name).sort(),
    [...new Set(members)].sort(),
  );
  for (const { kind, name, description, parameters, type, return: given } of declarations[0]
    .members) {
    assert.ok(description, name);
    assert.match((type ?? given.type).text, /^(Promise<.+>|Experiment)$/, name);
    assert.equal(kind === 'method', Array.isArray(parameters), name);
  }
});

test('the README tells the licences and the weight of what is in the package', async () => {
  const readme = await readFile(path.join(made, 'README.md'), 'utf8');
  for (const [, name] of (await readFile(path.join(root, 'NOTICE.md'), 'utf8')).matchAll(
    /^### (.+)$/gm,
  )) {
    assert.match(readme, new RegExp(`^\\| ${name} \\| .*(BSD|MIT|Apache|ISC)`, 'm'));
  }
});

/** The README's table of weights. @returns {Promise<Map<string, { plain: string, packed: string, files: string[] }>>} */
async function weights() {
  const readme = await readFile(path.join(made, 'README.md'), 'utf8');
  const rows = readme.matchAll(/^\| (.+?) \| ([\d.]+) \| ([\d.]+) \| (`.+`) \|$/gm);
  return new Map(
    [...rows].map(([, when, plain, packed, files]) => [
      when,
      { plain, packed, files: files.slice(1, -1).split('`, `') },
    ]),
  );
}

test('the README tells the weight of all that a reader may load', async () => {
  const rows = await weights();
  const listed = [...rows.values()].flatMap(({ files }) => files);
  assert.equal(new Set(listed).size, listed.length, 'each file once');
  const besides =
    /^((index|define|element)\.js|hexo\.cjs|LICENSE-.*|NOTICE\.txt|.*\.(md|json|LEGAL\.txt|d\.ts))$/;
  const files = (await readdir(made, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(made, path.join(entry.parentPath, entry.name)));
  assert.deepEqual(listed.sort(), files.filter((file) => !besides.test(file)).sort());
  for (const [when, { plain, packed, files }] of rows) {
    const bytes = await Promise.all(files.map((file) => readFile(path.join(made, file))));
    const sum = (/** @type {number[]} */ all) =>
      (all.reduce((total, size) => total + size, 0) / 1000).toFixed(1);
    assert.equal(plain, sum(bytes.map(({ length }) => length)), when);
    assert.equal(packed, sum(bytes.map((content) => gzipSync(content).length)), when);
  }
});

test('a reader loads what the README says, when it says', { timeout }, async (context) => {
  const rows = await weights();
  const told = (/** @type {string[]} */ ...moments) =>
    moments.flatMap((when) => rows.get(when)?.files ?? assert.fail(when)).sort();
  const server = await serveFolder(made);
  context.after(() => server.close());
  const reader = await browser.newContext();
  context.after(() => reader.close());
  const page = await reader.newPage();
  /** @type {Set<string>} */
  const loaded = new Set();
  // The worker's requests are its own, not the page's.
  reader.on('request', (request) => loaded.add(request.url()));
  page.on('worker', (worker) => loaded.add(worker.url()));
  const address = `${server.origin}/page.html`;
  await reader.route(address, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><link rel="icon" href="data:,"><script type="module" src="./ganvas.js"></script>
        <ganvas-lab preset="quick" lang="en" backend="cpu" dataset="procedural"></ganvas-lab>`,
    }),
  );
  const own = (/** @type {string[]} */ unless) =>
    [...loaded]
      .filter((url) => url.startsWith(server.origin) && url !== address)
      .map((url) => new URL(url).pathname.slice(1))
      .filter((file) => !unless.includes(file))
      .sort();
  await page.goto(address);
  await page.locator('ganvas-lab figure.drawn canvas').waitFor();
  // A slow machine may have drawn the illustration meanwhile.
  const late = told('in their place, where they are late or unwanted');
  const before = told('at once', 'at once, in English', 'the first digits');
  assert.deepEqual(own(late), before);
  await page.evaluate(() => document.querySelector('ganvas-lab').train({ steps: 1 }));
  assert.deepEqual(
    own([...late, ...before]),
    told('the start', 'the start, in English', 'the start, on the CPU with relaxed SIMD'),
  );
});

test('embed.html without JavaScript misses nothing', { timeout }, async (context) => {
  const server = await serveFolder(made);
  context.after(() => server.close());
  const reader = await browser.newContext({ javaScriptEnabled: false });
  context.after(() => reader.close());
  const page = await reader.newPage();
  /** @type {[string, number][]} */
  const answers = [];
  page.on('response', (response) =>
    answers.push([new URL(response.url()).pathname, response.status()]),
  );
  await page.goto(`${server.origin}/embed.html`);
  await page.locator('.absent noscript img').waitFor();
  assert.deepEqual(
    answers.filter(([, status]) => status !== 200),
    [],
  );
  assert.ok(answers.some(([file]) => file === '/first-digits.png'));
});

test('VS Code completes the tag, its attributes and their values', { timeout }, async () => {
  const require = createRequire(path.join(folder, 'package.json'));
  const html = require('vscode-html-languageservice');
  const settings = await readFile(path.join(folder, '.vscode/settings.json'), 'utf8');
  const [file] = JSON.parse(settings)['html.customData'];
  const data = JSON.parse(await readFile(path.join(folder, file), 'utf8'));
  const service = html.getLanguageService({
    customDataProviders: [html.newHTMLDataProvider('ganvas', data)],
  });
  /** What is offered at the bar. @param {string} text */
  const offered = (text) => {
    const at = text.indexOf('|');
    const document = html.TextDocument.create('test.html', 'html', 0, text.replace('|', ''));
    const page = service.parseHTMLDocument(document);
    const { items } = service.doComplete(document, document.positionAt(at), page);
    return items.map(({ label }) => label);
  };
  assert.ok(offered('<gan|').includes('ganvas-lab'));
  const attributes = offered('<ganvas-lab |></ganvas-lab>');
  for (const name of ['preset', 'latent-dim', 'from-url']) assert.ok(attributes.includes(name));
  const values = offered('<ganvas-lab preset="|"></ganvas-lab>');
  assert.deepEqual(values.sort(), presets.map(({ name }) => name).sort());
});

/** @param {string | { types?: string }} entry */
const typesOf = (entry) => (typeof entry === 'string' ? undefined : entry.types);
