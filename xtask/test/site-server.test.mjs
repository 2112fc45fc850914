import assert from 'node:assert/strict';
import { utimes } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { after, test } from 'node:test';
import { listen, sendFile } from '../site-server.mjs';
import { ask, folderOf } from './support.mjs';

const megabytes = 32;
const parent = await folderOf({
  'site/index.html': '<p>',
  'site/ganvas.js': '0123456789',
  'site/ganvas.js.br': 'brotli',
  'site/ganvas.js.gz': 'gzipped',
  'site/old.js': 'new',
  'site/old.js.br': 'of an earlier build',
  'site/wasm/cpu/a b.wasm': '\0asm',
  'site/first-digits.safetensors': 'weights',
  'site/data/mnist/images.gz': 'idx',
  'site/lesson/index.html': '<h1>',
  'site/.hidden/key': 'secret',
  'site/large.bin': Buffer.alloc(megabytes << 20),
  'site-beside/key': 'secret',
  key: 'secret',
});
const folder = path.join(parent, 'site');
await utimes(path.join(folder, 'old.js.br'), 1, 1);

/** A server that ends with the tests, whatever becomes of them. @type {typeof listen} */
async function started(...values) {
  const server = await listen(...values);
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  return server;
}

const server = await started(0, (request, response) =>
  sendFile(request, response, folder, request.url.split('?', 1)[0], true),
);
const { port, address } = server.address();
const get = (target, headers, method) => ask(port, target, headers, method);

test('only this machine reaches it', () => {
  assert.equal(address, '127.0.0.1');
});

test('the Host header has to name this machine', async () => {
  for (const host of ['localhost', `localhost:${port}`, '127.0.0.1', '[::1]:80', 'LOCALHOST'])
    assert.equal((await get('/', { host })).status, 200, host);
  for (const host of [
    'example.org',
    'localhost.example.org',
    '127.0.0.1.example.org',
    'a@b',
    '::1',
  ])
    assert.equal((await get('/', { host })).status, 403, host);

  const named = await started(0, (_, response) => response.end(), ['example.test']);
  const statusFor = async (host) => (await ask(named.address().port, '/', { host })).status;
  assert.equal(await statusFor('example.test:80'), 200);
  assert.equal(await statusFor('other.test'), 403);
});

test('files have the types that browsers ask for', async () => {
  for (const [name, type] of [
    ['/', 'text/html; charset=utf-8'],
    ['/ganvas.js', 'text/javascript; charset=utf-8'],
    ['/wasm/cpu/a%20b.wasm', 'application/wasm'],
    ['/first-digits.safetensors', 'application/octet-stream'],
    ['/data/mnist/images.gz', 'application/gzip'],
  ]) {
    const { status, headers } = await get(name, { 'accept-encoding': 'gzip, br' });
    assert.equal(status, 200, name);
    assert.equal(headers['content-type'], type);
  }
});

test('the best copy that the browser takes is sent', async () => {
  for (const [accepted, encoding, body] of [
    ['gzip, deflate, br', 'br', 'brotli'],
    ['br;q=0, gzip', 'gzip', 'gzipped'],
    ['gzip', 'gzip', 'gzipped'],
    ['zstd', undefined, '0123456789'],
    ['', undefined, '0123456789'],
  ]) {
    const answer = await get('/ganvas.js?x=1', { 'accept-encoding': accepted });
    assert.equal(answer.headers['content-encoding'], encoding, accepted);
    assert.equal(answer.headers.vary, 'accept-encoding');
    assert.equal(answer.headers['content-type'], 'text/javascript; charset=utf-8');
    assert.equal(answer.body, body);
  }
});

test('a copy of an earlier build is not sent, and data stay as they are', async () => {
  for (const [name, body] of [
    ['/old.js', 'new'],
    ['/data/mnist/images.gz', 'idx'],
  ]) {
    const answer = await get(name, { 'accept-encoding': 'gzip, br' });
    assert.equal(answer.headers['content-encoding'], undefined);
    assert.equal(answer.body, body);
  }
});

test('no path leads out of the folder', async () => {
  for (const hostile of [
    '/../key',
    '/%2e%2e/key',
    '/..%2fkey',
    '/%2e%2e%2fkey',
    '/lesson/../../key',
    '/lesson/%2e%2e/%2e%2e/key',
    '/..%5ckey',
    '/%252e%252e/key',
    '/../site-beside/key',
    '/%2e%2e/site-beside/key',
    `/${folder}/../key`,
    `/${encodeURIComponent(`${parent}/key`)}`,
    '//etc/passwd',
    '/.hidden/key',
    '/key%00.js',
    '/%00',
    '/%zz',
    '/%f',
    '/%c0%ae%c0%ae/key',
    'http://example.org/key',
    'key',
  ]) {
    const { status, body } = await get(hostile, { 'accept-encoding': 'br' });
    assert.ok([400, 403, 404].includes(status), `${hostile}: ${status}`);
    assert.ok(!/secret|root:/.test(body), hostile);
  }
});

test('HEAD has the headers of GET and no body; other methods are refused', async () => {
  const head = await get('/ganvas.js', {}, 'HEAD');
  assert.deepEqual([head.status, head.headers['content-length'], head.body], [200, '10', '']);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const { status, headers } = await get('/ganvas.js', {}, method);
    assert.deepEqual([status, headers.allow], [405, 'GET, HEAD'], method);
  }
});

test('ranges are those of the file, and impossible ones do no harm', async () => {
  for (const [range, status, body] of [
    ['bytes=2-4', 206, '234'],
    ['bytes=7-', 206, '789'],
    ['bytes=-3', 206, '789'],
    ['bytes=8-99', 206, '89'],
    ['bytes=5-2', 416],
    ['bytes=10-', 416],
    ['bytes=x-y', 200, '0123456789'],
    ['lines=1-2', 200, '0123456789'],
  ]) {
    const answer = await get('/ganvas.js', { range });
    assert.equal(answer.status, status, range);
    if (body) assert.equal(answer.body, body, range);
  }
  assert.equal((await get('/ganvas.js')).body, '0123456789');
});

test('what the browser has is not sent again', async () => {
  const { headers } = await get('/ganvas.js');
  const { status, body } = await get('/ganvas.js', { 'if-none-match': headers.etag });
  assert.deepEqual([status, body], [304, '']);
});

test('folders are their index, at an address that ends with a slash on this host', async () => {
  assert.equal((await get('/lesson/')).body, '<h1>');
  for (const target of ['/lesson', '//lesson', '/lesson/../lesson'])
    assert.equal((await get(`${target}?x=1`)).headers.location, './lesson/?x=1', target);
  assert.equal((await get('/data/')).status, 404);
  assert.equal((await get('/nothing')).status, 404);
});

test('clients that never read, or never finish asking, keep nobody waiting', async () => {
  const idle = await Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      const socket = connect({ port, host: '127.0.0.1' });
      // Closing them in the end resets some.
      socket.on('error', () => {}).pause();
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.write(`GET /large.bin HTTP/1.1\r\nHost: localhost\r\n${index % 3 ? '\r\n' : ''}`);
      return socket;
    }),
  );
  for (const name of ['/', '/ganvas.js']) assert.equal((await get(name)).status, 200);
  const whole = await get('/large.bin');
  assert.equal(whole.body.length, megabytes << 20);
  for (const socket of idle) assert.ok(!socket.destroyed);
  for (const socket of idle) socket.destroy();
  assert.equal((await get('/')).status, 200);
});
