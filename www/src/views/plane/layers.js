/** The layers of the picture: which there are, which key and button switches each. */
import { html } from 'lit/html.js';

/**
 * @typedef {import('../../i18n/index.js').Translate} Translate
 * @typedef {'field' | 'contour' | 'lattice' | 'real' | 'fake' | 'pull'} Layer
 */

/** From below to above. @type {readonly Layer[]} */
export const layers = ['field', 'contour', 'lattice', 'real', 'fake', 'pull'];

/** What is shown at first: a grid of z over all the rest would be too much. @type {readonly Layer[]} */
export const shownAtFirst = ['field', 'contour', 'real', 'fake', 'pull'];

/** Whose side it is on, for its colour. @type {Record<Layer, 'd' | 'g'>} */
const who = { field: 'd', contour: 'd', lattice: 'g', real: 'd', fake: 'g', pull: 'g' };

/** What a button shows where there is no room for words. @type {Record<Layer, string>} */
const symbols = { field: 'D', contour: '½', lattice: 'z', real: 'x', fake: 'G', pull: '↗' };

/** The digit that switches a layer. @param {Layer} layer */
export const keyOf = (layer) => String(layers.indexOf(layer) + 1);

/**
 * The layer that a key switches; none with a modifier, which is the browser's or the page's.
 *
 * @param {Pick<KeyboardEvent, 'key' | 'altKey' | 'ctrlKey' | 'metaKey'>} event
 */
export const layerOfKey = ({ key, altKey, ctrlKey, metaKey }) =>
  altKey || ctrlKey || metaKey ? undefined : layers.find((layer) => keyOf(layer) === key);

/**
 * @param {ReadonlySet<string>} shown
 * @param {(layer: Layer) => void} toggle
 * @param {boolean} probability D's output is one, and its middle line has a value
 * @param {Translate} t
 */
export const layerSwitches = (shown, toggle, probability, t) => html`<div
  class="layers"
  role="group"
  aria-label=${t('plane.layers')}
>
  ${layers.map((layer) => {
    const symbol = layer === 'contour' && !probability ? '≋' : symbols[layer];
    const words = t(`plane.layer.${layer === 'contour' && probability ? 'half' : layer}`);
    return html`<button
      class="small ${who[layer]}"
      data-layer=${layer}
      aria-pressed=${shown.has(layer)}
      aria-keyshortcuts=${keyOf(layer)}
      title=${t('plane.layer.key', { key: keyOf(layer) })}
      @click=${() => toggle(layer)}
    >
      <span class="symbol" aria-hidden="true">${symbol}</span><span class="words">${words}</span>
    </button>`;
  })}
</div>`;
