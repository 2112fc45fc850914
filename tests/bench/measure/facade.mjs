/** What the page asks for before anybody starts it, its digits aside. */

/**
 * @param {import('playwright-core').Browser} browser
 * @param {import('../../support/server.mjs').Site} site
 */
export async function facadeRequests(browser, site) {
  const context = await browser.newContext();
  const page = await context.newPage();
  site.requests.length = 0;
  await page.goto(`${site.home}?lang=en&preview=off`, { waitUntil: 'networkidle' });
  await page.locator('button[part="start"]').waitFor();
  const requests = [...site.requests];
  await context.close();
  return requests;
}
