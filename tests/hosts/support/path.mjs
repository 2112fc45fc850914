/** A host whose site lies under a path of its domain, set up as the guide tells it. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root, serveFolder } from './host.mjs';

/** Where the guide's example lies on its domain. */
const base = '/blog';

/**
 * The same host under a path. At one width: only addresses differ.
 *
 * @param {import('./visits.mjs').Host} host
 * @returns {import('./visits.mjs').Host}
 */
export const underPath = (host) => ({
  ...host,
  name: `${host.name}, under a path`,
  home: `${base}/`,
  sizes: [[390, 844]],
  serve: (folder) => (host.serve ?? serveFolder)(folder, base),
  recipe: {
    ...host.recipe,
    variant: 'path',
    write: async (folder) => {
      await host.recipe.write?.(folder);
      await setUp(folder, host.recipe.fixture);
    },
  },
});

/**
 * Puts the path before each address of the lab, and the guide's lines into the host's settings.
 *
 * @param {string} folder the host's sources, the site not yet among them
 * @param {string} fixture
 */
async function setUp(folder, fixture) {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!/\.(md|mdx|js|mjs)$/.test(entry.name)) continue;
    const file = path.join(entry.parentPath, entry.name);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll(/(["'])\/ganvas\//g, `$1${base}/ganvas/`));
  }
  const guide = await readFile(path.join(root, 'docs/embedding.md'), 'utf8');
  const rows = [...guide.matchAll(/^\| (\w+) \| `(\S+)` \| (.*) \|$/gm)];
  const [, , name, cell] = rows.find(([, host]) => host.toLowerCase() === fixture);
  const file = path.join(folder, name);
  let settings = await readFile(file, 'utf8');
  for (const [, line] of cell.matchAll(/`([^`]+)`/g)) settings = withLine(settings, line);
  await writeFile(file, settings);
}

/**
 * The line in the place of the one that sets the same, else where there is room for it.
 *
 * @param {string} settings
 * @param {string} line
 */
function withLine(settings, line) {
  const [key] = /^\w+/.exec(line);
  const set = new RegExp(`^( *)${key}\\b.*$`, 'm');
  if (set.test(settings)) return settings.replace(set, (_, indent) => indent + line);
  const module = /^export default .*\{$/m;
  if (module.test(settings)) return settings.replace(module, (start) => `${start}\n  ${line}`);
  return `${settings}\n${line}\n`;
}
