/**
 * A static web server for this machine alone: the files of a folder, as a plain host sends them.
 * `cargo xtask serve` runs it, and the tests build theirs on it. Paths, ranges, types and
 * conditional requests are the business of `send`.
 */
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { contentType } from 'mime-types';
import Negotiator from 'negotiator';
import send from 'send';

/** The endings of compressed copies, by their `Content-Encoding`; best first. */
const endings = { br: '.br', gzip: '.gz' };

/** What a Host header says when this machine is meant. */
const loopback = /^(127\.0\.0\.1|\[::1\]|([\w-]+\.)*localhost)$/i;

/** The headers of a page that is cross-origin isolated. */
export const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'cross-origin',
};

/** The header of a document that is isolated by itself, in a frame too. */
export const documentIsolation = {
  'document-isolation-policy': 'isolate-and-credentialless',
  'cross-origin-resource-policy': 'cross-origin',
};

/**
 * The media type of a file, by its name.
 *
 * @param {string} name
 */
export const typeOf = (name) => contentType(path.extname(name)) || 'application/octet-stream';

/**
 * Starts a server that only this machine reaches. A page elsewhere whose name was made to point
 * here does not get through either: the Host header has to name this machine.
 *
 * @param {number} port 0 for any free one
 * @param {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => unknown} handle
 * @param {string[]} [names] further names of this machine
 * @returns {Promise<import('node:http').Server>}
 */
export function listen(port, handle, names = []) {
  const server = createServer(async (request, response) => {
    const name = (request.headers.host ?? '').replace(/:\d+$/, '');
    if (!loopback.test(name) && !names.includes(name))
      return refuse(response, 403, 'only for localhost');
    try {
      await handle(request, response);
    } catch (error) {
      console.error(error);
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'the server failed');
    }
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

/**
 * Answers a request with a file of a folder.
 *
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {string} folder
 * @param {string} name the file's path below the folder as a URL spells it, with a slash in front
 * @param {boolean} [precompressed] whether the copies beside the files are sent, where they are fresh
 */
export async function sendFile(request, response, folder, name, precompressed = false) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return refuse(response, 405, 'GET or HEAD');
  }
  let file = name;
  if (precompressed) {
    file = name.endsWith('/') ? `${name}index.html` : name;
    const copies = await freshCopies(folder, file);
    if (copies.length > 0) response.setHeader('vary', 'accept-encoding');
    const [encoding] = new Negotiator(request).encodings(copies, { preferred: copies });
    if (encoding) {
      response.setHeader('content-encoding', encoding);
      response.setHeader('content-type', typeOf(file));
      file += endings[encoding];
    }
  }
  const [, query] = request.url.split(/(?=\?)/, 2);
  send(request, file, { root: folder, cacheControl: false })
    .on('directory', () => {
      // Relative links in the page count from the folder. The dot keeps the address on this host.
      response.setHeader('location', `./${path.posix.basename(name)}/${query ?? ''}`);
      refuse(response, 301, 'a folder');
    })
    .pipe(response);
}

/**
 * Ends a response with a status and a few words.
 *
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {string} words
 */
export function refuse(response, status, words) {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${words}\n`);
}

/**
 * The encodings in which a file lies beside itself. A copy that is older than its original belongs
 * to an earlier build.
 *
 * @param {string} folder
 * @param {string} name
 */
async function freshCopies(folder, name) {
  const file = path.join(folder, decoded(name));
  // `send` refuses what is outside; there is nothing to find out about it here.
  if (!file.startsWith(path.join(folder, path.sep))) return [];
  const written = await timeOf(file);
  const fresh = await Promise.all(
    Object.values(endings).map(async (ending) => (await timeOf(file + ending)) >= written),
  );
  return Object.keys(endings).filter((_, index) => fresh[index]);
}

/** @param {string} name */
function decoded(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    return '';
  }
}

/** When a file was written; nothing compares with the time of one that is not there. @param {string} file */
const timeOf = async (file) => (await stat(file).catch(() => undefined))?.mtimeMs ?? Number.NaN;
