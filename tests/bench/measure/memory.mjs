/** The memory of the tab while it trains on the CPU: it must not grow. */
import { worker } from '../../support/faults.mjs';
import { close, openLab } from '../../support/lab.mjs';
import { memoryOfPages } from '../../support/memory.mjs';
import { serve } from '../../support/server.mjs';
import { shapes } from './step-time.mjs';

/** Tells the size of the wasm memory. */
const telling = worker(`
  {
    let memory;
    for (const name of ['instantiate', 'instantiateStreaming']) {
      const original = WebAssembly[name];
      WebAssembly[name] = async (...values) => {
        const result = await original.apply(WebAssembly, values);
        memory = (result.instance ?? result).exports.memory;
        return result;
      };
    }
    const channel = new BroadcastChannel('bench');
    channel.onmessage = ({ data }) => data === 'memory' && channel.postMessage(memory.buffer.byteLength);
  }`);

/** The browser measures a whole page only when nobody else can look into it. */
const isolated = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/**
 * @param {import('playwright-core').Browser} browser started with `--enable-blink-features=ForceEagerMeasureMemory`
 * @param {boolean} quick
 */
export async function memory(browser, quick) {
  const site = await serve(telling, isolated);
  const page = await openLab(browser, site, {
    ...(quick ? { width: 2, 'batch-size': 8 } : shapes.small),
    backend: 'cpu',
    dataset: 'procedural',
    lang: 'en',
  });
  const points = [];
  for (const step of quick ? [20, 200] : [200, 1000, 2000]) {
    await page.evaluate(async (goal) => {
      const done = window.events.report.at(-1)?.step ?? 0;
      await window.lab.train({ steps: goal - done });
      // What the benchmark itself keeps would be measured as well.
      for (const name of ['report', 'sample'])
        window.events[name].splice(0, window.events[name].length - 1);
    }, step);
    const { resident: rss, own } = (await memoryOfPages(browser)) ?? {};
    points.push({ step, ...(await measure(page)), rss, own });
  }
  await close(page);
  await site.close();
  const [first, last] = [points[0], points[points.length - 1]];
  const growth = (/** @type {'total' | 'wasm' | 'rss'} */ what) => last[what] / first[what] - 1;
  return {
    points,
    growth: growth('total'),
    wasm_growth: growth('wasm'),
    rss_growth: growth('rss'),
  };
}

/** @param {import('playwright-core').Page} page */
function measure(page) {
  return page.evaluate(async () => {
    const channel = new BroadcastChannel('bench');
    const wasm = await new Promise((resolve) => {
      channel.onmessage = ({ data }) => resolve(data);
      channel.postMessage('memory');
    });
    channel.close();
    // The heaps of the page and its worker; what wasm has is not among them.
    const { bytes } = await performance.measureUserAgentSpecificMemory();
    return { heaps: bytes, wasm, total: bytes + wasm };
  });
}
