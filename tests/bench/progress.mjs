/**
 * Trains presets on the CPU in the page, and shows what a reader sees after so many seconds:
 * `node tests/bench/progress.mjs [--at 2,5,10,20,60] [--seeds 42,1,2] [--presets quick,unconditional]
 * [--best clear] [--best-at 180] [--out docs]`.
 *
 * progress.png   the page's grid of 64 digits at these seconds of training, with the first seed
 * progress.md    what `evaluate()` says of new digits at these seconds, of every seed, and of the
 *                best preset after its own time
 *
 * The clock runs while the lab trains, from the first step on; it stands while digits are judged.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { launch } from '../support/browser.mjs';
import { close, openLab } from '../support/lab.mjs';
import { serve } from '../support/server.mjs';
import { load, machine } from './machine.mjs';
import { meanAndDeviation, table } from './numbers.mjs';

const { values } = parseArgs({
  options: {
    at: { type: 'string', default: '2,5,10,20,60' },
    seeds: { type: 'string', default: '42,1,2' },
    presets: { type: 'string', default: 'quick,unconditional' },
    best: { type: 'string', default: 'clear' },
    'best-at': { type: 'string', default: '180' },
    out: { type: 'string', default: 'docs' },
  },
});
const seconds = values.at.split(',').map(Number);
const seeds = values.seeds.split(',').map(Number);
const presets = values.presets.split(',');
/** @type {[preset: string, seconds: number[]][]} */
const plans = [
  ...presets.map((preset) => /** @type {[string, number[]]} */ ([preset, seconds])),
  ...(values.best
    ? [/** @type {[string, number[]]} */ ([values.best, [Number(values['best-at'])]])]
    : []),
];
const out = path.resolve(fileURLToPath(new URL('../../', import.meta.url)), values.out);
/** Digits that are judged at a time. */
const judged = 2000;

const site = await serve();
const browser = await launch();
const on = await machine(browser);
if (on.busy) console.warn(`The machine is busy, ${load(on)}: few steps will fit.`);

/**
 * One run with its stops.
 *
 * @param {string} preset
 * @param {number} seed
 * @param {number[]} seconds
 */
async function run(preset, seed, seconds) {
  const page = await openLab(
    browser,
    site,
    { preset, seed, dataset: 'mnist', backend: 'cpu', lang: 'en', theme: 'light' },
    { viewport: { width: 1000, height: 1400 } },
  );
  const { dataset } = await page.evaluate(() => window.lab.ready);
  const stops = [];
  let trained = 0;
  for (const second of seconds) {
    trained += await page.evaluate(async (rest) => {
      const begin = performance.now();
      window.lab.train().catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 1000 * rest));
      await window.lab.pause();
      return (performance.now() - begin) / 1000;
    }, second - trained);
    const stop = await page.evaluate(async (count) => {
      const judgement = await window.lab.evaluate({ count });
      const canvas = window.lab.shadowRoot.querySelector('canvas.fake');
      const step = Number(canvas.getAttribute('aria-label').match(/step (\d+)/)?.[1]);
      return { ...judgement, step, picture: canvas.toDataURL() };
    }, judged);
    stops.push({ ...stop, second, trained });
    console.log(
      `${preset}, seed ${seed}, ${trained.toFixed(1)} s: step ${stop.step}, ` +
        `Fréchet ${stop.frechet_distance.toFixed(2)}, confidence ${stop.confidence.toFixed(3)}, ` +
        `${stop.modes} digits`,
    );
  }
  const experiment = await page.evaluate(() => window.lab.experiment);
  await close(page);
  return { preset, seed, dataset, experiment, stops };
}

const runs = [];
for (const [preset, at] of plans) {
  for (const seed of seeds) runs.push(await run(preset, seed, at));
}
const firsts = runs.filter(({ seed }) => seed === seeds[0]);
const picture = await drawn(
  firsts.slice(0, presets.length).map(({ preset, stops }) =>
    stops.map((stop) => ({
      url: stop.picture,
      caption: `${preset} · ${stop.second} s · step ${stop.step}`,
    })),
  ),
);
await browser.close();
await site.close();

/**
 * All pictures as one, a row for each run.
 *
 * @param {{ url: string, caption: string }[][]} rows
 */
async function drawn(rows) {
  const page = await browser.newPage();
  const url = await page.evaluate(async (all) => {
    const [gap, caption, side] = [12, 26, 224];
    const sheet = document.createElement('canvas');
    sheet.width = all[0].length * (side + gap) + gap;
    sheet.height = all.length * (caption + side + gap);
    const context = sheet.getContext('2d');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, sheet.width, sheet.height);
    context.fillStyle = '#222';
    context.font = '14px sans-serif';
    for (const [row, stops] of all.entries()) {
      for (const [column, stop] of stops.entries()) {
        const [left, top] = [gap + column * (side + gap), row * (caption + side + gap)];
        const image = new Image();
        image.src = stop.url;
        await image.decode();
        context.fillText(stop.caption, left, top + 18);
        context.drawImage(image, left, top + caption, side, side);
      }
    }
    return sheet.toDataURL('image/png');
  }, rows);
  await page.close();
  return url.slice(url.indexOf(',') + 1);
}

/** @param {string} preset @param {number} at which stop */
function row(preset, at) {
  const stops = runs.filter((one) => one.preset === preset).map((one) => one.stops[at]);
  const spread = (name, digits) =>
    meanAndDeviation(
      stops.map((stop) => stop[name]),
      digits,
    );
  return [
    preset,
    stops[0].second,
    spread('step', 0),
    spread('frechet_distance', 2),
    spread('confidence', 3),
    stops.map(({ modes }) => modes).join(', '),
  ];
}

const { dataset } = runs[0];
const data = dataset.source === 'site' ? `real MNIST (${dataset.count} images)` : 'drawn digits';
const { frechet_floor: floor, real_confidence: real } = runs[0].stops[0];
await writeFile(path.join(out, 'progress.png'), Buffer.from(picture, 'base64'));
await writeFile(
  path.join(out, 'progress.md'),
  `# The first minute of training

![The grid of 64 digits at ${seconds.join(', ')} seconds](progress.png)

The page's own grid, always of the same 64 latents, while it trains on ${data} on the CPU backend (WebAssembly SIMD, one thread), with seed ${seeds[0]}. \`quick\` is what a reader starts with; it is told the digits' labels. \`unconditional\` is not. \`clear\` is a wider \`quick\`, for readers with more time.

In headless ${on.browser} on ${on.processor} with ${load(on)} before the run, ${on.date}. Made by \`node tests/bench/progress.mjs\`.

Below, ${judged} new digits are judged at each second by the page's own \`evaluate()\`; mean ± standard deviation over the seeds ${seeds.join(', ')}. Real digits have a Fréchet distance of ${floor.toFixed(2)} among themselves, and a confidence of ${real.toFixed(3)}. The clock counts training from the first step on and stands while digits are judged.

${table(
  ['preset', 'seconds', 'steps', 'Fréchet distance', 'confidence', 'digits found, by seed'],
  plans.flatMap(([preset, stops]) => stops.map((_, at) => row(preset, at))),
)}

${firsts.map(({ preset, experiment }) => `\`${preset}\`: \`${JSON.stringify(experiment)}\``).join('\n\n')}
`,
);
console.log(`written: progress.png and progress.md in ${values.out}`);
