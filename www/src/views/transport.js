/** The buttons that run training. */
import { html, nothing } from 'lit/html.js';
import { traitsOf } from '../settings/traits.js';
import { looksAt, scoresSwitch } from './eyes/overlay.js';
import { icons } from './icons.js';
import { noiseSwitch } from './noise.js';

/**
 * @typedef {import('./lab-interface.js').LabInterface} Lab
 * @typedef {import('../i18n/index.js').Translate} Translate
 */

const speeds = [0, 20, 5, 1];

/**
 * @param {Lab} lab
 * @param {Translate} t
 * @param {'full' | 'basic' | 'compact'} controls
 */
export function transport(lab, t, controls) {
  const { store } = lab;
  const running = store.phase === 'running' || store.phase === 'held';
  const blocked = store.phase === 'recovering' || store.phase === 'stopped';
  const begun = (store.report?.step ?? store.description?.step ?? 0) > 0;
  const traits = traitsOf(store.description?.experiment ?? {});
  const label = running ? 'action.pause' : begun ? 'action.continue' : 'action.start';
  return html`<div class="transport" role="toolbar" aria-label=${t('app.title')}>
    <button
      class="primary"
      part="toggle"
      data-action="toggle"
      aria-disabled=${blocked}
      @click=${blocked ? nothing : () => lab.toggle()}
    >
      ${running ? icons.pause : icons.play}<span>${t(label)}</span>
    </button>
    <button
      class="more"
      data-action="more"
      aria-expanded="false"
      aria-label=${t('action.more')}
      title=${t('action.more')}
      @click=${more}
    >
      ${icons.more}
    </button>
    ${controls === 'full' ? stepButtons(lab, t, traits.discriminator, blocked) : nothing}
    ${controls === 'full' && traits.family === 'adversarial' ? slowButton(lab, t, blocked) : nothing}
    ${traits.shows('digit') ? digit(lab, t, blocked) : nothing}
    ${traits.space === 'plane' ? nothing : draws(lab, t, traits.latents, blocked)}
    <button
      data-action="reset"
      title=${t('action.reset.title')}
      ?disabled=${blocked}
      @click=${() => lab.startOver()}
    >
      ${t('action.reset')}
    </button>
    ${controls === 'full' ? speed(lab, t) : nothing}
    ${controls === 'compact' || traits.space === 'plane' ? nothing : looks(lab, t, traits.latents)}
    ${controls !== 'compact' && store.description?.averaged ? weightsSwitch(lab, t) : nothing}
    ${controls === 'compact' ? nothing : present(lab, t)}
    ${
      controls === 'compact' && lab.link
        ? html`<a class="button" part="full" href=${lab.link} target="_blank" rel="noopener">
          ${t('action.full')}
        </a>`
        : nothing
    }
  </div>`;
}

/**
 * Other z, and the fixed ones again: one button, so that it keeps the focus.
 *
 * @param {Lab} lab
 * @param {Translate} t
 * @param {boolean} latents
 * @param {boolean} blocked
 */
function draws(lab, t, latents, blocked) {
  const others = lab.store.extra !== undefined;
  const word = latents ? 'action.sample' : 'action.sample.images';
  return html`<button
    data-action=${others ? 'fixed' : 'sample'}
    ?disabled=${blocked && !others}
    @click=${() => (others ? lab.showFixed() : lab.resample())}
  >
    ${t(others ? 'action.fixed' : word)}
  </button>`;
}

/**
 * On a narrow lab the first screen has room for one button: the others come with this one.
 *
 * @param {Event} event
 */
function more(event) {
  const button = /** @type {HTMLElement} */ (event.currentTarget);
  const open = button.parentElement?.toggleAttribute('data-open') ?? false;
  button.setAttribute('aria-expanded', String(open));
}

/**
 * @param {Lab} lab
 * @param {Translate} t
 */
const present = (lab, t) => html`<button
  class="present"
  data-action="present"
  aria-pressed=${lab.presenting}
  aria-keyshortcuts="P"
  aria-label=${t(lab.presenting ? 'action.present.end' : 'action.present')}
  title=${t('action.present.title')}
  @click=${() => lab.present()}
>
  ${lab.presenting ? icons.shrink : icons.grow}
</button>`;

