/** What one step asks of the GPU, counted where the worker calls WebGPU. */
import { worker } from '../../support/faults.mjs';
import { close, openLab } from '../../support/lab.mjs';
import { counting } from './counting.mjs';
import { shapes } from './step-time.mjs';

const answering = worker(`${counting}
  {
    const channel = new BroadcastChannel('bench');
    channel.onmessage = ({ data }) => data === 'count' && channel.postMessage({ ...gpuCounts });
  }`);

/**
 * A single step draws a picture afterwards, as a pause does: the difference is the step with its
 * report.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {import('../../support/server.mjs').Site} site
 */
export async function gpuCalls(browser, site) {
  site.answer(answering);
  const page = await openLab(browser, site, {
    ...shapes.small,
    backend: 'webgpu',
    dataset: 'procedural',
    lang: 'en',
  });
  const result = await page.evaluate(async () => {
    const channel = new BroadcastChannel('bench');
    const counts = () =>
      new Promise((resolve) => {
        channel.onmessage = ({ data }) => resolve(data);
        channel.postMessage('count');
      });
    const spentBy = async (work) => {
      const before = await counts();
      await work();
      const after = await counts();
      return Object.fromEntries(
        Object.keys(after).map((name) => [name, after[name] - before[name]]),
      );
    };
    await window.lab.step('both');
    await window.lab.step('both');
    await window.lab.pause();
    const { pipelines } = await counts();
    const step = await spentBy(() => window.lab.step('both'));
    const picture = await spentBy(() => window.lab.pause());
    return { step, picture, pipelines };
  });
  site.answer();
  await close(page);
  const { step, picture, pipelines } = result;
  return {
    ...shapes.small,
    dispatches_per_step: step.dispatches - picture.dispatches,
    submits_per_step: step.submits - picture.submits,
    readbacks_per_step: step.readbacks - picture.readbacks,
    dispatches_per_picture: picture.dispatches,
    submits_per_picture: picture.submits,
    pipelines,
    pipelines_made_later: step.pipelines,
  };
}
