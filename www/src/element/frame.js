/**
 * Manners inside an iframe: tells the parent how high the lab is, and lets the parent, and nobody
 * else, set the theme.
 *
 *   to the parent:   { type: "ganvas:height", height }
 *   from the parent: { type: "ganvas:theme", theme: "auto" | "light" | "dark" }
 *                    { type: "ganvas:ask" }, to be told the height again
 *
 * Only the window that embeds us is heard, and only under one origin: the one that the browser
 * names. Where it names none (no `ancestorOrigins`, and a page that sends no referrer), it is the
 * origin of the parent's first theme message.
 *
 * @param {Element} element
 * @param {(theme: string) => void} setTheme
 * @returns {() => void} ends it
 */
export function behaveInFrame(element, setTheme) {
  if (window.parent === window) return () => {};

  const tell = () => {
    const height = Math.ceil(element.getBoundingClientRect().height);
    // In a frame that is not shown there is nothing to tell.
    if (height === 0) return;
    // A height is no secret, and a sandboxed parent has no origin that could be named.
    window.parent.postMessage({ type: 'ganvas:height', height }, '*');
  };
  const observer = new ResizeObserver(tell);
  observer.observe(element);

  let trusted = parentOrigin();
  /** @param {MessageEvent} event */
  const receive = ({ source, origin, data }) => {
    if (source !== window.parent) return;
    if (data?.type === 'ganvas:ask') tell();
    if (data?.type !== 'ganvas:theme') return;
    if (!['auto', 'light', 'dark'].includes(data.theme)) return;
    trusted ??= origin;
    if (origin === trusted) setTheme(data.theme);
  };
  window.addEventListener('message', receive);
  return () => {
    observer.disconnect();
    window.removeEventListener('message', receive);
  };
}

/** Who embeds us, as the browser tells it and not as the message does. */
function parentOrigin() {
  const ancestors = window.location.ancestorOrigins;
  if (ancestors?.length) return ancestors[0];
  return document.referrer ? new URL(document.referrer).origin : undefined;
}
