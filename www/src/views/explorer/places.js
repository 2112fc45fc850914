/**
 * Where on a row of pictures a point lies. As digits-canvas.js draws them, a picture is 14 gaps wide
 * and has one before it and one after the last: the middles of pictures are 15 gaps apart.
 */
const picture = 14;
const period = picture + 1;

/** @param {number} count */
const widthOf = (count) => count * period + 1;

/**
 * The place among `count` pictures of a share of the canvas' width: 0 is the middle of the first
 * one, `count` − 1 that of the last.
 *
 * @param {number} share
 * @param {number} count
 */
export function placeAt(share, count) {
  const place = (share * widthOf(count) - 1 - picture / 2) / period;
  return Math.min(count - 1, Math.max(0, place));
}

/**
 * The share of the canvas' width where a place is.
 *
 * @param {number} place
 * @param {number} count
 */
export const shareOf = (place, count) => (1 + picture / 2 + place * period) / widthOf(count);

/**
 * Has presses and drags on an element move something.
 *
 * @param {(share: { x: number, y: number }) => void} move shares of its width and height
 */
export function dragging(move) {
  /** @param {PointerEvent} event */
  const take = (event) => {
    const target = /** @type {HTMLElement} */ (event.currentTarget);
    const { left, top, width, height } = target.getBoundingClientRect();
    move({ x: (event.clientX - left) / width, y: (event.clientY - top) / height });
  };
  return {
    /** @param {PointerEvent} event */
    down: (event) => {
      if (event.button !== 0) return;
      const target = /** @type {HTMLElement} */ (event.currentTarget);
      target.setPointerCapture(event.pointerId);
      take(event);
    },
    /** @param {PointerEvent} event */
    drag: (event) => {
      const target = /** @type {HTMLElement} */ (event.currentTarget);
      if (target.hasPointerCapture(event.pointerId)) take(event);
    },
  };
}
