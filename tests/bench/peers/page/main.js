/**
 * The shared page. A contestant is a module with `load(inputs)`, which resolves with its step: a
 * function that gets one batch and resolves with the losses `{ d_loss, g_loss }`, both read.
 */
import { parse } from './inputs.js';

/** Where WebGPU's calls are counted, see counting.mjs. */
const counts = () => ({ ...globalThis.gpuCounts });

/**
 * @param {string} contestant address of its module
 * @param {string} inputs address of the inputs
 */
window.load = async (contestant, inputs) => {
  const parsed = parse(await (await fetch(inputs)).arrayBuffer());
  const start = performance.now();
  const { load } = await import(contestant);
  const step = await load(parsed);
  const ms = performance.now() - start;
  let done = 0;
  window.step = async () => {
    const batch = parsed.batches[done % parsed.batches.length];
    const before = counts();
    const begin = performance.now();
    const { d_loss, g_loss } = await step(batch);
    const spent = performance.now() - begin;
    done += 1;
    const after = counts();
    const calls = Object.entries(after).map(([name, count]) => [name, count - before[name]]);
    return { ms: spent, losses: [d_loss, g_loss], calls: Object.fromEntries(calls) };
  };
  return { ms, pipelines: counts().pipelines };
};

window.ready = true;
