/** Milliseconds a training step, as the page takes them: with its reports and its pictures. */
import { close, openLab } from '../../support/lab.mjs';
import { median } from '../numbers.mjs';

/**
 * How long each batch is. A software GPU needs seconds for a step, another one milliseconds.
 *
 * @type {Record<string, Record<string, { warm: number, batches: number, steps: number }>>}
 */
const plans = {
  cpu: {
    small: { warm: 5, batches: 7, steps: 20 },
    large: { warm: 1, batches: 5, steps: 3 },
  },
  gpu: {
    small: { warm: 20, batches: 7, steps: 200 },
    large: { warm: 5, batches: 7, steps: 50 },
  },
  softwareGpu: {
    small: { warm: 2, batches: 5, steps: 3 },
    large: { warm: 1, batches: 3, steps: 1 },
  },
};
const quickly = { warm: 1, batches: 3, steps: 1 };

/** A DCGAN, whatever the page starts with. */
export const shapes = {
  small: { model: 'dcgan', width: 16, 'batch-size': 32 },
  large: { model: 'dcgan', width: 64, 'batch-size': 64 },
};

/**
 * @param {import('playwright-core').Browser} browser
 * @param {import('../../support/server.mjs').Site} site
 * @param {'cpu' | 'webgpu'} backend
 * @param {'small' | 'large'} shape
 * @param {boolean} quick
 */
export async function stepTime(browser, site, backend, shape, quick) {
  const page = await openLab(browser, site, {
    ...shapes[shape],
    backend,
    dataset: 'procedural',
    lang: 'en',
  });
  const about = await page.evaluate(() => window.lab.ready);
  const gpu = about.software ? 'softwareGpu' : 'gpu';
  const plan = quick ? quickly : plans[backend === 'cpu' ? 'cpu' : gpu][shape];
  const { first, times } = await page.evaluate(async ({ warm, batches, steps }) => {
    const time = async (count) => {
      // The picture after the last step belongs to the batch that made it.
      const drawn = new Promise((resolve) => {
        window.lab.addEventListener('sample', function listen({ detail }) {
          if (detail.step < goal) return;
          window.lab.removeEventListener('sample', listen);
          resolve(undefined);
        });
      });
      const goal = (window.events.report.at(-1)?.step ?? 0) + count;
      const start = performance.now();
      await window.lab.train({ steps: count });
      const spent = performance.now() - start;
      await drawn;
      return spent / count;
    };
    const first = await time(1);
    await time(warm);
    const times = [];
    for (let at = 0; at < batches; at += 1) times.push(await time(steps));
    return { first, times };
  }, plan);
  await close(page);
  return {
    backend,
    adapter: about.adapter,
    width: shapes[shape].width,
    batch_size: shapes[shape]['batch-size'],
    parameters: about.parameters,
    ms_per_step: median(times),
    fastest_ms: Math.min(...times),
    first_step_ms: first,
    batches: times.length,
    steps_per_batch: plan.steps,
  };
}
