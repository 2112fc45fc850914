/** One round of training, slowly: a phase at a time, on its own batch. A chunk of its own. */
import { html, nothing } from 'lit/html.js';
import { traitsOf } from '../../settings/traits.js';
import { beforeAfter } from '../change/before-after.js';
import { drawDigits } from '../digits-canvas.js';
import { drawDots } from '../dots.js';
import { icons } from '../icons.js';
import { drawInk, imagesOf } from '../ink.js';
import { noiseImages } from '../noise.js';
import { figure } from '../numbers.js';
import { sumOf } from '../objective.js';
import { captionOf } from './captions.js';
import { flow } from './flow.js';

/**
 * @typedef {import('../lab-interface.js').LabInterface} Lab
 * @typedef {import('../lab-interface.js').SlowRound} SlowRound
 * @typedef {import('../../protocol.js').Phase} Phase
 * @typedef {import('../../i18n/index.js').Translate} Translate
 */

/** @type {Phase['phase'][]} */
const order = ['draw', 'make', 'judge', 'loss', 'gradient', 'update'];
/** Seconds that a phase stays. */
const speeds = [4, 2, 1];
/** Pictures in a row. */
const columns = 4;

/**
 * @param {Lab} lab
 * @param {Translate} t
 */
export function slowly({ slowRound: state, store }, t) {
  const experiment = store.description?.experiment ?? {};
  const { frame } = state;
  const blocked = store.phase === 'recovering' || store.phase === 'stopped';
  return html`<section
    class="slowly"
    tabindex="-1"
    data-player=${frame?.player ?? nothing}
    data-phase=${frame?.phase ?? nothing}
    aria-label=${t('slowly.title')}
    @keydown=${(/** @type {KeyboardEvent} */ event) => steer(event, state)}
  >
    <header>
      <h3>${t('slowly.title')}</h3>
      ${frame ? html`<span class="where">${where(frame, t)}</span>` : nothing}
      <button type="button" class="small" data-action="slowly-close" @click=${closeSlowly(state)}>
        ${t('slowly.close')}
      </button>
    </header>
    ${frame ? phases(frame, t) : nothing} ${controls(state, blocked, t)}
    ${frame ? flow(frame, experiment, t) : nothing}
    ${frame ? formula(frame, experiment, t) : nothing}
    <p class="caption" aria-live="polite">${frame ? captionOf(frame, experiment, t) : t('slowly.empty')}</p>
    ${frame?.phase === 'gradient' && frame.layers ? layers(frame.layers, t) : nothing}
    ${frame?.phase === 'update' ? changed(frame, traitsOf(experiment), t) : nothing}
  </section>`;
}

/**
 * @param {Phase} frame
 * @param {Translate} t
 */
const where = ({ round, player, update, updates }, t) =>
  t(updates > 1 ? 'slowly.where.of' : 'slowly.where', {
    round: round.toLocaleString('en'),
    network: player === 'discriminator' ? 'D' : 'G',
    update,
    updates,
  });

/**
 * The phases of an update in order, with the one that is shown.
 *
 * @param {Phase} frame
 * @param {Translate} t
 */
const phases = ({ phase, player }, t) => html`<ol class="phases ${player.slice(0, 1)}">
  ${order.map(
    (name, index) => html`<li
      aria-current=${name === phase ? 'step' : nothing}
      class=${index < order.indexOf(phase) ? 'past' : ''}
    >
      ${t(`slowly.phase.${name}`)}
    </li>`,
  )}
</ol>`;

/**
 * What of the formula a phase is about, by the names of objective/generation.js: in an update every
 * place of the network that learns.
 *
 * @type {Record<Phase['phase'], (who: 'd' | 'g') => string>}
 */
const subjects = {
  draw: () => 'drawn',
  make: () => 'made',
  judge: () => 'said',
  loss: () => 'term',
  gradient: () => 'term',
  update: (who) => `learnt-${who}`,
};

/**
 * What the network that learns minimises, with what the phase is about marked.
 *
 * @param {Phase} frame
 * @param {import('../../protocol.js').Experiment} experiment
 * @param {Translate} t
 */
function formula({ player, phase, terms }, experiment, t) {
  const who = player === 'discriminator' ? 'd' : 'g';
  return html`<div class="objective">${sumOf(experiment, who, terms, t, subjects[phase](who))}</div>`;
}

/**
 * How large the gradient is in each layer, from input to output.
 *
 * @param {NonNullable<Phase['layers']>} list
 * @param {Translate} t
 */
function layers(list, t) {
  const largest = Math.max(...list.map(({ norm }) => norm)) || 1;
  return html`<ol class="layer-norms" aria-label=${t('slowly.layers')}>
    ${list.map(
      ({ name, norm }, index) => html`<li data-layer=${name} title=${name}>
        <small>${t('slowly.layer', { number: index + 1 })}</small>
        <span class="gauge"><span .style=${`inline-size:${((100 * norm) / largest).toFixed(1)}%`}></span></span>
        <output aria-live="off">${figure(norm)}</output>
      </li>`,
    )}
  </ol>`;
}

/**
 * @param {Phase} frame
 * @param {ReturnType<typeof traitsOf>} traits
 * @param {Translate} t
 */
