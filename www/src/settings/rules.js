/**
 * What is refused, and why: values out of their range, and settings that do not go together. The
 * rules are data from Rust (generated/schema.js), where the same ones are evaluated; a list of
 * cases that Rust writes proves that both give the same answers.
 */
import { rules as generated } from '../generated/schema.js';
import { applies, defaultsOf, fieldOf, fields } from './fields.js';

/**
 * @typedef {import('../protocol.js').Experiment} Experiment
 * @typedef {import('./fields.js').Field} Field
 * @typedef {import('./fields.js').Value} Value
 *
 * A setting that was refused; worded by `problem.<reason>`.
 * @typedef {{ code: 'bad_experiment', field: string, reason: string, params: Record<string, unknown> }} Problem
 *
 * @typedef {object} Condition exactly one of these
 * @property {string} [on] a switch is on, a weight or a count is above 0, a text is not empty
 * @property {string} [off] the opposite
 * @property {string} [changed] a choice is not the one that the model has by itself
 * @property {readonly string[]} [is] a choice, the first, is the second
 * @property {readonly string[]} [is_not] a choice, the first, is another than the second
 * @property {readonly string[]} [models] the model is one of these
 *
 * @typedef {{ reason: string, when: readonly Condition[], refuses: string }} Rule
 */

const rules = /** @type {readonly Rule[]} */ (/** @type {unknown} */ (generated));

/**
 * @param {string} field
 * @param {string} reason
 * @param {Record<string, unknown>} [params]
 * @returns {Problem}
 */
export const problem = (field, reason, params = {}) => ({
  code: 'bad_experiment',
  field,
  reason,
  params,
});

const longest = 40;

/** @param {unknown} value */
function textOf(value) {
  if (typeof value === 'number') return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

/** A value as a message quotes it: hostile ones can be long. @param {unknown} value */
export function quoted(value) {
  const characters = [...textOf(value)];
  const end = characters.length > longest ? '…' : '';
  return `${characters.slice(0, longest).join('')}${end}`;
}

/**
 * What is wrong with a value by itself; a flag is a boolean.
 *
 * @param {Field} field
 * @param {unknown} value
 * @returns {Problem | undefined}
 */
export function problemOfValue({ name, type, options = [], min = 0, max = 0, unit = 1 }, value) {
  const quote = quoted(value);
  switch (type) {
    case 'choice':
      if (options.some((option) => option === value)) return undefined;
      return problem(name, 'no_option', { options, value: quote });
    case 'boolean':
    case 'flag':
      if (typeof value === 'boolean') return undefined;
      return problem(name, 'not_boolean', { value: quote });
    case 'code':
      if (value === '') return undefined;
      if (typeof value === 'string' && isCode(value, unit, min, max)) return undefined;
      return problem(name, 'not_code', { unit, min, max, value: quote });
    default: {
      const whole = type === 'integer';
      const inRange = typeof value === 'number' && value >= min && value <= max;
      if (inRange && (!whole || Number.isInteger(value))) return undefined;
      return problem(name, whole ? 'not_whole' : 'not_number', { min, max, value: quote });
    }
  }
}

/**
 * @param {string} text
 * @param {number} unit
 * @param {number} min
 * @param {number} max
 */
const isCode = (text, unit, min, max) =>
  text.length >= min && text.length <= max && text.length % unit === 0 && /^[\w-]*$/.test(text);

/**
 * What does not go together in an experiment whose values are all in range.
 *
 * @param {Experiment} experiment
 * @param {Set<string>} named the settings that somebody asked for: they must do something
 * @returns {Problem | undefined}
 */
export function problemOfCombination(experiment, named) {
  const model = String(experiment.model);
  for (const field of fields.filter(({ narrowed, ...it }) => narrowed && applies(it, model))) {
    const found = problemOfValue(fieldOf(field, model), experiment[field.name]);
    if (found) return found;
  }
  const usual = defaultsOf(model);
  const rule = rules.find(({ when }) => when.every((it) => holds(it, experiment, usual)));
  if (rule) return problem(rule.refuses, rule.reason, { model });
  const unused = fields.find(
    (field) =>
      (named.has(field.name) || !isIdle(field, usual)) &&
      !applies(field, model) &&
      experiment[field.name] !== usual[field.name],
  );
  return unused && problem(unused.name, 'unused', { model });
}

/**
 * Whether a field that the model does not use is a plain number that nobody looks at. A term that is
 * switched on and a name that is chosen are more than that.
 *
 * @param {Field} field
 * @param {Experiment} usual
 */
const isIdle = ({ name }, usual) => typeof usual[name] === 'number' && usual[name] !== 0;

/**
 * @param {Condition} condition
 * @param {Experiment} experiment
 * @param {Experiment} usual
 */
function holds({ on, off, changed, is, is_not, models }, experiment, usual) {
  if (on !== undefined) return isOn(experiment[on]);
  if (off !== undefined) return !isOn(experiment[off]);
  if (changed !== undefined) return experiment[changed] !== usual[changed];
  if (is !== undefined) return experiment[is[0]] === is[1];
  if (is_not !== undefined) return experiment[is_not[0]] !== is_not[1];
  return models?.includes(String(experiment.model)) ?? false;
}

/** @param {Value} value */
const isOn = (value) =>
  typeof value === 'number'
    ? value > 0
    : value === true || (typeof value === 'string' && value !== '');

/**
 * The settings that a refusal speaks of, the refused one first.
 *
 * @param {Problem} refusal
 */
export function fieldsOf({ field, reason }) {
  const conditions = rules.find((rule) => rule.reason === reason)?.when ?? [];
  const others = conditions.flatMap(
    ({ on, off, changed, is, is_not }) => on ?? off ?? changed ?? (is ?? is_not)?.slice(0, 1) ?? [],
  );
  return [field, ...others.filter((name) => name !== field)];
}
