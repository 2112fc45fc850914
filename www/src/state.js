/**
 * The settings of a lab, and their three spellings: the URL, the element's attributes, and plain
 * JSON. The table of experiment fields comes from Rust (generated/schema.js); only the options that
 * are about the page and not about the experiment are declared here. Knows nothing of views.
 */
import { schema } from './generated/schema.js';

/**
 * @typedef {import('./protocol.js').Experiment} Experiment
 * @typedef {string | number | boolean} Value
 *
 * @typedef {object} Field
 * @property {string} name
 * @property {string} type "choice", "integer", "number" or "boolean"
 * @property {Value} default
 * @property {string[]} [options]
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [step]
 * @property {boolean} [log]
 * @property {string[]} [models] the models it applies to; all when absent
 *
 * @typedef {{ name: string, experiment: Experiment, fails_on_purpose?: boolean }} Preset
 *
 * A setting that was refused; worded by `problem.<reason>`.
 * @typedef {{ code: 'bad_experiment', field: string, reason: string, params: Record<string, Value> }} Problem
 *
 * @typedef {object} Options
 * @property {'auto' | 'webgpu' | 'cpu'} backend
 * @property {'run' | 'pause'} offscreen what training does while the element is scrolled away
 * @property {string} lang empty: find out
 * @property {'auto' | 'light' | 'dark'} theme
 * @property {'full' | 'basic' | 'compact' | 'none'} controls
 * @property {string} preset empty: none
 * @property {boolean} autoplay
 * @property {'auto' | 'off'} preview
 *
 * @typedef {{ experiment: Experiment, options: Options, problems: Problem[] }} Settings
 */

export const fields = /** @type {Field[]} */ (schema.fields);
export const presets = /** @type {Preset[]} */ (/** @type {unknown} */ (schema.presets));

/** Options of the element that are no part of the experiment. @type {Field[]} */
export const optionFields = [
  { name: 'backend', type: 'choice', default: 'auto', options: ['auto', 'webgpu', 'cpu'] },
  { name: 'lang', type: 'language', default: '' },
  { name: 'theme', type: 'choice', default: 'auto', options: ['auto', 'light', 'dark'] },
  {
    name: 'controls',
    type: 'choice',
    default: 'full',
    options: ['full', 'basic', 'compact', 'none'],
  },
  { name: 'preset', type: 'choice', default: '', options: presets.map((preset) => preset.name) },
  { name: 'autoplay', type: 'flag', default: false },
  { name: 'preview', type: 'choice', default: 'auto', options: ['auto', 'off'] },
  { name: 'offscreen', type: 'choice', default: 'run', options: ['run', 'pause'] },
];

const table = new Map([...fields, ...optionFields].map((field) => [field.name, field]));

/** Parameters that other sites hang on links; no reader should see a complaint about them. */
const foreign =
  /^(utm_\w+|\w*clid|from|isappinstalled|scene|clicktime|enterid|spm|share_\w+|ref|source|v|t|_\w*)$/;

/** Attributes spell `generator_lr` as `generator-lr`. @param {string} name */
export const attributeName = (name) => name.replaceAll('_', '-');

/** Every attribute that the element observes. */
export const attributeNames = [...table.keys()].map(attributeName);

/** @returns {Experiment} */
export function defaultExperiment() {
  return Object.fromEntries(fields.map((field) => [field.name, field.default]));
}

/** @returns {Options} */
export function defaultOptions() {
  return /** @type {Options} */ (
    /** @type {unknown} */ (
      Object.fromEntries(optionFields.map((field) => [field.name, field.default]))
    )
  );
}

const ofModels =
  /** @type {{ models?: Record<string, Experiment> }} */ (/** @type {unknown} */ (schema)).models ??
  {};

/** What choosing a model sets. @param {string} model @returns {Experiment} */
export const defaultsOf = (model) => ({ ...defaultExperiment(), ...ofModels[model], model });

/**
 * @param {Field} field
 * @param {string} model
 */
export const applies = (field, model) => !field.models || field.models.includes(model);

/**
 * @param {string} field
 * @param {string} reason
 * @param {Record<string, Value>} [params]
 * @returns {Problem}
 */
