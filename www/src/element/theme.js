/**
 * Light or dark: the element's word, or else what the page looks like. Themes remember their
 * reader's choice in a hundred ways; all of them end in a background.
 */
import { around, parentOf } from './around.js';
import { layOver, lightnessOf } from './lightness.js';

/** Grey of this lightness stands out as well from black as from white. */
const middle = 0.56;

/**
 * @param {Element} element
 * @param {string} wanted "auto", "light" or "dark"
 * @returns {'light' | 'dark'}
 */
export function resolveTheme(element, wanted) {
  if (wanted === 'light' || wanted === 'dark') return wanted;
  return lightnessBehind(element) < middle ? 'dark' : 'light';
}

/**
 * How light the page is behind an element: the backgrounds under it, one over the other, down to
 * the canvas, whose colour is the browser's answer to `color-scheme`.
 *
 * @param {Element} element
 */
function lightnessBehind(element) {
  const layers = around(element, boxOf).map((box) =>
    lightnessOf(getComputedStyle(box).backgroundColor),
  );
  return layOver([...layers, canvas(element)]);
}

/** What an element is painted on: where its parent has slots, the one that it is in. @param {Element} box */
const boxOf = (box) => box.assignedSlot ?? parentOf(box);

/** @param {Element} element */
function canvas(element) {
  const probe = document.createElement('span');
  probe.style.cssText = 'position: absolute; transition: none; background-color: Canvas';
  (element.shadowRoot ?? element).append(probe);
  const lightness = lightnessOf(getComputedStyle(probe).backgroundColor);
  probe.remove();
  return lightness;
}

/**
 * Calls back when the page may look otherwise, at most once a frame: after a switch, which is an
 * attribute somewhere around the element or another style sheet; at the end of the transition that
 * follows it; and when the system changes.
 *
 * @param {Element} element
 * @param {() => void} changed
 * @returns {() => void} ends the watch
 */
export function watchTheme(element, changed) {
  let frame = 0;
  const soon = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      changed();
    });
  };
  const observer = new MutationObserver(soon);
  for (const box of around(element, boxOf)) observer.observe(box, { attributes: true });
  observer.observe(document.head, { attributes: true, childList: true, subtree: true });
  const watches = new AbortController();
  const { signal } = watches;
  const settled = (/** @type {Event} */ event) => {
    const [target] = event.composedPath();
    if (target instanceof Element && around(element, boxOf).includes(target)) soon();
  };
  document.addEventListener('transitionend', settled, { signal });
  // A style sheet that was late; it does not bubble.
  document.addEventListener('load', soon, { capture: true, signal });
  window.addEventListener('load', soon, { signal });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', soon, { signal });
  return () => {
    observer.disconnect();
    watches.abort();
    cancelAnimationFrame(frame);
  };
}
