/** The page by keyboard, for screen readers, on a phone, in both languages. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { models } from '../../www/src/generated/model-traits.js';
import { fields } from '../../www/src/generated/schema.js';
import en from '../../www/src/i18n/en.js';
import zh from '../../www/src/i18n/zh-CN.js';
import { isolation } from '../../xtask/site-server.mjs';
import { close, goesOn, openLab, patience, tiny } from '../support/lab.mjs';
import { serve } from '../support/server.mjs';
import { openDrawer, shown } from '../support/settings.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;

const { site, browser } = await suite();
const isolated = await serve(undefined, isolation);
after(() => isolated.close());

/** What a screen reader is told: every node with its role and name. */
async function tree(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  return nodes
    .filter((node) => !node.ignored)
    .map((node) => ({
      role: node.role?.value ?? '',
      name: (node.name?.value ?? '').trim(),
      properties: Object.fromEntries((node.properties ?? []).map((p) => [p.name, p.value.value])),
    }));
}

const interactive =
  /^(button|link|textbox|combobox|checkbox|radio|slider|spinbutton|meter|img|image|MenuListPopup|DisclosureTriangle)$/;

test('everything can be done by keyboard', { timeout }, async () => {
  const page = await openLab(browser, site);
  await page.locator('button[part="start"]').waitFor();
  const focused = () =>
    page.evaluate(() => {
      const inner = window.lab.shadowRoot.activeElement;
      return inner && (inner.dataset.action ?? inner.getAttribute('part') ?? inner.localName);
    });
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'start');
  await page.keyboard.press('Enter');
  await goesOn(page);
  // The button is gone, and the focus is on the one that has its place.
  await page.waitForFunction(
    () => window.lab.shadowRoot.activeElement?.dataset.action === 'toggle',
  );
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => window.events.state.at(-1).state === 'paused');
  const reached = new Set();
  for (let at = 0; at < 40; at += 1) {
    const name = await focused();
    if (name) reached.add(name);
    await page.keyboard.press('Tab');
  }
  for (const name of ['toggle', 'step-generator', 'step-discriminator', 'step-both', 'sample']) {
    assert.ok(reached.has(name), `${name} is not among ${[...reached]}`);
  }
  for (const name of ['reset', 'speed', 'summary']) {
    assert.ok(reached.has(name), `${name} is not among ${[...reached]}`);
  }
  await close(page);
});

/**
 * The sentence of every control of the settings, and when it is seen: in the page, one control after
 * the other has the focus.
 */
function helpOfSettings() {
  const { shadowRoot } = window.lab;
  const form = shadowRoot.querySelector('form.fields');
  const apply = form.querySelector('[data-action="apply"]');
  const look = (help) => ({
    seen: help?.checkVisibility(),
    top: apply.getBoundingClientRect().top,
  });
  const helpOf = (node) => shadowRoot.getElementById(node.getAttribute('aria-describedby'));
  const controls = [...form.querySelectorAll('input, select, textarea')].map((control) => {
    const help = helpOf(control);
    shadowRoot.activeElement?.blur();
    window.scrollTo(0, 0);
    const before = look(help);
    control.focus({ preventScroll: true });
    const at = look(help);
    const focused = shadowRoot.activeElement === control;
    const { value } = control;
    const { field } = control.dataset;
    return { field, value, text: help?.textContent.trim(), focused, before, at };
  });
  return { controls, group: helpOf(form.querySelector('fieldset')).textContent.trim() };
}

for (const [lang, words] of [
  ['en', en],
  ['zh', zh],
]) {
  test(`each setting says what it does while somebody is at it (${lang})`, {
    timeout,
  }, async () => {
    // An isolated page has the choice of cores too.
    const page = await openLab(browser, isolated, { ...tiny, lang });
    await page.evaluate(() => window.lab.ready);
    await openDrawer(page, 'settings');
    const seen = new Set();
    for (const model of Object.keys(models)) {
      await page.locator(`form.fields input[data-field="model"][value="${model}"]`).check();
      await shown(page);
      const { controls, group } = await page.evaluate(helpOfSettings);
      assert.ok(controls.length > Object.keys(models).length + 8, `${model}: ${controls.length}`);
      assert.equal(group, words['help.model']);
      for (const { field, value, text, focused, before, at } of controls) {
        const name = `${model}: ${field} ${value}`;
        // What a model is stands beside it all the time.
        const always = field === 'model';
        assert.equal(text, words[always ? `about.model.${value}` : `help.${field}`], name);
        assert.ok(text, name);
        assert.ok(focused, name);
        assert.deepEqual([before.seen, at.seen], [always, true], name);
        assert.equal(at.top, before.top, `${name} moves what is below`);
        seen.add(field);
      }
    }
    const others = ['preset', 'backend', 'threads'];
    const settings = fields.filter(({ type }) => type !== 'code').map(({ name }) => name);
    assert.deepEqual([...seen].sort(), [...others, ...settings].sort());
    await close(page);
  });
}

