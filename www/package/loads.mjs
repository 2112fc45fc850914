/** What a reader loads of the package, and when. */

/**
 * @typedef {object} Bundle
 * @property {string} [entry] the source that it begins with
 * @property {{ path: string, kind: string }[]} imports
 *
 * @typedef {{ when: string, files: string[] }} Load
 */

const module = (/** @type {string} */ folder) => [
  `wasm/${folder}/ganvas_web.js`,
  `wasm/${folder}/ganvas_web_bg.wasm`,
];

/**
 * Moments, with the sources of their bundles and their other files. A file belongs to the first
 * moment that it is loaded in. @type {{ when: string, sources?: string[], files?: string[] }[]}
 */
const moments = [
  { when: 'at once', sources: ['src/ganvas.js'] },
  { when: 'at once, in English', sources: ['i18n/en.js?first'] },
  { when: 'at once, in Chinese', sources: ['i18n/zh-CN.js?first'] },
  {
    when: 'the first digits',
    sources: ['element/preview.js'],
    files: ['wasm/sampler/ganvas_sampler.wasm', 'first-digits.safetensors'],
  },
  { when: 'in their place, where they are late or unwanted', sources: ['element/poster.js'] },
  {
    when: 'another model than the default’s, a run that fails on purpose',
    sources: ['element/room.js'],
  },
  { when: 'the run that was kept', sources: ['src/runs.js'] },
  { when: 'a focused button that goes', sources: ['element/focus.js'] },
  { when: 'the start', sources: ['lab/lab.js'], files: ['worker.js'] },
  { when: 'the start, in English', sources: ['i18n/en.js?rest'] },
  { when: 'the start, in Chinese', sources: ['i18n/zh-CN.js?rest'] },
  { when: 'the start, on the CPU with relaxed SIMD', files: module('cpu-relaxed') },
  { when: 'the start, on several cores', files: module('cpu-threads') },
  { when: 'the start, on the CPU without it', files: module('cpu') },
  { when: 'the start, on WebGPU', files: module('webgpu') },
  {
    when: 'a model of the plane',
    sources: ['element/plane-poster.js', 'views/plane/plane-view.js'],
  },
  { when: 'D’s eyes on a digit', sources: ['views/eyes/eyes-view.js'] },
  { when: 'a round, slowly', sources: ['views/slowly/slowly-view.js'] },
  { when: '`evaluate()`, and the live judge', files: ['digit-classifier.safetensors'] },
  { when: '`from-url`', sources: ['element/address.js'] },
  {
    when: '`embed.html`, beside the element',
    sources: ['element/frame.js'],
    files: ['embed.html', 'embed.css', 'page.js'],
  },
  { when: '`embed.html` without JavaScript, beside its style', files: ['first-digits.png'] },
  { when: 'a page that has it in iframes', files: ['frames.js'] },
];

/**
 * @param {Record<string, Bundle>} bundles by their paths in the package
 * @param {string[]} besides entries that are for bundlers
 * @returns {Load[]}
 */
export function loadsOf(bundles, besides) {
  const told = new Set(besides);
  const loads = moments.map(({ when, sources = [], files = [] }) => {
    const found = [...sources.flatMap((source) => [...bundlesOf(bundles, source)]), ...files];
    const fresh = [...new Set(found)].filter((file) => !told.has(file));
    for (const file of fresh) told.add(file);
    return { when, files: fresh };
  });
  const untold = Object.keys(bundles).filter((file) => /\.js$/.test(file) && !told.has(file));
  if (untold.length > 0) throw new Error(`When does a reader load ${untold.join(', ')}?`);
  return loads;
}

/**
 * The bundle of a source, and all that it imports at once.
 *
 * @param {Record<string, Bundle>} bundles
 * @param {string} source
 */
function bundlesOf(bundles, source) {
  const entry = Object.keys(bundles).find((file) => bundles[file].entry?.endsWith(source));
  if (!entry) throw new Error(`There is no bundle of ${source}.`);
  const found = new Set([entry]);
  for (const file of found) {
    for (const { path, kind } of bundles[file].imports) {
      if (kind === 'import-statement') found.add(path);
    }
  }
  return found;
}
