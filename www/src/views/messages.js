/** What went wrong and what the reader should know, with the stable codes. */

import { html, nothing } from 'lit/html.js';

/**
 * @typedef {import('../store.js').Store} Store
 * @typedef {import('../i18n/index.js').Translate} Translate
 *
 * @typedef {object} Remedy a button beside a complaint
 * @property {string} label
 * @property {() => void} act
 */

/**
 * @param {Store} store
 * @param {Translate} t
 * @param {(key: number) => void} dismiss
 * @param {(code: string) => Remedy[]} [remedies]
 */
export function messages(store, t, dismiss, remedies = () => []) {
  const quiet = store.complaints.length === 0 && store.notices.length === 0;
  return html`<div class="messages" ?hidden=${quiet}>
    <div role="alert">
      ${store.complaints.map(
        (complaint) => html`<div class="message bad" data-code=${complaint.code}>
          <div class="words">
            <strong>${t(`error.${complaint.code}`)}</strong>
            <span class="detail">${sentence(complaint)}</span>
            <code>${complaint.code}${complaint.field ? ` · ${complaint.field}` : nothing}</code>
          </div>
          ${remedies(complaint.code).map(
            ({ label, act }) => html`<button class="small" @click=${act}>${label}</button>`,
          )}
          ${cross(t, () => dismiss(complaint.key))}
        </div>`,
      )}
    </div>
    <div role="status">
      ${store.notices.map(
        (notice) => html`<div class="message" data-notice=${notice.name}>
          <div class="words">
            <span>${t(`notice.${notice.name}`, notice.params)}</span>
            ${notice.code ? html`<code>${notice.code}</code>` : nothing}
          </div>
          ${cross(t, () => dismiss(notice.key))}
        </div>`,
      )}
    </div>
  </div>`;
}

/** What is wrong with a setting begins with its name. @param {import('../store.js').Complaint} complaint */
const sentence = ({ code, field, message }) =>
  code === 'bad_experiment' && field ? `${field}: ${message}` : message;

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
