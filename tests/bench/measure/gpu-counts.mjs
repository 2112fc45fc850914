/**
 * Counts what each call of a lab's session asks of the GPU, where its worker calls WebGPU. The
 * worker makes one call after the other, so what is counted meanwhile belongs to that call.
 */
import { session, worker } from '../../support/faults.mjs';
import { counting } from './counting.mjs';

/** The calls of `Session` that can be told apart; what others ask for stays in the sum. */
const names = ['warm_up_pictures', 'warm_up', 'train', 'step', 'report', 'grid', 'save'];
const channel = 'gpu-counts';

/**
 * @typedef {{ dispatches: number, submits: number, pipelines: number, readbacks: number }} Counts
 * @typedef {Counts & { times: number }} Call how often it was called, and for what
 * @typedef {{ all: Counts, calls: Record<string, Call> }} Counted
 */

const countingWorker = worker(`${counting}
  {
    const zero = Object.fromEntries(Object.keys(gpuCounts).map((what) => [what, 0]));
    const names = ${JSON.stringify(names)};
    globalThis.gpuCalls = Object.fromEntries(names.map((name) => [name, { times: 0, ...zero }]));
    const channel = new BroadcastChannel('${channel}');
    channel.onmessage = ({ data }) =>
      data === 'count' && channel.postMessage({ all: gpuCounts, calls: gpuCalls });
  }`);

const countingSession = session(
  `
  for (const [name, call] of Object.entries(gpuCalls)) {
    const original = Session.prototype[name];
    Session.prototype[name] = function (...values) {
      const before = { ...gpuCounts };
      const done = () => {
        call.times += 1;
        for (const what of Object.keys(before)) call[what] += gpuCounts[what] - before[what];
      };
      const result = original.apply(this, values);
      if (result instanceof Promise) return result.finally(done);
      done();
      return result;
    };
  }`,
  'webgpu',
);

/**
 * The site with a worker that counts from its first line on.
 *
 * @type {import('../../support/server.mjs').Rule}
 */
export const countingSite = (file, url) => countingSession(file, url) ?? countingWorker(file, url);

/**
 * What was counted so far. Waits for the worker, if the lab has none yet.
 *
 * @param {import('playwright-core').Page} page
 * @returns {Promise<Counted>}
 */
export const counted = (page) =>
  page.evaluate(
    (name) =>
      new Promise((resolve) => {
        const channel = new BroadcastChannel(name);
        const ask = () => channel.postMessage('count');
        const again = setInterval(ask, 100);
        channel.onmessage = ({ data }) => {
          clearInterval(again);
          channel.close();
          resolve(data);
        };
        ask();
      }),
    channel,
  );

/**
 * What a piece of work asks of the GPU.
 *
 * @param {import('playwright-core').Page} page
 * @param {() => Promise<unknown>} work
 * @returns {Promise<Counted>}
 */
export async function countedIn(page, work) {
  const before = await counted(page);
  await work();
  const after = await counted(page);
  const calls = Object.entries(after.calls).map(([name, call]) => [
    name,
    difference(call, before.calls[name]),
  ]);
  return { all: difference(after.all, before.all), calls: Object.fromEntries(calls) };
}

/**
 * @template {Record<string, number>} T
 * @param {T} after
 * @param {T} before
 * @returns {T}
 */
function difference(after, before) {
  const entries = Object.entries(after).map(([what, count]) => [what, count - before[what]]);
  return Object.fromEntries(entries);
}
