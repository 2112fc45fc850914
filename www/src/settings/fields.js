/**
 * The table of all settings: the fields of an experiment, which come from Rust
 * (generated/schema.js), and the options that are about the page and not about the experiment,
 * which are declared here.
 */
import {
  presets as named,
  fields as ofExperiment,
  defaults as ofModels,
  start,
  subjects,
  without_labels,
} from '../generated/schema.js';

/**
 * @typedef {import('../protocol.js').Experiment} Experiment
 * @typedef {string | number | boolean} Value
 *
 * @typedef {object} Field
 * @property {string} name
 * @property {string} type "choice", "integer", "number", "boolean" or "code" (letters, digits, - and _)
 * @property {Value} default
 * @property {readonly Value[]} [options]
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [unit] characters of a piece of code
 * @property {readonly Narrowed[]} [narrowed] what some models take of the values
 * @property {readonly string[]} [models] the only models that use it
 * @property {readonly string[]} [except] the only models that do not
 *
 * @typedef {Pick<Field, 'options' | 'min' | 'max' | 'unit' | 'models' | 'except'>} Narrowed
 *
 * @typedef {{ name: string, experiment: Experiment, fails_on_purpose?: boolean, teaches?: boolean }} Preset
 *
 * @typedef {object} Options
 * @property {'auto' | 'webgpu' | 'cpu'} backend
 * @property {'run' | 'pause'} offscreen what training does while the element is scrolled away
 * @property {string} lang empty: find out
 * @property {'auto' | 'light' | 'dark'} theme
 * @property {'full' | 'basic' | 'compact' | 'none'} controls
 * @property {string} preset empty: none
 * @property {boolean} autoplay
 * @property {boolean} exact the same numbers in every browser, on the CPU
 * @property {import('../protocol.js').Threads} threads
 * @property {'auto' | 'off'} preview
 */

export const fields = /** @type {Field[]} */ (ofExperiment);
export const presets = /** @type {Preset[]} */ (/** @type {unknown} */ (named));

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
  { name: 'exact', type: 'flag', default: false },
  { name: 'threads', type: 'choice', default: 'auto', options: ['auto', 1, 2, 3, 4, 5, 6, 7, 8] },
  { name: 'preview', type: 'choice', default: 'auto', options: ['auto', 'off'] },
  { name: 'offscreen', type: 'choice', default: 'run', options: ['run', 'pause'] },
];

/** Every setting by its name. */
export const settingsByName = new Map(
  [...fields, ...optionFields].map((field) => [field.name, field]),
);

/** The largest seed, of a run and of what is drawn. */
export const maxSeed = Number(settingsByName.get('seed')?.max);

/** @returns {Experiment} */
export function defaultExperiment() {
  return Object.fromEntries(fields.map((field) => [field.name, field.default]));
}

/** What choosing a model sets. @param {string} model @returns {Experiment} */
export function defaultsOf(model) {
  const known = /** @type {Record<string, Experiment>} */ (/** @type {unknown} */ (ofModels));
  return { ...defaultExperiment(), ...known[model], model };
}

/**
 * A field with the values that a model takes of it.
 *
 * @param {Field} field
 * @param {string} model
 * @returns {Field}
 */
export function fieldOf(field, model) {
  const {
    models: _,
    except: __,
    ...values
  } = field.narrowed?.find((narrowed) => applies(narrowed, model)) ?? {};
  return { ...field, ...values };
}

/** @param {string} model @param {Value} dataset */
export function takesDataset(model, dataset) {
  const field = settingsByName.get('dataset');
  return field !== undefined && (fieldOf(field, model).options ?? []).includes(dataset);
}

/**
 * What a reader is told of a model, and shown, who has not started it: digits, coloured ones or points
 * come out of noise, or it is of a family where nothing does. The rest of a model's traits is not
 * loaded by then.
 *
 * @param {Value | undefined} model
 * @returns {string}
 */
export const subjectOf = (model) =>
  /** @type {Record<string, string>} */ (subjects)[String(model)] ?? 'digits';

/**
 * An experiment with changes. Another model brings its own settings with it; what it trains on and
 * from stays, where it can learn that.
 *
 * @param {Experiment} before
 * @param {Experiment} changes
 * @returns {Experiment}
 */
export function withChanges(before, changes) {
  const { model = before.model } = changes;
  const { dataset, drawing, seed } = before;
  /** @type {Experiment} */
  const kept = takesDataset(String(model), dataset) ? { dataset, drawing, seed } : { seed };
  const base = model === before.model ? before : { ...defaultsOf(String(model)), ...kept };
  const after = { ...base, ...changes };
  // Other data take the drawing's place.
  const drawn = after.dataset === 'points' || 'drawing' in changes;
  return drawn || !after.drawing ? after : { ...after, drawing: '' };
}

/** @param {string} name @returns {Experiment} */
const presetNamed = (name) => {
  const preset = presets.find((candidate) => candidate.name === name);
  return preset ? experimentOf(preset) : defaultExperiment();
};

/** What runs where nothing names a preset or a model. */
export const startExperiment = () => presetNamed(start);

/** What runs in its place on images without labels, with their data and seed. */
export const experimentWithoutLabels = () => {
  const { dataset: _, seed: __, ...settings } = presetNamed(without_labels);
  return settings;
};

/** A preset says only what its model does not have by itself. @param {Preset} preset */
export const experimentOf = ({ experiment }) => withChanges(defaultExperiment(), experiment);

/**
 * @param {Pick<Field, 'models' | 'except'>} field
 * @param {string} model
 */
export const applies = ({ models, except }, model) =>
  models ? models.includes(model) : !except?.includes(model);
