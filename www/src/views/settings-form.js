/** The form of an experiment's settings, made from the schema. */

import { live } from 'lit/directives/live.js';
import { html, nothing } from 'lit/html.js';
import { applies, fieldOf, fields, presets, settingsByName } from '../settings/fields.js';
import { presetOf } from '../settings/preset.js';
import { problemOfCombination } from '../settings/rules.js';
import { parse } from '../settings/settings.js';
import { groupOf } from '../settings/traits.js';
import { drawer } from './drawer.js';

/**
 * @typedef {import('./lab-interface.js').LabInterface} Lab
 * @typedef {import('../i18n/index.js').Translate} Translate
 * @typedef {import('../settings/fields.js').Field} Field
 * @typedef {import('../settings/fields.js').Value} Value
 * @typedef {import('../protocol.js').Threads} Threads
 */

/**
 * @param {Lab} lab
 * @param {Translate} t
 */
export function settingsForm(lab, t) {
  const { store } = lab;
  const current = store.description?.experiment ?? {};
  const model = String(store.draft.model);
  const shown = fields
    .filter((field) => field.type !== 'code' && applies(field, model))
    .map((field) => fieldOf(field, model));
  const changed = shown.some(({ name }) => store.draft[name] !== current[name]);
  const problems = problemsOf(store.draft, shown);
  const sound = problems.size === 0;
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    if (sound) lab.apply();
  };
  const form = html`<form class="fields" novalidate @submit=${submit} @keydown=${dismissHelp} @focusout=${bringHelp}>
      ${presetChooser(lab, t)} ${backendChooser(lab, t)} ${threadsChooser(lab, t)} ${shown.map((field) => row(lab, t, field, problems.get(field.name)))}
      <div class="apply">
        <button class="primary" data-action="apply" ?disabled=${!changed || !sound}>${t('action.apply')}</button>
        <button type="button" data-action="revert" ?disabled=${!changed} @click=${() => lab.revert()}>
          ${t('action.revert')}
        </button>
        ${changed ? html`<span class="note" role="status">${t('settings.changed')}</span>` : nothing}
      </div>
    </form>`;
  return drawer('settings', t('settings.title'), form);
}

/** Help lies over what is below: Escape takes it away until the focus moves. @param {KeyboardEvent} event */
function dismissHelp(event) {
  const field = fieldAt(event);
  if (event.key !== 'Escape' || !field?.querySelector('.help')) return;
  if (field.hasAttribute(dismissed)) return;
  field.setAttribute(dismissed, '');
  // Nothing else that Escape closes is meant.
  event.preventDefault();
}

/** @param {FocusEvent} event */
const bringHelp = (event) => fieldAt(event)?.removeAttribute(dismissed);

const dismissed = 'data-dismissed';

/** @param {Event} event */
const fieldAt = ({ target }) => /** @type {Element} */ (target).closest('.field');

/**
 * What is wrong with a draft, by field: values that mean nothing, or else what does not go together.
 *
 * @param {import('../protocol.js').Experiment} draft
 * @param {Field[]} shown
 */
function problemsOf(draft, shown) {
  /** @type {Map<string, import('../settings/rules.js').Problem>} */
  const problems = new Map();
  for (const field of shown) {
    const parsed = parse(field, String(draft[field.name]));
    if ('problem' in parsed) problems.set(field.name, parsed.problem);
  }
  const refusal = problems.size === 0 ? problemOfCombination(draft, new Set()) : undefined;
  if (refusal) problems.set(refusal.field, refusal);
  return problems;
}

/**
 * @param {Lab} lab
 * @param {Translate} t
 */
function presetChooser(lab, t) {
  const active = presetOf(lab.store.draft);
  return html`<label class="field wide">
    <span>${t('settings.preset')}</span>
    <select
      data-field="preset"
      .value=${live(active?.name ?? '')}
      aria-describedby="hint-preset"
      @change=${(/** @type {Event} */ event) => lab.usePreset(textOf(event))}
    >
      <option value="" ?hidden=${active !== undefined} ?selected=${active === undefined}>${t('settings.preset.custom')}</option>
      ${presets.map(
        (preset) => html`<option value=${preset.name} ?selected=${preset === active}>
          ${titleOf(preset, t)}
        </option>`,
      )}
    </select>
    <small id="hint-preset" class="help">${t('help.preset')}</small>
  </label>`;
}

/**
 * @param {typeof presets[number]} preset
 * @param {Translate} t
 */
function titleOf({ name, fails_on_purpose }, t) {
  const preset = t(`preset.${name}`);
  return fails_on_purpose ? t('settings.fails', { preset }) : preset;
}

/**
 * @param {Lab} lab
 * @param {Translate} t
 */
function backendChooser(lab, t) {
  const choices = /** @type {const} */ (['auto', 'webgpu', 'cpu']);
  const label = t('settings.backend');
  return chooser(t, 'backend', label, choices, lab.store.backend, (name) => lab.moveTo(name));
}

/**
 * How many cores share the CPU's work, where several can.
 *
 * @param {Lab} lab
 * @param {Translate} t
 */