/**
 * @param {Lab} lab
 * @param {Translate} t
 * @param {boolean} discriminator a system without a discriminator has only whole steps
 * @param {boolean} disabled
 */
function stepButtons(lab, t, discriminator, disabled) {
  /** @type {import('../protocol.js').Which[]} */
  const kinds = discriminator ? ['discriminator', 'generator', 'both'] : ['both'];
  return html`<span class="segments" role="group" aria-label=${t('action.step')}>
    ${kinds.map(
      (which) => html`<button
        class=${which.slice(0, 1)}
        data-action="step-${which}"
        ?disabled=${disabled}
        @click=${() => lab.stepOnce(which)}
      >
        ${t(discriminator ? `action.step.${which}` : 'action.step')}
      </button>`,
    )}
  </span>`;
}

/**
 * Opens a round to be walked through.
 *
 * @param {Lab} lab
 * @param {Translate} t
 * @param {boolean} disabled
 */
function slowButton(lab, t, disabled) {
  const { open } = lab.slowRound;
  return html`<button
    data-action="slowly"
    aria-pressed=${open}
    title=${t('action.slowly.title')}
    ?disabled=${disabled}
    @click=${() => (open ? lab.slowRound.show(false) : lab.openSlowly())}
  >
    ${t('action.slowly')}
  </button>`;
}

/**
 * Which digit new z are drawn for.
 *
 * @param {Lab} lab
 * @param {Translate} t
 * @param {boolean} disabled
 */
function digit(lab, t, disabled) {
  /** @param {Event} event */
  const change = (event) => lab.chooseDigit(/** @type {HTMLSelectElement} */ (event.target).value);
  const chosen = lab.store.digit;
  return html`<label class="digit">
    <span>${t('digit.label')}</span>
    <select data-field="digit" ?disabled=${disabled} @change=${change}>
      <option value="" ?selected=${chosen === ''}>${t('digit.any')}</option>
      ${[...'0123456789'].map(
        (name) => html`<option value=${name} ?selected=${name === chosen}>${name}</option>`,
      )}
    </select>
  </label>`;
}

/**
 * What else the grid can show: z, and D's scores.
 *
 * @param {Lab} lab
 * @param {Translate} t
 * @param {boolean} latents
 */
function looks(lab, t, latents) {
  const z = latents && !lab.store.extra;
  const scores = looksAt(lab);
  if (!z && !scores) return nothing;
  return html`<span class="segments looks-switch" role="group" aria-label=${t('eyes.looks')}>
    ${z ? noiseSwitch(lab.opening, t) : nothing} ${scores ? scoresSwitch(lab, t) : nothing}
  </span>`;
}

/**
 * Which weights of the generator the grid is drawn with.
 *
 * @param {Lab} lab
 * @param {Translate} t
 */
function weightsSwitch(lab, t) {
  const { description, phase } = lab.store;
  const blocked = phase === 'recovering' || phase === 'stopped';
  return html`<div class="segments weights" role="group" aria-label=${t('weights.label')} title=${t('weights.title')}>
    ${kindsOfWeights.map(
      (which) => html`<button
        class="small"
        data-action="weights-${which}"
        aria-pressed=${which === description?.weights}
        ?disabled=${blocked}
        @click=${() => lab.showWeights(which)}
      >
        ${t(`weights.${which}`)}
      </button>`,
    )}
  </div>`;
}

/** @type {import('../protocol.js').Weights[]} */
const kindsOfWeights = ['raw', 'averaged'];

/**
 * @param {Lab} lab
 * @param {Translate} t
 */
function speed(lab, t) {
  /** @param {Event} event */
  const change = (event) => {
    lab.setSpeed(Number(/** @type {HTMLSelectElement} */ (event.target).value));
  };
  return html`<label class="speed">
    <span class="unseen">${t('speed.label')}</span>
    <select data-action="speed" @change=${change}>
      ${speeds.map(
        (limit) => html`<option value=${limit} ?selected=${limit === lab.store.limit}>
          ${t(`speed.${limit}`)}
        </option>`,
      )}
    </select>
  </label>`;
}
