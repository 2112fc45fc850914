/** A part of docs/benchmarks.md that is renewed by itself. */

/** @param {string} name */
const marks = (name) => [`<!-- ${name} -->`, `<!-- /${name} -->`];

/**
 * What stands in a section, its marks included.
 *
 * @param {string} text
 * @param {string} name
 */
export function find(text, name) {
  const [begin, end] = marks(name);
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  return from >= 0 && to > from ? text.slice(from, to + end.length) : undefined;
}

/** All sections of a text, with their marks. @param {string} text */
export const sections = (text) =>
  [...text.matchAll(/^<!-- ([a-z-]+) -->$/gm)].flatMap(([, name]) => find(text, name) ?? []);

/**
 * The text with another section, at its old place or at the end.
 *
 * @param {string} text
 * @param {string} name
 * @param {string} content
 */
export function replace(text, name, content) {
  const [begin, end] = marks(name);
  const section = `${begin}\n\n${content}\n\n${end}`;
  const old = find(text, name);
  return old ? text.replace(old, () => section) : `${text.trimEnd()}\n\n${section}\n`;
}
