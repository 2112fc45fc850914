/** What the reader sees before anything heavy is loaded. */
import { html, nothing } from 'lit/html.js';
import { subjectOf } from '../settings/fields.js';
import { presetOf } from '../settings/preset.js';
import { messages } from '../views/messages.js';

/**
 * @typedef {import('../store.js').Store} Store
 * @typedef {import('../i18n/index.js').Translate} Translate
 */

/**
 * @param {Store} store
 * @param {Translate} t
 * @param {object} act
 * @param {() => void} act.start
 * @param {() => void} [act.prepare] loads all of it, and does not train
 * @param {() => void} act.resume
 * @param {() => void} act.cancel
 * @param {(key: number) => void} act.dismiss
 * @param {() => void} act.useCpu
 * @param {import('./preview.js').Preview} [preview] digits to show in the illustration's place
 * @param {import('../runs.js').Run} [run] of an earlier visit
 */
export function facade(store, t, act, preview, run) {
  const busy = store.phase === 'loading' || store.phase === 'recovering';
  const failed = store.phase === 'stopped';
  const stage = busy ? t(`stage.${store.stage}`) : nothing;
  const { model, dataset } = store.draft;
  const subject = subjectOf(model);
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
      <p class="lead">${t(`facade.lead.${subject}`)}</p>
      ${about(store, t)}
      <div class="actions">
        <button class="primary large" part="start" aria-disabled=${busy} @click=${busy ? nothing : act.start}>
          ${busy ? html`<span class="spinner" aria-hidden="true"></span>` : play}
          <span>${failed ? t('facade.retry') : busy ? stage : t('facade.start')}</span>
        </button>
        <span class="unseen" role="status">${stage}</span>
        ${
          run && !busy
            ? html`<button class="large" part="resume" @click=${act.resume}>
              ${t('facade.resume', { step: run.step, model: t(`option.model.${run.experiment.model}`) })}
            </button>`
            : nothing
        }
        ${
          act.prepare && !busy && !failed
            ? html`<button
              class="large quiet"
              part="prepare"
              title=${t('facade.prepare.title')}
              @click=${act.prepare}
            >
              ${t('facade.prepare')}
            </button>`
            : nothing
        }
        ${busy ? html`<button class="small" part="cancel" @click=${act.cancel}>${t('facade.cancel')}</button>` : nothing}
      </div>
      <p class="fine">${t('facade.private')}</p>
    </div>
    ${messages(store, t, act.dismiss, remedies)}
    ${preview ? digits(preview, presetOf(store.draft), t) : illustration(t)}
  </div>`;
}

/**
 * Which experiment this is: a preset by its name, what its model is, and whether it is meant to fail.
 *
 * @param {Store} store
 * @param {Translate} t
 */
function about({ draft }, t) {
  const preset = presetOf(draft);
  const fails = preset?.fails_on_purpose
    ? html`<span class="fails">${t('facade.fails')}</span>`
    : nothing;
  return html`<p class="about" data-preset=${preset?.name ?? nothing}>
    ${preset ? html`<b>${t(`preset.${preset.name}`)}</b>` : nothing}
    ${t(`about.model.${draft.model}`)} ${fails}
  </p>`;
}

/** @param {Translate} t */
const illustration = (t) =>
  html`<figure class="poster">
    <canvas class="poster" role="img" aria-label=${t('facade.poster')}></canvas>
    <figcaption aria-hidden="true">${t('facade.illustration')}</figcaption>
  </figure>`;

/**
 * They are a generator's that was trained beforehand; a preset whose own digits will be others says so.
 *
 * @param {import('./preview.js').Preview} preview
 * @param {{ name: string, fails_on_purpose?: boolean } | undefined} preset
 * @param {Translate} t
 */
function digits({ count, card }, preset, t) {
  const steps = Number(card.steps).toLocaleString('en');
  const images = Number(card.images).toLocaleString('en');
  return html`<figure class="poster drawn">
    <figcaption>
      ${t('preview.caption', { steps, images, seed: card.seed })}
      ${preset?.fails_on_purpose ? html`<b>${t('preview.fails')}</b>` : nothing}
    </figcaption>
    <canvas class="poster" role="img" aria-label=${t('preview.label', { count })}></canvas>
  </figure>`;
}

const play = html`<svg viewBox="0 0 16 16" aria-hidden="true"><path class="solid" d="M4 2.5v11l9-5.5z" /></svg>`;
