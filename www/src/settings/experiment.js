/**
 * What a started lab does with an experiment: compares it, knows it as a preset, links to it. What
 * the element reads first is in fields.js.
 */
import {
  applies,
  defaultExperiment,
  experimentOf,
  fields,
  presets,
  takesDataset,
} from './fields.js';

const usualData = defaultExperiment().dataset;

/**
 * @typedef {import('../protocol.js').Experiment} Experiment
 * @typedef {import('./fields.js').Options} Options
 */

/**
 * Whether a preset leaves a setting to whoever uses it. Where a model cannot learn the usual data,
 * its own are a part of the preset: what it shows is shown by them.
 *
 * @param {string} name
 * @param {unknown} model
 */
const isLeft = (name, model) =>
  name === 'seed' || (name === 'dataset' && takesDataset(String(model), usualData));

/**
 * The preset that an experiment is, whatever its seed and its images.
 *
 * @param {Experiment} experiment
 */
export const presetOf = (experiment) =>
  presets.find((preset) =>
    Object.entries(experimentOf(preset)).every(
      ([name, value]) => isLeft(name, experiment.model) || experiment[name] === value,
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
