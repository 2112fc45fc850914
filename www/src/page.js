/**
 * The hosted page's language and theme: the address's word, then the reader's browser; and what
 * will keep the lab away, for absent.css. A plain script in <head>: it must run before the first
 * paint, also in browsers that are too old for the element, and it works beside the element, not
 * through it.
 */
(() => {
  const root = document.documentElement;
  const address = new URLSearchParams(location.search);

  // Browsers load no modules from files.
  if (location.protocol === 'file:') root.dataset.lack = 'origin';
  else if (!document.adoptedStyleSheets || !AbortSignal.prototype.throwIfAborted) {
    root.dataset.lack = 'age';
  }

  /** @param {string} language */
  function show(language) {
    root.lang = /^en\b/i.test(language) ? 'en' : 'zh-CN';
    document.title = root.dataset[root.lang === 'en' ? 'titleEn' : 'titleZh'] || document.title;
  }

  const tags = [address.get('lang') || '', ...(navigator.languages || [])];
  show(tags.find((tag) => /^(en|zh)\b/i.test(tag)) || '');

  const system = matchMedia('(prefers-color-scheme: dark)');
  function paint() {
    const asked = address.get('theme') || '';
    const theme = system.matches ? 'dark' : 'light';
    root.dataset.theme = /^(light|dark)$/.test(asked) ? asked : theme;
  }
  paint();
  system.addEventListener('change', paint);

  // The heading has done its work once a lab runs: the first screen is the lab's.
  document.addEventListener('DOMContentLoaded', () => {
    const lab = document.querySelector('main > ganvas-lab');
    if (!lab) return;
    lab.addEventListener('state', (event) => {
      const { state } = /** @type {CustomEvent} */ (event).detail;
      if (/^(running|paused|held)$/.test(state)) root.dataset.started = '';
    });
  });

  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[data-lang]') : null;
    if (!(link instanceof HTMLElement) || event.defaultPrevented) return;
    // The experiment in the address stays as it is; a running lab is not reloaded.
    event.preventDefault();
    const language = link.dataset.lang || '';
    const next = new URL(location.href);
    next.searchParams.set('lang', language);
    try {
      history.replaceState(history.state, '', next);
    } catch {
      // A sandboxed page has no history of its own.
    }
    show(language);
  });
})();
