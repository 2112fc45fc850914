// node tools/release-files.mjs VERSION OUT [PACKED]: what a release carries, made in the folder
// OUT from the built site in dist/, the npm package (PACKED, the file that was tested, else what
// is in package/, where there is something) and, where it is, the program for Linux in gpu-check/.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { zipSync } from 'fflate';

const [version, out, packed] = process.argv.slice(2);
if (!version || !out) throw new Error('which version, and into which folder?');
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

await writeFile(path.join(out, `ganvas-site-${version}.zip`), zipSync(await filesOf('dist')));
const named = `ganvas-${version}.tgz`;
if (packed) {
  if (path.basename(packed) !== named) throw new Error(`${packed} is not ${named}`);
  await copyFile(packed, path.join(out, named));
} else if (existsSync('package/package.json')) {
  // On Windows npm is a batch file, which needs a shell.
  execFileSync('npm', ['pack', './package', '--pack-destination', out], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}
if (existsSync('gpu-check/gpu-check')) {
  const name = `gpu-check-${version}-linux-x64`;
  await copyFile('gpu-check/gpu-check', path.join(out, name));
}
const sums = [];
for (const name of (await readdir(out)).sort()) {
  const hash = createHash('sha256').update(await readFile(path.join(out, name)));
  sums.push(`${hash.digest('hex')}  ${name}\n`);
}
await writeFile(path.join(out, 'SHA256SUMS'), sums.join(''));

/** All files below a folder, by their paths in it. @param {string} folder */
async function filesOf(folder) {
  /** @type {Record<string, Uint8Array>} */
  const files = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    files[path.relative(folder, file).replaceAll(path.sep, '/')] = await readFile(file);
  }
  return files;
}
