/** The reader's language: the element's word, the nearest [lang], the browser's, Chinese. */
import { supported } from '../i18n/index.js';
import { around } from './around.js';

/**
 * @param {Element} element
 * @param {string} wanted a tag, or empty
 */
export function resolveLanguage(element, wanted) {
  // `lang` may come from the URL; an attribute that is not a language of ours falls through.
  const [, ...boxes] = around(element);
  const told = boxes.find((box) => box.hasAttribute('lang'))?.getAttribute('lang') ?? '';
  for (const tag of [wanted, told, ...(navigator.languages ?? [])]) {
    const language = supported(tag);
    if (language) return language;
  }
  return 'zh-CN';
}

/**
 * Calls back when the page's language may have changed.
 *
 * @param {Element} element
 * @param {() => void} changed
 * @returns {() => void} ends the watch
 */
export function watchLanguage(element, changed) {
  const observer = new MutationObserver(changed);
  const [, ...boxes] = around(element);
  for (const box of boxes) observer.observe(box, { attributeFilter: ['lang'] });
  return () => observer.disconnect();
}
