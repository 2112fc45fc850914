/** Files in and out: datasets, weights, the link to this experiment. */
import { html, nothing } from 'lit/html.js';
import { drawer } from './drawer.js';
import { messages } from './messages.js';

/**
 * @typedef {import('./lab-interface.js').LabInterface} Lab
 * @typedef {import('../i18n/index.js').Translate} Translate
 */

/**
 * @param {Lab} lab
 * @param {Translate} t
 */
export function dataPanel(lab, t) {
  const dismiss = (/** @type {number} */ key) => lab.dismiss(key);
  const body = html`<div class="data">
      <div class="drop">
        <p>${t('data.drop')}</p>
        ${chooser('images', t('action.files'), true, (files) => lab.takeFiles(files, [], 'data'))}
        <p class="note">${t('data.hint')}</p>
      </div>
      <div class="files">
        <button data-action="save" @click=${() => lab.download()}>${t('action.save')}</button>
        ${chooser('checkpoint', t('action.load'), false, ([file]) => {
          if (file) lab.takeCheckpoint(file);
        })}
        ${
          lab.link
            ? html`<button data-action="link" @click=${() => lab.copyLink()}>${t('action.link')}</button>`
            : nothing
        }
        <p class="note">${t('data.checkpoint')}</p>
      </div>
      ${messages(lab.store, t, dismiss, () => [], 'data')}
      ${
        lab.store.showsLink && lab.link
          ? html`<label class="link">
            <span>${t('data.link')}</span>
            <input
              readonly
              .value=${lab.link}
              @focus=${(/** @type {Event} */ event) =>
                /** @type {HTMLInputElement} */ (event.target).select()}
            />
          </label>`
          : nothing
      }
    </div>`;
  return drawer('data', t('data.title'), body);
}

/**
 * A file chooser that looks like the other buttons and still is a real input for keyboards.
 *
 * @param {string} name
 * @param {string} label
 * @param {boolean} multiple
 * @param {(files: File[]) => void} take
 */
function chooser(name, label, multiple, take) {
  /** @param {Event} event */
  const change = (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const files = [...(input.files ?? [])];
    // The same file may be chosen again.
    input.value = '';
    take(files);
  };
  return html`<label class="chooser">
    <input type="file" data-file=${name} ?multiple=${multiple} @change=${change} />
    <span>${label}</span>
  </label>`;
}
