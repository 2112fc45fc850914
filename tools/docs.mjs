/** What the tools that write pages of docs/ have in common. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const docs = new URL('../docs/', import.meta.url);

/** A row of a table. @param {string[]} cells */
export const row = (cells) => `| ${cells.join(' | ')} |`;

/** The head of a table. @param {string[]} names */
export const head = (names) => `${row(names)}\n|${'---|'.repeat(names.length)}`;

/**
 * Writes pages when their tool is what was run, and not when a test asks for them.
 *
 * @param {string} tool its `import.meta.url`
 * @param {() => Promise<Map<string, string>>} pages each page by its file in docs/
 */
export async function writePages(tool, pages) {
  if (path.resolve(process.argv[1] ?? '') !== fileURLToPath(tool)) return;
  for (const [file, text] of await pages()) await writeFile(new URL(file, docs), text);
}
