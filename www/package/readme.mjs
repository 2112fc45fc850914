/** What the package's README says about its own files: their weight, licences and hashes. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** @param {number} bytes */
const kb = (bytes) => (bytes / 1000).toFixed(1);

/**
 * @param {import('./loads.mjs').Load[]} loads
 * @param {Map<string, Buffer>} contents
 */
export function sizes(loads, contents) {
  const sum = (/** @type {string[]} */ files, /** @type {(bytes: Buffer) => number} */ weight) =>
    kb(files.reduce((total, file) => total + weight(contents.get(file) ?? Buffer.of()), 0));
  return loads
    .map(({ when, files }) => {
      const plain = sum(files, (bytes) => bytes.length);
      const packed = sum(files, (bytes) => gzipSync(bytes).length);
      return `| ${when} | ${plain} | ${packed} | ${files.map((file) => `\`${file}\``).join(', ')} |`;
    })
    .join('\n');
}

/**
 * @param {string} notice NOTICE.md
 * @param {string} own the project's licence
 */
export function licences(notice, own) {
  const others = [...notice.matchAll(/^### (.+)\n\n```text\n(.+)\n/gm)];
  return [
    `| Ganvas, the weights of its generator and classifier | ${own} |`,
    ...others.map(([, name, licence]) => `| ${name} | ${licence} |`),
    '| the Rust crates in the WebAssembly modules | nearly all MIT or Apache-2.0; the others are in `NOTICE.txt` |',
  ].join('\n');
}

/**
 * Tells a browser the hash of every module that the page may import.
 *
 * @param {Map<string, Buffer>} modules
 * @param {string} address where they lie
 */
export function importMap(modules, address) {
  const hash = (/** @type {Buffer} */ bytes) =>
    `sha384-${createHash('sha384').update(bytes).digest('base64')}`;
  const integrity = Object.fromEntries(
    [...modules].map(([name, bytes]) => [`${address}${name}`, hash(bytes)]),
  );
  return JSON.stringify({ integrity }, null, 2);
}
