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
 * A speed, or the code of what went wrong.
 * @typedef {{ backend: Backend } & Size & { steps_per_second?: number, whole?: boolean, error?: string }} Rate
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

/** @param {Rate[]} rates @param {Backend} backend @param {Size} size */
export const rateOf = (rates, backend, { width, batch_size }) =>
  rates.find(
    (rate) => rate.backend === backend && rate.width === width && rate.batch_size === batch_size,
  );

/** Backends that an entry says anything of. @param {Entry} entry @returns {Backend[]} */
export const backendsOf = ({ rates }) => [...new Set(rates.map(({ backend }) => backend))];
