/**
 * For a page with embed.html in iframes: keeps each frame as high as its lab and as dark as the
 * page. It may be on a page twice, and frames may come and go, as under PJAX.
 */
import { resolveTheme, watchTheme } from './element/theme.js';

const site = new URL('./', import.meta.url);
/** Frames whose theme follows the page. @type {WeakSet<HTMLIFrameElement>} */
const followed = new WeakSet();

const frames = () =>
  [...document.querySelectorAll('iframe')].filter(({ src }) => src.startsWith(site.href));

/** @param {HTMLIFrameElement} frame */
function follow(frame) {
  const asked = new URL(frame.src).searchParams.get('theme');
  if (followed.has(frame) || (asked ?? 'auto') !== 'auto') return;
  followed.add(frame);
  const say = () => {
    if (!frame.isConnected) return end();
    const theme = resolveTheme(frame, 'auto');
    // A sandboxed frame has no origin that could be named, and a theme is no secret.
    frame.contentWindow?.postMessage({ type: 'ganvas:theme', theme }, '*');
  };
  const end = watchTheme(frame, say);
  say();
  // It may load anew.
  frame.addEventListener('load', say);
}

addEventListener('message', ({ data, origin, source }) => {
  if (data?.type !== 'ganvas:height' || !(data.height > 0)) return;
  const frame = frames().find(({ contentWindow }) => contentWindow === source);
  if (!frame || ![site.origin, 'null'].includes(origin)) return;
  frame.style.height = `${data.height}px`;
  follow(frame);
});

// Those that spoke before anybody listened.
for (const { contentWindow } of frames()) contentWindow?.postMessage({ type: 'ganvas:ask' }, '*');
