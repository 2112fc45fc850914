/**
 * The hosted page's language switch. A plain script in <head>: it must run before the first paint,
 * and it works beside the element, not through it.
 */
(() => {
  const root = document.documentElement;

  /** @param {string} language */
  function show(language) {
    root.lang = /^en\b/i.test(language) ? 'en' : 'zh-CN';
    document.title = root.dataset[root.lang === 'en' ? 'titleEn' : 'titleZh'] ?? document.title;
  }

  const asked = new URLSearchParams(location.search).get('lang');
  if (asked) show(asked);

  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[data-lang]') : null;
    if (!(link instanceof HTMLElement) || event.defaultPrevented) return;
    // The experiment in the address stays as it is; a running lab is not reloaded.
    event.preventDefault();
    const language = link.dataset.lang ?? '';
    const address = new URL(location.href);
    address.searchParams.set('lang', language);
    try {
      history.replaceState(history.state, '', address);
    } catch {
      // A sandboxed page has no history of its own.
    }
    show(language);
  });
})();
