/** What every file of end-to-end tests needs: the built site, and a browser to look at it. */
import { after } from 'node:test';
import { launch } from './browser.mjs';
import { serve } from './server.mjs';

/**
 * Both are there until the last test of the file is done.
 *
 * @param {Parameters<typeof launch>[0]} [options]
 */
export async function suite(options) {
  const site = await serve();
  after(() => site.close());
  const browser = await launch(options);
  after(() => browser.close());
  return { site, browser };
}
