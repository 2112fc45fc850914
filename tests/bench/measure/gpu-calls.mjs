/** What one step asks of the GPU, and which pipelines are made when. */
import { close, openLab } from '../../support/lab.mjs';
import { counted, countedIn, countingSite } from './gpu-counts.mjs';
import { shapes } from './step-time.mjs';

/**
 * A single step draws a picture afterwards, as a pause does.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {import('../../support/server.mjs').Site} site
 */
export async function gpuCalls(browser, site) {
  site.answer(countingSite);
  const page = await openLab(browser, site, {
    ...shapes.small,
    backend: 'webgpu',
    dataset: 'procedural',
    lang: 'en',
  });
  await page.evaluate(() => window.lab.ready);
  const ready = await counted(page);
  const stepOnce = () => page.evaluate(() => window.lab.step('both'));
  const first = await countedIn(page, stepOnce);
  await stepOnce();
  const { calls } = await countedIn(page, stepOnce);
  const { all } = await counted(page);
  site.answer();
  await close(page);
  return {
    ...shapes.small,
    dispatches_per_step: calls.step.dispatches,
    submits_per_step: calls.step.submits,
    readbacks_per_step: calls.step.readbacks,
    dispatches_per_picture: calls.grid.dispatches,
    submits_per_picture: calls.grid.submits,
    readbacks_per_picture: calls.grid.readbacks,
    pipelines: all.pipelines,
    pipelines_of_pictures: ready.calls.warm_up_pictures.pipelines,
    pipelines_of_warm_up: ready.calls.warm_up.pipelines,
    pipelines_until_ready: ready.all.pipelines,
    pipelines_of_first_step: first.all.pipelines,
  };
}