function threadsChooser(lab, t) {
  const { backend, threads, description } = lab.store;
  if (!globalThis.crossOriginIsolated || !description?.relaxed) return nothing;
  const all = /** @type {Threads[]} */ (settingsByName.get('threads')?.options);
  const cores = navigator.hardwareConcurrency;
  const choices = all.filter((count) => count === threads || !(Number(count) > cores));
  return chooser(t, 'threads', t('settings.threads'), choices, threads, (count) =>
    lab.moveTo(backend, { threads: count }),
  );
}

/**
 * A setting of how something is computed, not of what: it is followed at once.
 *
 * @template {string | number} T
 * @param {Translate} t
 * @param {string} name
 * @param {string} label
 * @param {readonly T[]} choices
 * @param {T} chosen
 * @param {(choice: T) => void} choose
 */
function chooser(t, name, label, choices, chosen, choose) {
  const hint = `hint-${name}`;
  return html`<label class="field">
    <span>${label}</span>
    <select
      data-field=${name}
      .value=${live(String(chosen))}
      aria-describedby=${hint}
      @change=${(/** @type {Event} */ event) => {
        const choice = choices.find((candidate) => String(candidate) === textOf(event));
        if (choice !== undefined) choose(choice);
      }}
    >
      ${choices.map(
        (choice) => html`<option value=${choice} ?selected=${choice === chosen}>
          ${typeof choice === 'number' ? choice : t(`option.${name}.${choice}`)}
        </option>`,
      )}
    </select>
    <small id=${hint} class="help">${t(`help.${name}`)}</small>
  </label>`;
}

/**
 * Models by family, each with a line on what it is.
 *
 * @param {Lab} lab
 * @param {Translate} t
 * @param {Field} field
 */
function modelChooser(lab, t, { name, options = [] }) {
  const models = options.map(String);
  const groups = [...new Set(models.map(groupOf))];
  const current = lab.store.draft[name];
  return html`<fieldset class="models" aria-describedby="hint-model">
    <legend>${t('field.model')}</legend>
    <small id="hint-model">${t('help.model')}</small>
    ${groups.map(
      (group) => html`<div role="group" aria-label=${t(`family.${group}`)}>
          <p class="family">${t(`family.${group}`)}</p>
          ${models
            .filter((model) => groupOf(model) === group)
            .map(
              (model) => html`<label class="model">
              <input
                type="radio"
                name="model"
                data-field="model"
                value=${model}
                .checked=${live(model === current)}
                aria-labelledby="name-${model}"
                aria-describedby="about-${model}"
                @change=${() => lab.edit(name, model)}
              />
              <span>
                <b id="name-${model}">${t(`option.model.${model}`)}</b>
                <small id="about-${model}">${t(`about.model.${model}`)}</small>
              </span>
            </label>`,
            )}
        </div>`,
    )}
  </fieldset>`;
}

/**
 * @param {Lab} lab
 * @param {Translate} t
 * @param {Field} field
 * @param {import('../settings/rules.js').Problem} [problem]
 */
function row(lab, t, field, problem) {
  const value = lab.store.draft[field.name];
  const hint = `hint-${field.name}`;
  if (field.name === 'model' && (field.options?.length ?? 0) > 1)
    return modelChooser(lab, t, field);
  return html`<label class="field">
    <span>${t(`field.${field.name}`)}</span>
    ${control(lab, t, field, value, hint, problem !== undefined)}
    <small id=${hint} class=${problem ? 'bad' : 'help'}>
      ${problem ? t(`problem.${problem.reason}`, problem.params) : t(`help.${field.name}`)}
    </small>
  </label>`;
}

/**
 * @param {Lab} lab
 * @param {Translate} t
 * @param {Field} field
 * @param {Value} value
 * @param {string} hint
 * @param {boolean} bad
 */
function control(lab, t, field, value, hint, bad) {
  /** What cannot be read stays as text, with the reason under it. @param {Event} event */
  const change = (event) => {
    const text = textOf(event);
    const parsed = parse(field, text);
    if ('value' in parsed && event.target instanceof HTMLInputElement)
      event.target.value = String(parsed.value);
    lab.edit(field.name, 'value' in parsed ? parsed.value : text);
  };
  if (field.type === 'choice') {
    return html`<select
      data-field=${field.name}
      .value=${live(String(value))}
      aria-describedby=${hint}
      @change=${change}
    >
      ${field.options?.map(
        (option) => html`<option value=${option} ?selected=${option === value}>
          ${t(`option.${field.name}.${option}`)}
        </option>`,
      )}
    </select>`;
  }
  if (field.type === 'boolean') {
    return html`<input
      type="checkbox"
      data-field=${field.name}
      .checked=${live(value === true)}
      aria-describedby=${hint}
      @change=${(/** @type {Event} */ event) =>
        lab.edit(field.name, /** @type {HTMLInputElement} */ (event.target).checked)}
    />`;
  }
  return html`<input
    type="text"
    inputmode=${field.type === 'integer' ? 'numeric' : 'decimal'}
    autocomplete="off"
    spellcheck="false"
    data-field=${field.name}
    .value=${String(value) /* not live: what is being typed stays while the lab renders */}
    title=${t('settings.range', { min: field.min, max: field.max })}
    aria-describedby=${hint}
    aria-invalid=${bad}
    @change=${change}
  />`;
}

/** @param {Event} event */
const textOf = (event) => /** @type {HTMLInputElement | HTMLSelectElement} */ (event.target).value;
