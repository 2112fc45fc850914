/** Rules for changes of a run: only a lab that is started has some. */
import { fields, withChanges } from './fields.js';
import { problem, problemOfCombination, problemOfValue } from './rules.js';

/**
 * @typedef {import('../protocol.js').Experiment} Experiment
 * @typedef {import('./rules.js').Problem} Problem
 */

/** @param {Record<string, unknown>} changes */
const namesOf = (changes) => Object.keys(changes).filter((name) => changes[name] !== undefined);

/**
 * What is wrong with changes whatever they are made to.
 *
 * @param {Record<string, unknown>} changes
 * @returns {Problem | undefined}
 */
export function problemOfValues(changes) {
  const names = namesOf(changes);
  const unknown = names.sort().find((name) => !fields.some((field) => field.name === name));
  if (unknown !== undefined) return problem(unknown, 'unknown_field');
  for (const field of fields.filter(({ name }) => names.includes(name))) {
    const found = problemOfValue(field, changes[field.name]);
    if (found) return found;
  }
  return undefined;
}

/**
 * What is wrong with changes to an experiment: the same answer, with the same field, that Rust gives.
 *
 * @param {Record<string, unknown>} changes
 * @param {Experiment} before
 * @returns {Problem | undefined}
 */
export function problemOfChanges(changes, before) {
  const found = problemOfValues(changes);
  if (found) return found;
  const named = /** @type {Experiment} */ (changes);
  return problemOfCombination(withChanges(before, named), new Set(namesOf(changes)));
}

/**
 * The draft of an experiment that runs now: what somebody has changed in it and not applied stays,
 * unless another model runs than the one that it was changed for.
 *
 * @param {Experiment} now
 * @param {Experiment | undefined} before what ran until now
 * @param {Experiment} draft of that
 * @returns {Experiment}
 */
export function withEdits(now, before, draft) {
  if (before?.model !== now.model) return { ...now };
  const edits = Object.entries(draft).filter(([name, value]) => value !== before[name]);
  return { ...now, ...Object.fromEntries(edits) };
}
