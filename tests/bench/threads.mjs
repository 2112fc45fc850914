/**
 * What several cores gain: a lab with one thread and one with more on pages that are isolated, in
 * turn, by pairs of rounds. Each launch has a browser of its own.
 *
 *     node tests/bench/threads.mjs [--threads 2] [--launches 3] [--rounds 4] [--seconds 4] [16x32 64x64]
 *
 * A size is width × batch size. What is told of a step is its time in the run as readers see it,
 * with reports and pictures.
 */
import { parseArgs } from 'node:util';
import { isolation } from '../../xtask/site-server.mjs';
import { launch } from '../support/browser.mjs';
import { close, openLab, tiny } from '../support/lab.mjs';
import { serve } from '../support/server.mjs';
import { spread } from './numbers.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '2' },
    launches: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '4' },
  },
});
const sizes = positionals.length > 0 ? positionals : ['16x32', '64x64'];
const [launches, rounds, seconds] = ['launches', 'rounds', 'seconds'].map((name) =>
  Number(values[name]),
);

/** @param {number[]} numbers */
function told(numbers) {
  const { middle, least, most } = spread(numbers);
  return `${middle.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`;
}

/** Milliseconds of a step in a round, which begins with some that are not timed. */
const round = (page, milliseconds) =>
  page.evaluate(async (enough) => {
    const { step } = await window.lab.train({ steps: 2 });
    const start = performance.now();
    window.lab.train();
    await new Promise((resolve) => setTimeout(resolve, enough));
    const last = await window.lab.pause();
    return (performance.now() - start) / (last.step - step);
  }, milliseconds);

const site = await serve(undefined, isolation);
for (const size of sizes) {
  const [width, batch] = size.split('x');
  const attributes = { ...tiny, width, 'batch-size': batch, 'latent-dim': 100 };
  /** @type {number[][]} */
  const [alone, shared, gains] = [[], [], []];
  for (let index = 0; index < launches; index += 1) {
    const browser = await launch();
    const pages = [];
    for (const threads of ['1', values.threads]) {
      pages.push(await openLab(browser, site, { ...attributes, threads }));
      await round(pages.at(-1), 1000);
    }
    for (let count = 0; count < rounds; count += 1) {
      const times = [];
      for (const page of pages) times.push(await round(page, 1000 * seconds));
      alone.push(times[0]);
      shared.push(times[1]);
      gains.push(times[0] / times[1]);
      console.log(
        `${size} ${times.map((time) => time.toFixed(1)).join(' ')} ms, ${gains.at(-1).toFixed(2)}`,
      );
    }
    for (const page of pages) await close(page);
    await browser.close();
  }
  console.log(
    `${size}: ${told(alone)} ms with one thread, ${told(shared)} ms with ${values.threads}: ${told(gains)} times as fast`,
  );
}
await site.close();
