/**
 * What the core says of a failure is English. Where the page is in another language its sentence is
 * found by its pattern; one that is not known is left out rather than shown in the wrong language:
 * the code's own sentence says what happened.
 */

/**
 * @typedef {import('../i18n/index.js').Translate} Translate
 * @typedef {import('../i18n/index.js').Patterns} Patterns
 */

/** @type {Map<string, Patterns>} */
const tables = new Map();

/** @param {string} language @param {Patterns} patterns */
export const addDetails = (language, patterns) => tables.set(language, patterns);

/**
 * @param {{ message: string }} complaint
 * @param {Translate} t
 * @returns {string}
 */
export function detailOf({ message }, t) {
  const language = t('app.language');
  // The page's own sentences are in its language already.
  if (language === 'en' || /\p{Script=Han}/u.test(message)) return message;
  return translate(message, tables.get(language) ?? {}) ?? '';
}

/**
 * @param {string} message
 * @param {Patterns} patterns
 */
export function translate(message, patterns) {
  for (const [english, words] of Object.entries(patterns)) {
    const found = patternOf(english).exec(message);
    if (found) return words.replace(/\{(\w+)\}/g, (_, gap) => found.groups?.[gap] ?? '');
  }
  return undefined;
}

/** @param {string} english */
function patternOf(english) {
  const escaped = english.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\{(\w+)\}/g, '(?<$1>.*)')}$`, 's');
}
