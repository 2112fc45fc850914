/**
 * `node xtask/serve.mjs FOLDER [--port N] [--isolated] [--attended]`: a site on localhost, until
 * the process is stopped. `cargo xtask serve` runs it.
 *
 * An attended server lives as long as its standard input. Each line there says how many minutes a
 * build will still take; an empty one, that it has ended.
 */
import { access } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { isolation, listen, sendFile } from './site-server.mjs';

const firstPort = 8080;
const ports = 20;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string' },
    isolated: { type: 'boolean', default: false },
    attended: { type: 'boolean', default: false },
  },
});
const folder = path.resolve(positionals[0] ?? 'dist');
const headers = {
  // Always ask: the files change under the same names while one works on them.
  'cache-control': 'no-cache',
  // Module scripts of pages on other origins are embeds, which are welcome.
  'access-control-allow-origin': '*',
  'x-content-type-options': 'nosniff',
  ...(values.isolated ? isolation : {}),
};
/** When the build should have ended; undefined when nothing is being built. @type {number | undefined} */
let ready;

/** @type {Parameters<typeof listen>[1]} */
async function answer(request, response) {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const [name] = request.url.split('?', 1);
  if (ready !== undefined && /^\/wasm\/\w+\/ganvas_web\.js$/.test(name) && !(await exists(name))) {
    // The page shows what a module that does not load has thrown.
    response.setHeader('content-type', 'text/javascript; charset=utf-8');
    response.end(`throw new Error('${stillBuilding(ready)}');\n`);
    return;
  }
  await sendFile(request, response, folder, name, true);
}

/** @param {number} ready */
function stillBuilding(ready) {
  const minutes = Math.ceil((ready - Date.now()) / 60_000);
  const left = minutes > 0 ? `about ${minutes} min are left` : 'it should be there soon';
  return `it is still being built on this machine (${left}); try again then`;
}

/** @param {string} name */
const exists = (name) =>
  access(path.join(folder, name)).then(
    () => true,
    () => false,
  );

/** On the port that was asked for, or on the first free one of a few. */
async function start() {
  if (values.port !== undefined) return listen(Number(values.port), answer);
  for (let port = firstPort; port < firstPort + ports; port += 1) {
    try {
      return await listen(port, answer);
    } catch (error) {
      if (error.code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error(`no free port from ${firstPort} on: choose one with --port`);
}

const server = await start().catch((error) => {
  console.error(`error: ${error.message}`);
  process.exit(1);
});
const address = `http://localhost:${server.address().port}/`;
console.log(`Ganvas is at ${address} (Ctrl+C stops it)`);

if (values.attended) {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    if (!line) console.log(`Ganvas at ${address} is complete (Ctrl+C stops it)`);
    ready = line ? Date.now() + 60_000 * Number(line) : undefined;
  });
  lines.on('close', () => process.exit());
}
