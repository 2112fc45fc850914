/**
 * The static server of the tests: the built site under a path of its own (a site that works there
 * works anywhere), the tests' pages, and files that a test puts up. A test may answer some requests
 * itself, to hide a file or to put a fault into one.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { listen, refuse, sendFile, typeOf } from '../../xtask/site-server.mjs';

/** The repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url));
/** The site under test; another build can be named by the variable DIST. */
export const dist = path.resolve(root, process.env.DIST || 'dist');
const pages = path.join(root, 'tests/pages');

/** Where the tests' pages expect the site. */
export const base = '/some/base/';

/** A name that a browser does not trust like localhost; it has to be told where that is. */
export const insecureHost = 'ganvas.test';

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
  const common = {
    'access-control-allow-origin': '*',
    // A test may put another file in the place of one that was loaded before.
    'cache-control': 'no-store',
    ...headers,
  };

  /** @type {Parameters<typeof listen>[1]} */
  const handle = (request, response) => {
    const url = new URL(request.url, 'http://localhost');
    requests.push(url.pathname);
    for (const [name, value] of Object.entries(common)) response.setHeader(name, value);
    const below = (/** @type {string} */ folder) =>
      url.pathname.startsWith(folder) ? url.pathname.slice(folder.length) : undefined;

    const page = below('/pages/');
    if (page !== undefined) return sendFile(request, response, pages, `/${page}`);
    const site = below(base);
    const file = below('/files/') ?? site;
    if (file === undefined) return refuse(response, 404, 'not found');
    const name = decodeURIComponent(file);
    const own = site === undefined ? held(files.get(name)) : answer?.(name || 'index.html', url);
    if (own) {
      response.writeHead(own.status ?? 200, {
        'content-type': own.type ?? typeOf(name || 'index.html'),
        ...own.headers,
      });
      if (!own.after) return response.end(own.body);
      const body = Buffer.from(own.body ?? '');
      response.write(body.subarray(0, Math.floor(body.length / 2)));
      if (own.after === 'reset') setTimeout(() => response.destroy(), 50);
      return undefined;
    }
    if (site === undefined) return refuse(response, 404, 'not found');
    return sendFile(request, response, dist, `/${site}`);
  };
  const server = await listen(0, handle, [insecureHost]);
  // One that a test leaves open when it fails shall not keep the file from its end, for ever.
  server.unref();
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

/** @param {string | Buffer | undefined} body @returns {Answer | undefined} */
const held = (body) => (body === undefined ? undefined : { body });
