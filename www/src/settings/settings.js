/**
 * The settings of a lab as a page or a link gives them: attributes and a query, which are text.
 * Knows nothing of views.
 */
import {
  defaultExperiment,
  experimentOf,
  fields,
  optionFields,
  presets,
  settingsByName,
  startExperiment,
  withChanges,
} from './fields.js';
import { fieldsOf, problem, problemOfCombination, problemOfValue, quoted } from './rules.js';

/**
 * @typedef {import('../protocol.js').Experiment} Experiment
 * @typedef {import('./fields.js').Field} Field
 * @typedef {import('./fields.js').Options} Options
 * @typedef {import('./fields.js').Value} Value
 * @typedef {import('./rules.js').Problem} Problem
 *
 * @typedef {{ experiment: Experiment, options: Options, problems: Problem[] }} Settings
 */

/** Attributes spell `generator_lr` as `generator-lr`. @param {string} name */
export const attributeName = (name) => name.replaceAll('_', '-');

/** Every attribute that the element observes. */
export const attributeNames = [...settingsByName.keys()].map(attributeName);

/**
 * Reads one setting from text.
 *
 * @param {Field} field
 * @param {string} text
 * @returns {{ value: Value } | { problem: Problem }}
 */
export function parse(field, text) {
  const value = readValue(field, text);
  const found =
    field.type === 'language' ? problemOfLanguage(field, value) : problemOfValue(field, value);
  return found ? { problem: found } : { value };
}

/**
 * @param {Field} field
 * @param {Value} value
 */
function problemOfLanguage({ name }, value) {
  if (/^((zh|en)(-|_|$)|$)/i.test(String(value))) return undefined;
  return problem(name, 'no_option', { value: quoted(value), options: ['zh', 'en'] });
}

/**
 * What text means to a field; what means nothing to it stays text.
 *
 * @param {Field} field
 * @param {string} text
 * @returns {Value}
 */
function readValue({ name, type, options = [] }, text) {
  const trimmed = text.trim();
  const word = trimmed.toLowerCase();
  switch (type) {
    case 'choice':
      return options.find((option) => String(option) === trimmed) ?? text;
    case 'language':
    case 'code':
      return trimmed;
    case 'flag':
    case 'boolean':
      // An attribute that is merely present, `autoplay`, has the value "".
      if (type === 'flag' && ['', name].includes(word)) return true;
      if (['true', '1', 'yes'].includes(word)) return true;
      return ['false', '0', 'no'].includes(word) ? false : text;
    default:
      // Number('') is 0 and Number('0x10') is 16: neither is what somebody meant.
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : text;
  }
}

/**
 * Merges sources into settings; later sources win, a preset comes before every single setting.
 * What is refused, also because the model does not use it or another setting forbids it, is left
 * out and named in `problems`, so that the rest always makes an experiment that can run.
 *
 * @param {Iterable<[string, string]>[]} sources
 * @returns {Settings}
 */
export function readSettings(...sources) {
  const { values, problems } = readValues(sources);
  const preset = presets.find((candidate) => candidate.name === values.get('preset'));
  const base = preset ? experimentOf(preset) : baseOf(values);
  const named = pick(values, fields);
  for (;;) {
    const refusal = problemOfCombination(withChanges(base, named), new Set(Object.keys(named)));
    // The base is sound by itself, so at least one of the settings at fault was named.
    const culprit = refusal && fieldsOf(refusal).find((name) => name in named);
    if (!refusal || culprit === undefined) break;
    delete named[culprit];
    problems.set(culprit, { ...refusal, field: culprit });
  }
  const options = { ...defaultOptions(), ...pick(values, optionFields) };
  return { experiment: withChanges(base, named), options, problems: [...problems.values()] };
}

/** Settings without a preset are those of the model that they name. @param {Map<string, Value>} values */
const baseOf = (values) => (values.has('model') ? defaultExperiment() : startExperiment());

/** @param {Iterable<[string, string]>[]} sources */
function readValues(sources) {
  /** @type {Map<string, Value>} */
  const values = new Map();
  /** @type {Map<string, Problem>} */
  const problems = new Map();
  for (const [key, text] of sources.flatMap((source) => [...source])) {
    const name = key.replaceAll('-', '_');
    const field = settingsByName.get(name);
    if (!field) {
      problems.set(key, problem(short(key), 'unknown_field'));
      continue;
    }
    const parsed = parse(field, text);
    if ('problem' in parsed) {
      problems.set(name, parsed.problem);
    } else {
      problems.delete(name);
      values.set(name, parsed.value);
    }
  }
  return { values, problems };
}

/** A name that nobody knows can be long. @param {string} name */
const short = (name) => (name.length > 40 ? `${name.slice(0, 40)}…` : name);

/**
 * @param {Map<string, Value>} values
 * @param {Field[]} of
 * @returns {Experiment}
 */
const pick = (values, of) =>
  Object.fromEntries(of.flatMap(({ name }) => [[name, values.get(name)]]).filter(isGiven));

/** @param {unknown[]} entry @returns {entry is [string, Value]} */
const isGiven = (entry) => entry[1] !== undefined;

/** @returns {Options} */
function defaultOptions() {
  const options = Object.fromEntries(optionFields.map((field) => [field.name, field.default]));
  return /** @type {Options} */ (/** @type {unknown} */ (options));
}

/**
 * What a query says of the lab: settings, and names that look like one. Other sites hang on links
 * whatever they like; no reader should see a complaint about that.
 *
 * @param {string} query
 * @returns {[string, string][]}
 */
export const ofQuery = (query) =>
  [...new URLSearchParams(query)].filter(([name]) =>
    isMeant(name.toLowerCase().replaceAll('-', '_')),
  );

/** @param {string} name */
const isMeant = (name) =>
  [...settingsByName.keys()].some(
    (known) => wordsOf(name).some((word) => wordsOf(known).includes(word)) || isNear(name, known),
  );

/** @param {string} name */
const wordsOf = (name) => name.split('_').filter((word) => word.length > 1);

/**
 * Whether a name is a setting's, misspelt: begins alike, and few letters are too many or missing.
 *
 * @param {string} name
 * @param {string} known
 */
const isNear = (name, known) =>
  name[0] === known[0] &&
  without(name, known).length + without(known, name).length <= Math.ceil(known.length / 4);

/** What is left of a text when the letters of another are taken out. @param {string} text @param {string} letters */
const without = (text, letters) =>
  [...letters].reduce((left, letter) => left.replace(letter, ''), text);

/** Attributes that any element may have, and those by which frameworks and tools mark theirs. */
const common =
  /^(class|style|id|slot|part|exportparts|title|dir|hidden|inert|is|role|tabindex|translate|autofocus|accesskey|popover|nonce|item\w+|content\w*|draggable|spellcheck|enterkeyhint|inputmode|virtualkeyboardpolicy|writingsuggestions|from-url|framed)$|^(data-|aria-|on|v-|x-|ng-|hx-|js|_)|[^a-z0-9-]/;

/**
 * The attributes of an element that are settings, and those that look as if they were meant to be:
 * a misspelt one shall be named as a misspelt field of a URL is.
 *
 * @param {Element} element
 * @returns {[string, string][]}
 */
export function attributesOf(element) {
  return [...element.attributes]
    .filter(({ name }) => attributeNames.includes(name) || !common.test(name))
    .map(({ name, value }) => [name, value]);
}
