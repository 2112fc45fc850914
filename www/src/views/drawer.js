/**
 * The rest of the lab is a tap away: each part of it is a drawer under the first screen. A wide lab
 * has them side by side. What is shut is not drawn.
 */
import { AsyncDirective, directive } from 'lit/async-directive.js';
import { html, noChange } from 'lit/html.js';

/** One that leaves the page says nothing of it by itself: what it showed is to end, too. */
class Shut extends AsyncDirective {
  /** @type {((open: boolean) => void) | undefined} */
  #toggled;

  /** @param {((open: boolean) => void) | undefined} toggled */
  render(toggled) {
    this.#toggled = toggled;
    return noChange;
  }

  /** @override */
  disconnected() {
    this.#toggled?.(false);
  }
}
const shutWithIt = directive(Shut);

/**
 * @param {string} name
 * @param {string} title
 * @param {unknown} body
 * @param {object} [manner]
 * @param {boolean} [manner.open] at first; then it is as the reader leaves it
 * @param {boolean} [manner.half] on a wide lab it takes half of the width even while it is open
 * @param {(open: boolean) => void} [manner.toggled]
 */
export function drawer(name, title, body, { open = false, half = false, toggled } = {}) {
  /** @param {Event} event */
  const toggle = (event) => toggled?.(/** @type {HTMLDetailsElement} */ (event.target).open);
  return html`<details
    class=${half ? 'drawer half' : 'drawer'}
    data-drawer=${name}
    ?open=${open}
    @toggle=${toggle}
    ${shutWithIt(toggled)}
  >
    <summary>${title}</summary>
    ${body}
  </details>`;
}
