/** Runs recorded kernels in a page with WebGPU and times each, by the code of `bench.html`. */
import { replay as inPage } from '../../../www/src/bench/replay.js';

/**
 * @param {import('playwright-core').Page} page
 * @param {import('../../../www/src/bench/replay.js').Schedule} schedule
 * @param {string[]} shaders
 * @param {number} repeats
 * @returns {Promise<import('../../../www/src/bench/replay.js').Times>}
 */
export const replay = (page, schedule, shaders, repeats) =>
  page.evaluate(
    ([text, what]) => new Function(`return (${text})`)()(what),
    /** @type {const} */ ([inPage.toString(), { schedule, shaders, repeats }]),
  );
