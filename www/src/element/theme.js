/**
 * Light or dark: the element's word, or else what the page looks like. Themes remember their
 * reader's choice in a hundred ways; all of them end in a background.
 */
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
  const layers = around(element).map((box) => lightnessOf(getComputedStyle(box).backgroundColor));
  return layOver([...layers, canvas(element)]);
}

/** An element and all that it lies in, out of shadow trees too. @param {Element} element */
function around(element) {
  const boxes = [];
  for (let box = /** @type {Element | null} */ (element); box; box = parentOf(box)) boxes.push(box);
  return boxes;
}

/** @param {Element} box */
function parentOf(box) {
  if (box.assignedSlot) return box.assignedSlot;
  if (box.parentElement) return box.parentElement;
  const root = box.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}

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
  for (const box of around(element)) observer.observe(box, { attributes: true });
  observer.observe(document.head, { attributes: true, childList: true, subtree: true });
  const watches = new AbortController();
  const { signal } = watches;
  const settled = (/** @type {Event} */ { target }) => {
    if (target instanceof Element && target.contains(element)) soon();
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
