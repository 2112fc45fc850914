/** The results as tables, for the terminal and for docs/benchmarks.md. */
import { milliseconds, size, table } from './numbers.mjs';
import { rooflineTables } from './roofline-report.mjs';

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
        ['', 'files', 'raw', 'gzip', 'brotli'],
        [
          [
            'before the facade’s 64 digits',
            preview.bytes.files,
            size(preview.bytes.raw),
            size(preview.bytes.gzip),
            size(preview.bytes.brotli),
          ],
          ...results.first.flatMap((row) => [
            [
              `${row.backend}, before the first digits`,
              row.bytes.files,
              size(row.bytes.raw),
              size(row.bytes.gzip),
              size(row.bytes.brotli),
            ],
            [
              `${row.backend}, in all`,
              row.all_bytes.files,
              size(row.all_bytes.raw),
              size(row.all_bytes.gzip),
              size(row.all_bytes.brotli),
            ],
          ]),
        ],
      ),
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
          ['a grid of 64 digits', gpu.dispatches_per_picture, gpu.submits_per_picture, 1],
        ],
      ),
      `Width ${gpu.width}, batch ${gpu['batch-size']}, from ${gpu.pipelines} compute pipelines; ${gpu.pipelines_made_later} more after the second step. Counted by wrapping \`GPUComputePassEncoder.dispatchWorkgroups*\`, \`GPUQueue.submit\`, \`GPUDevice.createComputePipeline*\` and \`GPUBuffer.mapAsync\` in the worker.`,
    );
  }
  if (results.kernels?.length) parts.push(rooflineTables(results.kernels));
  if (results.memory) {
    const percent = (value) => `${value >= 0 ? '+' : ''}${(100 * value).toFixed(1)} %`;
    parts.push(
      '## Memory of the tab, training on the CPU',
      table(
        ['step', 'JavaScript heaps', 'wasm memory', 'together', 'resident set of the process'],
        results.memory.points.map((point) => [
          point.step,
          size(point.heaps),
          size(point.wasm),
          size(point.total),
          point.rss ? size(point.rss) : '–',
        ]),
      ),
      `Between the first and the last: together ${percent(results.memory.growth)}, wasm alone ${percent(results.memory.wasm_growth)}, resident set ${percent(results.memory.rss_growth)} (the goal is ±5 %). The page keeps one snapshot of the run, weights and optimizer state, and takes the first after 15 seconds of training: a run that fast has it in the later rows only. The heaps of the page and its worker are measured with \`performance.measureUserAgentSpecificMemory()\`.`,
    );
  }
  return parts.join('\n\n');
}

/** @param {any} results */
export function document(results) {
  const { machine } = results;
  const warning = machine.busy
    ? `\n**The machine was busy (load average ${machine.load_before.toFixed(1)} on ${machine.cores} cores): the times are too long.**\n`
    : '';
  return `# Benchmarks

Made by \`cargo xtask bench --write-docs\` from the built page, in headless ${machine.browser}, on ${machine.cores} cores (${machine.processor}), ${machine.date}. WebGPU runs on SwiftShader there, which emulates a GPU on the processor: its times say nothing about real GPUs, its counts do. The load average before the run was ${machine.load_before.toFixed(1)}.
${warning}
${tables(results)}
`;
}
