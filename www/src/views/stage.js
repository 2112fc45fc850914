/** The generated digits, real ones beside them, the verdict on both, and the counters. */
import { html, nothing } from 'lit/html.js';
import { traitsOf } from '../settings/traits.js';
import { figure } from './numbers.js';
import { verdict } from './verdict.js';

/**
 * @typedef {import('../store.js').Store} Store
 * @typedef {import('./lab-interface.js').LabInterface} Lab
 * @typedef {import('../i18n/index.js').Translate} Translate
 */

/**
 * @param {Lab} lab
 * @param {Translate} t
 * @param {'full' | 'basic' | 'compact' | 'none'} controls
 */
export function stage(lab, t, controls) {
  const { store } = lab;
  const roomy = controls === 'full' || controls === 'basic';
  const chooses = roomy && store.description?.averaged;
  const fake = store.extra ?? store.grid;
  const fakeText = fake
    ? t('canvas.fake', { step: fake.step, count: fake.count })
    : t('canvas.waiting');
  const realText = store.real ? t('canvas.real', { count: store.real.count }) : t('canvas.waiting');
  const traits = traitsOf(store.description?.experiment ?? {});
  const note = traits.shows('translations')
    ? 'panel.pairs.note'
    : store.extra
      ? 'panel.extra.note'
      : 'panel.fake.note';
  const encodes = traits.shows('reconstructions');
  return html`<div class="stage">
    <figure class="fakes">
      <figcaption>
        <span class="g">${t(encodes ? 'panel.fake.decoder' : 'panel.fake')} <i>${traits.latents ? t('panel.fake.formula') : 'G(x)'}</i></span>
        <span class="note">${t(note, { step: whole(fake?.step) })}</span>
        ${chooses ? weightsSwitch(lab, t) : nothing}
      </figcaption>
      <canvas class="fake" part="canvas" role="img" aria-label=${fakeText}></canvas>
    </figure>
    <div class="aside">
      <figure>
        <figcaption><span class="d">${t('panel.real')} <i>${t('panel.real.formula')}</i></span></figcaption>
        <canvas class="real" role="img" aria-label=${realText}></canvas>
      </figure>
      ${encodes ? reconstructions(store, t) : nothing}
      ${traits.shows('verdict') ? verdict(store, t) : nothing}
      <dl class="counters">
        ${counter(t('stat.step'), whole(store.report?.step ?? store.description?.step))}
        ${counter(t('stat.epoch'), fixed(store.report?.epoch, 2))}
        ${counter(t('stat.rate'), figure(store.report?.steps_per_second))}
        ${counter(t('stat.parameters'), compact(store.description?.parameters))}
      </dl>
    </div>
  </div>`;
}

/**
 * Which weights of the generator the grid is drawn with.
 *
 * @param {Lab} lab
 * @param {Translate} t
 */
function weightsSwitch(lab, t) {
  const { description, phase } = lab.store;
  const blocked = phase === 'recovering' || phase === 'stopped';
  return html`<div class="segments weights" role="group" aria-label=${t('weights.label')} title=${t('weights.title')}>
    ${kindsOfWeights.map(
      (which) => html`<button
        class="small"
        data-action="weights-${which}"
        aria-pressed=${which === description?.weights}
        ?disabled=${blocked}
        @click=${() => lab.showWeights(which)}
      >
        ${t(`weights.${which}`)}
      </button>`,
    )}
  </div>`;
}

/** @type {import('../protocol.js').Weights[]} */
const kindsOfWeights = ['raw', 'averaged'];

/**
 * @param {Store} store
 * @param {Translate} t
 */
const reconstructions = ({ pairs }, t) => html`<figure>
  <figcaption><span class="g">${t('panel.pairs')} <i>x, x̂</i></span></figcaption>
  <canvas
    class="pairs"
    role="img"
    aria-label=${pairs ? t('canvas.pairs', { count: pairs.count / 2, step: pairs.step }) : t('canvas.waiting')}
  ></canvas>
</figure>`;

/**
 * @param {string} name
 * @param {string} value
 */
const counter = (name, value) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

/** @param {number | undefined} value */
const whole = (value) => value?.toLocaleString('en') ?? '–';

/**
 * @param {number | undefined} value
 * @param {number} digits
 */
const fixed = (value, digits) => value?.toFixed(digits) ?? '–';

/** @param {number | undefined} value */
const compact = (value) =>
  value === undefined
    ? '–'
    : Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(value);
