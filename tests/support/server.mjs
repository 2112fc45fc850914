/**
 * A small static server for the tests: the built site under a path of its own (a site that works
 * there works anywhere), the tests' pages, and files that a test puts up. A test may answer some
 * requests itself, to hide a file or to put a fault into one.
 */
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url));
/** The site under test; another build can be named by the variable DIST. */
export const dist = path.resolve(root, process.env.DIST || 'dist');
const pages = path.join(root, 'tests/pages');

/** Where the tests' pages expect the site. */
export const base = '/some/base/';

export const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.gz': 'application/gzip',
};

/**
 * @typedef {object} Answer
 * @property {number} [status]
 * @property {string | Buffer} [body]
 * @property {string} [type]
 * @property {Record<string, string>} [headers]
 * @property {'reset' | 'stall'} [after] what happens after half of the body
 * @typedef {(file: string, url: URL) => Answer | undefined} Rule `file` is relative to the site
 *
 * @typedef {object} Site
 * @property {string} origin
 * @property {number} port
 * @property {string} home the site's address
 * @property {(name: string) => string} page the address of one of the tests' pages
 * @property {Map<string, string | Buffer>} files what lies under /files/
 * @property {string[]} requests every path that was asked for
 * @property {(rule?: Rule) => void} answer answers requests for the site with a rule
 * @property {() => Promise<void>} close
 */

/**
 * @param {Rule} [rule]
 * @param {Record<string, string>} [headers] sent with every answer
 * @returns {Promise<Site>}
 */
export async function serve(rule, headers = {}) {
  await stat(path.join(dist, 'ganvas.js')).catch(() => {
    throw new Error('There is no site in dist/: run `cargo xtask build` first.');
  });
  let answer = rule;
  /** @type {Map<string, string | Buffer>} */
  const files = new Map();
  /** @type {string[]} */
  const requests = [];

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    requests.push(url.pathname);
    const found = await find(url, answer, files);
    response.writeHead(found.status ?? 200, {
      'content-type': found.type ?? types[path.extname(url.pathname)] ?? 'text/html; charset=utf-8',
      'access-control-allow-origin': '*',
      // A test may put another file in the place of one that was loaded before.
      'cache-control': 'no-store',
      ...headers,
      ...found.headers,
    });
    if (!found.after) return response.end(found.body);
    const body = Buffer.from(found.body ?? '');
    response.write(body.subarray(0, Math.floor(body.length / 2)));
    if (found.after === 'reset') setTimeout(() => response.destroy(), 50);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const origin = `http://localhost:${port}`;
  return {
    origin,
    port,
    home: `${origin}${base}`,
    page: (name) => `${origin}/pages/${name}`,
    files,
    requests,
    answer: (next) => {
      answer = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * @param {URL} url
 * @param {Rule | undefined} rule
 * @param {Map<string, string | Buffer>} files
 * @returns {Promise<Answer>}
 */
async function find(url, rule, files) {
  const name = decodeURIComponent(url.pathname);
  if (name.startsWith('/files/')) {
    const body = files.get(name.slice('/files/'.length));
    return body === undefined
      ? missing
      : { body, type: types[path.extname(name)] ?? 'application/octet-stream' };
  }
  if (name.startsWith('/pages/')) return read(pages, name.slice('/pages/'.length));
  if (!name.startsWith(base)) return missing;
  const file = name.slice(base.length) || 'index.html';
  return rule?.(file, url) ?? read(dist, file);
}

const missing = { status: 404, body: 'not found', type: 'text/plain' };

/**
 * @param {string} folder
 * @param {string} name
 * @returns {Promise<Answer>}
 */
async function read(folder, name) {
  const file = path.join(folder, name);
  if (!file.startsWith(folder)) return missing;
  try {
    return { body: await readFile(file) };
  } catch {
    return missing;
  }
}
