/** Light or dark: the element's word, then the page's own switch, then the system's. */

/** Attributes by which blog themes remember their reader's choice, on <html>. */
const switches = ['data-user-color-scheme', 'data-theme'];

const system = () => matchMedia('(prefers-color-scheme: dark)');

/**
 * @param {string} wanted "auto", "light" or "dark"
 * @returns {'light' | 'dark'}
 */
export function resolveTheme(wanted) {
  if (wanted === 'light' || wanted === 'dark') return wanted;
  for (const name of switches) {
    const value = document.documentElement.getAttribute(name);
    if (value === 'light' || value === 'dark') return value;
  }
  return system().matches ? 'dark' : 'light';
}

/**
 * Calls back when the page's theme or language may have changed.
 *
 * @param {() => void} changed
 * @returns {() => void} ends the watch
 */
export function watchPage(changed) {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: [...switches, 'lang'] });
  const query = system();
  query.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    query.removeEventListener('change', changed);
  };
}
