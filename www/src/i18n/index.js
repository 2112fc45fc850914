/** Finds the words of a language. A language is a chunk of its own, loaded when it is needed. */

/**
 * @typedef {Record<string, string>} Words
 * @typedef {(key: string, params?: Record<string, unknown>) => string} Translate
 */

/** @type {Record<string, () => Promise<{ default: Words }>>} */
const languages = {
  'zh-CN': () => import('./zh-CN.js'),
  en: () => import('./en.js'),
};

/** The language we have for a tag, `zh-CN` for all of Chinese. @param {string} tag */
export function supported(tag) {
  if (/^zh\b/i.test(tag)) return 'zh-CN';
  if (/^en\b/i.test(tag)) return 'en';
  return undefined;
}

/**
 * @param {string} language one that `supported` returned
 * @returns {Promise<Translate>}
 */
export async function translator(language) {
  const { default: words } = await languages[language]();
  return (key, params) => fill(words[key] ?? key, params);
}

/**
 * @param {string} text
 * @param {Record<string, unknown>} [params]
 */
function fill(text, params = {}) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(params[name] ?? whole));
}
