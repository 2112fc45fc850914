/**
 * An experiment that fails on purpose: what there is to see, whether it has happened yet, the
 * remedy, whether it has worked, and the way back to the fault. What it says follows the figures
 * and no clock.
 */
import { guard } from 'lit/directives/guard.js';
import { html, nothing } from 'lit/html.js';
import { diagnose, recovery } from '../../diagnosis/diagnosis.js';
import { disasterOf } from '../../settings/disasters.js';
import { figure } from '../numbers.js';

/**
 * @typedef {import('../lab-interface.js').LabInterface} Lab
 * @typedef {import('../../i18n/index.js').Translate} Translate
 * @typedef {import('../../settings/disasters.js').Disaster} Disaster
 * @typedef {import('../../diagnosis/diagnosis.js').Finding} Finding
 */

/**
 * @param {Lab} lab
 * @param {Translate} t
 * @param {boolean} full it can be treated here
 */
export function disaster(lab, t, full) {
  const { store } = lab;
  const experiment = store.description?.experiment ?? {};
  const found = disasterOf(experiment);
  if (!found) return undefined;
  const { name, cured } = found;
  const finding = findingOf(store, found);
  const blocked = store.phase === 'recovering' || store.phase === 'stopped';
  const told = finding
    ? sentence(finding, t)
    : t(cured ? 'finding.recovering' : `finding.waiting.${name}`);
  return html`<div class="lesson" data-preset=${name} data-cured=${cured}>
    <p><b>${t(`preset.${name}`)}</b> ${t(`${cured ? 'cured' : 'lesson'}.${name}`)}</p>
    <p class="finding" data-finding=${finding?.name ?? ''}>${told}</p>
    <p class="unseen" role="status">
      ${guard([finding?.name, cured, name, t], () => told) /* said once, not with every figure */}
    </p>
    ${
      full
        ? html`<button
          type="button"
          class=${finding && !cured ? 'primary' : ''}
          data-action=${cured ? 'break' : 'cure'}
          ?disabled=${blocked}
          @click=${() => lab.treat()}
        >
          ${t(`${cured ? 'break' : 'cure'}.${name}`)}
        </button>`
        : nothing
    }
  </div>`;
}

/**
 * What has happened to a run that fails on purpose, in the few words that a small lab has room for;
 * nothing before it has.
 *
 * @param {import('../../store.js').Store} store
 * @param {Translate} t
 */
export function briefly(store, t) {
  const found = disasterOf(store.description?.experiment ?? {});
  const finding = found && findingOf(store, found);
  if (!finding) return undefined;
  return sentence(finding, t, !found.cured);
}

/**
 * @param {import('../../store.js').Store} store
 * @param {Disaster} disaster
 */
function findingOf({ history, description, tuned }, { ailment, cured }) {
  if (!history || !description) return undefined;
  const { experiment } = description;
  if (cured) return recovery(history, experiment, ailment, tuned ?? Number.NEGATIVE_INFINITY);
  return diagnose(history, experiment).find((finding) => finding.name === ailment);
}

/**
 * Which of its sentences tells a finding: how far a figure has fallen, or what it is at least.
 *
 * @param {Record<string, number>} values
 */
function variantOf(values) {
  if ('most' in values) return '.fallen';
  return 'least' in values ? '.least' : '';
}

/**
 * A finding in one sentence.
 *
 * @param {Finding} finding
 * @param {Translate} t
 * @param {boolean} [brief]
 */
export const sentence = ({ name, values }, t, brief = false) =>
  t(
    `finding${brief ? '.brief' : ''}.${name}${variantOf(values)}`,
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [
        key,
        Number.isInteger(value) ? String(value) : figure(value),
      ]),
    ),
  );
