/**
 * Real site generators as hosts: installed from a lock file into target/hosts, fed with a fixture
 * of this folder and the built site, and served. Nothing of them is part of the project.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { typeOf } from '../../../xtask/site-server.mjs';
import { dist } from '../../support/server.mjs';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
export const fixtures = path.join(root, 'tests/hosts');
export const target = path.join(root, 'target/hosts');
const execute = promisify(execFile);

/**
 * Runs a program and shows what it said when it fails.
 *
 * @param {string} cwd
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
export async function run(cwd, program, args, env) {
  try {
    await execute(program, args, { cwd, env, maxBuffer: 64 << 20 });
  } catch (error) {
    throw new Error(`${program} ${args.join(' ')} failed:\n${error.stdout}\n${error.stderr}`);
  }
}

/** @type {Map<string, Promise<string>>} */
const installed = new Map();

/**
 * Once for all that ask at the same time, and again only when what is pinned has changed.
 *
 * @param {string} name
 * @param {string} lock the file that pins it
 * @param {(folder: string) => Promise<void>} work
 * @returns {Promise<string>} the folder with what was installed
 */
function once(name, lock, work) {
  const install = async () => {
    const folder = path.join(target, 'packages', name);
    const pinned = await readFile(path.join(fixtures, name, lock));
    const wanted = createHash('sha256').update(pinned).digest('hex');
    const stamp = path.join(folder, 'installed');
    if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return folder;
    await mkdir(folder, { recursive: true });
    await work(folder);
    await writeFile(stamp, wanted);
    return folder;
  };
  const found = installed.get(name) ?? install();
  installed.set(name, found);
  return found;
}

/**
 * Installs what a fixture's lock file pins.
 *
 * @param {string} name
 * @returns {Promise<string>} the folder with node_modules
 */
export function install(name) {
  return once(name, 'package-lock.json', async (folder) => {
    for (const file of ['package.json', 'package-lock.json']) {
      await cp(path.join(fixtures, name, file), path.join(folder, file));
    }
    await run(folder, 'npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts']);
  });
}

/**
 * The same for Python, in an environment of its own.
 *
 * @param {string} name
 * @returns {Promise<string>} the folder of its programs
 */
export async function installPython(name) {
  const lock = 'requirements.txt';
  const folder = await once(name, lock, async (folder) => {
    await run(folder, process.env.PYTHON || 'python3', ['-m', 'venv', '--clear', 'venv']);
    const pinned = path.join(fixtures, name, lock);
    await run(folder, 'venv/bin/pip', ['install', '--quiet', '--no-deps', '-r', pinned]);
  });
  return path.join(folder, 'venv/bin');
}

/**
 * @typedef {object} Recipe
 * @property {string} fixture a folder beside this one
 * @property {string} [variant] where one fixture makes several sites
 * @property {boolean} [packages] has a lock file of npm's
 * @property {boolean} [python] has a list of pinned Python packages
 * @property {string} [site] where the built site lies in the host's sources
 * @property {string[]} build the command
 * @property {string} output what the command makes
 * @property {(folder: string) => Promise<void>} [write] the sources, before the site is among them
 * @property {(folder: string) => Promise<void>} [prepare]
 *
 * @typedef {object} Built
 * @property {string} folder what is to be served
 * @property {string | undefined} modules for requests that would go to a CDN of npm packages
 */

/**
 * Makes a site with a host's own program.
 *
 * @param {Recipe} recipe
 * @returns {Promise<Built>}
 */
export async function build(recipe) {
  const { fixture, variant, packages, python, site, build, output, write, prepare } = recipe;
  const folder = path.join(target, [fixture, variant].filter(Boolean).join('-'));
  await rm(folder, { recursive: true, force: true });
  await cp(path.join(fixtures, fixture), folder, { recursive: true });
  await write?.(folder);
  if (site) await cp(dist, path.join(folder, site), { recursive: true });
  let modules;
  if (packages) {
    modules = path.join(await install(fixture), 'node_modules');
    await symlink(modules, path.join(folder, 'node_modules'));
  }
  const env = { ...process.env };
  if (python) env.PATH = [await installPython(fixture), env.PATH].join(path.delimiter);
  await prepare?.(folder);
  const [program, ...args] = build;
  await run(folder, program, args, env);
  return { folder: path.join(folder, output), modules };
}

/**
 * Serves a folder as static hosts do.
 *
 * @param {string} folder
 * @param {string} [base] the path that it lies under
 * @param {Record<string, string>} [headers]
 */
export async function serveFolder(folder, base = '', headers = {}) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const name = decodeURIComponent(pathname);
    const found = name.startsWith(`${base}/`) && (await find(folder, name.slice(base.length)));
    if (!found) return response.writeHead(404, { 'content-type': 'text/html' }).end('not found');
    response.writeHead(200, { 'content-type': found.type, ...headers });
    response.end(found.body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    origin: `http://localhost:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve(undefined));
        server.closeAllConnections();
      }),
  };
}

/**
 * @param {string} folder
 * @param {string} name
 */
async function find(folder, name) {
  const names = name.endsWith('/') ? [`${name}index.html`] : [name, `${name}.html`];
  for (const candidate of names) {
    const file = path.join(folder, candidate);
    if (!file.startsWith(folder)) return undefined;
    const body = await readFile(file).catch(() => undefined);
    if (body) return { body, type: typeOf(file) };
  }
  return undefined;
}

/**
 * Answers for a CDN of npm packages from what is installed; nothing else leaves the machine.
 *
 * @param {import('playwright-core').BrowserContext} context
 * @param {string | undefined} modules
 */
export async function stayHome(context, modules) {
  await context.route(/^https?:\/\/(?!localhost)/, async (route) => {
    const [, name] =
      /^https:\/\/cdn\.jsdelivr\.net\/npm\/(.+)$/.exec(route.request().url().split('?')[0]) ?? [];
    const file = name && modules && path.join(modules, name.replace(/(?<=.)@[\d.]+(?=\/)/, ''));
    // That CDN minifies what a package has not minified itself.
    const body =
      file &&
      (await readFile(file).catch(() =>
        readFile(file.replace('.min.', '.')).catch(() => undefined),
      ));
    if (!body) return route.abort();
    const headers = { 'access-control-allow-origin': '*' };
    return route.fulfill({ body, headers, contentType: typeOf(file) });
  });
}
