/** The way of the numbers: z → G → D → loss, and back. What acts is lit, what is known is written. */
import { html, nothing } from 'lit/html.js';
import { traitsOf } from '../../settings/traits.js';
import { figure } from '../numbers.js';
import { ofSamples } from '../of-samples.js';
import { meanOf, totalOf } from './captions.js';

/**
 * @typedef {import('../../protocol.js').Phase} Phase
 * @typedef {import('../../i18n/index.js').Translate} Translate
 */

/**
 * Which parts of the picture a phase lights. Edges are named by what they join.
 *
 * @type {Record<Phase['player'], Record<Phase['phase'], string[]>>}
 */
const lights = {
  discriminator: {
    draw: ['z', 'x'],
    make: ['z-g', 'g', 'g-f', 'f'],
    judge: ['f-d', 'x-d', 'd'],
    loss: ['d-l', 'l'],
    gradient: ['d-l', 'd'],
    update: ['d'],
  },
  generator: {
    draw: ['z'],
    make: ['z-g', 'g', 'g-f', 'f'],
    judge: ['f-d', 'd'],
    loss: ['d-l', 'l'],
    gradient: ['d-l', 'f-d', 'f', 'g-f', 'g'],
    update: ['g', 'g-f', 'f'],
  },
};

/**
 * @param {Phase} phase
 * @param {import('../../protocol.js').Experiment} experiment
 * @param {Translate} t
 */
export function flow(phase, experiment, t) {
  const { player, batch, latent_dim, labels } = phase;
  const lit = lights[player][phase.phase];
  const on = (/** @type {string} */ part) => (lit.includes(part) ? 'lit' : '');
  const now = (/** @type {string} */ part) => (lit.includes(part) ? 'step' : nothing);
  const teaches = player === 'discriminator' ? 'd' : 'g';
  const network = (
    /** @type {'d' | 'g'} */ who,
  ) => html`<div class="net ${who} ${on(who)}" data-node=${who} aria-current=${now(who)}>
    <b>${who.toUpperCase()}</b>
    <small>${t(who === teaches ? 'slowly.learns' : 'slowly.held')}</small>
    ${who === teaches && phase.gradient_norm !== undefined ? html`<output data-value="gradient_norm" aria-live="off" title=${t('slowly.gradient')}>‖∂L/∂θ‖ <b>${figure(phase.gradient_norm)}</b></output>` : nothing}
  </div>`;
  const edge = (/** @type {string} */ name, /** @type {unknown} */ value = nothing) => html`<div
    class="edge ${name} ${on(name)}"
    data-edge=${name}
  >
    ${arrow}<span>${value}</span>
  </div>`;
  const traits = traitsOf(experiment);
  const pulled = phase.pull && phase.phase === 'gradient';
  const made = phase.after?.fake && phase.phase === 'update' ? phase.after.fake : phase.fake;
  return html`<div class="flow" data-back=${phase.phase === 'gradient' ? '' : nothing}>
    <div class="node z ${on('z')}" data-node="z" aria-current=${now('z')}>
      <i>z</i>
      <canvas class="slow-z" role="img" aria-label=${t('slowly.z', { count: batch, dim: latent_dim })}></canvas>
      <small>${batch} × ${latent_dim}</small>
      ${labels ? html`<small>y = ${labels.join(' ')}</small>` : nothing}
    </div>
    ${edge('z-g')} ${network('g')} ${edge('g-f')}
    <div class="node f ${on('f')}" data-node="f" aria-current=${now('f')}>
      <i>${phase.pull && phase.phase === 'gradient' ? '−∂L/∂G(z)' : 'G(z)'}</i>
      ${
        made
          ? html`<canvas
            class=${pulled ? 'slow-pull' : 'slow-fake'}
            role="img"
            aria-label=${t(pulled ? ofSamples(traits, 'slowly.pull') : 'slowly.fake', { count: made.count, batch })}
          ></canvas>`
          : html`<div class="blank">?</div>`
      }
      ${pulled ? html`<small><output data-value="pull_norm" aria-live="off">‖·‖ = ${figure(meanOf(phase.pull?.norms))}</output></small>` : nothing}
    </div>
    ${edge('f-d')}
    ${
      player === 'discriminator'
        ? html`<div class="node x ${on('x')}" data-node="x" aria-current=${now('x')}>
              <i>x</i>
              <canvas class="slow-real" role="img" aria-label=${t('slowly.real', { count: phase.real?.count, batch })}></canvas>
            </div>
            ${edge('x-d')}`
        : nothing
    }
    ${network('d')} ${edge('d-l', words(phase))}
    <div class="node l ${on('l')}" data-node="l" aria-current=${now('l')}>
      <i>L<sub>${teaches.toUpperCase()}</sub></i>
      <output data-value="loss" aria-live="off">${figure(totalOf(phase, teaches === 'g' && experiment.feature_matching_only === true))}</output>
    </div>
  </div>`;
}

/** What D said, on its way to the loss. @param {Phase} phase */
function words({ d_real, d_fake }) {
  if (d_fake === undefined) return nothing;
  return html`${
    d_real === undefined
      ? nothing
      : html`<output class="d" data-value="d_real" aria-live="off"><i>D(x)</i> ${figure(d_real)}</output>`
  }<output class="g" data-value="d_fake" aria-live="off"><i>D(G(z))</i> ${figure(d_fake)}</output>`;
}

const arrow = html`<svg viewBox="0 0 36 12" aria-hidden="true"><path d="M1 6h33M28.500 1.500 34 6l-5.500 4.500" /></svg>`;
