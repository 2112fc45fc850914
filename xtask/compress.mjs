// node xtask/compress.mjs CACHE FILE...: writes FILE.br and FILE.gz beside each FILE.
// Brotli at its best setting takes seconds for a megabyte of wasm, so results are
// kept in CACHE under the hash of the content.

import { createHash } from 'node:crypto';
import { copyFile, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const brotli = (bytes) =>
  promisify(brotliCompress)(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
const encoders = { br: brotli, gz: (bytes) => promisify(gzip)(bytes, { level: 9 }) };

const [cache, ...files] = process.argv.slice(2);
const results = new Map();

/** The kept result for one content and ending; equal files share one. */
function compressed(bytes, ending) {
  const name = `${createHash('sha256').update(bytes).digest('hex')}.${ending}`;
  if (!results.has(name)) results.set(name, make(join(cache, name), bytes, ending));
  return results.get(name);
}

async function make(path, bytes, ending) {
  const known = await stat(path).catch(() => undefined);
  if (known) {
    const now = new Date();
    await utimes(path, now, now);
  } else {
    // Never half a file under the final name.
    await writeFile(`${path}.part`, await encoders[ending](bytes));
    await rename(`${path}.part`, path);
  }
  return path;
}

async function compress(file) {
  const bytes = await readFile(file);
  for (const ending of Object.keys(encoders)) {
    const path = await compressed(bytes, ending);
    // A copy that is no smaller is not worth a header.
    const { size } = await stat(path);
    if (size < bytes.length) await copyFile(path, `${file}.${ending}`);
  }
}

await Promise.all(files.map(compress));

// Results that no build has asked for in a week are dropped.
const week = 7 * 24 * 3600 * 1000;
for (const name of await readdir(cache)) {
  const path = join(cache, name);
  if (!results.has(name) && Date.now() - (await stat(path)).mtimeMs > week) await rm(path);
}
