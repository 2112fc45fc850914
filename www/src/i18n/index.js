/** Finds the words of a language. Its parts are chunks of their own, loaded when needed. */

import { chunk } from '../waiting.js';
import { fill } from './text.js';

export { supported } from './text.js';

/**
 * @typedef {Record<string, string>} Words
 * @typedef {Record<string, string>} Patterns English with {gaps}, to the same in another language
 * @typedef {(key: string, params?: Record<string, unknown>) => string} Translate
 * @typedef {() => Promise<{ default: Words }>} Load
 */

/** @type {Record<string, { first: Load, rest: Load, known: Words }>} */
const languages = {
  'zh-CN': {
    first: () => import('./zh-CN.js?first'),
    rest: () => import('./zh-CN.js?rest'),
    known: {},
  },
  en: {
    first: () => import('./en.js?first'),
    rest: () => import('./en.js?rest'),
    known: {},
  },
};

/**
 * @param {string} language one that `supported` returned
 * @param {'first' | 'rest'} [part] what the facade says, or all that a lab says
 * @param {AbortSignal} [signal]
 * @returns {Promise<Translate>}
 */
export async function translator(language, part = 'first', signal) {
  const { known, ...loads } = languages[language];
  const names = part === 'first' ? [part] : /** @type {const} */ (['first', part]);
  const parts = await Promise.all(
    names.map((name) => chunk(`chunks/${language}.js?${name}`, loads[name], signal)),
  );
  for (const { default: words } of parts) Object.assign(known, words);
  return (key, params) => fill(known[key] ?? key, params);
}
