/** The experiments that fail on purpose, and what each recovers by. */
import { cures } from '../generated/model-traits.js';
import { presetOf } from './experiment.js';
import { experimentOf, presets } from './fields.js';

/**
 * @typedef {import('../protocol.js').Experiment} Experiment
 *
 * @typedef {object} Disaster
 * @property {string} name of the preset
 * @property {Experiment} cure the settings that it recovers by
 * @property {boolean} cured they are made
 */

const known = /** @type {Record<string, Experiment>} */ (/** @type {unknown} */ (cures));

/**
 * The preset that an experiment fails by, or that it has recovered from: what runs says so itself,
 * whoever made the change and whenever.
 *
 * @param {Experiment} experiment
 * @returns {Disaster | undefined}
 */
export function disasterOf(experiment) {
  for (const [name, cure] of Object.entries(known)) {
    const preset = presets.find((candidate) => candidate.name === name);
    if (!preset) continue;
    if (presetOf(experiment)?.name === name) return { name, cure, cured: false };
    const before = experimentOf(preset);
    const undone = Object.fromEntries(Object.keys(cure).map((field) => [field, before[field]]));
    const cured = Object.entries(cure).every(([field, value]) => experiment[field] === value);
    if (cured && presetOf({ ...experiment, ...undone })?.name === name) {
      return { name, cure, cured: true };
    }
  }
  return undefined;
}
