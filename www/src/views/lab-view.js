/** The lab as a whole: which part stands where. */
import { html, nothing } from 'lit/html.js';
import { disasterOf } from '../settings/disasters.js';
import { presetOf } from '../settings/preset.js';
import { traitsOf } from '../settings/traits.js';
import { singleUpdate } from './change/single-update.js';
import { curves } from './curves.js';
import { dataPanel } from './data-panel.js';
import { drawer } from './drawer.js';
import { explorer } from './explorer.js';
import { disaster } from './judge/disaster-view.js';
import { judge } from './judge/judge-view.js';
import { messages } from './messages.js';
import { objective } from './objective.js';
import { settingsForm } from './settings-form.js';
import { stage } from './stage.js';
import { status } from './status.js';

/**
 * @typedef {import('./lab-interface.js').LabInterface} Lab
 * @typedef {import('../i18n/index.js').Translate} Translate
 */

/**
 * @param {Lab} lab
 * @param {Translate} t
 * @param {'full' | 'basic' | 'compact' | 'none'} controls
 */
export function labView(lab, t, controls) {
  const { store } = lab;
  const dismiss = (/** @type {number} */ key) => lab.dismiss(key);
  const about = (/** @type {import('./messages.js').Message} */ message) =>
    remedies(lab, t, message);
  return html`<div class="lab">
    ${status(store, t)} ${messages(store, t, dismiss, about, undefined, 'complaints')}
    ${picture(lab, t, controls)} ${messages(store, t, dismiss, about, undefined, 'notices')}
    ${controls === 'compact' ? nothing : (disaster(lab, t, controls === 'full') ?? lesson(store, t))} ${controls === 'none' ? nothing : inside(lab, t)}
    ${controls === 'full' ? drawers(lab, t) : curves(lab, t, controls)}
    <p class="unseen" aria-live="polite">${lab.live}</p>
  </div>`;
}

/**
 * What D and G do to each other, as far as the reader has opened it.
 *
 * @param {Lab} lab
 * @param {Translate} t
 */
function inside(lab, t) {
  const { parts, eyes, slowRound, store } = lab;
  const looks = eyes.chosen !== undefined && parts.eyes;
  const walks = slowRound.open && parts.slowly;
  if (!looks && !walks && !store.change) return nothing;
  return html`<div class="inside">
    ${looks ? looks.eyesPanel(lab, t) : nothing} ${singleUpdate(store, t)}
    ${walks ? walks.slowly(lab, t) : nothing}
  </div>`;
}

/**
 * What the system draws: images, or a distribution in the plane.
 *
 * @param {Lab} lab
 * @param {Translate} t
 * @param {'full' | 'basic' | 'compact' | 'none'} controls
 */
function picture(lab, t, controls) {
  const { space } = traitsOf(lab.store.description?.experiment ?? {});
  if (space !== 'plane') return stage(lab, t, controls);
  return lab.plane?.stage(t, controls) ?? html`<div class="stage"></div>`;
}

/**
 * Which batch and which moment the figures belong to: two updates make a step, each with its own.
 *
 * @param {import('../store.js').Store} store
 * @param {Translate} t
 */
const moment = ({ description }, t) =>
  traitsOf(description?.experiment ?? {}).discriminator
    ? html`<p class="note moment">${t('reading.moment')}</p>`
    : nothing;

/**
 * An experiment that fails on purpose, or shows something else, says what there is to see.
 *
 * @param {import('../store.js').Store} store
 * @param {Translate} t
 */
function lesson({ description }, t) {
  const preset = description && presetOf(description.experiment);
  if (!preset?.teaches) return nothing;
  return html`<p class="lesson" data-preset=${preset.name}>
    <b>${t(`preset.${preset.name}`)}</b> ${t(`lesson.${preset.name}`)}
  </p>`;
}

/**
 * What is a tap away, in the order of the page.
 *
 * @param {Lab} lab
 * @param {Translate} t
 */
function drawers(lab, t) {
  const { store } = lab;
  const traits = traitsOf(store.description?.experiment ?? {});
  const sum = html`<div class="sums">${objective(store, t)} ${moment(store, t)}</div>`;
  return html`<div class="drawers">
    ${drawer('curves', t('curves.title'), curves(lab, t, 'full'), { open: true, half: true })}
    ${drawer('objective', t('panel.objective'), sum, { open: true, half: true })}
    ${traits.space === 'plane' ? nothing : judge(lab, t, disasterOf(store.description?.experiment ?? {}) !== undefined)}
    ${settingsForm(lab, t)} ${traits.space === 'plane' ? lab.plane?.drawer(t) : nothing}
    ${traits.shows('explorer') ? explorer(lab, t) : nothing} ${dataPanel(lab, t)}
  </div>`;
}

/**
 * What the reader can do about a complaint or a notice.
 *
 * @param {Lab} lab
 * @param {Translate} t
 * @param {import('./messages.js').Message} message
 */
function remedies(lab, t, message) {
  const startOver = { label: t('action.reset'), act: () => lab.startOver() };
  if ('name' in message) return message.name === 'data_changed' ? [startOver] : [];
  // A new build has taken away files that this page still names, or has another worker.
  if (message.code === 'network' && /^(chunks\/|The site was renewed)/.test(message.message)) {
    return [{ label: t('action.reload'), act: () => location.reload() }];
  }
  if (lab.store.phase === 'stopped') return waysOut(lab, t);
  if (message.code !== 'diverged') return [];
  const actions = [startOver];
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
