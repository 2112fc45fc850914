/** The front end is checked against declarations: they must be those of the modules that it loads. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { dist, root } from '../support/server.mjs';

/** What there is behind the notice of the copy, and before what a build tells of the wasm itself. */
const declared = (text) =>
  text
    .replace(/^\/\/.*\n/, '')
    .split('export type InitInput')[0]
    .trim();

for (const backend of ['cpu', 'webgpu']) {
  test(`the ${backend} module declares what the front end was checked against`, async () => {
    const [made, copy] = await Promise.all([
      readFile(path.join(dist, 'wasm', backend, 'ganvas_web.d.ts'), 'utf8'),
      readFile(path.join(root, 'www/src/generated/ganvas_web.d.ts'), 'utf8'),
    ]);
    assert.match(copy, /export class Session/);
    assert.equal(declared(copy), declared(made));
  });
}
