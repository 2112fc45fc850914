/**
 * Reads a colour that the style sheet holds as `--name: r g b`.
 *
 * @param {Element} element
 * @param {string} name
 * @returns {[number, number, number]}
 */
export function channelsOf(element, name) {
  const [r = 0, g = 0, b = 0] = getComputedStyle(element)
    .getPropertyValue(name)
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  return [r, g, b];
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {number} [alpha]
 */
export function colourOf(element, name, alpha = 1) {
  const [r, g, b] = channelsOf(element, name);
  return `rgba(${r}, ${g}, ${b}, ${alpha})`;
}
