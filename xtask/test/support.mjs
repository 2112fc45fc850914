/** A folder to serve, and requests that are sent as they are written. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';

/**
 * A new folder with these files in it, until the last test of the file is done.
 *
 * @param {Record<string, string | Buffer>} files
 */
export async function folderOf(files) {
  const parent = await mkdtemp(path.join(tmpdir(), 'ganvas-site-'));
  after(() => rm(parent, { recursive: true }));
  for (const [name, body] of Object.entries(files)) {
    const file = path.join(parent, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, body);
  }
  return parent;
}

/**
 * Unlike `fetch`, this neither tidies a path nor unpacks a body.
 *
 * @param {number} port
 * @param {string} target
 * @param {Record<string, string>} [headers]
 * @param {string} [method]
 * @returns {Promise<{ status: number, headers: import('node:http').IncomingHttpHeaders, body: string }>}
 */
export const ask = (port, target, headers = {}, method = 'GET') =>
  new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: target, headers, method, agent: false };
    const sent = request(options, async (response) => {
      const parts = [];
      for await (const part of response) parts.push(part);
      const body = Buffer.concat(parts).toString();
      resolve({ status: response.statusCode, headers: response.headers, body });
    });
    sent.on('error', reject).end();
  });
