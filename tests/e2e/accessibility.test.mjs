/** The page by keyboard, for screen readers, on a phone, in both languages. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { models } from '../../www/src/generated/model-traits.js';
import { fields } from '../../www/src/generated/schema.js';
import en from '../../www/src/i18n/en.js';
import zh from '../../www/src/i18n/zh-CN.js';
import { isolation } from '../../xtask/site-server.mjs';
import { close, goesOn, message, openLab, patience, startTraining, tiny } from '../support/lab.mjs';
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

/** What has the focus: a digit of the grid by its number, all else by what it does. */
const focusedIn = (page) =>
  page.evaluate(() => {
    const inner = window.lab.shadowRoot.activeElement;
    const { action, index, field } = inner?.dataset ?? {};
    return index ?? action ?? field ?? inner?.getAttribute('part') ?? inner?.className ?? '';
  });

/** Presses a key where the focus is put, and waits for where it is then. */
async function leads(page, selector, to, key = 'Enter') {
  await page.locator(selector).first().focus();
  await page.keyboard.press(key);
  await page.waitForFunction(
    (to) => {
      const inner = window.lab.shadowRoot.activeElement;
      return (
        [inner?.dataset.action, inner?.dataset.index, inner?.getAttribute('part')].includes(to) ||
        inner?.matches(to)
      );
    },
    to,
    { timeout: 20_000 },
  );
}

test('on the facade the focus goes on from what vanishes', { timeout }, async () => {
  const page = await openLab(browser, site, { ...tiny, backend: 'webgpu', width: 0 });
  await message(page, 'bad_experiment');
  await leads(page, '.cross', 'start');
  await page.locator('.message').waitFor({ state: 'detached' });
  await page.evaluate(() => window.lab.setAttribute('width', '2'));
  // There is no WebGPU here, and the way out is a button in a message that it takes away.
  await page.keyboard.press('Enter');
  await message(page, 'webgpu_unavailable');
  assert.equal(await focusedIn(page), 'start');
  await leads(page, '.message button:not(.cross)', 'toggle');
  await goesOn(page);
  await close(page);
});

test('in a lab the focus goes on from what vanishes', { timeout }, async () => {
  const page = await openLab(browser, site);
  await startTraining(page);
  await leads(page, '[data-action="sample"]', 'fixed');
  await leads(page, '[data-action="fixed"]', 'sample');
  await page.evaluate(() => window.lab.pause());
  for (const width of [0, -1]) {
    await page.evaluate((width) => window.lab.reset({ width }).catch(() => {}), width);
    await page.locator('.message.bad').waitFor();
    await page.evaluate(() => window.lab.load(new Uint8Array(3)).catch(() => {}));
    await page.locator('.message.bad').nth(1).waitFor();
    await leads(page, '.message.bad:last-child .cross', '.cross');
    await leads(page, '.cross', 'toggle');
  }
  // D's eyes, by their button and by Escape.
  for (const [part, key] of [
    ['[data-action="eyes-close"]', 'Enter'],
    ['.bars svg', 'Escape'],
  ]) {
    await page.locator('.eye[data-index="12"]').click();
    await page.locator('.eyes [data-value="score"]').waitFor();
    await leads(page, part, '12', key);
    await page.locator('.eyes').waitFor({ state: 'detached' });
  }
  // What disables itself hands on to what is beside it.
  await page.locator('.eye[data-index="3"]').click();
  await page.locator('.bars svg').focus();
  await page.keyboard.press('ArrowUp');
  await leads(page, '[data-action="eyes-restore"]:enabled', 'svg');
  await page.keyboard.press('Escape');
  await page.locator('[data-action="slowly"]').click();
  await page.locator('.slowly[data-phase="draw"]').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.locator('.slowly[data-phase="make"]').waitFor();
  await leads(page, '[data-action="slowly-back"]', 'slowly-forward');
  await openDrawer(page, 'settings');
  const seed = page.locator('form.fields input[data-field="seed"]');
  await seed.fill('3');
  await seed.blur();
  await leads(page, '[data-action="revert"]:enabled', 'summary');
  await close(page);
});

test('help can be taken away, and comes back with the focus', { timeout }, async () => {
  const page = await openLab(browser, site);
  await page.evaluate(() => window.lab.ready);
  await openDrawer(page, 'settings');
  const field = page.locator('form.fields input[data-field="batch_size"]');
  const help = page.locator('#hint-batch_size');
  await field.focus();
  await help.waitFor();
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'hidden' });
  assert.equal(await focusedIn(page), 'batch_size');
  await page.keyboard.press('Tab');
  await field.focus();
  await help.waitFor();
  await close(page);
});

