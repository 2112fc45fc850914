/** Which backend `auto` means: the one that trains the experiment faster on this device. */
import { toError } from '../errors.js';
import { limits } from '../waiting.js';
import { trial } from './trial.js';
import { recall, remember } from './winners.js';
import { workloadOf } from './workload.js';

/**
 * @typedef {import('../protocol.js').Backend} Backend
 * @typedef {import('../protocol.js').Speed} Speed
 * @typedef {import('./winners.js').Winner} Winner
 * @typedef {Pick<import('../protocol.js').TrialOptions, 'experiment' | 'exact' | 'threads'>} Work
 *
 * @typedef {object} Place where the work would be done
 * @property {string} device
 * @property {string} cpu how it computes without the GPU: its module and threads
 */

const timedMs = 300;
const longestMs = 3000;
/** Of two backends one may take so many times the other's step before it counts as beaten. */
const hopeless = 10;

/** Labs of a page do not disturb each other's trials. @type {Promise<unknown>} */
let before = Promise.resolve();

/**
 * What is known of this device and this workload; else the outcome of a trial.
 *
 * @param {import('../site.js').Site} site
 * @param {Place} place
 * @param {Work} work
 * @param {AbortSignal} signal ends it with its reason
 * @param {() => void} trying a trial begins
 * @returns {Promise<Winner>}
 */
export async function decide(
  site,
  { device, cpu },
  { experiment, exact, threads },
  signal,
  trying,
) {
  const work = { experiment, exact, threads };
  const workload = `${cpu}: ${workloadOf(experiment)}`;
  const known = recall(device, workload);
  if (known) return known;
  trying();
  const outcome = before.then(async () => {
    signal.throwIfAborted();
    const found = recall(device, workload) ?? (await race(site, work, signal));
    remember(device, workload, found);
    return found;
  });
  before = outcome.catch(() => {});
  return orAborted(outcome, signal);
}

/**
 * Who waits for others' trials may give up.
 *
 * @template T
 * @param {Promise<T>} work
 * @param {AbortSignal} signal
 * @returns {Promise<T>}
 */
const orAborted = (work, signal) =>
  new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });

/**
 * The GPU is tried first: where it fails there is nothing to compare.
 *
 * @param {import('../site.js').Site} site
 * @param {Work} work
 * @param {AbortSignal} signal
 * @returns {Promise<Winner>}
 */
async function race(site, work, signal) {
  const options = { ...work, milliseconds: timedMs, patience: limits.trial };
  /** @param {Backend} backend @param {number} longest */
  const attempt = async (backend, longest) => {
    try {
      return await trial(site, { ...options, backend, longest }, signal);
    } catch (error) {
      signal.throwIfAborted();
      return toError(error);
    }
  };
  const gpu = await attempt('webgpu', longestMs);
  if (gpu instanceof Error) return failed('cpu', 'cpu_trial_failed', gpu);
  const gpuStep = 1000 / gpu.steps_per_second;
  const beaten = gpu.whole ? Math.min(longestMs, Math.max(timedMs, hopeless * gpuStep)) : longestMs;
  const cpu = await attempt('cpu', beaten);
  if (cpu instanceof Error) return failed('webgpu', 'webgpu_untried', cpu);
  const params = { webgpu: speed(gpu), cpu: speed(cpu) };
  // A part of a step is slower than a whole one, and of two parts nothing is known.
  const cpuWins = cpu.whole && (!gpu.whole || cpu.steps_per_second > gpu.steps_per_second);
  return cpuWins
    ? { backend: 'cpu', notice: { name: 'cpu_faster', params } }
    : { backend: 'webgpu', notice: { name: 'webgpu_faster', params } };
}

/**
 * @param {Backend} backend
 * @param {string} name
 * @param {import('../errors.js').GanvasError} error
 * @returns {Winner}
 */
const failed = (backend, name, { code, message }) => ({
  backend,
  notice: { name, code, params: { message } },
});

/** @param {Speed} measured */
const speed = ({ steps_per_second, whole }) =>
  `${whole ? '' : '< '}${Number(steps_per_second.toPrecision(2))}`;
