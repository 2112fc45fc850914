/** What an element lies in. */

/**
 * An element and all that it lies in, out of shadow trees too.
 *
 * @param {Element} element
 * @param {(box: Element) => Element | null} [next] which of them is next
 */
export function around(element, next = parentOf) {
  const boxes = [];
  for (let box = /** @type {Element | null} */ (element); box; box = next(box)) boxes.push(box);
  return boxes;
}

/** In whose text an element stands. @param {Element} box */
export function parentOf(box) {
  if (box.parentElement) return box.parentElement;
  const root = box.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}
