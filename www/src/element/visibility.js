/**
 * Tells whether an element is on screen and whether its tab shows.
 *
 * @param {Element} element
 * @param {(seen: { onScreen: boolean, tab: boolean }) => void} changed
 * @returns {() => void} ends the watch
 */
export function watchVisibility(element, changed) {
  let onScreen = false;
  const tell = () => changed({ onScreen, tab: document.visibilityState === 'visible' });
  const observer = new IntersectionObserver((entries) => {
    onScreen = entries.at(-1)?.isIntersecting ?? false;
    tell();
  });
  observer.observe(element);
  document.addEventListener('visibilitychange', tell);
  return () => {
    observer.disconnect();
    document.removeEventListener('visibilitychange', tell);
  };
}
