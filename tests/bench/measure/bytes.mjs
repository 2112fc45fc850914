/** How much was loaded: as it is, and as a host sends it that compresses. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { base, dist } from '../../support/server.mjs';

/** @param {string} file */
const bytesOf = async (file) => (await stat(file).catch(() => undefined))?.size;

/**
 * @param {string[]} requests paths on the server
 */
export async function bytes(requests) {
  const sums = { files: 0, raw: 0, gzip: 0, brotli: 0, own_js: 0, images: 0 };
  for (const request of new Set(requests)) {
    const name = request.slice(base.length) || 'index.html';
    const file = path.join(dist, name);
    const raw = await bytesOf(file);
    if (raw === undefined) continue;
    sums.files += 1;
    sums.raw += raw;
    // What does not shrink has no compressed copy beside it.
    sums.gzip += (await bytesOf(`${file}.gz`)) ?? raw;
    const brotli = (await bytesOf(`${file}.br`)) ?? raw;
    sums.brotli += brotli;
    if (name.startsWith('data/')) sums.images += brotli;
    if (name.endsWith('.js')) sums.own_js += raw;
  }
  return sums;
}
