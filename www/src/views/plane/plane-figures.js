/** How close the generated distribution is to the real one, in figures and in a sentence. */
import { html } from 'lit/html.js';
import { figure, percent } from '../numbers.js';

/**
 * @typedef {import('./plane-frame.js').PlaneFrame} PlaneFrame
 * @typedef {import('./plane-frame.js').PlaneMetrics} PlaneMetrics
 * @typedef {import('../../i18n/index.js').Translate} Translate
 */

/**
 * What is known of these data: their name, what it is called, and its value as text.
 *
 * @param {PlaneMetrics | undefined} metrics
 * @param {Translate} t
 * @returns {{ name: 'modes' | 'good' | 'js', label: string, value: string }[]}
 */
function measuresOf(metrics, t) {
  const { modes, modes_of: all, good, js } = metrics ?? {};
  /** @type {{ name: 'modes' | 'good' | 'js', label: string, value: string }[]} */
  const measures = [];
  if (modes !== undefined) {
    const value = t('plane.modes.value', { modes, all: all ?? '–' });
    measures.push({ name: 'modes', label: t('plane.modes'), value });
  }
  if (good !== undefined) {
    measures.push({ name: 'good', label: t('plane.good'), value: percent(good, t) });
  }
  measures.push({ name: 'js', label: t('plane.js'), value: figure(js) });
  return measures;
}

/**
 * @param {PlaneFrame | undefined} frame
 * @param {Translate} t
 */
export const planeFigures = (frame, t) => html`<section class="plane-figures">
  <h3>${t('plane.figures')}</h3>
  <dl class="counters">
    ${measuresOf(frame?.metrics, t).map(
      ({ name, label, value }) => html`<div data-measure=${name} title=${t(`plane.${name}.title`)}>
        <dt>${label}</dt>
        <dd>${value}</dd>
      </div>`,
    )}
  </dl>
</section>`;

/**
 * The frame in words, for those who do not see it.
 *
 * @param {PlaneFrame | undefined} frame
 * @param {Translate} t
 */
export function inWords(frame, t) {
  if (!frame) return t('canvas.waiting');
  const measures = measuresOf(frame.metrics, t).map(({ label, value }) => `${label} ${value}`);
  return t('plane.words', { step: frame.step, measures });
}