/** How far two colours are apart, as WCAG has it; in the page. */
function boundsOfFields() {
  const channels = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return [r, g, b, a];
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((it) => {
      const share = it / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const root = window.lab.shadowRoot;
  const own = (name) =>
    getComputedStyle(root.querySelector('.ganvas'))
      .getPropertyValue(name)
      .trim()
      .split(' ')
      .map(Number);
  const fields = root.querySelectorAll(
    'select, input:not([type="file"], [type="checkbox"], [type="radio"], [type="range"])',
  );
  return [...fields].flatMap((field) =>
    ['--panel-rgb', '--paper-rgb'].map((name) => {
      const ground = own(name);
      const [r, g, b, a] = channels(getComputedStyle(field).borderTopColor);
      const line = [r, g, b].map((it, at) => it * a + ground[at] * (1 - a));
      const [low, high] = [luminance(line), luminance(ground)].sort((one, other) => one - other);
      return {
        field: field.dataset.field ?? field.dataset.action,
        ratio: (high + 0.05) / (low + 0.05),
      };
    }),
  );
}

test('fields are bounded so that they can be seen', { timeout }, async () => {
  for (const theme of ['light', 'dark']) {
    const page = await openLab(browser, site, { ...tiny, theme });
    await page.evaluate(() => window.lab.ready);
    for (const name of ['settings', 'explorer']) await openDrawer(page, name);
    await page.locator('[data-field="walk-from"]').waitFor();
    const bounds = await page.evaluate(boundsOfFields);
    assert.ok(bounds.length > 20, `${bounds.length}`);
    assert.deepEqual(
      bounds.filter(({ ratio }) => ratio < 3),
      [],
      theme,
    );
    await close(page);
  }
});

test('where colours are the reader’s own, state and figures still show', { timeout }, async () => {
  const page = await openLab(
    browser,
    site,
    { ...tiny, model: 'dcgan', theme: 'light' },
    { forcedColors: 'active' },
  );
  await page.evaluate(() => window.lab.train({ steps: 3 }));
  await page.locator('[data-drawer="judge"] > summary').click();
  await page.locator('.histogram .rise').first().waitFor({ state: 'attached' });
  await openDrawer(page, 'explorer');
  await page.locator('.eye[data-index="5"]').click();
  await page.locator('.eyes [data-value="score"]').waitFor();
  await page.locator('[data-action="scores"]').click();
  await page.locator('[data-action="scores"][aria-pressed="true"]').waitFor();
  const seen = await page.evaluate(() => {
    const root = window.lab.shadowRoot;
    const style = (selector) => getComputedStyle(root.querySelector(selector));
    const ground = (selector) => style(selector).backgroundColor;
    const line = (selector) => style(selector).borderTopColor;
    return {
      pressed: [ground('[data-action="scores"]'), ground('[data-action="show-z"]')],
      chip: [ground('.chips [aria-pressed="true"]'), ground('.chips [aria-pressed="false"]')],
      meter: [ground('.bar > span'), ground('.bar')],
      meters: [ground('.meter.d .bar > span'), ground('.meter.g .bar > span')],
      rise: [ground('.histogram .rise'), ground('.histogram .column')],
      mark: [ground('.track .mark'), ground('.ganvas')],
      strokes: [line('.legend .d .stroke'), line('.legend .g .stroke')],
      ink: [style('.looks b.d').color, style('.looks b.g').color],
      chosen: [style('[aria-selected="true"]').borderTopWidth, style('.eye').borderTopWidth],
    };
  });
  for (const [name, [one, other]] of Object.entries(seen)) {
    assert.notEqual(one, other, `${name}: ${one}`);
  }
  const points = await openLab(
    browser,
    site,
    { model: 'plane', dataset: 'ring', backend: 'cpu', lang: 'en' },
    { forcedColors: 'active' },
  );
  await points.evaluate(() => window.lab.train({ steps: 3 }));
  await points.locator('.plane-legend .marks').waitFor();
  const marks = await points.evaluate(() => {
    const style = (selector) => getComputedStyle(window.lab.shadowRoot.querySelector(selector));
    return {
      legend: ['d', 'g'].map((who) => style(`.marks .${who} .solid`).fill),
      layers: [true, false].map((on) => style(`.layers [aria-pressed="${on}"]`).backgroundColor),
    };
  });
  for (const [name, [one, other]] of Object.entries(marks)) assert.notEqual(one, other, name);
  await close(points);
  // The digits are not covered.
  assert.match(
    await page
      .locator('.eye')
      .first()
      .evaluate((eye) => getComputedStyle(eye).backgroundColor),
    /, 0\)$/,
  );
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
