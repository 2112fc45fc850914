/** How light a colour is, from the spellings that browsers give computed colours. */

/**
 * @typedef {object} Layer
 * @property {number} lightness from 0, black, to 1, white, as the eye sees it (OKLab's L)
 * @property {number} alpha
 */

const numbers = /-?[\d.]+(?:e[+-]?\d+)?/gi;

/**
 * @param {string} colour such as `rgb(0 0 0 / 50%)`, `oklch(0.2 0 0)`, `color(srgb 1 1 1)`
 * @returns {Layer} transparent for what is no colour
 */
export function lightnessOf(colour) {
  const [, kind = '', body = ''] = /^\s*([a-z]+)\((.*)\)/i.exec(colour) ?? [];
  // What names a colour space may hold digits: `display-p3`.
  const values = body.replace(/^\s*[a-z][\w-]*/i, '').match(numbers);
  const [a = 0, b = 0, c = 0, alpha = 1] = (values ?? []).map(Number);
  if (values === null) return { lightness: 0, alpha: 0 };
  switch (kind) {
    case 'rgb':
    case 'rgba':
      return { lightness: seen([a / 255, b / 255, c / 255]), alpha };
    case 'lab':
    case 'lch':
      return { lightness: a / 100, alpha };
    case 'oklab':
    case 'oklch':
      return { lightness: a, alpha };
    case 'color':
      return { lightness: seen([a, b, c]), alpha };
    default:
      return { lightness: 0, alpha: 0 };
  }
}

/**
 * What is seen of layers that lie on each other.
 *
 * @param {Layer[]} layers the topmost first; the last one counts as opaque
 */
export function layOver(layers) {
  return layers.reduceRight(
    (below, { lightness, alpha }, index) =>
      index === layers.length - 1 ? lightness : below + (lightness - below) * alpha,
    1,
  );
}

/** From gamma-encoded red, green and blue. @param {number[]} channels */
function seen(channels) {
  const [red, green, blue] = channels.map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  return Math.cbrt(0.2126 * red + 0.7152 * green + 0.0722 * blue);
}
