/** Chromium, whose numbers the others are compared with. */
import { launch } from '../../support/browser.mjs';

/**
 * @param {Parameters<typeof launch>[0]} [options]
 * @returns {Promise<import('./set.mjs').Driven>}
 */
export async function chromium(options) {
  const browser = await launch(options);
  return {
    version: `Chromium/${browser.version()}`,
    async open(address, { width = 1000, height = 900 } = {}) {
      const page = await browser.newPage({ viewport: { width, height } });
      await page.goto(address);
      return {
        evaluate: (run, argument) => page.evaluate(run, argument),
        close: () => page.close(),
      };
    },
    close: () => browser.close(),
  };
}
