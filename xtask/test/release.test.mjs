import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { strFromU8, unzipSync } from 'fflate';
import { folderOf } from './support.mjs';

const tools = fileURLToPath(new URL('../../tools/', import.meta.url));
const project = await folderOf({
  'Cargo.toml':
    '[workspace]\n\n[workspace.package]\nversion = "1.2.0"\n\n[workspace.dependencies]\nversion = "9.9.9"\n',
  'CHANGELOG.md':
    '# Changelog\n\n## [Unreleased]\n\n- later\n\n## [1.2.0] - 2026-01-01\n\n### Added\n\n- this\n\n## [1.1.0]\n\n- before\n',
  'dist/index.html': '<p>',
  'dist/wasm/cpu/module.wasm': '\0asm',
  'package/package.json': '{ "name": "ganvas", "version": "1.2.0", "files": ["ganvas.js"] }',
  'package/ganvas.js': 'export {};',
  'gpu-check/gpu-check': '\x7fELF',
});
/** The notes of a version, by a copy of the script in another project. */
async function notes(folder, version) {
  const script = path.join(folder, 'tools/release-notes.sh');
  await mkdir(path.dirname(script), { recursive: true });
  await copyFile(path.join(tools, 'release-notes.sh'), script);
  return spawnSync('bash', [script, version], { encoding: 'utf8' });
}

test("a release's notes are its section of the changelog", async () => {
  const { status, stdout } = await notes(project, '1.2.0');
  assert.equal(status, 0);
  assert.equal(stdout.trim(), '### Added\n\n- this');
});

test('a tag with another version than the workspace, or none in the changelog, fails', async () => {
  for (const version of ['1.1.0', '9.9.9', '1.2']) {
    const { status, stderr } = await notes(project, version);
    assert.equal(status, 1, version);
    assert.match(stderr, /1\.2\.0, not/);
  }
  const other = await folderOf({
    'Cargo.toml': '[workspace.package]\nversion = "1.3.0"\n',
    'CHANGELOG.md': '## [Unreleased]\n\n- later\n',
  });
  assert.match((await notes(other, '1.3.0')).stderr, /no section/);
});

test('a release carries the site, the npm package, the GPU check and checksums that hold', async () => {
  const out = path.join(project, 'out');
  execFileSync(process.execPath, [path.join(tools, 'release-files.mjs'), '1.2.0', out], {
    cwd: project,
  });
  const [site, packed, sums] = ['ganvas-site-1.2.0.zip', 'ganvas-1.2.0.tgz', 'SHA256SUMS'];
  const program = 'gpu-check-1.2.0-linux-x64';
  assert.deepEqual((await readdir(out)).sort(), [site, packed, program, sums].sort());
  const read = (name) => readFile(path.join(out, name));
  assert.equal((await read(program)).toString(), '\x7fELF');
  const hashed = async (name) =>
    createHash('sha256')
      .update(await read(name))
      .digest('hex');
  const lines = [packed, site, program].map(async (name) => `${await hashed(name)}  ${name}\n`);
  assert.equal((await read(sums)).toString(), (await Promise.all(lines)).join(''));
  const unpacked = unzipSync(await read(site));
  assert.deepEqual(Object.keys(unpacked).sort(), ['index.html', 'wasm/cpu/module.wasm']);
  assert.equal(strFromU8(unpacked['index.html']), '<p>');
});

test('a release takes the npm package that was tested, as it is', async () => {
  const out = path.join(project, 'tested');
  const run = (version, packed) =>
    spawnSync(process.execPath, [path.join(tools, 'release-files.mjs'), version, out, packed], {
      cwd: project,
      encoding: 'utf8',
    });
  const packed = path.join(await folderOf({ 'ganvas-1.2.0.tgz': 'as tested' }), 'ganvas-1.2.0.tgz');
  assert.equal(run('1.2.0', packed).status, 0);
  assert.equal(await readFile(path.join(out, 'ganvas-1.2.0.tgz'), 'utf8'), 'as tested');
  assert.match(await readFile(path.join(out, 'SHA256SUMS'), 'utf8'), /ganvas-1\.2\.0\.tgz/);
  const other = run('1.3.0', packed);
  assert.notEqual(other.status, 0);
  assert.match(other.stderr, /is not ganvas-1\.3\.0\.tgz/);
});
