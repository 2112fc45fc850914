/** What a single update by hand has changed, on the grid's z and the first real digits. */
import { html, nothing } from 'lit/html.js';
import { traitsOf } from '../../settings/traits.js';
import { ofSamples } from '../of-samples.js';
import { beforeAfter } from './before-after.js';

/**
 * @param {import('../../store.js').Store} store
 * @param {import('../../i18n/index.js').Translate} t
 */
export function singleUpdate({ change, description }, t) {
  if (!change) return nothing;
  const traits = traitsOf(description?.experiment ?? {});
  const { player } = change;
  return html`<section class="change" data-player=${player} aria-label=${t(`change.${player}`)}>
    <h3><b class=${player.slice(0, 1)}>${player === 'discriminator' ? '+1 D' : '+1 G'}</b> ${t(`change.${player}`)}</h3>
    ${beforeAfter(change, traits, t)}
    <p class="note">${t(ofSamples(traits, 'change.batch'), { count: change.fake_scores[0].length })}</p>
  </section>`;
}
