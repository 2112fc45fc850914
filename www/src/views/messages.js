/** What went wrong and what the reader should know, with the stable codes. */

import { html, nothing } from 'lit/html.js';
import { detailOf } from './details.js';

/**
 * @typedef {import('../store.js').Store} Store
 * @typedef {import('../i18n/index.js').Translate} Translate
 *
 * @typedef {import('../store.js').Complaint | import('../store.js').KeyedNotice} Message
 * @typedef {object} Remedy a button beside a complaint
 * @property {string} label
 * @property {() => void} act
 */

/**
 * @param {Store} store
 * @param {Translate} t
 * @param {(key: number) => void} dismiss
 * @param {(message: Message) => Remedy[]} [remedies]
 * @param {string} [place] those that belong there; the others stand on top
 * @param {'complaints' | 'notices'} [only] of the two kinds
 */
export function messages(
  store,
  t,
  dismiss,
  remedies = () => [],
  place = undefined,
  only = undefined,
) {
  const complaints =
    only === 'notices' ? [] : store.complaints.filter((complaint) => complaint.place === place);
  const notices =
    only === 'complaints' ? [] : store.notices.filter((notice) => notice.place === place);
  const quiet = complaints.length === 0 && notices.length === 0;
  return html`<div class=${place === undefined ? 'messages' : 'here'} ?hidden=${quiet}>
    <div role="alert">
      ${complaints.map(
        (complaint) => html`<div class="message bad" data-code=${complaint.code}>
          <div class="words">
            <strong>${t(`error.${complaint.code}`)}</strong>
            <span class="detail">${sentence(complaint, t)}</span>
            <code>${complaint.code}${complaint.field ? ` · ${complaint.field}` : nothing}</code>
          </div>
          ${buttons(remedies(complaint))}
          ${cross(t, () => dismiss(complaint.key))}
        </div>`,
      )}
    </div>
    <div role="status">
      ${notices.map(
        (notice) => html`<div class="message" data-notice=${notice.name}>
          <div class="words">
            <span>${t(`notice.${notice.name}`, wordsOf(notice.params, t))}</span>
            ${notice.code ? html`<code>${notice.code}</code>` : nothing}
            ${notice.unused ? unused(notice.unused, t) : nothing}
          </div>
          ${buttons(remedies(notice))}
          ${cross(t, () => dismiss(notice.key))}
        </div>`,
      )}
    </div>
  </div>`;
}

/**
 * What is wrong with a setting begins with its name.
 *
 * @param {import('../store.js').Complaint} complaint
 * @param {Translate} t
 */
function sentence(complaint, t) {
  const { code, field, problem, message } = complaint;
  const key = `problem.${problem?.reason}`;
  const told = problem && t(key, problem.params);
  // Of a lab that has gone there may be no words any more.
  const detail = detailOf({ message: told === undefined || told === key ? message : told }, t);
  return code === 'bad_experiment' && field && detail
    ? `${field}${t('sign.colon')}${detail}`
    : detail;
}

/** @param {Remedy[]} remedies */
const buttons = (remedies) =>
  remedies.map(({ label, act }) => html`<button class="small" @click=${act}>${label}</button>`);

/**
 * Names of datasets among the parameters are said as the form says them, what went wrong as
 * complaints say it.
 *
 * @param {Record<string, string | number> | undefined} params
 * @param {Translate} t
 */
const wordsOf = (params = {}, t) =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      if (name === 'message') return [name, detailOf({ message: String(value) }, t)];
      const word = t(`option.dataset.${value}`);
      return [name, word.startsWith('option.') ? value : word];
    }),
  );

/**
 * Files that were not used, each with the reason.
 *
 * @param {import('../idx-files.js').Unused[]} files
 * @param {Translate} t
 */
const unused = (files, t) => html`<ul>
  ${files.map(({ name, reason }) => html`<li><b>${name}</b> ${t(`files.${reason}`)}</li>`)}
</ul>`;

/**
 * @param {Translate} t
 * @param {() => void} act
 */
const cross = (
  t,
  act,
) => html`<button class="cross" aria-label=${t('action.dismiss')} @click=${act}>
  <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M4 4l8 8M12 4l-8 8" /></svg>
</button>`;
