/** The reader's language: the element's word, the nearest [lang], the browser's, Chinese. */
import { supported } from '../i18n/index.js';

/**
 * @param {Element} element
 * @param {string} wanted a tag, or empty
 */
export function resolveLanguage(element, wanted) {
  // `lang` may come from the URL; an attribute that is not a language of ours falls through.
  const around = element.parentElement?.closest('[lang]')?.getAttribute('lang') ?? '';
  for (const tag of [wanted, around, ...(navigator.languages ?? [])]) {
    const language = supported(tag);
    if (language) return language;
  }
  return 'zh-CN';
}
