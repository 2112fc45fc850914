/**
 * A worker that trains, with others that help: as the site's own, without what surrounds it. It is
 * served as it stands.
 */

let session;

globalThis.onmessage = async ({ data }) => {
  try {
    if (data === 'step') {
      const { d_loss, g_loss } = await session.step('both');
      postMessage({ d_loss, g_loss });
    } else if (data.memory) {
      await help(data);
    } else {
      await load(data);
      postMessage({ ready: true });
    }
  } catch (error) {
    postMessage({ error: String(error) });
  }
};

async function help({ glue, module, memory }) {
  const engine = await import(glue);
  await engine.default({ module_or_path: module, memory });
  postMessage({ ready: true });
  engine.help();
}

async function load({ glue, experiment, threads }) {
  const engine = await import(glue);
  const code = fetch(new URL('ganvas_web_bg.wasm', glue));
  const module = await WebAssembly.compileStreaming(code);
  const { memory } = await engine.default({ module_or_path: module });
  const helpers = Array.from({ length: threads - 1 }, () => {
    const helper = new Worker(import.meta.url, { type: 'module' });
    return new Promise((resolve, reject) => {
      helper.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
      helper.onerror = reject;
      helper.postMessage({ glue, module, memory });
    });
  });
  await Promise.all(helpers);
  engine.use_threads(threads);
  session = await engine.Session.create('cpu', experiment);
  session.use_procedural();
}
