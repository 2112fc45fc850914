import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ask, folderOf } from './support.mjs';

const program = fileURLToPath(new URL('../serve.mjs', import.meta.url));
const folder = await folderOf({ 'index.html': '<p>', 'wasm/webgpu/ganvas_web.js': 'export {};' });

/** @param {string[]} options */
async function start(...options) {
  const child = spawn(process.execPath, [program, folder, '--port', '0', ...options]);
  after(() => child.kill());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => (await lines.next()).value;
  const port = Number((await line()).match(/http:\/\/localhost:(\d+)\//)[1]);
  return { child, line, port };
}

test('a development server is always asked again, and lets other pages in', async () => {
  const { child, port } = await start();
  const { headers } = await ask(port, '/');
  assert.equal(headers['cache-control'], 'no-cache');
  assert.equal(headers['access-control-allow-origin'], '*');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['cross-origin-opener-policy'], undefined);
  child.kill();
  await once(child, 'exit');
});

test('it isolates pages when told', async () => {
  const { child, port } = await start('--isolated');
  const { headers } = await ask(port, '/');
  assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
  assert.equal(headers['cross-origin-embedder-policy'], 'require-corp');
  child.kill();
  await once(child, 'exit');
});

test('during a build, a module that is not there yet says so; the server ends with its input', async () => {
  const { child, line, port } = await start('--attended');
  const module = () => ask(port, '/wasm/cpu/ganvas_web.js');
  assert.equal((await module()).status, 404);

  child.stdin.write('7\n');
  while ((await module()).status !== 200);
  const { headers, body } = await module();
  assert.equal(headers['content-type'], 'text/javascript; charset=utf-8');
  const thrown = import(`data:text/javascript,${encodeURIComponent(body)}`);
  await assert.rejects(thrown, /still being built.*about 7 min/);
  assert.equal((await ask(port, '/wasm/webgpu/ganvas_web.js')).body, 'export {};');
  assert.equal((await ask(port, '/wasm/cpu/other.js')).status, 404);

  child.stdin.write('0\n');
  while (!(await module()).body.includes('soon'));

  child.stdin.write('\n');
  assert.match(await line(), /complete/);
  assert.equal((await module()).status, 404);
  child.stdin.end();
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('a port that is taken is an error with its name', async () => {
  const { child, port } = await start();
  const second = spawn(process.execPath, [program, path.resolve(folder), '--port', `${port}`]);
  let words = '';
  second.stderr.on('data', (part) => {
    words += part;
  });
  assert.deepEqual(await once(second, 'exit'), [1, null]);
  assert.match(words, new RegExp(`EADDRINUSE.*${port}`));
  child.kill();
});
