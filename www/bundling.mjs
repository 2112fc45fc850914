/** How the front end is bundled, for the site and for the npm package alike. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { transform } from 'esbuild';
import { parts } from './src/i18n/parts.js';

/** Style sheets become minified strings, for adoptedStyleSheets. @type {import('esbuild').Plugin} */
const cssText = {
  name: 'css-text',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path: file }) => {
      const { code } = await transform(await readFile(file, 'utf8'), {
        loader: 'css',
        minify: true,
      });
      return { contents: code, loader: 'text' };
    });
  },
};

/** The parts of a language's words: `?first`, `?rest` and `?bench`. @type {import('esbuild').Plugin} */
const words = {
  name: 'words',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.js\?(first|rest|bench)$/ }, ({ path: name, resolveDir }) => {
      const [file, part] = name.split('?');
      return { path: path.join(resolveDir, file), suffix: `?${part}`, namespace: 'words' };
    });
    onLoad({ filter: /.*/, namespace: 'words' }, async ({ path: file, suffix }) => {
      const { default: all } = await import(pathToFileURL(file).href);
      const part = Object.entries(all).filter(([key]) => parts[suffix.slice(1)](key));
      return { contents: `export default ${JSON.stringify(Object.fromEntries(part))}` };
    });
  },
};

/**
 * uPlot hands the browser's language to Intl when it is loaded, and a language that is no valid
 * tag, as `C` under some Linux systems, would end the lab. The lab writes numbers the same way in
 * all languages. @type {import('esbuild').Plugin}
 */
const plainNumbers = {
  name: 'plain-numbers',
  setup({ onLoad }) {
    onLoad({ filter: /uPlot\.esm\.js$/ }, async ({ path: file }) => {
      const code = await readFile(file, 'utf8');
      const contents = code.replace('domEnv ? nav.language : ', '');
      if (contents === code) throw new Error('uPlot reads the language somewhere else now.');
      return { contents };
    });
  },
};

/** Markup comes without its indentation, which a minifier of scripts leaves in templates. @type {import('esbuild').Plugin} */
const plainMarkup = {
  name: 'plain-markup',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/](views|element)[\\/].*\.js$/ }, async ({ path: file }) => {
      const code = await readFile(file, 'utf8');
      return { contents: code.replace(/\n +/g, '\n') };
    });
  },
};

/**
 * A digest of everything that page and worker are made of, for `GANVAS_BUILD`.
 *
 * @param {string} root of the repository
 */
export async function buildOf(root) {
  const folder = path.join(root, 'www/src');
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = files
    // Declarations are no code, and some are renewed by the build of the modules.
    .filter((file) => file.isFile() && !file.name.endsWith('.d.ts'))
    .map((file) => path.join(file.parentPath, file.name))
    .sort();
  const digest = createHash('sha256');
  for (const name of names) {
    digest.update(path.relative(folder, name).replaceAll(path.sep, '/'));
    digest.update(await readFile(name));
  }
  return digest.digest('hex').slice(0, 12);
}

export const plugins = [cssText, words, plainNumbers, plainMarkup];

/** @type {import('esbuild').BuildOptions} */
export const options = {
  bundle: true,
  minify: true,
  sourcemap: false,
  legalComments: 'linked',
  charset: 'utf8',
  target: ['chrome111', 'firefox114', 'safari16.4'],
  metafile: true,
  logLevel: 'warning',
};

/** The version that the site and the package are of. @param {string} root of the repository */
export async function versionOf(root) {
  const cargo = await readFile(path.join(root, 'Cargo.toml'), 'utf8');
  const version = /^version = "(.+)"$/m.exec(cargo)?.[1];
  if (!version) throw new Error('Cargo.toml names no version');
  return version;
}
