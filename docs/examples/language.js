/** The page speaks the reader's language, Chinese or English; the lab follows it. A script in the head. */
(() => {
  const root = document.documentElement;
  const tag = navigator.languages.find((it) => /^(en|zh)\b/i.test(it)) ?? 'en';
  root.lang = tag.startsWith('zh') ? 'zh-CN' : 'en';
  addEventListener('DOMContentLoaded', () => {
    document.title = document.querySelector(`h1 [lang="${root.lang}"]`).textContent;
  });
})();
