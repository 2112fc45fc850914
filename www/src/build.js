/**
 * Which build of the front end this is: a digest of its sources, put here by www/bundling.mjs. Files
 * without it in their names, as worker.js, may come from another build than the page that asks for
 * them. Empty where nothing was bundled.
 */
export const build = typeof GANVAS_BUILD === 'undefined' ? '' : GANVAS_BUILD;
