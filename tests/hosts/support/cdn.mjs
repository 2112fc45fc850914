/** The npm package on a CDN, by the lines that its README prints. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { serveFolder } from './host.mjs';
import { made } from './package.mjs';

/** Answers for jsDelivr from the package that was made. */
export async function fromCdn() {
  const cdn = await serveFolder(made, '', { 'access-control-allow-origin': '*' });
  const { version } = JSON.parse(await readFile(path.join(made, 'package.json'), 'utf8'));
  const prefix = `https://cdn.jsdelivr.net/npm/ganvas@${version}/`;
  /**
   * @param {import('playwright-core').BrowserContext} context
   * @param {(file: string, body: string) => string} [change]
   */
  const prepare = (context, change) =>
    context.route(`${prefix}**`, async (route) => {
      const file = route.request().url().slice(prefix.length);
      const response = await route.fetch({ url: `${cdn.origin}/${file}` });
      if (!change || !file.endsWith('.js')) return route.fulfill({ response });
      return route.fulfill({ response, body: change(file, await response.text()) });
    });
  return { prepare, close: cdn.close };
}

/** The README's ways to take the element from a CDN, as they are printed there. */
export async function printed() {
  const readme = await readFile(path.join(made, 'README.md'), 'utf8');
  const snippets = [...readme.matchAll(/^```html\n([\s\S]+?)\n```$/gm)].map(([, code]) => code);
  const found = snippets.filter((code) => code.includes('cdn.jsdelivr.net'));
  assert.equal(found.length, 2, 'plain, and with hashes');
  return found;
}
