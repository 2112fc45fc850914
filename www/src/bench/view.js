/** What bench.html shows: the measurement, its figures, the known devices, the entry to contribute. */
import { html, nothing } from 'lit/html.js';
import { detailOf } from '../views/details.js';
import { gpuName } from './device.js';
import { backendsOf, cpuModuleOf, rateOf } from './entries.js';
import { usualSizes } from './plan.js';

/**
 * @typedef {import('./state.js').State} State
 * @typedef {import('./entries.js').Rate} Rate
 * @typedef {import('./entries.js').Entry} Entry
 * @typedef {import('./plan.js').Size} Size
 * @typedef {import('../protocol.js').Backend} Backend
 * @typedef {import('../i18n/index.js').Translate} Translate
 * @typedef {{ start: () => void, stop: () => void, copy: () => void }} Act
 */

/**
 * @param {State} state
 * @param {Translate} t
 * @param {Act} act
 */
export const benchView = (state, t, act) => html`
  <div class="controls">
    ${toggle(state, t, act)} ${progress(state, t)}
  </div>
  ${problems(state, t)} ${figures(state, t)} ${kernels(state, t)} ${about(state, t)} ${contribution(state, t, act)} ${devices(state, t)}
`;

/** One button for both, so that it keeps the focus. @param {State} state @param {Translate} t @param {Act} act */
function toggle({ phase }, t, act) {
  const runs = phase === 'running';
  const word = phase === 'idle' ? 'measure.start' : 'measure.again';
  return html`<button
    class=${runs ? '' : 'primary'}
    data-action=${runs ? 'stop' : 'start'}
    @click=${runs ? act.stop : act.start}
  >
    ${t(runs ? 'measure.stop' : word)}
  </button>`;
}

/** @param {State} state @param {Translate} t */
function progress({ phase, plan, count, now, total }, t) {
  const said = now
    ? t('measure.progress', {
        at: count + 1,
        total,
        backend: now.kernels ? t('measure.kernels') : backendName(now.backend, t),
        size: sizeName(now),
      })
    : t(`measure.phase.${phase}`, {
        count,
        total,
        seconds: plan.seconds * plan.sizes.length * plan.backends.length,
      });
  return html`<p role="status" data-phase=${phase}>${said}</p>
    ${now ? html`<progress aria-label=${t('measure.progress.label')} max=${total} value=${count}></progress>` : nothing}`;
}

/** @param {State} state @param {Translate} t */
const problems = ({ errors, hidden }, t) => html`<div role="alert">
    ${errors.map(
      ({ code, field, message }) => html`<p class="message bad" data-code=${code}>
        <strong>${t(`error.${code}`)}</strong> ${field ? t('measure.refused', { name: field }) : detailOf({ message }, t)}
        <code>${code}${field ? ` · ${field}` : nothing}</code>
      </p>`,
    )}
  </div>
  ${hidden ? html`<p class="message" data-notice="hidden">${t('measure.hidden')}</p>` : nothing}`;

/** @param {State} state @param {Translate} t */
function figures({ plan, rates, now }, t) {
  /** @param {Backend} backend @param {Size} size */
  const found = (backend, size) => rateOf(rates, backend, size);
  /** @param {Backend} backend @param {Size} size */
  const measuring = (backend, size) =>
    now?.backend === backend && now.width === size.width && now.batch_size === size.batch_size;
  return html`<table class="figures">
    <caption>${t('measure.figures')}</caption>
    <thead>
      <tr>
        <th scope="col">${t('measure.size')}</th>
        ${plan.backends.map((backend) => html`<th scope="col">${backendName(backend, t)}</th>`)}
        ${plan.backends.length > 1 ? html`<th scope="col">${t('measure.faster')}</th>` : nothing}
      </tr>
    </thead>
    <tbody>
      ${plan.sizes.map(
        (size) => html`<tr data-size=${sizeName(size)}>
          <th scope="row">${sizeName(size)}</th>
          ${plan.backends.map(
            (backend) => html`<td data-backend=${backend} aria-busy=${measuring(backend, size)}>
              ${measuring(backend, size) ? '…' : speed(found(backend, size), t)}
            </td>`,
          )}
          ${plan.backends.length > 1 ? html`<td>${faster(found('cpu', size), found('webgpu', size), t)}</td>` : nothing}
        </tr>`,
      )}
    </tbody>
  </table>`;
}

