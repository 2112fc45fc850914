/** The experiments that fail on purpose, and what each recovers by. */
import { ailments, cures } from '../generated/model-traits.js';
import { experimentOf, presets } from './fields.js';
import { presetOf } from './preset.js';

/**
 * @typedef {import('../protocol.js').Experiment} Experiment
 * @typedef {'mode_collapse' | 'vanishing_gradient' | 'runaway_critic'} Ailment
 *
 * @typedef {object} Disaster
 * @property {string} name of the preset
 * @property {Ailment} ailment what it suffers from
 * @property {Experiment} cure the settings that it recovers by
 * @property {Experiment} fault the settings of the preset in their place: it falls ill again by them
 * @property {boolean} cured the cure is made
 */

const known = /** @type {Record<string, Experiment>} */ (/** @type {unknown} */ (cures));
const suffered = /** @type {Record<string, Ailment>} */ (ailments);

/**
 * The preset that an experiment fails by, or that it has recovered from: what runs says so itself,
 * whoever made the change and whenever.
 *
 * @param {Experiment} experiment
 * @returns {Disaster | undefined}
 */
export function disasterOf(experiment) {
  for (const [name, cure] of Object.entries(known)) {
    const ailment = suffered[name];
    const preset = presets.find((candidate) => candidate.name === name);
    if (!preset) continue;
    const before = experimentOf(preset);
    const fault = Object.fromEntries(Object.keys(cure).map((field) => [field, before[field]]));
    if (presetOf(experiment)?.name === name) return { name, ailment, cure, fault, cured: false };
    const cured = Object.entries(cure).every(([field, value]) => experiment[field] === value);
    if (cured && presetOf({ ...experiment, ...fault })?.name === name) {
      return { name, ailment, cure, fault, cured: true };
    }
  }
  return undefined;
}
