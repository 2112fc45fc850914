/**
 * Real hosts: `node tests/hosts/run.mjs [hexo] [hugo] …`, all of them without a name. The site
 * must be built; the first run installs the hosts into target/hosts.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('./', import.meta.url));
const known = readdirSync(folder)
  .filter((file) => file.endsWith('.test.mjs'))
  .map((file) => file.replace('.test.mjs', ''));
const asked = process.argv.slice(2);
const strange = asked.filter((name) => !known.includes(name));
if (strange.length > 0) {
  console.error(`No such host: ${strange.join(', ')}. There are ${known.join(', ')}.`);
  process.exit(2);
}
const files = (asked.length > 0 ? asked : known).map((name) => `${folder}${name}.test.mjs`);
// One at a time: they share the processor.
const args = ['--test', '--test-concurrency=1', '--test-reporter=spec', ...files];
process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1);
