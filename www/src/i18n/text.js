/** What needs no words to be loaded: which language a tag means, and the gaps of a text. */

/** The language we have for a tag, `zh-CN` for all of Chinese. @param {string} tag */
export function supported(tag) {
  if (/^zh\b/i.test(tag)) return 'zh-CN';
  if (/^en\b/i.test(tag)) return 'en';
  return undefined;
}

/**
 * A gap such as `{step}` takes a value; one such as `{names, }` a list, with that between its values.
 *
 * @param {string} text
 * @param {Record<string, unknown>} [params]
 */
export function fill(text, params = {}) {
  return text.replace(/\{(\w+)(.*?)\}/g, (whole, name, between) =>
    [params[name] ?? whole].flat().join(between),
  );
}
