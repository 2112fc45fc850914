/** The grid's digits as buttons over their picture: each can wear D's score, and be chosen. */
import { html, nothing } from 'lit/html.js';
import { traitsOf } from '../../settings/traits.js';
import { figure } from '../numbers.js';

/**
 * @typedef {import('../lab-interface.js').LabInterface} Lab
 * @typedef {import('../../i18n/index.js').Translate} Translate
 */

const columns = 8;

/**
 * Whether D's eyes can be looked through: where one G draws pictures against one D.
 *
 * @param {import('../../protocol.js').Experiment} experiment
 */
export function hasEyes(experiment) {
  const { family, space } = traitsOf(experiment);
  return family === 'adversarial' && space !== 'plane';
}

/**
 * Whether the grid's own digits can be looked at with them.
 *
 * @param {Lab} lab
 */
export const looksAt = ({ store }) =>
  hasEyes(store.description?.experiment ?? {}) &&
  !store.extra &&
  store.grid !== undefined &&
  store.grid.width > 1;

/**
 * Whether they wear the overlay.
 *
 * @param {Lab} lab
 * @param {string} controls
 */
export const hasOverlay = (lab, controls) =>
  looksAt(lab) && (controls === 'full' || controls === 'basic');

/** Where an arrow key leads. @type {Record<string, (index: number, count: number) => number>} */
const moves = {
  ArrowRight: (index, count) => Math.min(count - 1, index + 1),
  ArrowLeft: (index) => Math.max(0, index - 1),
  ArrowDown: (index, count) => (index + columns < count ? index + columns : index),
  ArrowUp: (index) => (index >= columns ? index - columns : index),
  Home: () => 0,
  End: (_, count) => count - 1,
};

/**
 * @param {Lab} lab
 * @param {number} count
 * @param {Translate} t
 */
export function overlay(lab, count, t) {
  const { eyes } = lab;
  const scores = eyes.seen?.scores;
  /** @param {KeyboardEvent} event */
  const steer = (event) => {
    const { key, currentTarget } = event;
    if (key === 'Escape') eyes.choose(undefined);
    const move = moves[key];
    if (!move) return;
    event.preventDefault();
    const next = move(eyes.focused, count);
    eyes.focus(next);
    const cells = /** @type {HTMLElement} */ (currentTarget).querySelectorAll('button');
    cells[next]?.focus();
  };
  /** @param {number} index */
  const cell = (index) => {
    const score = eyes.scores ? scores?.[index] : undefined;
    return html`<button
      type="button"
      role="gridcell"
      class="eye"
      data-index=${index}
      tabindex=${index === eyes.focused ? 0 : -1}
      aria-selected=${index === eyes.chosen}
      aria-label=${
        score === undefined
          ? t('eyes.digit', { index: index + 1 })
          : t('eyes.digit.score', { index: index + 1, score: figure(score) })
      }
      @click=${() => eyes.choose(index === eyes.chosen ? undefined : index)}
    >
      ${score === undefined ? nothing : html`<span data-score=${score}>${figure(score)}</span>`}
    </button>`;
  };
  const rows = Array.from({ length: Math.ceil(count / columns) }, (_, row) => row * columns);
  return html`<div class="eyes-grid" role="grid" aria-label=${t('eyes.grid')} @keydown=${steer}>
    ${rows.map(
      (start) => html`<div role="row">
        ${Array.from({ length: Math.min(columns, count - start) }, (_, at) => cell(start + at))}
      </div>`,
    )}
  </div>`;
}

/**
 * The switch that has each digit wear its score.
 *
 * @param {Lab} lab
 * @param {Translate} t
 */
export const scoresSwitch = ({ eyes }, t) => html`<button
  type="button"
  class="small scores"
  data-action="scores"
  aria-pressed=${eyes.scores}
  title=${t('eyes.scores.title')}
  @click=${() => eyes.wear(!eyes.scores)}
>
  ${t('eyes.scores')}
</button>`;