function changed({ after, d_real, d_fake, real_scores, fake_scores }, traits, t) {
  if (!after || d_fake === undefined || !fake_scores) return nothing;
  const both = after.d_real !== undefined && d_real !== undefined;
  return beforeAfter(
    {
      d_real: both ? [d_real, after.d_real ?? 0] : undefined,
      d_fake: [d_fake, after.d_fake],
      real_scores: both ? [real_scores ?? [], after.real_scores ?? []] : undefined,
      fake_scores: [fake_scores, after.fake_scores],
      moved: after.moved,
      change_norm: after.change_norm,
    },
    traits,
    t,
  );
}

/**
 * @param {SlowRound} state
 * @param {boolean} blocked
 * @param {Translate} t
 */
function controls(state, blocked, t) {
  /** @param {Event} event */
  const change = (event) => {
    state.setSpeed(Number(/** @type {HTMLSelectElement} */ (event.target).value));
  };
  return html`<div class="transport">
    <button type="button" data-action="slowly-back" aria-keyshortcuts="ArrowLeft" ?disabled=${!state.canGoBack} @click=${() => state.back()}>
      ← <span>${t('slowly.back')}</span>
    </button>
    <button
      type="button"
      class="primary"
      data-action="slowly-forward"
      aria-keyshortcuts="ArrowRight"
      aria-busy=${state.busy}
      ?disabled=${blocked}
      @click=${() => state.forward()}
    >
      <span>${t('slowly.forward')}</span> →
    </button>
    <button
      type="button"
      data-action="slowly-play"
      aria-pressed=${state.playing}
      ?disabled=${blocked}
      @click=${() => state.play(!state.playing)}
    >
      ${state.playing ? icons.pause : icons.play}<span>${t(state.playing ? 'slowly.pause' : 'slowly.play')}</span>
    </button>
    <label class="speed">
      <span class="unseen">${t('slowly.speed')}</span>
      <select data-action="slowly-speed" @change=${change}>
        ${speeds.map(
          (seconds) => html`<option value=${seconds} ?selected=${seconds === state.seconds}>
            ${t('slowly.seconds', { seconds })}
          </option>`,
        )}
      </select>
    </label>
    <p class="note">${t('slowly.keys')}</p>
  </div>`;
}

/**
 * Closes it, and gives the focus back to the button that opened it.
 *
 * @param {SlowRound} state
 */
const closeSlowly =
  (state) =>
  (/** @type {Event} */ { target }) => {
    const root = /** @type {Element} */ (target).getRootNode();
    state.show(false);
    if (!(root instanceof ShadowRoot)) return;
    const opener = root.querySelector('[data-action="slowly"]');
    if (opener instanceof HTMLElement) opener.focus();
  };

/**
 * The arrow keys walk while the round has the focus; what takes arrows itself keeps them.
 *
 * @param {KeyboardEvent} event
 * @param {SlowRound} state
 */
function steer(event, state) {
  const { key, target } = event;
  if (event.ctrlKey || event.altKey || event.metaKey || target instanceof HTMLSelectElement) return;
  if (key === 'ArrowRight') state.forward();
  else if (key === 'ArrowLeft') state.back();
  else if (key === 'Escape') closeSlowly(state)(event);
  else return;
  event.preventDefault();
}

/**
 * @param {ShadowRoot} root
 * @param {SlowRound} state
 * @param {string} theme
 */
export function drawSlowly(root, { frame }, theme) {
  if (!frame) return;
  const { z, latent_dim, real, fake, pull, after, round } = frame;
  const part = (/** @type {string} */ name) => root.querySelector(`.slowly canvas.slow-${name}`);
  drawDigits(
    part('z'),
    once(frame, 'z', () => noiseImages(z.slice(0, 8 * latent_dim), latent_dim, round)),
    columns,
    theme,
  );
  const points = fake?.values.length || real?.values.length;
  if (points) {
    const now = frame.phase === 'update' ? (after?.fake ?? fake) : fake;
    drawDots(part('real'), real, 'd', theme);
    drawDots(part('fake'), now, 'g', theme);
    drawDots(part('pull'), fake, 'g', theme, pull?.values);
    return;
  }
  if (real)
    drawDigits(
      part('real'),
      once(frame, 'real', () => imagesOf(real)),
      columns,
      theme,
    );
  const made = after?.fake && frame.phase === 'update' ? after.fake : fake;
  if (made)
    drawDigits(
      part('fake'),
      once(frame, 'fake', () => imagesOf(made)),
      columns,
      theme,
    );
  drawInk(part('pull'), fake, pull?.values, columns, theme);
}

/** Pictures of a frame are the same objects as long as it is shown: a canvas draws nothing twice. @type {WeakMap<Phase, Map<string, import('../../protocol.js').Images>>} */
const made = new WeakMap();

/**
 * @param {Phase} frame
 * @param {string} name
 * @param {() => import('../../protocol.js').Images} make
 */
function once(frame, name, make) {
  const known = made.get(frame) ?? new Map();
  made.set(frame, known);
  if (!known.has(name)) known.set(name, make());
  return known.get(name);
}
