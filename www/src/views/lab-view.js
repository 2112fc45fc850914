/** The lab as a whole: which part stands where. */
import { html, nothing } from 'lit/html.js';
import { presetOf, traitsOf } from '../experiment.js';
import { schema } from '../generated/schema.js';
import { curves } from './curves.js';
import { dataPanel } from './data-panel.js';
import { explorer } from './explorer.js';
import { messages } from './messages.js';
import { objective } from './objective.js';
import { settings } from './settings.js';
import { stage } from './stage.js';
import { status } from './status.js';
import { transport } from './transport.js';

/**
 * @typedef {import('../lab/lab.js').Lab} Lab
 * @typedef {import('../i18n/index.js').Translate} Translate
 */

/**
 * @param {Lab} lab
 * @param {Translate} t
 * @param {'full' | 'basic' | 'compact' | 'none'} controls
 */
export function labView(lab, t, controls) {
  const { store } = lab;
  const dismiss = (/** @type {number} */ key) => {
    store.dismiss(key);
    lab.host.changed();
  };
  return html`<div class="lab">
    ${status(store, t)} ${messages(store, t, dismiss, (code) => remedies(lab, t, code))}
    ${lesson(store, t)} ${stage(store, t)} ${controls === 'none' ? nothing : transport(lab, t, controls)}
    ${curves(store, t)} ${controls === 'full' ? html`<div>${objective(store, t)} ${moment(store, t)}</div>` : nothing}
    ${controls === 'full' ? drawers(lab, t) : nothing}
    <p class="unseen" aria-live="polite">${lab.live}</p>
  </div>`;
}

/**
 * Which batch and which moment the figures belong to: two updates make a step, each with its own.
 *
 * @param {import('../store.js').Store} store
 * @param {Translate} t
 */
const moment = ({ description }, t) =>
  traitsOf(description?.experiment ?? {}).adversarial
    ? html`<p class="note moment">${t('reading.moment')}</p>`
    : nothing;

/**
 * An experiment that fails on purpose says what there is to see.
 *
 * @param {import('../store.js').Store} store
 * @param {Translate} t
 */
function lesson({ description }, t) {
  const preset = description && presetOf(description.experiment);
  if (!preset?.fails_on_purpose) return nothing;
  return html`<p class="lesson" data-preset=${preset.name}>
    <b>${t(`preset.${preset.name}`)}</b> ${t(`lesson.${preset.name}`)}
  </p>`;
}

/**
 * @param {Lab} lab
 * @param {Translate} t
 */
function drawers(lab, t) {
  const { latent } = traitsOf(lab.store.description?.experiment ?? {});
  return html`<div class="drawers">
    ${settings(lab, t)} ${latent ? explorer(lab, t) : nothing} ${dataPanel(lab, t)}
  </div>`;
}

/**
 * What the reader can do about a complaint or a notice.
 *
 * @param {Lab} lab
 * @param {Translate} t
 * @param {string} code
 */
function remedies(lab, t, code) {
  const { phase } = lab.store;
  if (phase === 'stopped' && isError(code)) return waysOut(lab, t);
  if (code === 'data_changed') return [{ label: t('action.reset'), act: () => lab.startOver() }];
  if (code !== 'diverged') return [];
  const actions = [{ label: t('action.reset'), act: () => lab.startOver() }];
  if (lab.snapshotStep !== undefined) {
    actions.push({ label: t('action.restore'), act: () => lab.restore() });
  }
  return actions;
}

/**
 * Out of a lab that has stopped: the processor first, which needs no driver, then where it was.
 *
 * @param {Lab} lab
 * @param {Translate} t
 */
function waysOut(lab, t) {
  const restart = { label: t('action.restart'), act: () => lab.restart() };
  if (lab.store.description?.backend === 'cpu') return [restart];
  const step = lab.snapshotStep ?? 0;
  const onCpu = { label: t('action.to_cpu', { step }), act: () => lab.moveTo('cpu') };
  return [onCpu, restart];
}

/** @param {string} name of a complaint or of a notice */
const isError = (name) => schema.error_codes.includes(name);
