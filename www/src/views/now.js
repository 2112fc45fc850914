/** One sentence that says what is happening. */
import { html, nothing } from 'lit/html.js';
import { situationOf } from '../diagnosis/moment.js';
import { traitsOf } from '../settings/traits.js';
import { figure } from './numbers.js';
import { progressOf } from './rounds.js';

/**
 * @typedef {import('../store.js').Store} Store
 * @typedef {import('../i18n/index.js').Translate} Translate
 */

/**
 * The words of now, also for screen readers.
 *
 * @param {Store} store
 * @param {Translate} t
 * @param {string[]} [names]
 */
export function sentenceOf(store, t, names = situation(store)) {
  const { report, description } = store;
  const { family } = traitsOf(description?.experiment ?? {});
  // What has learnt nothing yet is told by what goes into it.
  const worded = (/** @type {string} */ name) =>
    name === 'untrained' && family !== 'adversarial' ? `${name}.${family}` : name;
  const step = (progressOf(store).rounds ?? 0).toLocaleString('en');
  const params = { step, fake: figure(report?.d_fake), real: figure(report?.d_real) };
  return names.map((name) => t(`now.${worded(name)}`, params)).join(t('now.between'));
}

/** @param {Store} store */
function situation({ phase, report, description, complaints, moment }) {
  const step = report?.step ?? description?.step ?? 0;
  const diverged = complaints.some(({ code }) => code === 'diverged');
  return situationOf({ phase, step, diverged, moment });
}

/**
 * Two lines are kept for it, so that nothing moves when it changes. It is not live itself: the lab
 * tells it to screen readers now and then. Where room is scarce, the moment goes without the pause
 * before it, which the lab shows anyway.
 *
 * @param {Store} store
 * @param {Translate} t
 * @param {string} [news] what else has happened, in the moment's place
 */
export function now(store, t, news) {
  if (news) return html`<p class="now" part="now" data-now="news"><span>${news}</span></p>`;
  const names = situation(store);
  const [first, second] = names.map((name) => html`<span>${sentenceOf(store, t, [name])}</span>`);
  const rest = second === undefined ? nothing : html`${t('now.between')}${second}`;
  return html`<p class="now" part="now" data-now=${names.join(' ')}>${first}${rest}</p>`;
}
