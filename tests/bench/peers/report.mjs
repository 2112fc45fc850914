/** The comparison as tables. */
import { load, percent } from '../machine.mjs';
import { bothSentence } from '../measure/adapters.mjs';
import { milliseconds, size, table } from '../numbers.mjs';
import { judge } from './goals.mjs';
import { isSame } from './summary.mjs';

/** @typedef {import('./summary.mjs').Row} Row */

/** @param {any} result of one size */
export function sizeTables(result) {
  const { width, batch_size, machine, rounds } = result;
  const measured = result.rows.filter((/** @type {Row} */ row) => row.ms);
  const others = result.rows.filter((/** @type {Row} */ row) => !row.ms);
  const warning = machine.busy ? ` **The machine was busy: the times are too long.**` : '';
  const parts = [
    `### Width ${width}, batch ${batch_size}`,
    `${machine.date}, headless ${machine.browser}, ${machine.processor}, ${load(machine)} before the run, at most ${percent(machine.used_before_turns)} of its cores in use by others before a turn; ${rounds} ${rounds === 1 ? 'round' : 'rounds'}.${warning}`,
    table(
      [
        'library',
        'backend',
        'a step',
        'fastest',
        'medians of rounds',
        'timed steps',
        'first step',
        '× Ganvas on the CPU',
        '× Ganvas on WebGPU',
        'losses differ by',
      ],
      measured.map((/** @type {Row} */ row) => [
        row.title,
        row.backend,
        milliseconds(row.ms),
        milliseconds(row.fastest_ms),
        row.spread_ms.map(milliseconds).join(' – '),
        row.steps,
        milliseconds(row.first_ms),
        times(row.ratio?.cpu),
        times(row.ratio?.webgpu),
        isSame(row)
          ? difference(row.difference)
          : `**${difference(row.difference)}: different work**`,
      ]),
    ),
  ];
  if (others.length > 0) {
    parts.push(
      others
        .map((/** @type {Row} */ row) => `- ${row.title}, ${row.backend}: ${why(row)}`)
        .join('\n'),
    );
  }
  const interrupted = measured.filter((/** @type {Row} */ row) => row.error);
  for (const { title, backend, error } of interrupted) {
    parts.push(`${title}, ${backend}, was interrupted in a round: \`${error}\``);
  }
  parts.push(goalsTable(result));
  return parts.join('\n\n');
}

/** @param {any} result of one size */
function goalsTable({ rows, width, batch_size }) {
  return table(
    ['goal', 'measured', 'wanted', ''],
    judge(rows, `${width}x${batch_size}`).map(({ title, factor, ratio, met }) => [
      title,
      times(ratio),
      times(factor),
      met === undefined ? '–' : met ? 'met' : '**missed**',
    ]),
  );
}

/** Why a contestant has no times. @param {Row} row */
function why({ verdict, error, first_ms }) {
  switch (verdict) {
    case 'left out':
      return `left out, ${error}.`;
    case 'too slow':
      return first_ms ? `${error}, the first step took ${milliseconds(first_ms)}.` : `${error}.`;
    default:
      return `cannot train: \`${error?.replaceAll('`', "'")}\``;
  }
}

const times = (ratio) => (ratio === undefined ? '–' : `${ratio.toFixed(ratio < 10 ? 2 : 0)} ×`);
const difference = (value) =>
  value === Infinity ? 'not a number' : value.toExponential(0).replace('e+0', '').replace('+', '');

/** What does not depend on the size: bytes, and calls of WebGPU. @param {any} result of one size */
export function shapeTable(result) {
  return table(
    [
      'library',
      'backend',
      'download, raw',
      'gzip',
      'brotli',
      'compute dispatches a step',
      'submits',
      'read-backs',
      'pipelines',
    ],
    result.rows
      .filter((/** @type {Row} */ row) => row.download)
      .map((/** @type {Row} */ { title, backend, download, calls, pipelines }) => [
        title,
        backend,
        size(download.raw),
        size(download.gzip),
        size(download.brotli),
        calls?.dispatches ?? '–',
        calls?.submits ?? '–',
        calls?.readbacks ?? '–',
        pipelines ?? '–',
      ]),
  );
}

/**
 * Versions that programs have told of themselves.
 *
 * @param {Row[]} rows
 * @returns {Map<string, string>}
 */
const programs = (rows) =>
  new Map(rows.flatMap(({ title, version }) => (version ? [[title, version]] : [])));

/** @param {any} results `{ sizes }`, of the same versions and adapters all */
export function section(results) {
  const sizes = Object.values(results.sizes).sort((a, b) => a.width - b.width);
  const [{ adapter, isolated, hardware }] = sizes;
  const options = ['--peers', hardware && '--hardware', isolated && '--isolated', '--write-docs'];
  const versions = [...new Map([...Object.entries(sizes[0].versions), ...programs(sizes[0].rows)])]
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
  return `## Beside other libraries

Made by \`cargo xtask bench ${options.filter(Boolean).join(' ')}\`. Every contestant takes the same training step: the DCGAN of article 004 at 32×32 with latents of 64 numbers, one update of D (real and fake batch apart, both with the batch's own BatchNorm statistics), one of G with the fresh D, Adam (2e-4, β 0.5 and 0.999, ε 1e-8), both losses read at the end. All start from the same weights and get the same images and latents; the losses of the first three steps have to agree with Ganvas' own on the native CPU within 1e-2, relative to max(1, |loss|). Of each only what trains is here, without a page around it; Ganvas is the wasm module of the built site. PyTorch and Ganvas are there as native programs as well, outside of any browser: PyTorch channels-last and with its fused Adam. Where the processor has AVX-512, PyTorch takes part once more with AVX2 alone, as on most laptops: instructions of 512 bits, of 256, and a page's have 128.

In each round each contestant gets a browser or a process of its own, in turn. The first step, which compiles, is told apart; two more warm up; the rest is timed. Contestants that take seconds for a step have no warm-up. "A step" is the median of all timed steps. ${bothSentence(adapter)} The wasm backends have ${isolated ? 'threads (the page is cross-origin isolated); Ganvas uses one' : 'one thread each, as on any static host without cross-origin isolation'}, except where all cores are said to be used: Ganvas then trains in workers of an isolated page. Without a word Ganvas is its module with relaxed SIMD, which readers get whose browser has it; “exact” is the strict one.

Liberties, all in the others' favour: only Ganvas keeps BatchNorm's running statistics and draws its own latents and batches; the layers that are matrix products are written as such for all; TensorFlow.js is its core and one backend only; jax-js runs two compiled functions a step. jax-js' transposed convolutions are zero insertion and a plain convolution, because the weight gradients of its own are wrong on WebGPU. TensorFlow.js' wasm backend lacks the gradient of a convolution's kernel; once it is listed as shipped, once with that gradient composed of its own Transpose, Pad and Conv2D.

${versions}.

${sizes.map(sizeTables).join('\n\n')}

### Bytes and calls

${shapeTable(sizes[0])}

Bytes of what a contestant loads to train, minified; calls of WebGPU in a warm step, pipelines up to then, at width ${sizes[0].width} and batch ${sizes[0].batch_size}.`;
}
