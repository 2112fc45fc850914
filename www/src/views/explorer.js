/** Ways through the latent space: all around one z, from one to another, between two digits. */

import { live } from 'lit/directives/live.js';
import { html, nothing } from 'lit/html.js';
import { maxSeed } from '../settings/fields.js';
import { traitsOf } from '../settings/traits.js';
import { drawDigits } from './digits-canvas.js';
import { drawer } from './drawer.js';
import { map } from './explorer/map.js';
import { strip } from './explorer/strip.js';
import { icons } from './icons.js';
import { fixed } from './numbers.js';

/**
 * @typedef {import('./lab-interface.js').LabInterface} Lab
 * @typedef {import('./lab-interface.js').LatentSpace} LatentSpace
 * @typedef {import('../i18n/index.js').Translate} Translate
 */

/**
 * @param {Lab} lab
 * @param {Translate} t
 */
export function explorer({ latentSpace: state, store }, t) {
  const experiment = store.description?.experiment ?? {};
  const flat = experiment.latent_dim === 2;
  const body = html`<div class="explorer">
    ${around(state, t, flat)} ${walk(state, t)}
    ${traitsOf(experiment).conditional ? between(state, t) : nothing}
  </div>`;
  // A plane that is all of the latent space is what there is to see.
  return drawer('explorer', t('explorer.title'), body, {
    open: flat,
    toggled: (open) => state.show(open),
  });
}

/**
 * @param {LatentSpace} state
 * @param {Translate} t
 */
function walk(state, t) {
  const share = shareText(state.at, state.walkCount);
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
      ${latent(state.places.walk, 'walk-z', t)}
    </div>
    ${strip({
      name: 'walk',
      count: state.walkCount,
      at: state.at,
      move: (at) => state.moveTo(at),
      picture: t('explorer.strip', { from: state.from, to: state.to }),
      label: t('explorer.position'),
      text: share,
      ends: ['A', 'B'],
    })}
  </section>`;
}

/**
 * One z, told every mixture of two digits.
 *
 * @param {LatentSpace} state
 * @param {Translate} t
 */
function between(state, t) {
  const { blend } = state;
  const share = shareText(blend.at, state.walkCount);
  const params = { from: blend.from, to: blend.to, share };
  return html`<section class="walk">
    <canvas class="blended" role="img" aria-label=${t('explorer.blend.moment', params)}></canvas>
    <div class="ends">
      <h3>${t('explorer.blend')}</h3>
      <p class="note">${t('explorer.blend.note')}</p>
      <div class="seeds">
        ${digit(t('explorer.blend.from'), 'blend-from', blend.from, (from) => state.blendBetween({ from }))}
        ${digit(t('explorer.blend.to'), 'blend-to', blend.to, (to) => state.blendBetween({ to }))}
        ${seed(t('explorer.blend.seed'), 'blend-seed', blend.seed, (next) => state.blendBetween({ seed: next }))}
      </div>
    </div>
    ${strip({
      name: 'blend',
      count: state.walkCount,
      at: blend.at,
      move: (at) => state.blendTo(at),
      picture: t('explorer.blend.strip', params),
      label: t('explorer.blend.position'),
      text: share,
      ends: [String(blend.from), String(blend.to)],
    })}
  </section>`;
}

/**
 * The surroundings of one z: points of a plane through it, moved onto the sphere that z lie close to.
 * In two dimensions every z is a point of the plane, and no seed is needed.
 *
 * @param {LatentSpace} state
 * @param {Translate} t
 * @param {boolean} flat
 */
function around(state, t, flat) {
  const extent = fixed(state.extent, 1);
  const words = flat ? 'explorer.flat' : 'explorer.around';
  const { right, down } = state.point;
  const point = { right: fixed(right, 2), up: fixed(-down, 2) };
  const text = t(flat ? 'explorer.point.flat' : 'explorer.point', point);
  return html`<section class="plane">
    ${map({
      side: state.planeSide,
      extent: state.extent,
      point: state.point,
      move: (next) => state.pointTo(next),
      axes: flat ? ['z₁', 'z₂'] : ['u', 'v'],
      picture: t(`${words}.label`, { seed: state.seed, extent }),
      label: t('explorer.point.label'),
      text,
    })}
    <div class="ends">
      <h3>${t(words)}</h3>
      <p class="note">${t(`${words}.note`)}</p>
      <figure class="there">
        <canvas class="there" role="img" aria-label=${t('explorer.there', { place: text })}></canvas>
        <figcaption>${text}</figcaption>
      </figure>
      ${latent(state.places.plane, 'plane-z', t)}
      ${
        flat
          ? nothing
          : html`<div class="seeds">
            ${seed(t('explorer.middle'), 'plane-seed', state.seed, (next) => state.planeAt({ seed: next }))}
            <button type="button" data-action="plane-new" @click=${() => state.planeAt({ seed: anySeed() })}>
              ${t('explorer.new')}
            </button>
          </div>`
      }
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
 * The z of a place, as `sample({ z })` takes it.
 *
 * @param {import('./lab-interface.js').Place | undefined} place
 * @param {string} name
 * @param {Translate} t
 */
const latent = (place, name, t) => html`<label class="field">
  <span>${t('explorer.z')}</span>
  <input
    readonly
    data-field=${name}
    .value=${place ? JSON.stringify([...place.z].map(short)) : ''}
    @focus=${(/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.target).select()}
  />
</label>`;

/** As few digits as give the same 32-bit number again. @param {number} value */
function short(value) {
  for (let digits = 1; digits < 9; digits += 1) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return value;
}

/**
 * @param {number} at
 * @param {number} count
 */
const shareText = (at, count) => fixed(at / (count - 1), 2);

/**
 * @param {string} label
 * @param {string} name
 * @param {number} value
 * @param {(digit: number) => void} take
 */
const digit = (label, name, value, take) => html`<label class="field">
  <span>${label}</span>
  <select
    data-field=${name}
    .value=${live(String(value))}
    @change=${(/** @type {Event} */ event) => take(numberOf(event))}
  >
    ${[...'0123456789'].map((it) => html`<option value=${it} ?selected=${it === String(value)}>${it}</option>`)}
  </select>
</label>`;

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
    const sound = Number.isInteger(next) && next >= 0 && next <= maxSeed;
    input.value = String(sound ? next : value);
    if (sound) take(next);
  };
  return html`<label class="field seed">
    <span>${label}</span>
    <input
      type="text"
      inputmode="numeric"
      autocomplete="off"
      data-field=${name}
      .value=${String(value) /* not live: what is being typed stays while the lab renders */}
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
  const paint = (
    /** @type {string} */ name,
    /** @type {import('../protocol.js').Images | undefined} */ images,
    /** @type {number} */ columns,
  ) => drawDigits(root.querySelector(`canvas.${name}`), images, columns, theme);
  paint('walk', state.walk, state.walkCount);
  paint('moment', state.moment, 1);
  paint('plane', state.plane, state.planeSide);
  paint('there', state.places.plane?.images, 1);
  paint('blend', state.blends, state.walkCount);
  paint('blended', state.blended, 1);
}

const anySeed = () => Math.floor(Math.random() * 100_000);
const stillness = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** @param {Event} event */
const numberOf = (event) => {
  const text = /** @type {HTMLInputElement} */ (event.target).value.trim();
  return text === '' ? Number.NaN : Number(text);
};
