/**
 * The npm package's entry. Importing it does nothing and needs no browser, so a server that renders
 * pages may import it too. Each address is spelt out, because that is how bundlers find files: they
 * copy them beside their own and put the new address here.
 */

/**
 * Asked for only where no site is named: a bundle that is no module has no address of its own.
 *
 * @returns {Record<string, URL>}
 */
const files = () => ({
  'worker.js': new URL('./worker.js', import.meta.url),
  'first-digits.safetensors': new URL('./first-digits.safetensors', import.meta.url),
  'digit-classifier.safetensors': new URL('./digit-classifier.safetensors', import.meta.url),
  'wasm/cpu/ganvas_web.js': new URL('./wasm/cpu/ganvas_web.js', import.meta.url),
  'wasm/cpu/ganvas_web_bg.wasm': new URL('./wasm/cpu/ganvas_web_bg.wasm', import.meta.url),
  'wasm/cpu-relaxed/ganvas_web.js': new URL('./wasm/cpu-relaxed/ganvas_web.js', import.meta.url),
  'wasm/cpu-relaxed/ganvas_web_bg.wasm': new URL(
    './wasm/cpu-relaxed/ganvas_web_bg.wasm',
    import.meta.url,
  ),
  'wasm/cpu-threads/ganvas_web.js': new URL('./wasm/cpu-threads/ganvas_web.js', import.meta.url),
  'wasm/cpu-threads/ganvas_web_bg.wasm': new URL(
    './wasm/cpu-threads/ganvas_web_bg.wasm',
    import.meta.url,
  ),
  'wasm/webgpu/ganvas_web.js': new URL('./wasm/webgpu/ganvas_web.js', import.meta.url),
  'wasm/webgpu/ganvas_web_bg.wasm': new URL('./wasm/webgpu/ganvas_web_bg.wasm', import.meta.url),
  'wasm/sampler/ganvas_sampler.wasm': new URL(
    './wasm/sampler/ganvas_sampler.wasm',
    import.meta.url,
  ),
});

const moved = () =>
  Object.fromEntries(
    Object.entries(files()).map(([name, url]) => [name, new URL(url, document.baseURI).href]),
  );

/**
 * Defines <ganvas-lab>, once. With `site`, everything is loaded from there instead. Links to an
 * experiment lead to `page`, to the site's `embed.html`, or there are none.
 *
 * @param {{ site?: string | URL, page?: string | URL }} [options]
 */
export async function define({ site, page } = {}) {
  const { GanvasLab } = await import('./element.js');
  if (!GanvasLab.possible || customElements.get('ganvas-lab')) return;
  const named = page && new URL(page, document.baseURI);
  GanvasLab.site = site
    ? { base: new URL(site, document.baseURI), page: named || 'embed.html' }
    : { base: new URL('./', document.baseURI), moved: moved(), page: named || undefined };
  customElements.define('ganvas-lab', GanvasLab);
}
