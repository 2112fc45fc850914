/** The strictest policy that a site may send, and what the pages of the site send themselves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patience } from '../support/lab.mjs';
import { serve } from '../support/server.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();
const query = 'width=2&latent_dim=8&batch_size=4&dataset=procedural&backend=cpu&seed=7&lang=en';

const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html ganvas',
].join('; ');

/** Opens a page, trains, opens every drawer; returns what was blocked or thrown. */
async function use(address) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error') faults.push(line.text());
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  await page.goto(address);
  await page.locator('figure.drawn, figure.poster').first().waitFor();
  await page.locator('button[part="start"]').click();
  await page.locator('canvas.fake[aria-label*="step"]').waitFor();
  await page.locator('[role="meter"]').first().waitFor();
  for (const drawer of ['settings', 'explorer', 'data']) {
    await page.locator(`details[data-drawer="${drawer}"] summary`).click();
  }
  await page.locator('canvas.walk').waitFor();
  await page.locator('button[data-action="link"]').click();
  const inline = await page.locator('ganvas-lab').evaluate((lab) => {
    const html = document.documentElement.outerHTML;
    return { tags: /<style/i.test(html), width: getComputedStyle(lab).width };
  });
  assert.equal(inline.tags, false);
  await context.close();
  return faults;
}

/** Measures something on the page that measures; returns what was blocked or thrown. */
async function measure(home) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error') faults.push(line.text());
  });
  await page.goto(`${home}bench.html?sizes=2x4&seconds=0.1&backends=cpu&lang=en`);
  await page.locator('[data-action="start"]').click();
  await page.locator('[data-phase="done"]').waitFor();
  await page.locator('table.devices tbody tr').first().waitFor();
  await context.close();
  return faults;
}

test('the pages work under their own policy', { timeout }, async () => {
  for (const page of ['', 'embed.html']) {
    assert.deepEqual(await use(`${site.home}${page}?${query}`), [], page || 'index.html');
  }
  assert.deepEqual(await measure(site.home), [], 'bench.html');
});

test('the pages work under the strictest policy that a site may send', { timeout }, async () => {
  // The hosted page has a policy of its own for the address of its service worker.
  const whole = `${policy} ganvas-isolate`;
  const strict = await serve(undefined, { 'content-security-policy': whole });
  try {
    assert.deepEqual(await measure(strict.home), [], 'bench.html');
    for (const page of ['', 'embed.html', '?preset=mode_collapse']) {
      const [file, first] = page.split('?');
      const address = `${strict.home}${file}?${[first, query].filter(Boolean).join('&')}`;
      assert.deepEqual(await use(address), [], page || 'index.html');
    }
  } finally {
    await strict.close();
  }
});

test('where a policy keeps the service worker out, the hosted page goes on without', {
  timeout,
}, async () => {
  const strict = await serve(undefined, { 'content-security-policy': policy });
  try {
    const [told, directive, ...others] = await use(`${strict.home}?${query}`);
    assert.match(told, /'ganvas-isolate' violates/);
    assert.match(directive, /^trusted-types /);
    assert.deepEqual(others, []);
    assert.deepEqual(await use(`${strict.home}embed.html?${query}`), [], 'embed.html');
  } finally {
    await strict.close();
  }
});
