/**
 * Tells when the reader can see an element: on screen and in a tab that shows.
 *
 * @param {Element} element
 * @param {(visible: boolean) => void} changed
 * @returns {() => void} ends the watch
 */
export function watchVisibility(element, changed) {
  let onScreen = false;
  const tell = () => changed(onScreen && document.visibilityState === 'visible');
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
