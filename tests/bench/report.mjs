/** The results as tables, for the terminal and for docs/benchmarks.md. */
import { cpuKernelTables } from './cpu-kernels.mjs';
import { load } from './machine.mjs';
import { webgpuSentence } from './measure/adapters.mjs';
import { milliseconds, size, table } from './numbers.mjs';
import { rooflineTables } from './roofline-report.mjs';

/**
 * @param {string} title
 * @param {{ files: number, raw: number, gzip: number, brotli: number, images: number }} bytes
 */
function bytesRow(title, { files, raw, gzip, brotli, images }) {
  return [title, files, ...[raw, gzip, brotli, images, brotli - images].map(size)];
}

/** @param {any} results */
export function tables(results) {
  const parts = [];
  if (results.steps?.length) {
    parts.push(
      '## Time of a step',
      table(
        ['backend', 'width', 'batch', 'a step', 'fastest batch', 'first step'],
        results.steps.map((row) => [
          row.backend === 'webgpu' ? `WebGPU (${row.adapter})` : 'CPU (wasm SIMD, 1 thread)',
          row.width,
          row.batch_size,
          milliseconds(row.ms_per_step),
          milliseconds(row.fastest_ms),
          milliseconds(row.first_step_ms),
        ]),
      ),
      'Median of several timed batches of `train({ steps })` on the page, its pictures and curves included, after a warm-up. The first step is what the reader waits from `train({ steps: 1 })` to its report.',
    );
  }
  if (results.first?.length) {
    const { preview } = results;
    parts.push(
      '## From navigation to digits',
      `The hosted page shows 64 digits of the shipped generator ${milliseconds(preview.drawn_ms)} after navigation (median of ${preview.runs}; the slowest ${milliseconds(preview.drawn_slowest_ms)}; the goal is 1.0 s), without a press and on the CPU. Its first paint is at ${milliseconds(preview.first_paint_ms)}. The reader's own run takes longer:`,
      table(
        ['backend', 'first paint', 'first grid (untrained)', 'first grid after a step'],
        results.first.map((row) => [
          row.backend,
          milliseconds(row.first_paint_ms),
          milliseconds(row.first_grid_ms),
          milliseconds(row.first_trained_grid_ms),
        ]),
      ),
      'The hosted page with `?autoplay`, the default experiment, an empty cache and a server on the same machine.',
      '## From pressing start to the first report',
      table(
        ['backend', 'width', 'batch', 'first report', 'a step from then on', 'the goal'],
        results.reports.map((row) => [
          row.backend,
          row.width,
          row['batch-size'],
          milliseconds(row.first_report_ms),
          milliseconds(row.steady_ms),
          milliseconds(2.5 * row.steady_ms + 1000),
        ]),
      ),
      'With an empty cache: the module, the data, the device, all pipelines and the first step. The goal is 2.5 steps and a second. A step here has its reports and pictures, as the reader sees them.',
      '## Bytes loaded',
      table(
        ['', 'files', 'raw', 'gzip', 'brotli', 'of it the training images', 'the rest'],
        [
          bytesRow('before the facade’s 64 digits', preview.bytes),
          ...results.first.flatMap((row) => [
            bytesRow(`${row.backend}, before the first digits`, row.bytes),
            bytesRow(`${row.backend}, in all`, row.all_bytes),
          ]),
        ],
      ),
      'The last two columns are brotli too. The goals are 300 kB before the facade’s digits, and 1.5 MB for all that WebGPU training needs besides the images.',
      `The page alone, without its digits and before anybody starts it: ${size(results.facade.raw)} in ${results.facade.files} files, of which JavaScript ${size(results.facade.own_js)} raw (${size(results.facade.brotli)} of all with brotli).`,
    );
  }
  if (results.gpu) {
    const { gpu } = results;
    parts.push(
      '## What a step asks of the GPU',
      table(
        ['', 'compute dispatches', 'submits', 'read-backs'],
        [
          [
            'a step with its report',
            gpu.dispatches_per_step,
            gpu.submits_per_step,
            gpu.readbacks_per_step,
          ],
          [
            'a grid of 64 digits',
            gpu.dispatches_per_picture,
            gpu.submits_per_picture,
            gpu.readbacks_per_picture,
          ],
        ],
      ),
      `Width ${gpu.width}, batch ${gpu['batch-size']}. Of ${gpu.pipelines} compute pipelines ${gpu.pipelines_of_pictures} are made for the first pictures and ${gpu.pipelines_of_warm_up} more for a step; ${gpu.pipelines_until_ready - gpu.pipelines_of_pictures - gpu.pipelines_of_warm_up} more are there when training can begin, ${gpu.pipelines_of_first_step} more come with the first step and its report, ${gpu.pipelines - gpu.pipelines_until_ready - gpu.pipelines_of_first_step} later. Counted by wrapping \`GPUComputePassEncoder.dispatchWorkgroups*\`, \`GPUQueue.submit\`, \`GPUDevice.createComputePipeline*\` and \`GPUBuffer.mapAsync\` in the worker.`,
    );
  }
  if (results.cpuKernels) parts.push(cpuKernelTables(results.cpuKernels));
  if (results.kernels?.length) parts.push(rooflineTables(results.kernels));
  if (results.memory) {
    const percent = (value) => `${value >= 0 ? '+' : ''}${(100 * value).toFixed(1)} %`;
    parts.push(
      '## Memory of the tab, training on the CPU',
      table(
        [
          'step',
          'JavaScript heaps',
          'wasm memory',
          'together',
          'the process’ own memory',
          'its resident set',
        ],
        results.memory.points.map((point) => [
          point.step,
          size(point.heaps),
          size(point.wasm),
          size(point.total),
          point.own ? size(point.own) : '–',
          point.rss ? size(point.rss) : '–',
        ]),
      ),
      `Between the first and the last: together ${percent(results.memory.growth)}, wasm alone ${percent(results.memory.wasm_growth)}, resident set ${percent(results.memory.rss_growth)} (the goal is ±5 %). The page keeps one snapshot of the run, weights and optimizer state, and takes the first after 15 seconds of training: a run that fast has it in the later rows only. The heaps of the page and its worker are measured with \`performance.measureUserAgentSpecificMemory()\`. The process’ own memory is what Linux counts as private to the tab’s renderer (\`smaps_rollup\`), its goal 200 MB; the resident set counts the browser’s program too, which all tabs share.`,
    );
  }
  return parts.join('\n\n');
}

/** @param {any} results */
export function document(results) {
  const { machine, adapter, hardware } = results;
  const warning = machine.busy ? `\n**The machine was busy: the times are too long.**\n` : '';
  return `# Benchmarks

Made by \`cargo xtask bench${hardware ? ' --hardware' : ''} --write-docs\` from the built page, in headless ${machine.browser}, on ${machine.processor} with ${load(machine)} before the run, ${machine.date}. ${webgpuSentence(adapter)}
${warning}
${tables(results)}
`;
}
