/**
 * Measures the built page in headless Chromium: `node tests/bench/run.mjs [options]`.
 *
 *   --quick        one short run of everything, to see that it works
 *   --backend B    only `cpu` or only `webgpu`
 *   --only LIST    only these parts: steps,first,gpu,kernels,cpu-kernels,memory
 *   --hardware     WebGPU on the machine's GPU; otherwise SwiftShader emulates one
 *   --write-docs   writes docs/benchmarks.md
 *   --peers        compares with other libraries instead; its options are in peers.mjs
 *
 * A benchmark and no test: it fails when the page does not work, never because it is slow.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { launch } from '../support/browser.mjs';
import { serve } from '../support/server.mjs';
import { cpuKernels } from './cpu-kernels.mjs';
import { kernels } from './kernels.mjs';
import { bytes } from './measure/bytes.mjs';
import { facadeRequests } from './measure/facade.mjs';
import { facadeDigits, firstDigits } from './measure/first-digits.mjs';
import { firstReport } from './measure/first-report.mjs';
import { gpuCalls } from './measure/gpu-calls.mjs';
import { memory } from './measure/memory.mjs';
import { stepTime } from './measure/step-time.mjs';
import { document, tables } from './report.mjs';
import { sections } from './section.mjs';
import { surroundings } from './surroundings.mjs';

if (process.argv.includes('--peers')) {
  await import('./peers.mjs');
  process.exit();
}

const root = new URL('../../', import.meta.url);
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    backend: { type: 'string' },
    only: { type: 'string', default: 'steps,first,gpu,kernels,cpu-kernels,memory' },
    hardware: { type: 'boolean', default: false },
    'write-docs': { type: 'boolean', default: false },
  },
});
const { quick } = values;
const webgpu = values.hardware ? 'hardware' : 'software';
if (values.backend && !['cpu', 'webgpu'].includes(values.backend)) {
  console.error(`--backend takes cpu or webgpu, not ${values.backend}`);
  process.exit(2);
}
const backends = /** @type {('cpu' | 'webgpu')[]} */ (
  values.backend ? [values.backend] : ['cpu', 'webgpu']
);
const parts = new Set(values.only.split(','));
const wanted = (part, backend = values.backend) =>
  parts.has(part) && (!values.backend || values.backend === backend);

const site = await serve();
const about = await surroundings(site, webgpu);
const browser = await launch({
  webgpu,
  args: ['--enable-blink-features=ForceEagerMeasureMemory'],
});
/** @type {any} */
const results = { ...about, quick, hardware: values.hardware };
const tell = (text) => console.log(`… ${text}`);

try {
  if (parts.has('steps')) {
    results.steps = [];
    for (const backend of backends) {
      for (const shape of /** @type {const} */ (['small', 'large'])) {
        if (quick && backend === 'webgpu' && shape === 'large') continue;
        tell(`step time, ${backend}, ${shape}`);
        results.steps.push(await stepTime(browser, site, backend, shape, quick));
      }
    }
  }
  if (parts.has('first')) {
    results.facade = await bytes(await facadeRequests(browser, site));
    tell('first digits, facade');
    const { requests, ...times } = await facadeDigits(browser, site, quick);
    results.preview = { ...times, bytes: await bytes(requests) };
    results.first = [];
    for (const backend of backends) {
      tell(`first digits, ${backend}`);
      const { requests, all_requests, ...times } = await firstDigits(browser, site, backend, quick);
      results.first.push({
        ...times,
        bytes: await bytes(requests),
        all_bytes: await bytes(all_requests),
      });
    }
  }
  if (parts.has('first')) {
    results.reports = [];
    for (const backend of backends) {
      for (const shape of /** @type {const} */ (['small', 'large'])) {
        if (quick && shape === 'large') continue;
        tell(`first report, ${backend}, ${shape}`);
        results.reports.push(await firstReport(browser, site, backend, shape, quick));
      }
    }
  }
  if (wanted('gpu', 'webgpu')) {
    tell('calls of WebGPU');
    results.gpu = await gpuCalls(browser, site);
  }
  if (wanted('kernels', 'webgpu')) {
    results.kernels = [];
    for (const [width, batch_size] of [[16, 32], ...(quick ? [] : [[64, 64]])]) {
      tell(`kernels, width ${width}`);
      const found = await kernels([width, batch_size], { webgpu, repeats: quick ? 1 : 5 });
      results.kernels.push({ width, batch_size, ...found });
    }
  }
  if (wanted('cpu-kernels', 'cpu')) {
    tell('kernels of the CPU');
    results.cpuKernels = await cpuKernels();
  }
  if (wanted('memory', 'cpu')) {
    tell('memory');
    results.memory = await memory(browser, quick);
  }
} finally {
  await browser.close();
  await site.close();
}

console.log(`\n${tables(results)}\n`);
console.log(JSON.stringify(results));
await mkdir(new URL('target/', root), { recursive: true });
const json = new URL('target/bench.json', root);
await writeFile(json, `${JSON.stringify(results, undefined, 2)}\n`);
console.log(`\nwritten: ${fileURLToPath(json)}`);
if (values['write-docs']) {
  const file = new URL('docs/benchmarks.md', root);
  // What is measured apart stays.
  const old = await readFile(file, 'utf8').catch(() => '');
  await writeFile(file, [document(results).trimEnd(), ...sections(old)].join('\n\n').concat('\n'));
  console.log('written: docs/benchmarks.md');
}