const problem = (field, reason, params = {}) => ({
  code: 'bad_experiment',
  field,
  reason,
  params: { field, ...params },
});

/**
 * Reads one setting from text.
 *
 * @param {Field} field
 * @param {string} text
 * @returns {{ value: Value } | { problem: Problem }}
 */
export function parse(field, text) {
  const trimmed = text.trim();
  switch (field.type) {
    case 'choice': {
      if (field.options?.includes(trimmed)) return { value: trimmed };
      const options = (field.options ?? []).join(', ');
      return { problem: problem(field.name, 'unknown_option', { value: clip(text), options }) };
    }
    case 'boolean':
    case 'flag': {
      const word = trimmed.toLowerCase();
      // An attribute that is merely present, `autoplay`, has the value "".
      if (['true', '1', 'yes', ...(field.type === 'flag' ? ['', field.name] : [])].includes(word)) {
        return { value: true };
      }
      if (['false', '0', 'no'].includes(word)) return { value: false };
      return { problem: problem(field.name, 'not_boolean', { value: clip(text) }) };
    }
    case 'language': {
      if (trimmed === '' || /^(zh|en)(-|_|$)/i.test(trimmed)) return { value: trimmed };
      return {
        problem: problem(field.name, 'unknown_option', { value: clip(text), options: 'zh, en' }),
      };
    }
    default: {
      // Number('') is 0 and Number('0x10') is 16: neither is what somebody meant.
      const numeric = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed);
      const value = numeric ? Number(trimmed) : Number.NaN;
      return check(field, value, text);
    }
  }
}

/**
 * Checks a number against its field's range.
 *
 * @param {Field} field
 * @param {number} value
 * @param {string} [text]
 * @returns {{ value: number } | { problem: Problem }}
 */
function check(field, value, text = String(value)) {
  const { min = -Number.MAX_VALUE, max = Number.MAX_VALUE } = field;
  const shown = clip(text);
  if (!Number.isFinite(value))
    return { problem: problem(field.name, 'not_number', { value: shown }) };
  if (field.type === 'integer' && !Number.isInteger(value)) {
    return { problem: problem(field.name, 'not_integer', { value: shown }) };
  }
  if (value < min || value > max) {
    return { problem: problem(field.name, 'out_of_range', { value: shown, min, max }) };
  }
  return { value };
}

/** Hostile URLs can be long; a message quotes only their beginning. @param {string} text */
const clip = (text) => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

/**
 * Merges sources into settings; later sources win, a preset comes before every single setting.
 * What is refused, also because the model does not use it, keeps its default and is named in
 * `problems`.
 *
 * @param {Iterable<[string, string]>[]} sources
 * @returns {Settings}
 */
export function readSettings(...sources) {
  /** @type {Map<string, Value>} */
  const values = new Map();
  /** @type {Map<string, Problem>} */
  const problems = new Map();
  for (const source of sources) {
    for (const [key, text] of source) {
      const name = key.replaceAll('-', '_');
      const field = table.get(name);
      if (!field) {
        if (!foreign.test(key)) problems.set(key, problem(clip(key), 'unknown_field'));
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
  }

  const preset = presets.find((candidate) => candidate.name === values.get('preset'));
  const experiment = preset
    ? { ...defaultExperiment(), ...preset.experiment }
    : defaultsOf(String(values.get('model') ?? table.get('model')?.default));
  const options = /** @type {Record<string, Value>} */ (/** @type {unknown} */ (defaultOptions()));
  const model = values.get('model') ?? experiment.model;
  const usual = defaultsOf(String(model));
  for (const field of fields) {
    const { name } = field;
    const value = values.get(name);
    if (applies(field, String(model))) {
      experiment[name] = value ?? experiment[name];
    } else {
      experiment[name] = usual[name];
      if ((value ?? usual[name]) !== usual[name])
        problems.set(name, problem(name, 'unused', { model }));
    }
  }
  for (const { name } of optionFields) options[name] = values.get(name) ?? options[name];
  return {
    experiment,
    options: /** @type {Options} */ (/** @type {unknown} */ (options)),
    problems: [...problems.values()],
  };
}

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
