/**
 * What an experiment is to a lab: which preset, which settings it uses, how it is changed and linked
 * to. Only a started lab needs it; what the element reads first is in state.js.
 */
import { applies, defaultExperiment, defaultsOf, fields, presets } from './state.js';

/**
 * @typedef {import('./protocol.js').Experiment} Experiment
 * @typedef {import('./state.js').Options} Options
 */

/**
 * The preset that an experiment is, whatever its seed and data.
 *
 * @param {Experiment} experiment
 */
export const presetOf = (experiment) =>
  presets.find((preset) =>
    Object.entries({ ...defaultExperiment(), ...preset.experiment }).every(
      ([name, value]) => name === 'seed' || name === 'dataset' || experiment[name] === value,
    ),
  );

/**
 * The settings that its model uses. The others do nothing, and are refused when they are named.
 *
 * @param {Experiment} experiment
 * @returns {Experiment}
 */
export const inUse = (experiment) =>
  Object.fromEntries(
    fields
      .filter((field) => field.name in experiment && applies(field, String(experiment.model)))
      .map(({ name }) => [name, experiment[name]]),
  );

/**
 * An experiment with changes. Another model brings its own settings with it; what it trains on and
 * from stays.
 *
 * @param {Experiment} before
 * @param {Experiment} changes
 * @returns {Experiment}
 */
export function withChanges(before, changes) {
  const { model = before.model } = changes;
  const { dataset, seed } = before;
  const base = model === before.model ? before : { ...defaultsOf(String(model)), dataset, seed };
  return { ...base, ...changes };
}

/**
 * What must be told to get from one experiment to another: all of it where the model is another.
 *
 * @param {Experiment} before
 * @param {Experiment} after
 * @returns {Experiment}
 */
export function changesBetween(before, after) {
  if (after.model !== before.model) return inUse(after);
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => before[name] !== value),
  );
}

/**
 * The loss that a discriminator and its generator play: the model's own, or the chosen one.
 * Nothing for a system without a discriminator.
 *
 * @param {Experiment} experiment
 */
export function lossOf({ model, loss }) {
  if (model === 'vae') return undefined;
  return /^wgan/.test(String(model)) ? 'wasserstein' : loss;
}

/**
 * How a system is talked about and shown; the schema says which settings it has, this says which
 * figures mean what.
 *
 * @param {Experiment} experiment
 */
export function traitsOf(experiment) {
  const name = String(experiment.model);
  /** @param {string} setting */
  const has = (setting) => {
    const field = fields.find((candidate) => candidate.name === setting);
    return field !== undefined && applies(field, name);
  };
  return {
    /** Its discriminator is a critic. */
    critic: lossOf(experiment) === 'wasserstein',
    /** It has a discriminator at all. */
    adversarial: has('discriminator_lr'),
    /** It has a z that can be walked through. */
    latent: has('latent_dim'),
    /** It draws the digit that it is told. */
    conditional: name === 'conditional',
  };
}

/**
 * The query that opens this exact experiment: every field that applies, also where it equals
 * today's default, so that a link in an article keeps its meaning.
 *
 * @param {Experiment} experiment
 * @param {Partial<Record<keyof Options, string>>} [extra]
 */
export function toQuery(experiment, extra = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(inUse(experiment))) query.set(name, String(value));
  for (const [name, value] of Object.entries(extra)) if (value) query.set(name, value);
  return query.toString();
}
