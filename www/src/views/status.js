/** One line of truth: what runs, on what, with which data. */
import { html } from 'lit/html.js';
import { traitsOfModel } from '../settings/traits.js';

/**
 * @typedef {import('../store.js').Store} Store
 * @typedef {import('../i18n/index.js').Translate} Translate
 */

/**
 * @param {Store} store
 * @param {Translate} t
 */
export function status(store, t) {
  const description = store.description;
  if (!description) return html``;
  const { model, dataset } = description;
  // Points are drawn anew for every batch: there is no count of them.
  const images =
    traitsOfModel(model).space === 'plane'
      ? t(`option.dataset.${dataset.name}`)
      : t('status.images', {
          name: sourceName(dataset, t),
          count: dataset.count.toLocaleString('en'),
        });
  return html`<header class="status">
    <span class="phase" data-phase=${store.phase}>
      <span class="dot" aria-hidden="true"></span>${t(`phase.${store.phase}`)}
    </span>
    <dl>
      <div><dt class="unseen">${t('status.model')}</dt><dd>${t(`option.model.${model}`)}</dd></div>
      <div><dt class="unseen">${t('status.dataset')}</dt><dd data-source=${dataset.source}>${images}</dd></div>
      <div>
        <dt class="unseen">${t('status.backend')}</dt>
        <dd data-backend=${description.backend} data-relaxed=${description.relaxed} data-threads=${description.threads}>${backendName(description, t)}</dd>
      </div>
    </dl>
  </header>`;
}

/**
 * @param {import('../protocol.js').Description} description
 * @param {Translate} t
 */
function backendName({ backend, adapter, software, relaxed, threads }, t) {
  if (threads > 1) return t('status.cpu.threads', { threads });
  if (backend === 'cpu') return t(relaxed ? 'status.cpu.relaxed' : 'status.cpu');
  return t(software ? 'status.gpu.software' : 'status.gpu', { adapter });
}

/**
 * @param {import('../protocol.js').DatasetInfo} dataset
 * @param {Translate} t
 */
function sourceName({ name, source }, t) {
  if (name === 'procedural') return t('source.embedded');
  if (source === 'site') return t('source.site');
  return `${name} (${t('source.file')})`;
}
