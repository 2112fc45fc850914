/** Reads the arrows that a document draws, and those that imports make. */
import path from 'node:path';

/**
 * The block of a document that is fenced as `arrows <folder>`: a line `module -> a, b` for each
 * module; one without arrows stands alone.
 *
 * @param {string} document
 * @param {string} folder
 * @returns {Map<string, string[]>}
 */
export function parseArrows(document, folder) {
  const start = document.indexOf(`\`\`\`arrows ${folder}\n`);
  if (start < 0) throw new Error(`There is no block "arrows ${folder}"`);
  const lines = document.slice(start).split('\n').slice(1);
  const end = lines.findIndex((line) => line.startsWith('```'));
  return new Map(
    lines
      .slice(0, end)
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const [module, list = ''] = line.split('->').map((part) => part.trim());
        return [module, list.split(',').flatMap((name) => name.trim() || [])];
      }),
  );
}

/** A file's module: the folder or the file at the top. @param {string} name */
export const moduleOf = (name) => name.split('/')[0].replace(/\.js$/, '');

/**
 * What a file imports, types too: files by their path from the top, packages by their name.
 *
 * @param {string} name
 * @param {string} text
 */
export function importsOf(name, text) {
  const found = text.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)'([^'\s]+)'/g);
  return [...found].map(([, target]) =>
    target.startsWith('.') ? path.posix.join(path.posix.dirname(name), target) : target,
  );
}

/**
 * Imports between modules that the table does not allow. Packages count where the table names them.
 *
 * @param {{ name: string, text: string }[]} files
 * @param {Map<string, string[]>} allowed
 */
export function undrawn(files, allowed) {
  const drawn = new Set([...allowed.values()].flat());
  return files.flatMap(({ name, text }) => {
    const from = moduleOf(name);
    const targets = importsOf(name, text)
      .map(moduleOf)
      .filter((to) => (allowed.has(to) || drawn.has(to)) && to !== from)
      .filter((to) => !allowed.get(from)?.includes(to));
    return [...new Set(targets)].map((to) => `${from} -> ${to} (${name})`);
  });
}

/**
 * A way along arrows that comes back to where it began.
 *
 * @param {Map<string, string[]>} graph
 * @returns {string[] | undefined}
 */
export function cycleIn(graph) {
  const done = new Set();
  /** @param {string} node @param {string[]} way @returns {string[] | undefined} */
  const search = (node, way) => {
    const again = way.indexOf(node);
    if (again >= 0) return [...way.slice(again), node];
    if (done.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const cycle = search(next, [...way, node]);
      if (cycle) return cycle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const cycle = search(node, []);
    if (cycle) return cycle;
  }
  return undefined;
}
