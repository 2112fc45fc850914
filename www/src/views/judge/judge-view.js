/** The live judge: which digits the generator draws, how clearly, and how far from real ones. */
import { html, nothing } from 'lit/html.js';
import { traitsOf } from '../../settings/traits.js';
import { readsDigits } from '../curves/curve-panels.js';
import { detailOf } from '../details.js';
import { drawer } from '../drawer.js';
import { figure, fixed, percent } from '../numbers.js';

/**
 * @typedef {import('../lab-interface.js').LabInterface} Lab
 * @typedef {import('../../i18n/index.js').Translate} Translate
 * @typedef {import('../../protocol.js').Verdict} Verdict
 */

/**
 * @param {Lab} lab
 * @param {Translate} t
 * @param {boolean} open at first
 */
export function judge(lab, t, open) {
  const { store } = lab;
  const verdict = /** @type {Verdict | undefined} */ (store.watched.judge);
  const failed = store.unwatchable.judge;
  const body = html`<div class="judge">
    ${failed ? problem(lab, t, failed) : nothing}
    ${verdict ? seen(lab, t, verdict) : failed ? nothing : html`<p class="note">${t('judge.waiting')}</p>`}
  </div>`;
  const toggled = (/** @type {boolean} */ open) => lab.watch('judge', open ? {} : null);
  return drawer('judge', t('judge.title'), body, { open, half: true, toggled });
}

/**
 * Why there is nothing to be seen, and the way to try it again.
 *
 * @param {Lab} lab
 * @param {Translate} t
 * @param {{ code: string, message: string }} error
 */
function problem(lab, t, error) {
  const again = () => {
    lab.watch('judge', null);
    lab.watch('judge', {});
  };
  return html`<div class="message bad" role="alert" data-code=${error.code}>
    <div class="words">
      <strong>${t(`error.${error.code}`)}</strong>
      <span class="detail">${detailOf(error, t)}</span>
      <code>${error.code}</code>
    </div>
    <button type="button" class="small" data-action="judge-again" @click=${again}>
      ${t('facade.retry')}
    </button>
  </div>`;
}

/**
 * @param {Lab} lab
 * @param {Translate} t
 * @param {Verdict} verdict
 */
function seen({ store }, t, verdict) {
  const digits = readsDigits(store);
  const { conditional } = traitsOf(store.description?.experiment ?? {});
  const { count, frechet_distance, frechet_floor, reference_count, slope } = verdict;
  return html`${digits ? histogram(verdict, t) : nothing}
    <dl class="verdicts">
      ${digits ? ofDigits(verdict, t) : nothing}
      ${row('frechet_distance', t('judge.frechet'), figure(frechet_distance), t('judge.floor', { floor: figure(frechet_floor) }))}
      ${slope === undefined ? nothing : row('slope', t('judge.slope'), figure(slope), t('judge.slope.held'))}
    </dl>
    <p class="note">
      ${t(digits ? 'judge.note' : 'judge.note.file', { count, reference: reference_count, step: verdict.step.toLocaleString('en') })}
      ${conditional && digits ? t('judge.note.conditional') : nothing}
    </p>`;
}

/**
 * @param {Verdict} verdict
 * @param {Translate} t
 */
const ofDigits = ({ modes, confidence, real_confidence, precision }, t) => html`
  ${row('modes', t('judge.modes'), t('judge.modes.of', { modes }))}
  ${row('confidence', t('judge.confidence'), fixed(confidence, 2), t('judge.confidence.real', { real: fixed(real_confidence, 2) }))}
  ${row('precision', t('judge.precision'), percent(precision, t))}
`;

/**
 * @param {string} name
 * @param {string} label
 * @param {string} value
 * @param {string} [beside]
 */
const row = (name, label, value, beside = '') => html`<div data-figure=${name}>
  <dt>${label}</dt>
  <dd><b>${value}</b> <small>${beside}</small></dd>
</div>`;

/**
 * Ten bars, one for each digit; a line says how long each would be if all were equally frequent.
 *
 * @param {Verdict} verdict
 * @param {Translate} t
 */
function histogram({ histogram: shares }, t) {
  const most = Math.max(0.2, ...shares);
  const told = shares.map((share, digit) => `${digit}${t('sign.colon')}${percent(share, t)}`);
  return html`<div class="histogram" role="img" aria-label=${t('judge.histogram', { shares: told })}>
    ${shares.map(
      (share, digit) => html`<span class="bin" data-digit=${digit} data-share=${share}>
        <small>${Math.round(100 * share)}</small>
        <span class="column"
          ><span class="rise" .style=${`block-size:${(100 * share) / most}%`}></span
          ><span class="even" .style=${`inset-block-end:${10 / most}%`}></span
        ></span>
        <b>${digit}</b>
      </span>`,
    )}
  </div>`;
}
