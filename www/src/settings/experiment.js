/** What a started lab does with an experiment: compares it, links to it. */
import { applies, fields } from './fields.js';

/**
 * @typedef {import('../protocol.js').Experiment} Experiment
 * @typedef {import('./fields.js').Options} Options
 */

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
