/**
 * Isolation from other origins, with which the lab may use several cores, on hosts that send no
 * headers of one's own. A page that has this script registers it as its service worker, which adds
 * the headers to documents and workers of its folder, and to nothing else: from the next visit on,
 * or, with `data-reload`, after a first reload.
 *
 * No page depends on it. Whatever fails leaves it as it was, and so does a browser that knows none
 * of the headers, or would keep out what the pages have in frames, also in those that come late.
 */
(() => {
  /** Frames of other origins and windows that were opened do not notice it. */
  const ofDocument = { 'document-isolation-policy': 'isolate-and-credentialless' };
  /** Frames of other origins stay empty under these. */
  const ofPage = {
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'credentialless',
  };

  /** What this browser understands. @returns {Record<string, string> | undefined} */
  function policy() {
    const { userAgent } = navigator;
    const mobile = /Android|Mobile/.test(userAgent);
    const [, version] = /Chrom(?:e|ium)\/(\d+)/.exec(userAgent) ?? [];
    if (version) return !mobile && Number(version) >= 137 ? ofDocument : ofPage;
    return /Firefox\//.test(userAgent) && !mobile ? ofPage : undefined;
  }

  // ---- the service worker --------------------------------------------------------------------

  /** @param {Request} request */
  async function isolated(request) {
    const response = await fetch(request);
    // A redirection is followed by the browser, and has no body to pass on.
    if (response.status === 0 || [204, 205, 304].includes(response.status)) return response;
    const headers = new Headers(response.headers);
    for (const [name, value] of Object.entries(policy() ?? {})) {
      if (!headers.has(name)) headers.set(name, value);
    }
    const { status, statusText, body } = response;
    return new Response(body, { status, statusText, headers });
  }

  const destinations = ['document', 'iframe', 'frame', 'worker', 'sharedworker'];

  function serve() {
    const scope = /** @type {any} */ (globalThis);
    scope.addEventListener('install', () => scope.skipWaiting());
    scope.addEventListener('fetch', (/** @type {any} */ event) => {
      const { request } = event;
      if (policy() && destinations.includes(request.destination)) {
        event.respondWith(isolated(request));
      }
    });
  }

  // ---- the page ------------------------------------------------------------------------------

  /** Something of another origin is in a frame, which these headers would keep out. */
  function frames() {
    /** @type {NodeListOf<HTMLIFrameElement & HTMLObjectElement>} */
    const found = document.querySelectorAll('iframe:not([credentialless]), frame, embed, object');
    const { origin } = location;
    return [...found].some(({ src, data }) => {
      const address = src || data;
      return /^https?:/.test(address) && !address.startsWith(`${origin}/`);
    });
  }

  /** Resolves when there is one. @returns {Promise<void>} */
  function frameComes() {
    return new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        if (!frames()) return;
        observer.disconnect();
        resolve();
      });
      const attributeFilter = ['src', 'data'];
      observer.observe(document, { childList: true, subtree: true, attributeFilter });
    });
  }

  /** Of the pages of a folder, some have such frames. @param {string} src of this script */
  const memory = (src) => `ganvas-frames ${src}`;

  /** @param {string} src */
  function remembered(src) {
    try {
      return localStorage.getItem(memory(src)) !== null;
    } catch {
      return false;
    }
  }

  /**
   * The pages are worth more than their speed: they are left alone from here on, by this page's
   * worker and by those that other pages would register.
   *
   * @param {string} src
   */
  async function leave(src) {
    try {
      localStorage.setItem(memory(src), '1');
    } catch {
      // Storage is denied: the next page tries again.
    }
    const registration = await navigator.serviceWorker.getRegistration(src);
    const { active, waiting, installing } = registration ?? {};
    // The folder may have another service worker, which is none of ours.
    const ours = [active, waiting, installing].some((worker) => worker?.scriptURL === src);
    return ours && registration?.unregister();
  }

  /** Nothing of the reader's is lost by a reload, as far as a browser tells. */
  const untouched = () => navigator.userActivation?.hasBeenActive === false;

  /** Once in a tab, where that can be remembered, and only while nothing of the reader's is lost. */
  function reload() {
    if (!untouched()) return;
    try {
      if (sessionStorage.getItem('ganvas-isolated')) return;
      sessionStorage.setItem('ganvas-isolated', '1');
      location.reload();
    } catch {
      // Storage is denied.
    }
  }

  /** Where a page demands Trusted Types, and its policy names ours. @param {string} url */
  function trusted(url) {
    const { trustedTypes } = /** @type {any} */ (globalThis);
    const rules = { createScriptURL: (/** @type {string} */ text) => text };
    return trustedTypes?.createPolicy('ganvas-isolate', rules).createScriptURL(url) ?? url;
  }

  /** @param {HTMLScriptElement} script */
  async function register({ src, dataset }) {
    const { serviceWorker } = navigator;
    if (!isSecureContext || !serviceWorker || !policy()) return;
    if (document.readyState === 'loading') {
      await new Promise((resolve) => addEventListener('DOMContentLoaded', resolve));
    }
    const own = serviceWorker.controller?.scriptURL === src;
    if (policy() === ofPage) {
      if (frames() || remembered(src)) {
        if (own && (await leave(src)) && crossOriginIsolated) location.reload();
        return;
      }
      // Comments and players come late: giscus, Disqus.
      frameComes()
        .then(() => leave(src))
        .then((gone) => gone && own && crossOriginIsolated && untouched() && location.reload())
        .catch(() => {});
    }
    if (crossOriginIsolated || own) return;
    await serviceWorker.register(trusted(src));
    await serviceWorker.ready;
    if (policy() === ofPage && remembered(src)) await leave(src);
    else if (dataset.reload !== undefined) reload();
  }

  if (typeof document === 'undefined') return serve();
  const script = document.currentScript;
  if (script instanceof HTMLScriptElement) register(script).catch(() => {});
})();