/** Steps a second, and the time of one. @param {Rate | undefined} rate @param {Translate} t */
function speed(rate, t) {
  if (!rate) return '–';
  const { steps_per_second: rates = 0, whole, error } = rate;
  if (error) return html`<code>${error}</code>`;
  const time = 1000 / rates;
  const spoken = time >= 1000 ? `${digits(time / 1000)} s` : `${digits(time)} ms`;
  return html`<b>${whole ? '' : '< '}${digits(rates)}</b> <small>${t(whole ? 'measure.time' : 'measure.time.above', { time: spoken })}</small>`;
}

/** @param {Rate | undefined} cpu @param {Rate | undefined} gpu @param {Translate} t */
function faster(cpu, gpu, t) {
  if (!cpu?.steps_per_second || !gpu?.steps_per_second || !(cpu.whole || gpu.whole)) return '–';
  const ratio = gpu.steps_per_second / cpu.steps_per_second;
  const gpuWins = gpu.whole && (!cpu.whole || ratio > 1);
  const times = digits(gpuWins ? ratio : 1 / ratio, 2);
  return t('measure.times', { backend: backendName(gpuWins ? 'webgpu' : 'cpu', t), times });
}

/** Kernels that take less of a step than this are left out of the table. */
const least = 0.02;

/** @param {State} state @param {Translate} t */
function kernels({ rooflines }, t) {
  if (rooflines.length === 0) return nothing;
  return html`<h2>${t('measure.kernels')}</h2>
    <p>${t('measure.kernels.note')}</p>
    ${rooflines.map((roofline) => roof(roofline, t))}`;
}

/** @param {import('./roofline.js').Roofline} roofline @param {Translate} t */
function roof(roofline, t) {
  const { kernels, product_gflops, copy_gbs, step_ms } = roofline;
  const sum = kernels.reduce((sum, { ms }) => sum + ms, 0);
  const size = sizeName(roofline);
  const percent = (/** @type {number} */ share) =>
    t('sign.percent', { percent: digits(100 * share, 2) });
  const caption = t('measure.kernels.caption', {
    size,
    product: digits(product_gflops),
    copy: digits(copy_gbs),
    time: digits(step_ms),
  });
  return html`<div class="wide" role="region" tabindex="0" aria-label=${caption}>
    <table class="kernels" data-size=${size}>
      <caption>${caption}</caption>
      <thead>
        <tr>
          <th scope="col">${t('measure.kernel')}</th>
          <th scope="col">${t('measure.kernel.share')}</th>
          <th scope="col">${t('measure.kernel.speed')}</th>
          <th scope="col">${t('measure.kernel.plain')}</th>
        </tr>
      </thead>
      <tbody>
        ${kernels
          .filter(({ ms }) => ms >= least * sum)
          .map(
            (kernel) => html`<tr>
              <th scope="row">${kernel.title}${kernel.count > 1 ? ` · ${kernel.count} ×` : nothing}</th>
              <td>${percent(kernel.ms / sum)}</td>
              <td>${pace(kernel)}</td>
              <td>${percent(kernel.of_plain)}</td>
            </tr>`,
          )}
      </tbody>
    </table>
  </div>`;
}

/** Arithmetic where it is a linear map, bytes where it passes over memory. @param {import('./roofline.js').Kernel} kernel */
const pace = ({ flops, bytes, ms }) =>
  flops > 0 ? `${digits(flops / ms / 1e6)} GFLOP/s` : `${digits(bytes / ms / 1e6)} GB/s`;