for (const lang of ['en', 'zh']) {
  test(`every control and picture has a name (${lang})`, { timeout }, async () => {
    const page = await openLab(browser, site, { ...tiny, lang });
    await page.locator('button[part="start"]').waitFor();
    const unnamed = (nodes) =>
      nodes.filter(({ role, name }) => interactive.test(role) && role !== 'MenuListPopup' && !name);
    assert.deepEqual(unnamed(await tree(page)), []);
    await page.evaluate(() => window.lab.train({ steps: 2 }));
    for (const drawer of await page.locator('details summary').all()) await drawer.click();
    await page.locator('input[data-field="width"]').waitFor();
    const nodes = await tree(page);
    assert.deepEqual(unnamed(nodes), []);
    const roles = nodes.map(({ role }) => role);
    assert.ok(roles.filter((role) => role === 'combobox').length >= 5);
    assert.ok(roles.filter((role) => role === 'textbox').length >= 8);
    assert.ok(roles.includes('meter'));
    assert.ok(nodes.some(({ role, name }) => /region/.test(role) && name.includes('Ganvas')));
    await close(page);
  });
}

test('canvases are pictures that say what they show', { timeout }, async () => {
  const page = await openLab(browser, site);
  await page.evaluate(() => window.lab.train({ steps: 2 }));
  for (const name of ['fake', 'real']) {
    const canvas = page.locator(`canvas.${name}`);
    await canvas.waitFor();
    assert.equal(await canvas.getAttribute('role'), 'img');
    await page.locator(`canvas.${name}[aria-label*="digits"]`).waitFor();
  }
  await page.locator('canvas.fake[aria-label*="step 2"]').waitFor();
  // And they do show something.
  const inks = await page.locator('canvas.real').evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return new Set(data.filter((_, at) => at % 4 === 0)).size;
  });
  assert.ok(inks > 10, `${inks} shades of ink`);
  await close(page);
});

test('progress and problems are spoken', { timeout }, async () => {
  const page = await openLab(browser, site);
  await page.evaluate(() => window.lab.train({ steps: 2 }));
  const live = page.locator('[aria-live="polite"]');
  await page.waitForFunction(() =>
    /Step \d+, discriminator loss/.test(
      window.lab.shadowRoot.querySelector('[aria-live="polite"]')?.textContent ?? '',
    ),
  );
  assert.equal(await live.count(), 1);
  await page.evaluate(() => window.lab.reset({ width: 0 }).catch(() => {}));
  await page.locator('[role="alert"] .message.bad').waitFor();
  await close(page);
});

for (const lang of ['zh', 'en']) {
  test(`a phone shows the page without scrolling sideways (${lang})`, { timeout }, async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    await page.goto(
      `${site.home}?width=2&batch_size=4&dataset=procedural&backend=cpu&lang=${lang}`,
    );
    await page.locator('button[part="start"]').waitFor();
    const widths = () =>
      page.evaluate(() => {
        const lab = document.querySelector('ganvas-lab');
        const wide = [...lab.shadowRoot.querySelectorAll('*')]
          .filter((node) => node.getBoundingClientRect().right > 390.5 && node.checkVisibility())
          .map((node) => `${node.localName}.${node.getAttribute('class')}`);
        return { page: document.documentElement.scrollWidth, wide };
      });
    assert.deepEqual(await widths(), { page: 390, wide: [] });
    await page.locator('button[part="start"]').click();
    await page.locator('canvas.fake[aria-label*="64"]').waitFor();
    for (const drawer of await page.locator('details summary').all()) await drawer.click();
    await page.locator('input[data-field="width"]').waitFor();
    assert.deepEqual(await widths(), { page: 390, wide: [] });
    assert.equal(
      await page.evaluate(() => document.documentElement.lang),
      lang === 'zh' ? 'zh-CN' : 'en',
    );
    await context.close();
  });
}
