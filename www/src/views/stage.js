/**
 * The first screen: the generated digits, the real ones, what D says of both, the sentence of what
 * is happening, and the buttons.
 */
import { html, nothing } from 'lit/html.js';
import { traitsOf } from '../settings/traits.js';
import { hasOverlay, overlay } from './eyes/overlay.js';
import { briefly } from './judge/disaster-view.js';
import { meters } from './meters.js';
import { noiseNote } from './noise.js';
import { now } from './now.js';
import { figure, fixed } from './numbers.js';
import { progressOf } from './rounds.js';
import { transport } from './transport.js';

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
  const fake = store.extra ?? store.grid;
  const traits = traitsOf(store.description?.experiment ?? {});
  const translates = traits.shows('translations');
  const fakeText = fake
    ? t(translates ? 'canvas.translated' : 'canvas.fake', {
        step: fake.step,
        count: translates ? fake.count / 2 : fake.count,
      })
    : t('canvas.waiting');
  const realText = store.real ? t('canvas.real', { count: store.real.count }) : t('canvas.waiting');
  const note = translates
    ? 'panel.translated.note'
    : store.extra
      ? 'panel.extra.note'
      : 'panel.fake.note';
  const encodes = traits.shows('reconstructions');
  return html`<div class="stage">
    <figure class="fakes">
      <figcaption>
        <span class="g">${t(encodes ? 'panel.fake.decoder' : 'panel.fake')} <i>${traits.latents ? t('panel.fake.formula') : 'G(x)'}</i></span>
        <span class="note">${t(note, { step: whole(fake?.step) })}</span>
      </figcaption>
      ${translates ? ways(store, t) : nothing}
      <div class="screen" data-shows=${lab.opening.shows ?? nothing}>
        <canvas
          class=${translates ? 'fake paired' : 'fake'}
          part="canvas"
          role="img"
          aria-label=${fakeText}
        ></canvas>
        ${hasOverlay(lab, controls) ? overlay(lab, store.grid?.count ?? 0, t) : nothing}
        ${traits.latents ? html`<canvas class="noise" aria-hidden="true"></canvas>${noiseNote(lab.opening, t)}` : nothing}
      </div>
    </figure>
    <div class="aside">
      <figure class="facts">
        <figcaption><span class="d">${t('panel.real')} <i>${t('panel.real.formula')}</i></span></figcaption>
        <canvas class="real" role="img" aria-label=${realText}></canvas>
      </figure>
      ${encodes ? reconstructions(store, t) : nothing}
      ${traits.shows('meters') ? meters(store, t) : nothing}
      ${counters(store, t)}
    </div>
    ${now(store, t, controls === 'compact' ? briefly(store, t) : undefined)} ${controls === 'none' ? nothing : transport(lab, t, controls)}
  </div>`;
}

/**
 * How far the run is, and how fast it goes.
 *
 * @param {Store} store
 * @param {Translate} t
 */
export const counters = (store, t) => html`<dl class="counters">
  ${steps(store, t)}
  ${counter(t('stat.epoch'), fixed(store.report?.epoch, 2))}
  ${counter(t('stat.rate'), figure(store.report?.steps_per_second))}
  ${counter(t('stat.parameters'), compact(store.description?.parameters))}
</dl>`;

/**
 * Whole rounds, and the single updates that make none.
 *
 * @param {Store} store
 * @param {Translate} t
 */
function steps(store, t) {
  const { rounds, d, g } = progressOf(store);
  // While it trains, a round is always in the middle of its updates.
  const single =
    store.phase === 'running'
      ? ''
      : [d > 0 ? `+${d} D` : '', g > 0 ? `+${g} G` : ''].filter(Boolean).join(' ');
  return html`<div class="steps">
    <dt>${t('stat.step')}</dt>
    <dd>${whole(rounds)}${single === '' ? nothing : html` <small title=${t('stat.single')}>${single}</small>`}</dd>
  </div>`;
}

/**
 * The two ways between two kinds of images, over their pairs.
 *
 * @param {Store} store
 * @param {Translate} t
 */
function ways({ description }, t) {
  const drawn = t('domain.drawn');
  const other = t(`domain.${description?.experiment.dataset ?? 'mnist'}`);
  const way = (/** @type {string} */ from, /** @type {string} */ to) =>
    html`<span>${from} <b class="g" aria-hidden="true">→</b><span class="unseen">${t('panel.translated.to')}</span> ${to}</span>`;
  return html`<p class="ways">${way(drawn, other)}${way(other, drawn)}</p>`;
}

/**
 * @param {Store} store
 * @param {Translate} t
 */
const reconstructions = ({ pairs }, t) => html`<figure class="facts">
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

/** @param {number | undefined} value */
const compact = (value) =>
  value === undefined
    ? '–'
    : Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(value);
