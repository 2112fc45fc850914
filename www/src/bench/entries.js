/** Entries of docs/devices.json: what others have measured, and what this device could add. */
import { GanvasError } from '../errors.js';
import { urlOf } from '../site.js';
import { inTime } from '../waiting.js';

/**
 * @typedef {import('../protocol.js').Backend} Backend
 * @typedef {import('../protocol.js').Speed} Speed
 * @typedef {import('./device.js').Gpu} Gpu
 * @typedef {import('./plan.js').Size} Size
 *
 * On the CPU, which of its modules ran.
 * @typedef {{ relaxed?: boolean, threads?: number }} CpuModule
 * A speed, or the code of what went wrong.
 * @typedef {{ backend: Backend } & Size & CpuModule
 *   & { steps_per_second?: number, whole?: boolean, error?: string }} Rate
 *
 * @typedef {object} Entry as documented in docs/devices.md
 * @property {string} name
 * @property {string} date
 * @property {string} ganvas
 * @property {string} source
 * @property {string} browser
 * @property {string} user_agent
 * @property {number} cores
 * @property {(Gpu & { software: boolean | null }) | null} gpu
 * @property {Rate[]} rates
 */

/** @param {import('../site.js').Site} site @returns {Promise<Entry[]>} */
export async function knownDevices(site) {
  const file = 'devices.json';
  const found = await inTime(file, async () => {
    const response = await fetch(urlOf(site, file));
    if (!response.ok) throw new GanvasError('network', `${file}: HTTP ${response.status}`);
    return response.json().catch((error) => {
      throw new GanvasError('network', `${file}: ${error.message}`);
    });
  });
  if (!Array.isArray(found?.devices)) throw new GanvasError('network', `${file}: another file`);
  return found.devices;
}

/**
 * The rate that a trial comes to. A GPU has neither module nor threads.
 *
 * @param {{ backend: Backend } & Size} what
 * @param {Pick<Speed, 'steps_per_second' | 'whole' | 'relaxed' | 'threads'>} speed
 * @returns {Rate}
 */
export const measuredRate = (what, { steps_per_second, whole, relaxed, threads }) => ({
  ...what,
  steps_per_second: Number(steps_per_second.toPrecision(3)),
  whole,
  ...(what.backend === 'cpu' && { relaxed, threads }),
});

/** How the CPU computed, where an entry says so. @param {Rate[]} rates @returns {Required<CpuModule> | undefined} */
export function cpuModuleOf(rates) {
  for (const { relaxed, threads } of rates) {
    if (relaxed !== undefined && threads !== undefined) return { relaxed, threads };
  }
  return undefined;
}

/** @param {Rate[]} rates @param {Backend} backend @param {Size} size */
export const rateOf = (rates, backend, { width, batch_size }) =>
  rates.find(
    (rate) => rate.backend === backend && rate.width === width && rate.batch_size === batch_size,
  );

/** Backends that an entry says anything of. @param {Entry} entry @returns {Backend[]} */
export const backendsOf = ({ rates }) => [...new Set(rates.map(({ backend }) => backend))];
