/** The entry of bench.html: measures this device, beside what is known of others. */
import { render } from 'lit/html.js';
import { aborted, GanvasError, toError } from '../errors.js';
import { defaultExperiment } from '../settings/fields.js';
import { trial } from '../trial/trial.js';
import { speechless } from '../views/speechless.js';
import { thisDevice } from './device.js';
import { knownDevices, measuredRate } from './entries.js';
import { planOf } from './plan.js';
import { loadKernels, measureKernels } from './roofline.js';
import { State } from './state.js';
import { benchView } from './view.js';
import { wordsOf } from './words.js';

/**
 * @typedef {import('../protocol.js').Backend} Backend
 * @typedef {import('./plan.js').Size} Size
 */

const site = { base: new URL('./', import.meta.url) };
/** A software adapter may take long for a step of the largest size. */
const patience = 120_000;
/** These are true of the backend, whatever the size. */
const absent = ['webgpu_unavailable', 'insecure_context'];

const { plan, refused } = planOf(location.search);
const place = /** @type {HTMLElement} */ (document.querySelector('#bench'));

const state = new State(plan);
/** @type {AbortController | undefined} */
let running;
/** @type {import('../i18n/index.js').Translate | undefined} */
let t;
/** The words did not load. */
let mute = false;

const act = {
  start: () => {
    measureAll().catch(failed);
  },
  stop: () => running?.abort(aborted('The measurement was stopped')),
  copy: () => {
    copy().catch(failed);
  },
};

function show() {
  if (t) render(benchView(state, t, act), place);
  else if (mute) render(speechless(speak), place);
}

/** @param {unknown} thrown */
function failed(thrown) {
  const error = toError(thrown);
  const others = state.errors.filter(
    ({ code, field }) => code !== error.code || field !== error.field,
  );
  state.errors = [...others, error];
  show();
}

async function speak() {
  const language = document.documentElement.lang;
  try {
    const words = await wordsOf(language);
    // Meanwhile it may be another one; that call has the last word.
    if (language === document.documentElement.lang) t = words;
  } catch (error) {
    // The words of before still serve; where there are none, both languages are shown.
    console.info(`Ganvas has no words: ${toError(error).message}`);
    mute = true;
  }
  show();
}

async function measureAll() {
  if (running) return;
  running = new AbortController();
  const { signal } = running;
  Object.assign(state, { phase: 'running', count: 0, rates: [], rooflines: [], copied: '' });
  // What is wrong with the address stays wrong.
  state.errors = state.errors.filter(({ field }) => field !== undefined);
  state.hidden = document.visibilityState === 'hidden';
  try {
    for (const size of plan.sizes) {
      for (const backend of plan.backends) {
        state.now = { backend, ...size };
        show();
        await measureOne({ backend, ...size }, signal);
        state.count += 1;
      }
    }
    for (const size of state.kernelSizes) {
      state.now = { backend: 'webgpu', kernels: true, ...size };
      show();
      await measureStep(size, signal);
      state.count += 1;
    }
    state.phase = 'done';
  } catch (error) {
    if (!signal.aborted) throw error;
    state.phase = 'stopped';
  } finally {
    running = undefined;
    state.now = undefined;
    show();
  }
}

/**
 * What fails is told, and the next one is measured.
 *
 * @param {{ backend: Backend } & Size} what
 * @param {AbortSignal} signal
 */
async function measureOne(what, signal) {
  const { backend, ...size } = what;
  const before = state.rates.find(
    (rate) => rate.backend === backend && absent.includes(rate.error ?? ''),
  );
  if (before) {
    state.rates = [...state.rates, { ...what, error: before.error }];
    return;
  }
  const milliseconds = plan.seconds * 1000;
  const experiment = { ...defaultExperiment(), ...size };
  const options = { backend, experiment, milliseconds, longest: 2 * milliseconds, patience };
  try {
    const speed = await trial(site, options, signal);
    if (backend === 'webgpu') state.software = speed.software;
    state.rates = [...state.rates, measuredRate(what, speed)];
  } catch (thrown) {
    signal.throwIfAborted();
    const error = toError(thrown);
    state.rates = [...state.rates, { ...what, error: error.code }];
    failed(error);
  }
}

/**
 * The kernels of one step; what fails is told.
 *
 * @param {Size} size
 * @param {AbortSignal} signal
 */
async function measureStep(size, signal) {
  if (
    state.rates.some(({ backend, error }) => backend === 'webgpu' && absent.includes(error ?? ''))
  )
    return;
  try {
    const kernels = await loadKernels(site);
    const tiles = state.software ? 'software' : 'gpu';
    const step = kernels.steps.find(
      (step) =>
        step.tiles === tiles && step.width === size.width && step.batch_size === size.batch_size,
    );
    if (!step) throw new GanvasError('network', 'kernels.json: another file');
    state.rooflines = [...state.rooflines, await measureKernels(kernels, step, signal)];
  } catch (thrown) {
    signal.throwIfAborted();
    failed(thrown);
  }
}

async function copy() {
  try {
    await navigator.clipboard.writeText(`${JSON.stringify(state.entry, undefined, 2)}\n`);
    state.copied = 'copied';
  } catch {
    // The text is shown, to be copied by hand.
    state.copied = 'by_hand';
  }
  show();
}

document.addEventListener('visibilitychange', () => {
  if (!running || document.visibilityState !== 'hidden') return;
  state.hidden = true;
  show();
});
new MutationObserver(speak).observe(document.documentElement, { attributeFilter: ['lang'] });
// What stood there until the script had come.
place.replaceChildren();
for (const name of refused) failed(new GanvasError('bad_experiment', '', name));
speak();
thisDevice().then((device) => {
  state.device = device;
  show();
}, failed);
knownDevices(site).then((devices) => {
  state.known = devices;
  show();
}, failed);
