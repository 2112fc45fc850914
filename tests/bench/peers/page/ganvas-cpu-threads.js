/** Ganvas on all cores, in workers: a page's own thread must not wait for others. */

/** @param {import('./inputs.js').Inputs} inputs */
export async function load({ experiment }) {
  const worker = new Worker(new URL('ganvas-worker.js', import.meta.url), { type: 'module' });
  /** @param {unknown} message */
  const ask = (message) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(message);
    });
  const glue = new URL('../../some/base/wasm/cpu-threads/ganvas_web.js', import.meta.url).href;
  await ask({ glue, experiment, threads: navigator.hardwareConcurrency });
  return () => ask('step');
}
