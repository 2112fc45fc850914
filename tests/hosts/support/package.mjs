/** The npm package: made from the built site, packed, and installed as from the registry. */
import { execFileSync } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { root, run, target } from './host.mjs';

/** What `npm run package` makes, for the tests. */
export const made = path.join(target, 'package');

/** @type {Promise<string> | undefined} */
let archive;

async function pack() {
  await run(root, process.execPath, ['www/package.mjs', '--out', made]);
  const packed = execFileSync('npm', ['pack', made, '--pack-destination', target, '--json']);
  return path.join(target, JSON.parse(packed.toString())[0].filename);
}

/** @param {string} modules a folder node_modules */
export async function installGanvas(modules) {
  archive ??= pack();
  const file = await archive;
  const ganvas = path.join(modules, 'ganvas');
  await rm(ganvas, { recursive: true, force: true });
  await mkdir(ganvas);
  await run(target, 'tar', ['-xzf', file, '-C', ganvas, '--strip-components=1']);
}
