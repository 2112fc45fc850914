/** What is minimised, as formulas, each with its value at the latest report. */
import { html, nothing } from 'lit/html.js';
import { lossOf, traitsOf } from '../settings/traits.js';
import { figure } from './numbers.js';
import { equals, first, further, number } from './objective/notation.js';
import { amountOf, objectiveOf, totalOf } from './objective/sums.js';

/**
 * @typedef {import('../store.js').Store} Store
 * @typedef {import('../i18n/index.js').Translate} Translate
 * @typedef {import('../protocol.js').Report} Report
 * @typedef {import('./objective/notation.js').Formula} Formula
 * @typedef {import('./objective/terms.js').Condition} Condition
 * @typedef {import('./objective/terms.js').Player} Player
 * @typedef {import('./objective/terms.js').Term} Term
 */

/**
 * @param {Store} store
 * @param {Translate} t
 */
export function objective({ description, report }, t) {
  const experiment = description?.experiment ?? {};
  const made = objectiveOf(experiment);
  if (!made) return nothing;
  const { critic, discriminator } = traitsOf(experiment);
  const kind = discriminator
    ? `option.loss.${lossOf(experiment)}`
    : `option.model.${experiment.model}`;
  const names = {
    d: t(critic ? 'curve.critic_loss' : 'curve.d_loss'),
    g: t(discriminator ? 'curve.g_loss' : 'panel.loss'),
  };
  return html`<section class="objective" aria-label=${t('panel.objective')}>
    <h3>${t(kind)}</h3>
    ${made.players.map((player) => sum(player, names[player.who], report, t))}
    ${made.watched === undefined ? nothing : watched(made.watched, report, t)}
    ${made.conditions.map((condition) => holds(condition, t))}
  </section>`;
}

/**
 * A sum as a column: a line for each term, and under them what they come to.
 *
 * @param {Player} player
 * @param {string} label
 * @param {Report | undefined} report
 * @param {Translate} t
 * @param {string} [now] `term`: every term is what is talked about
 */
function sum(player, label, report, t, now = '') {
  const { who, symbol, terms } = player;
  const lines = terms.map((term, index) => {
    const [head, ...tail] = term.sum;
    const start = index === 0 ? equals(symbol, first(head)) : further(head);
    return line({
      formulas: [start, ...tail.map(further)],
      label: term.figure in known ? label : t(`term_name.${term.figure}`),
      named: !(term.figure in known),
      weight: term.weight,
      value: amountOf(term, report),
      now: now === 'term',
    });
  });
  if (terms.length > 1) {
    const value = totalOf(player, report);
    lines.push(
      line({
        formulas: [symbol],
        label: t('objective.total'),
        named: true,
        value,
        now: now === 'term',
      }),
    );
  }
  return html`<div class="sum ${who}">${lines}</div>`;
}

/** Figures whose terms need no name beside the symbol of the sum. */
const known = { d_loss: true, g_loss: true };

/**
 * What one player minimises, with the values that are known of its terms, and marked what a phase of
 * a round is about: its terms, or a part of them by its name.
 *
 * @param {import('../protocol.js').Experiment} experiment
 * @param {'d' | 'g'} who
 * @param {Record<string, number> | undefined} figures
 * @param {Translate} t
 * @param {string} now
 */
export function sumOf(experiment, who, figures, t, now) {
  const player = objectiveOf(experiment, now)?.players.find((it) => it.who === who);
  if (!player) return nothing;
  const { critic } = traitsOf(experiment);
  const label = t(who === 'g' ? 'curve.g_loss' : critic ? 'curve.critic_loss' : 'curve.d_loss');
  return sum(player, label, /** @type {Report | undefined} */ (figures), t, now);
}

/**
 * @param {Term} term
 * @param {Report | undefined} report
 * @param {Translate} t
 */
function watched({ figure, sum: [head, ...tail] }, report, t) {
  const formulas = [first(head), ...tail.map(further)];
  const label = t(`term_name.${figure}`);
  return html`<div class="sum">${line({ formulas, label, named: true, value: report?.[figure] })}</div>`;
}

/**
 * @param {Condition} condition
 * @param {Translate} t
 */
const holds = ({ setting, formulas }, t) => html`<p class="condition" data-setting=${setting}>
  ${formulas.map(math)}<span class="name">${t(`field.${setting}`)}</span>
</p>`;

/**
 * @param {object} line
 * @param {Formula[]} line.formulas lines break only between them
 * @param {string} line.label
 * @param {boolean} [line.named] the label is seen too
 * @param {Term['weight']} [line.weight]
 * @param {number | undefined} line.value
 * @param {boolean} [line.now] it is what a phase is about
 */
function line({ formulas, label, named = false, weight, value, now = false }) {
  return html`<div class="term" aria-current=${now ? 'step' : nothing}>
    <span class="formula">
      ${formulas.map(math)}${named ? html`<span class="name">${label}</span> ` : nothing}${weight ? html`<span class="name">${math(equals(weight.symbol, number(weight.value)))}</span>` : nothing}
    </span>
    <output aria-label=${label} aria-live="off">${figure(value)}</output>
  </div>`;
}

/** @param {Formula} formula */
const math = (formula) => html`<math>${formula}</math> `;
