/** The form of the settings, used as a reader does. */
import { models } from '../../www/src/generated/model-traits.js';
import { openLab, tiny } from './lab.mjs';

/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {Record<string, string | number | boolean>} Settings
 */

const form = 'details[data-drawer="settings"]';

/** The models whose latent space can be explored: their latents may be of any length. */
export const withLatents = Object.keys(models).filter((name) =>
  models[name].panels.includes('explorer'),
);

/**
 * A page whose reader has chosen a model in the form, and made it as small as it can be.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {import('./server.mjs').Site} site
 * @param {string} model
 * @param {Settings} [settings] besides
 */
export async function openModel(browser, site, model, settings) {
  const page = await openLab(browser, site, { ...tiny, model: model === 'gan' ? 'dcgan' : 'gan' });
  await page.evaluate(() => window.lab.ready);
  const latent = withLatents.includes(model) ? { latent_dim: 8 } : {};
  await choose(page, { model, width: 2, batch_size: 4, ...latent, ...settings });
  return page;
}

/** @param {Page} page @param {string} name */
export async function openDrawer(page, name) {
  const drawer = page.locator(`details[data-drawer="${name}"]`);
  if ((await drawer.getAttribute('open')) === null) await drawer.locator('summary').click();
}

/**
 * Chooses a model and fills in other fields, applies, and waits until the lab has them.
 *
 * @param {Page} page
 * @param {Settings} settings
 */
export async function choose(page, { model, ...others }) {
  await openDrawer(page, 'settings');
  if (model) {
    await page.locator(`${form} input[data-field="model"][value="${model}"]`).check();
    await shown(page);
  }
  for (const [name, value] of Object.entries(others)) {
    const field = page.locator(`${form} [data-field="${name}"]`);
    if (typeof value === 'boolean') await field.setChecked(value);
    else if (await field.evaluate((node) => node.localName === 'select'))
      await field.selectOption(String(value));
    else {
      await field.fill(String(value));
      await field.blur();
    }
    await shown(page);
  }
  await apply(page, model ? { model, ...others } : others);
}

/**
 * Chooses a preset and applies it.
 *
 * @param {Page} page
 * @param {{ name: string, experiment: Record<string, unknown> }} preset
 */
export async function choosePreset(page, { name, experiment }) {
  await openDrawer(page, 'settings');
  await page.locator(`${form} [data-field="preset"]`).selectOption(name);
  await shown(page);
  await apply(page, experiment);
}

/** @param {Page} page @param {Record<string, unknown>} wanted */
async function apply(page, wanted) {
  const button = page.locator(`${form} [data-action="apply"]`);
  if (await button.isEnabled()) await button.click();
  await page.waitForFunction(
    (entries) => entries.every(([name, value]) => window.lab.experiment[name] === value),
    Object.entries(wanted),
  );
  await shown(page);
}

/**
 * The names of the fields that the form shows.
 *
 * @param {Page} page
 * @returns {Promise<string[]>}
 */
export async function visibleFields(page) {
  await openDrawer(page, 'settings');
  const names = await page
    .locator(`${form} [data-field]:visible`)
    .evaluateAll((nodes) => nodes.map((/** @type {HTMLElement} */ node) => node.dataset.field));
  return [...new Set(names)].sort();
}

/** What changed is on the screen: the lab renders once a frame. @param {Page} page */
export const shown = (page) =>
  page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