/** @param {State} state @param {Translate} t */
function about({ device, software, rates }, t) {
  if (!device) return nothing;
  const { browser, cores, gpu } = device;
  const cpu = moduleName(rates, t);
  const adapter = gpu ? gpuName(gpu) || t('measure.gpu.unnamed') : t('measure.gpu.none');
  return html`<h2>${t('measure.about')}</h2>
    <dl class="about">
      <div><dt>${t('measure.browser')}</dt><dd>${browser}</dd></div>
      <div><dt>${t('measure.cores')}</dt><dd>${cores}</dd></div>
      ${cpu ? html`<div><dt>${t('measure.module')}</dt><dd data-module>${cpu}</dd></div>` : nothing}
      <div><dt>${t('measure.gpu')}</dt><dd>${adapter}${software ? ` · ${t('measure.software')}` : nothing}</dd></div>
    </dl>`;
}

/** @param {State} state @param {Translate} t @param {Act} act */
function contribution(state, t, act) {
  const { entry, copied, phase } = state;
  if (!entry || phase === 'running') return nothing;
  const text = JSON.stringify(entry, undefined, 2);
  return html`<h2>${t('measure.contribute')}</h2>
    <p>${t('measure.contribute.note')}</p>
    <div class="controls">
      <button data-action="copy" @click=${act.copy}>${t('measure.copy')}</button>
      <span role="status">${copied ? t(`measure.${copied}`) : nothing}</span>
    </div>
    <details ?open=${copied === 'by_hand'}>
      <summary>${t('measure.entry')}</summary>
      <pre><code>${text}</code></pre>
    </details>`;
}

/** @param {State} state @param {Translate} t */
function devices({ entry, known }, t) {
  const all = entry ? [{ ...entry, name: t('measure.this') }, ...known] : known;
  if (all.length === 0) return nothing;
  const real = known.some(({ gpu }) => gpu && !gpu.software);
  return html`<h2>${t('measure.known')}</h2>
    <p>${t('measure.known.note')} ${real ? nothing : html`<b data-note="no-gpu">${t('measure.known.no_gpu')}</b>`}</p>
    <div class="wide" role="region" tabindex="0" aria-label=${t('measure.known')}>
      <table class="devices">
        <thead>
          <tr>
            <th scope="col">${t('measure.device')}</th>
            ${usualSizes.map((size) => html`<th scope="col">${sizeName(size).replaceAll(' ', '')}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${all.flatMap((device) => backendsOf(device).map((backend) => row(device, backend, t)))}
        </tbody>
      </table>
    </div>`;
}

/** @param {Entry} device @param {Backend} backend @param {Translate} t */
function row(device, backend, t) {
  const { name, browser, date, source, gpu } = device;
  const emulated = gpu?.software ? t('measure.software') : '';
  const on = backend === 'webgpu' ? [gpuName(gpu), emulated] : [moduleName(device.rates, t)];
  const where = [backendName(backend, t), ...on].filter(Boolean).join(' · ');
  return html`<tr>
    <th scope="row">
      ${name}<small>${where}</small><small>${browser} · ${date}</small><small>${source}</small>
    </th>
    ${usualSizes.map((size) => html`<td>${short(rateOf(device.rates, backend, size))}</td>`)}
  </tr>`;
}

/** Which of the CPU's modules ran, where that is known. @param {Rate[]} rates @param {Translate} t */
function moduleName(rates, t) {
  const found = cpuModuleOf(rates);
  if (!found) return '';
  const { relaxed, threads } = found;
  return t(relaxed ? 'measure.module.relaxed' : 'measure.module.strict', { threads });
}

/** @param {Rate | undefined} rate */
function short(rate) {
  if (!rate) return '–';
  if (rate.error) return html`<code>${rate.error}</code>`;
  return `${rate.whole === false ? '< ' : ''}${digits(rate.steps_per_second ?? 0)}`;
}

/** @param {Backend} backend @param {Translate} t */
const backendName = (backend, t) => t(`measure.backend.${backend}`);

/** @param {Size} size */
const sizeName = ({ width, batch_size }) => `${width} × ${batch_size}`;

/** As many digits as a measurement is worth. @param {number} value */
const digits = (value, count = 3) => String(Number(value.toPrecision(count)));
