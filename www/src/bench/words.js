/** The words of bench.html. */
import chinese from '../i18n/details.zh-CN.js';
import { fill, supported } from '../i18n/text.js';
import { addDetails } from '../views/details.js';
import { chunk } from '../waiting.js';

addDetails('zh-CN', chinese);

/** @type {Record<string, import('../i18n/index.js').Load>} */
const languages = {
  'zh-CN': () => import('../i18n/zh-CN.js?bench'),
  en: () => import('../i18n/en.js?bench'),
};

/**
 * @param {string} tag
 * @returns {Promise<import('../i18n/index.js').Translate>}
 */
export async function wordsOf(tag) {
  const language = supported(tag) ?? 'zh-CN';
  const { default: words } = await chunk(`chunks/${language}.js`, languages[language]);
  return (key, params) => fill(words[key] ?? key, params);
}
