/**
 * The address follows the lab: a reload, or a copy of it, opens the experiment that runs. Short: the
 * preset and what differs from it.
 */
import { inUse } from '../settings/experiment.js';
import { fields } from '../settings/fields.js';
import { presetOf } from '../settings/preset.js';
import { readSettings } from '../settings/settings.js';

/**
 * @typedef {import('../protocol.js').Experiment} Experiment
 * @typedef {[string, string][]} Pairs
 */

/**
 * Has the address say what runs; true when it said something else.
 *
 * @param {Pairs} attributes of the element
 * @param {Experiment} experiment
 * @param {Pick<import('../store.js').Store, 'backend' | 'threads'>} how it is computed
 */
export function follow(attributes, experiment, { backend, threads }) {
  const asked = readSettings(attributes).options;
  const query = queryFor(location.search, attributes, experiment, {
    backend: backend === asked.backend ? '' : backend,
    threads: threads === asked.threads ? '' : String(threads),
  });
  if (query === new URLSearchParams(location.search).toString()) return false;
  try {
    const next = new URL(location.href);
    next.search = query;
    history.replaceState(history.state, '', next);
  } catch {
    // A sandboxed frame has no history of its own.
    return false;
  }
  return true;
}

const ours = new Set(['preset', ...fields.map(({ name }) => name)]);

/**
 * The query for an experiment. What is no setting of an experiment (language, theme, what other
 * sites append) stays as it is.
 *
 * @param {string} query the present one
 * @param {Pairs} attributes of the element, which the query goes over
 * @param {Experiment} experiment
 * @param {Record<string, string>} how what computes it, by option; empty: as the attributes say
 */
export function queryFor(query, attributes, experiment, how) {
  const kept = new URLSearchParams(query);
  for (const name of [...kept.keys()]) {
    if (ours.has(name.replaceAll('-', '_'))) kept.delete(name);
  }
  for (const [name, value] of shortest(attributes, experiment)) kept.append(name, value);
  for (const [name, value] of Object.entries(how)) {
    if (value) kept.set(name, value);
    else kept.delete(name);
  }
  return kept.toString();
}

/**
 * @param {Pairs} attributes
 * @param {Experiment} experiment
 * @returns {Pairs}
 */
function shortest(attributes, experiment) {
  const plain = differences(attributes, [], experiment);
  const preset = presetOf(experiment);
  if (!preset) return plain;
  const named = differences(attributes, [['preset', preset.name]], experiment);
  return named.length <= plain.length ? named : plain;
}

/**
 * @param {Pairs} attributes
 * @param {Pairs} pairs
 * @param {Experiment} experiment
 * @returns {Pairs}
 */
function differences(attributes, pairs, experiment) {
  const read = (/** @type {Pairs} */ given) => readSettings(attributes, given).experiment;
  const model = String(experiment.model);
  /** @type {Pairs} */
  const start = read(pairs).model === model ? pairs : [...pairs, ['model', model]];
  const base = read(start);
  /** @type {Pairs} */
  const others = Object.entries(inUse(experiment))
    .filter(([name, value]) => base[name] !== value)
    .map(([name, value]) => [name, String(value)]);
  return [...start, ...others];
}
