/** What the reader sees before anything heavy is loaded. */
import { html, nothing } from 'lit/html.js';
import { messages } from '../views/messages.js';

/**
 * @typedef {import('../store.js').Store} Store
 * @typedef {import('../i18n/index.js').Translate} Translate
 */

/**
 * @param {Store} store
 * @param {Translate} t
 * @param {{ start: () => void, resume: () => void, cancel: () => void, dismiss: (key: number) => void, useCpu: () => void }} act
 * @param {import('./preview.js').Preview} [preview] digits to show in the illustration's place
 * @param {import('../runs.js').Run} [run] of an earlier visit
 */
export function facade(store, t, act, preview, run) {
  const busy = store.phase === 'loading' || store.phase === 'recovering';
  const failed = store.phase === 'stopped';
  const { model, dataset } = store.draft;
  const remedies = (/** @type {import('../views/messages.js').Message} */ { code = '' }) =>
    ['webgpu_unavailable', 'insecure_context'].includes(code)
      ? [{ label: t('option.backend.cpu'), act: act.useCpu }]
      : ['network', 'unsupported'].includes(code) && failed
        ? [{ label: t('action.reload'), act: () => location.reload() }]
        : [];
  return html`<div class="facade">
    <div class="intro">
      <p class="eyebrow">
        Ganvas <span aria-hidden="true">·</span> ${t(`option.model.${model}`)}
        <span aria-hidden="true">·</span> ${t(`option.dataset.${dataset}`)}
      </p>
      <p class="title">${t('app.title')}</p>
      <p class="lead">${t('facade.lead')}</p>
      <div class="actions">
        <button class="primary large" part="start" ?disabled=${busy} @click=${act.start}>
          ${busy ? html`<span class="spinner" aria-hidden="true"></span>` : play}
          <span>${failed ? t('facade.retry') : busy ? t(`stage.${store.stage}`) : t('facade.start')}</span>
        </button>
        ${
          run && !busy
            ? html`<button class="large" part="resume" @click=${act.resume}>
              ${t('facade.resume', { step: run.step, model: t(`option.model.${run.experiment.model}`) })}
            </button>`
            : nothing
        }
        ${busy ? html`<button class="small" part="cancel" @click=${act.cancel}>${t('facade.cancel')}</button>` : nothing}
      </div>
      <p class="fine">${t('facade.private')}</p>
    </div>
    ${messages(store, t, act.dismiss, remedies)}
    ${preview ? digits(preview, t) : illustration(t)}
  </div>`;
}

/** @param {Translate} t */
const illustration = (t) =>
  html`<figure class="poster">
    <canvas class="poster" role="img" aria-label=${t('facade.poster')}></canvas>
    <figcaption aria-hidden="true">${t('facade.illustration')}</figcaption>
  </figure>`;

/**
 * @param {import('./preview.js').Preview} preview
 * @param {Translate} t
 */
function digits({ count, card }, t) {
  const steps = Number(card.steps).toLocaleString('en');
  const images = Number(card.images).toLocaleString('en');
  return html`<figure class="poster drawn">
    <figcaption>${t('preview.caption', { steps, images, seed: card.seed })}</figcaption>
    <canvas class="poster" role="img" aria-label=${t('preview.label', { count })}></canvas>
  </figure>`;
}

const play = html`<svg viewBox="0 0 16 16" aria-hidden="true"><path class="solid" d="M4 2.5v11l9-5.5z" /></svg>`;
