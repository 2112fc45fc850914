/** Ways through the latent space: from one z to another, and all around one. */

import { live } from 'lit/directives/live.js';
import { html, nothing } from 'lit/html.js';
import { drawDigits } from './digits-canvas.js';
import { drawer } from './drawer.js';
import { icons } from './icons.js';

/**
 * @typedef {import('./lab-interface.js').LabInterface} Lab
 * @typedef {import('./lab-interface.js').LatentSpace} LatentSpace
 * @typedef {import('../i18n/index.js').Translate} Translate
 */

const maxSeed = 2 ** 32 - 1;

/**
 * @param {Lab} lab
 * @param {Translate} t
 */
export function explorer({ latentSpace: state, store }, t) {
  const flat = store.description?.experiment.latent_dim === 2;
  const body = html`<div class="explorer">
    ${walk(state, t)} ${flat ? wholePlane(state, t) : around(state, t)}
  </div>`;
  return drawer('explorer', t('explorer.title'), body, { toggled: (open) => state.show(open) });
}

/**
 * @param {LatentSpace} state
 * @param {Translate} t
 */
function walk(state, t) {
  const last = state.walkCount - 1;
  const share = (state.at / last).toFixed(2);
  return html`<section class="walk">
    <canvas class="moment" role="img" aria-label=${t('explorer.moment', { share })}></canvas>
    <div class="ends">
      <h3>${t('explorer.walk')}</h3>
      <p class="note">${t('explorer.walk.note')}</p>
      <div class="seeds">
        ${seed(t('explorer.from'), 'walk-from', state.from, (from) => state.walkBetween({ from }))}
        ${seed(t('explorer.to'), 'walk-to', state.to, (to) => state.walkBetween({ to }))}
        <button
          type="button"
          data-action="walk-new"
          @click=${() => state.walkBetween({ from: anySeed(), to: anySeed() })}
        >
          ${t('explorer.new')}
        </button>
        ${
          stillness()
            ? nothing
            : html`<button
              type="button"
              data-action="walk-play"
              aria-pressed=${state.playing}
              @click=${() => state.play(!state.playing)}
            >
              ${state.playing ? icons.pause : icons.play}<span>${t(state.playing ? 'explorer.pause' : 'explorer.play')}</span>
            </button>`
        }
      </div>
    </div>
    <div class="path">
      <canvas class="strip" role="img" aria-label=${t('explorer.strip', { from: state.from, to: state.to })}></canvas>
      <input
        type="range"
        data-field="walk-at"
        min="0"
        max=${last}
        .value=${live(String(state.at))}
        aria-label=${t('explorer.position')}
        aria-valuetext=${share}
        @input=${(/** @type {Event} */ event) => state.moveTo(numberOf(event))}
      />
    </div>
  </section>`;
}

/**
 * The surroundings of one z: points of a plane through it, moved onto the sphere that z lie close to.
 *
 * @param {LatentSpace} state
 * @param {Translate} t
 */
const around = (state, t) =>
  map(state, t, 'explorer.around', {
    label: t('explorer.around.label', { seed: state.seed, extent: state.extent.toFixed(1) }),
    seeds: html`<div class="seeds">
      ${seed(t('explorer.middle'), 'plane-seed', state.seed, (next) => state.planeAt({ seed: next }))}
      <button type="button" data-action="plane-new" @click=${() => state.planeAt({ seed: anySeed() })}>
        ${t('explorer.new')}
      </button>
    </div>`,
  });

/**
 * In two dimensions every z is a point of the plane, and no seed is needed.
 *
 * @param {LatentSpace} state
 * @param {Translate} t
 */
const wholePlane = (state, t) =>
  map(state, t, 'explorer.flat', {
    label: t('explorer.flat.label', { extent: state.extent.toFixed(1) }),
    seeds: nothing,
  });

/**
 * @param {LatentSpace} state
 * @param {Translate} t
 * @param {'explorer.around' | 'explorer.flat'} words
 * @param {{ label: string, seeds: unknown }} parts
 */
function map(state, t, words, { label, seeds }) {
  const extent = state.extent.toFixed(1);
  return html`<section class="plane">
    <canvas class="plane" role="img" aria-label=${label}></canvas>
    <div class="ends">
      <h3>${t(words)}</h3>
      <p class="note">${t(`${words}.note`)}</p>
      ${seeds}
      <label class="field">
        <span>${t('explorer.extent')} <b>±${extent}</b></span>
        <input
          type="range"
          data-field="plane-extent"
          min="0.5"
          max="4"
          step="0.5"
          aria-valuetext="±${extent}"
          .value=${live(String(state.extent))}
          @input=${(/** @type {Event} */ event) => state.planeAt({ extent: numberOf(event) })}
        />
      </label>
    </div>
  </section>`;
}

/**
 * @param {string} label
 * @param {string} name
 * @param {number} value
 * @param {(seed: number) => void} take
 */
function seed(label, name, value, take) {
  /** What is no seed is put back. @param {Event} event */
  const change = (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const next = numberOf(event);
    if (Number.isInteger(next) && next >= 0 && next <= maxSeed) take(next);
    else input.value = String(value);
  };
  return html`<label class="field seed">
    <span>${label}</span>
    <input
      type="text"
      inputmode="numeric"
      autocomplete="off"
      data-field=${name}
      .value=${live(String(value))}
      @change=${change}
    />
  </label>`;
}

/**
 * @param {ShadowRoot} root
 * @param {LatentSpace} state
 * @param {string} theme
 */
export function drawExplorer(root, state, theme) {
  if (!state.open) return;
  drawDigits(root.querySelector('canvas.strip'), state.walk, state.walkCount, theme);
  drawDigits(root.querySelector('canvas.moment'), state.frames[state.at], 1, theme);
  drawDigits(root.querySelector('canvas.plane'), state.plane, state.planeSide, theme);
}

const anySeed = () => Math.floor(Math.random() * 100_000);
const stillness = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** @param {Event} event */
const numberOf = (event) => {
  const text = /** @type {HTMLInputElement} */ (event.target).value.trim();
  return text === '' ? Number.NaN : Number(text);
};
