/** Puts the contestants' modules and what they load onto the tests' server. */
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { build } from 'esbuild';
import { bytes } from '../measure/bytes.mjs';
import { hasInstructions, missing } from './command.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const pages = fileURLToPath(new URL('page/', import.meta.url));
/** Below /files/ of the server. */
const folder = 'peers';

/** @typedef {import('./contestants.mjs').Contestant} Contestant */

/** The address of a file on the server. @param {string} name */
export const address = (name) => `/files/${folder}/${name}`;

/**
 * Why a contestant cannot take part here, in words.
 *
 * @param {Contestant} contestant
 */
export function obstacle({ needs, program, modules, instructions }) {
  if (needs && !existsSync(path.join(root, needs))) return `there is no ${needs}`;
  if (instructions && !hasInstructions(instructions)) return `the processor has no ${instructions}`;
  return modules && missing(program, modules);
}

/**
 * Each contestant that is a page becomes one minified module, as a site would ship it.
 *
 * @param {import('../../support/server.mjs').Site} site
 * @param {Contestant[]} contestants
 */
export async function publish(site, contestants) {
  const inPages = contestants.filter(({ program }) => !program);
  const names = ['main', ...inPages.map(({ name }) => name)];
  const { outputFiles } = await build({
    entryPoints: names.map((name) => path.join(pages, `${name}.js`)),
    outdir: '/',
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'chrome120',
    legalComments: 'none',
    write: false,
    logLevel: 'error',
  });
  const put = (name, body) => site.files.set(`${folder}/${name}`, Buffer.from(body));
  for (const { path: file, contents } of outputFiles) put(path.basename(file), contents);
  put('page.html', await readFile(path.join(pages, 'page.html')));
  for (const asset of new Set(contestants.flatMap(({ assets = [] }) => assets))) {
    const from = path.join(root, asset);
    const files = (await stat(from)).isDirectory()
      ? await readdir(from, { recursive: true })
      : [''];
    for (const file of files) {
      const found = path.join(from, file);
      if ((await stat(found)).isFile())
        put(path.join(path.basename(asset), file), await readFile(found));
    }
  }
}

/** What a size starts from. @param {import('../../support/server.mjs').Site} site */
export async function publishInputs(site, size) {
  const name = `${size}.safetensors`;
  const file = path.join(root, 'target/bench-inputs', name);
  const body = await readFile(file).catch(() => {
    throw new Error(`There are no inputs for ${size}: run without --no-build.`);
  });
  site.files.set(`${folder}/${name}`, body);
  const header = JSON.parse(body.subarray(8, 8 + Number(body.readBigUInt64LE(0))).toString());
  /** @type {[number, number][]} both losses of each step, as Ganvas has them on the CPU */
  const losses = JSON.parse(header.__metadata__.losses);
  return { address: address(name), file, losses };
}

/** @type {Map<string, { raw: number, gzip: number, brotli: number }>} */
const known = new Map();

/**
 * What a contestant loads: its module and all that this asks for, without the page and the inputs.
 *
 * @param {import('../../support/server.mjs').Site} site
 * @param {string[]} requests
 */
export async function download(site, requests) {
  const sums = await bytes(requests.filter((request) => !request.startsWith('/files/')));
  for (const request of new Set(requests)) {
    const name = request.slice('/files/'.length);
    const body = request.startsWith('/files/') && site.files.get(name);
    if (!body || /\/(page\.html|main\.js|.*\.safetensors)$/.test(name)) continue;
    if (!known.has(name)) {
      const [zipped, brotli] = await Promise.all([
        promisify(gzip)(body, { level: 9 }),
        promisify(brotliCompress)(body),
      ]);
      known.set(name, { raw: body.length, gzip: zipped.length, brotli: brotli.length });
    }
    const size = known.get(name);
    sums.raw += size.raw;
    sums.gzip += size.gzip;
    sums.brotli += size.brotli;
  }
  return { raw: sums.raw, gzip: sums.gzip, brotli: sums.brotli };
}
