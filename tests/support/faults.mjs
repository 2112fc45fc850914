/** Faults that a test puts into the site: the real module or worker with a few lines around it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { typeOf } from '../../xtask/site-server.mjs';
import { dist } from './server.mjs';

/**
 * Whether a file of the site is the one that is meant: of the CPU module there are two, and the
 * browser decides which one it takes.
 *
 * @param {string} file
 * @param {string} meant
 */
const isFile = (file, meant) => file.replace('wasm/cpu-relaxed/', 'wasm/cpu/') === meant;

/**
 * The wasm module with some lines about its `Session` before anybody has it.
 *
 * @param {string} lines
 * @param {string} [backend]
 * @returns {import('./server.mjs').Rule}
 */
export const session =
  (lines, backend = 'cpu') =>
  (file, url) =>
    isFile(file, `wasm/${backend}/ganvas_web.js`) && url.search !== '?real'
      ? {
          body: `
            import { Session } from './ganvas_web.js?real';
            export * from './ganvas_web.js?real';
            export { default } from './ganvas_web.js?real';
            ${lines}`,
          type: 'text/javascript',
        }
      : undefined;

/**
 * The wasm module with a `train` that throws, as a trap in it would, at its `call`-th call in each
 * of the first `workers` workers.
 *
 * @param {{ call: number, workers?: number, error?: string, backend?: string }} fault
 * @returns {import('./server.mjs').Rule}
 */
export function failingTrain({
  call,
  workers = 1,
  error = "new WebAssembly.RuntimeError('unreachable')",
  backend,
}) {
  let started = 0;
  const failing = session(
    `const train = Session.prototype.train;
    let calls = 0;
    Session.prototype.train = async function (...values) {
      calls += 1;
      if (calls === ${call}) throw ${error};
      return train.apply(this, values);
    };`,
    backend,
  );
  return (file, url) => {
    const fault = failing(file, url);
    if (fault) started += 1;
    return started > workers ? undefined : fault;
  };
}

/**
 * What can become of a file on its way: how its true bytes are answered.
 *
 * @type {Record<string, (body: Buffer, type?: string) => import('./server.mjs').Answer>}
 */
export const mishaps = {
  missing: () => ({ status: 404, body: 'not found', type: 'text/plain' }),
  unavailable: () => ({ status: 503, body: '', type: 'text/plain' }),
  truncated: (body, type) => ({ body: body.subarray(0, Math.floor(body.length / 2)), type }),
  empty: (_, type) => ({ body: '', type }),
  html: () => ({ body: '<!doctype html><title>Welcome</title>', type: 'text/html' }),
  'of a wrong type': (body) => ({ body, type: 'text/plain' }),
  'falsely encoded': (body, type) => ({ body, type, headers: { 'content-encoding': 'gzip' } }),
  reset: (body, type) => ({ body, type, after: 'reset' }),
  stalled: (body, type) => ({ body, type, after: 'stall' }),
};

/**
 * A site whose file has met with a mishap.
 *
 * @param {string} file
 * @param {keyof typeof mishaps} mishap
 * @returns {import('./server.mjs').Rule}
 */
export const broken = (file, mishap) => (asked) =>
  isFile(asked, file)
    ? mishaps[mishap](readFileSync(path.join(dist, asked)), typeOf(file))
    : undefined;

/**
 * The worker with some lines in front.
 *
 * @param {string} lines
 * @returns {import('./server.mjs').Rule}
 */
export const worker = (lines) => (file) =>
  file === 'worker.js'
    ? { body: `${lines}\n${readFileSync(path.join(dist, file), 'utf8')}`, type: 'text/javascript' }
    : undefined;

/** A worker that loses its GPU device when the page says so on a broadcast channel. */
export const losableDevice = worker(`
  {
    const devices = [];
    const request = GPUAdapter.prototype.requestDevice;
    GPUAdapter.prototype.requestDevice = async function (...values) {
      const device = await request.apply(this, values);
      devices.push(device);
      return device;
    };
    new BroadcastChannel('tests').onmessage = () => devices.splice(0).forEach((d) => d.destroy());
  }`);

/**
 * Several rules: the first that answers counts.
 *
 * @param {...import('./server.mjs').Rule} rules
 * @returns {import('./server.mjs').Rule}
 */
export const all =
  (...rules) =>
  (file, url) => {
    for (const rule of rules) {
      const answer = rule(file, url);
      if (answer) return answer;
    }
    return undefined;
  };

/**
 * The software adapter under the name of a GPU.
 *
 * @param {string} [device]
 */
export const hardware = (device = 'first') =>
  worker(`
  if (globalThis.GPUAdapter) {
    const info = { vendor: 'test', architecture: 'gpu', device: '${device}', description: '' };
    Object.defineProperty(GPUAdapter.prototype, 'info', { get: () => info });
  }`);

/**
 * A backend for which each update of a network takes so many milliseconds more, by the worker's
 * clock; nobody has to wait for them.
 *
 * @param {string} backend
 * @param {number} milliseconds
 */
export const slow = (backend, milliseconds) =>
  session(
    `const now = performance.now.bind(performance);
    let later = 0;
    performance.now = () => now() + later;
    const { train } = Session.prototype;
    Session.prototype.train = async function (...values) {
      later += ${milliseconds};
      return train.apply(this, values);
    };`,
    backend,
  );
