// What nothing calls leaves a module.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import binaryen from 'binaryen';
import { folderOf } from './support.mjs';

const script = fileURLToPath(new URL('../cut.mjs', import.meta.url));

/** A module of which `parse::text` is in a table and never called. */
async function sample() {
  binaryen.setDebugInfo(true);
  const module = binaryen.parseText(`(module
    (table funcref (elem $parse::text))
    (func $parse::text (result i32) (i32.const 7))
    (func $double (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
    (export "double" (func $double))
    (export "text" (func $parse::text)))`);
  const folder = await folderOf({});
  const file = path.join(folder, 'module.wasm');
  await writeFile(file, module.emitBinary());
  module.dispose();
  return file;
}

const cut = (file, ...patterns) =>
  spawnSync(process.execPath, [script, file, ...patterns], { encoding: 'utf8' });

test('a function whose name matches traps, the others are as before', async () => {
  const file = await sample();
  const { status, stdout } = cut(file, '^parse::');
  assert.equal(status, 0);
  assert.match(stdout, /^1 functions/);
  const { instance } = await WebAssembly.instantiate(await readFile(file));
  const { double, text } = instance.exports;
  assert.equal(double(21), 42);
  assert.throws(() => text(), WebAssembly.RuntimeError);
});

test('a pattern without a function is told, and nothing is written', async () => {
  const file = await sample();
  const before = await readFile(file);
  const { status, stderr } = cut(file, '^parse::', 'quantised');
  assert.notEqual(status, 0);
  assert.match(stderr, /nothing in .* has a name like quantised/);
  assert.deepEqual(await readFile(file), before);
});
