/**
 * Trains the default preset on the CPU in the page, and shows what the page showed:
 * `node tests/bench/progress.mjs [--at 30,60,120,180] [--out docs] [--preset quick]`.
 *
 * progress.png   the page's grid of 64 digits at these seconds after the start of training
 * progress.md    how many steps were done by when, and on what
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { launch } from '../support/browser.mjs';
import { close, openLab } from '../support/lab.mjs';
import { serve } from '../support/server.mjs';
import { load, machine } from './machine.mjs';
import { table } from './numbers.mjs';

const { values } = parseArgs({
  options: {
    at: { type: 'string', default: '30,60,120,180' },
    out: { type: 'string', default: 'docs' },
    preset: { type: 'string', default: 'quick' },
  },
});
const seconds = values.at.split(',').map(Number);
const out = path.resolve(fileURLToPath(new URL('../../', import.meta.url)), values.out);

const site = await serve();
const browser = await launch();
const on = await machine(browser);
if (on.busy) {
  console.warn(`The machine is busy, ${load(on)}: few steps will fit.`);
}
const page = await openLab(
  browser,
  site,
  { preset: values.preset, dataset: 'mnist', backend: 'cpu', lang: 'en', theme: 'light' },
  { viewport: { width: 1000, height: 1400 } },
);
const { dataset } = await page.evaluate(() => window.lab.ready);
console.log(`${dataset.name}, ${dataset.count} images (${dataset.source})`);
if (dataset.source !== 'site') console.warn('This site has no MNIST; these are drawn digits.');

await page.evaluate(() => {
  Object.assign(window, { begin: performance.now(), counts: [], pictures: [] });
  window.lab.addEventListener('report', ({ detail }) => {
    window.counts.push([(performance.now() - window.begin) / 1000, detail.step]);
  });
  window.lab.train().catch(() => {});
});
for (const second of seconds) {
  await page.waitForFunction((goal) => performance.now() - window.begin >= 1000 * goal, second, {
    timeout: 1000 * second + 60_000,
    polling: 50,
  });
  const step = await page.evaluate((at) => {
    const canvas = window.lab.shadowRoot.querySelector('canvas.fake');
    const copy = document.createElement('canvas');
    [copy.width, copy.height] = [canvas.width, canvas.height];
    copy.getContext('2d').drawImage(canvas, 0, 0);
    const step = Number(canvas.getAttribute('aria-label').match(/step (\d+)/)?.[1]);
    window.pictures.push({ at, step, copy });
    return step;
  }, second);
  console.log(`${second} s: step ${step}`);
}

const picture = await page.evaluate(() => {
  const [gap, caption] = [12, 26];
  const { width, height } = window.pictures[0].copy;
  const strip = document.createElement('canvas');
  strip.width = window.pictures.length * (width + gap) + gap;
  strip.height = height + caption + gap;
  const context = strip.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, strip.width, strip.height);
  context.fillStyle = '#222';
  context.font = '14px sans-serif';
  window.pictures.forEach(({ at, step, copy }, index) => {
    const left = gap + index * (width + gap);
    context.fillText(`${at} s · step ${step}`, left, 18);
    context.drawImage(copy, left, caption);
  });
  return strip.toDataURL('image/png').slice('data:image/png;base64,'.length);
});
const { counts, pictures, experiment } = await page.evaluate(() => ({
  counts: window.counts,
  pictures: window.pictures.map(({ at, step }) => ({ at, step })),
  experiment: window.lab.experiment,
}));
await close(page);
await browser.close();
await site.close();

/** The step that training had reached at a second. */
const stepAt = (second) => counts.filter(([time]) => time <= second).at(-1)?.[1] ?? 0;
const last = Math.floor(seconds[seconds.length - 1]);
const perSecond = Array.from({ length: last }, (_, at) => stepAt(at + 1) - stepAt(at));
const rows = [];
for (let from = 0; from < last; from += 10) {
  rows.push([`${from}–${Math.min(from + 10, last)} s`, perSecond.slice(from, from + 10).join(' ')]);
}
const data = dataset.source === 'site' ? `real MNIST (${dataset.count} images)` : 'drawn digits';
await writeFile(path.join(out, 'progress.png'), Buffer.from(picture, 'base64'));
await writeFile(
  path.join(out, 'progress.md'),
  `# Three minutes of training

![The grid of 64 digits at ${seconds.join(', ')} seconds](progress.png)

The page's own grid, always of the same 64 latents, while the preset \`${values.preset}\` trains on ${data} on the CPU backend (WebAssembly SIMD, one thread), in headless ${on.browser} on ${on.processor} with ${load(on)} before the run, ${on.date}. Made by \`node tests/bench/progress.mjs\`.

${table(
  ['seconds', 'step of the picture', 'steps a second so far'],
  pictures.map(({ at, step }) => [at, step, (stepAt(at) / at).toFixed(1)]),
)}

The experiment: \`${JSON.stringify(experiment)}\`.

## Steps in each second

${table(['', 'steps'], rows)}
`,
);
console.log(`written: progress.png and progress.md in ${values.out}`);
