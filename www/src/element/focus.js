/**
 * A render may take away what had the focus, or disable it: keyboards go on beside it, or else at
 * the button by which all begins. A chunk of its own.
 *
 * @param {ShadowRoot} root
 * @param {Element} from had the focus before the render
 */
export function passFocusOn(root, from) {
  // Since then the reader may have gone elsewhere, or what was opened has it.
  const around = /** @type {Document | ShadowRoot} */ (root.host.getRootNode());
  const there = [null, document.body, root.host].includes(around.activeElement);
  if (!there || ![null, from].includes(root.activeElement)) return;
  const beside = from.isConnected
    ? (from.parentElement?.querySelector('button:enabled') ??
      from.closest('details')?.firstElementChild)
    : from.matches('.cross') && root.querySelector('.cross');
  const next = beside || root.querySelector('[part="start"], [part="toggle"]');
  if (next instanceof HTMLElement) next.focus({ preventScroll: true });
}
