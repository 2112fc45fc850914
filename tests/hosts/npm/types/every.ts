/** Read by `tsc` alone: every member, event and error code, with what it gives and takes. */
import 'ganvas/define';
import type {
  About,
  Change,
  DatasetInfo,
  ErrorCode,
  Evaluation,
  Experiment,
  Eyes,
  GanvasError,
  GanvasLabElement,
  GanvasLabEventMap,
  Images,
  Phase,
  PlaneEvaluation,
  Report,
  State,
  Verdict,
  Weights,
} from 'ganvas';
import { define } from 'ganvas';

await define({ site: new URL('https://example.org/ganvas/'), page: '/lab/' });

const lab: GanvasLabElement = document.createElement('ganvas-lab');
const found: GanvasLabElement | null = document.querySelector('ganvas-lab');

/** A member that is missing here is an error. */
export const members: Record<Exclude<keyof GanvasLabElement, keyof HTMLElement>, unknown> = {
  ready: async (): Promise<About> => lab.ready,
  experiment: (): Experiment => lab.experiment,
  train: async (): Promise<(Report | undefined)[]> => [
    await lab.train(),
    await lab.train({ steps: 10 }),
  ],
  pause: async (): Promise<number | undefined> => (await found?.pause())?.d_loss,
  reset: async (): Promise<Experiment[]> => [
    await lab.reset(),
    await lab.reset({ model: 'wgan_gp', width: 16, spectral_norm: false }),
  ],
  tune: async (): Promise<Experiment> => lab.tune({ generator_lr: 1e-4 }),
  step: async (): Promise<Change | undefined> => (await lab.step('generator')).change,
  next: async (): Promise<Phase['phase']> => (await lab.next()).phase,
  look: async (): Promise<Eyes> => lab.look({ index: 3, z: [0, 1] }),
  sample: async (): Promise<Images[]> => [
    await lab.sample(),
    await lab.sample({ count: 4, seed: 1, label: 7, truncation: 0.7 }),
    await lab.sample({ z: [[0, 1], new Float32Array(2)], labels: [3, 8], mix: [0, 0.5, 1] }),
  ],
  evaluate: async (): Promise<number> => {
    const figures: Evaluation | PlaneEvaluation = await lab.evaluate({ count: 100 });
    // @ts-expect-error: points have no such distance.
    figures.frechet_distance;
    return 'js' in figures ? figures.js - figures.js_floor : figures.frechet_distance;
  },
  weights: async (): Promise<Weights> => lab.weights('raw'),
  save: async (): Promise<Blob> => lab.save(),
  load: async (): Promise<number[]> => [
    (await lab.load(await lab.save())).step,
    (await lab.load(new URL('https://example.org/run.safetensors'))).step,
  ],
  loadDataset: async (): Promise<DatasetInfo[]> => [
    await lab.loadDataset({ images: new Uint8Array(), labels: new ArrayBuffer(0), name: 'own' }),
    await lab.loadDataset({ points: new Float32Array(2) }),
  ],
};

/** An error code that is missing here is an error. */
export const codes: Record<ErrorCode, true> = {
  webgpu_unavailable: true,
  insecure_context: true,
  device_lost: true,
  out_of_memory: true,
  bad_experiment: true,
  bad_dataset: true,
  bad_checkpoint: true,
  bad_run: true,
  diverged: true,
  network: true,
  unsupported: true,
  internal: true,
  aborted: true,
};

/** An event that is missing here is an error. */
const listeners: { [K in keyof GanvasLabEventMap]: (event: GanvasLabEventMap[K]) => unknown } = {
  report: ({ detail }) => {
    const judge: Verdict | undefined = detail.judge;
    const terms: (number | undefined)[] = [detail.mmd, detail.kl, detail.g_gradient];
    // @ts-expect-error: there is no such figure.
    detail.d_lose;
    return [detail.step + detail.steps_per_second, judge?.precision, judge?.slope, terms];
  },
  sample: ({ detail }) => detail.pixels[0],
  state: ({ detail }) => {
    const state: State = detail.state;
    return [state, detail.dataset?.source, detail.notices.map(({ code }) => code)];
  },
  error: ({ detail }) => [codes[detail.code], detail.message, detail.field],
};

lab.addEventListener('report', listeners.report);
lab.addEventListener('sample', listeners.sample, { once: true });
lab.addEventListener('state', listeners.state);
lab.addEventListener('error', listeners.error);
lab.addEventListener('click', (event) => event.preventDefault());
lab.removeEventListener('report', listeners.report);
lab.removeEventListener('sample', listeners.sample, { capture: true });
lab.removeEventListener('state', listeners.state);
lab.removeEventListener('error', listeners.error);
lab.removeEventListener('click', null);
// @ts-expect-error: this listens to another event.
const other: Parameters<typeof listeners.sample>[0] = new CustomEvent<Report>('report');

export const given = (error: unknown) => {
  const { code, field } = error as GanvasError;
  return [code === 'aborted', field, other];
};
