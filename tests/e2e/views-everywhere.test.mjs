/**
 * Every view of the inside in the dark, where nothing may move, and in Chinese, at the widths of a
 * laptop, a column and a phone: nothing hangs over, every control has a name, every text can be read,
 * nothing moves by itself. One run for each of the three, in which all views are opened.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, openLab, patience } from '../support/lab.mjs';
import { openDrawer, shown } from '../support/settings.mjs';
import { suite } from '../support/suite.mjs';

const { site, browser } = await suite();

/** A run that fails on purpose has all views. */
const run = {
  preset: 'vanishing_gradient',
  dataset: 'procedural',
  backend: 'cpu',
  theme: 'light',
  lang: 'en',
};
const sizes = [
  { width: 1280, height: 800 },
  { width: 660, height: 800 },
  { width: 390, height: 844 },
];
const worlds = {
  'in the dark': { attributes: { theme: 'dark' }, options: {} },
  'where nothing may move': { attributes: {}, options: { reducedMotion: 'reduce' } },
  'in Chinese': { attributes: { lang: 'zh' }, options: {} },
};

/** What hangs over the window's edge, and is not cut or scrolled by what it stands in. */
const overhang = (page) =>
  page.evaluate(() => {
    const held = (/** @type {Element} */ node) => {
      for (let box = node.parentElement; box; box = box.parentElement) {
        if (getComputedStyle(box).overflowX !== 'visible') return true;
      }
      return false;
    };
    const wide = [...window.lab.shadowRoot.querySelectorAll('*')]
      .filter((node) => {
        const { left, right, width } = node.getBoundingClientRect();
        return width > 0 && (right > innerWidth + 0.5 || left < -0.5) && node.checkVisibility();
      })
      .filter((node) => !held(node) && !node.closest('.unseen, svg'))
      .map((node) => `${node.localName}.${node.getAttribute('class')}`);
    return { page: document.documentElement.scrollWidth - innerWidth, wide };
  });

const interactive =
  /^(button|link|textbox|combobox|checkbox|radio|slider|spinbutton|meter|img|image|gridcell|grid|DisclosureTriangle)$/;

/** Controls and pictures that a screen reader is told no name of. */
async function unnamed(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  const told = nodes
    .filter(({ ignored, role }) => !ignored && interactive.test(role?.value ?? ''))
    .map(({ role, name }) => ({ role: role.value, name: (name?.value ?? '').trim() }));
  return { none: told.filter(({ name }) => !name), count: told.length };
}

/**
 * Texts that stand out too little from what is behind them, by WCAG 2: 4.5 to 1, and 3 to 1 where they
 * are large. Controls that cannot be used are free to fade.
 */
const faint = (page) =>
  page.evaluate(() => {
    const root = window.lab.shadowRoot;
    const channels = (/** @type {string} */ colour) => {
      const numbers = colour.match(/[\d.]+/g).map(Number);
      return numbers.length === 3 ? [...numbers, 1] : numbers;
    };
    const over = ([r, g, b, a], [x, y, z]) =>
      [r, g, b].map((c, at) => a * c + (1 - a) * [x, y, z][at]);
    const light = (/** @type {number[]} */ colour) => {
      const [r, g, b] = colour.map((it) => {
        const share = it / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const parent = (/** @type {Element} */ node) =>
      node.parentElement ?? node.getRootNode().host ?? null;
    const seen = [];
    let texts = 0;
    for (const node of root.querySelectorAll('*')) {
      const own = [...node.childNodes].some((it) => it.nodeType === 3 && it.data.trim());
      if (!own || !node.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
        continue;
      if (node.closest(':disabled, .unseen, style, option')) continue;
      const { width, height } = node.getBoundingClientRect();
      if (width < 2 || height < 2) continue;
      texts += 1;
      const chain = [];
      for (let it = node; it; it = parent(it)) chain.unshift(it);
      let ground = [255, 255, 255];
      for (const it of chain) ground = over(channels(getComputedStyle(it).backgroundColor), ground);
      // What fades as a whole does so over what is behind it.
      let behind = [255, 255, 255];
      let opacity = 1;
      for (const it of chain) {
        const style = getComputedStyle(it);
        if (Number(style.opacity) < 1) opacity *= Number(style.opacity);
        else if (opacity === 1) behind = over(channels(style.backgroundColor), behind);
      }
      const style = getComputedStyle(node);
      const ink = over(channels(style.color), ground);
      const [text, back] = [ink, ground].map((it) => over([...it, opacity], behind));
      const [a, b] = [light(text), light(back)].sort((x, y) => y - x);
      const ratio = (a + 0.05) / (b + 0.05);
      const size = Number.parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio < (large ? 3 : 4.5)) {
        const words = node.textContent.trim().replaceAll(/\s+/g, ' ').slice(0, 30);
        seen.push(`${node.localName}.${node.getAttribute('class')} "${words}" ${ratio.toFixed(2)}`);
      }
    }
    return { faint: [...new Set(seen)], texts };
  });

/** What moves by itself just now. */
const moving = (page) =>
  page.evaluate(() =>
    [...document.getAnimations(), ...window.lab.shadowRoot.getAnimations()]
      .filter(({ playState }) => playState === 'running')
      .map(({ effect }) => {
        const { target } = /** @type {KeyframeEffect} */ (effect);
        return `${target.localName}.${target.getAttribute('class')}`;
      }),
  );

/** Each view: how it is opened, what must be there then, and how it is left. */
const views = {
  'what is happening, the judge, the disaster and the explorer': {
    open: async (page) => {
      await openDrawer(page, 'explorer');
      await page.locator('canvas.walk').waitFor();
      await page.locator('.judge .verdicts').waitFor();
      await page.waitForFunction(
        () => window.lab.shadowRoot.querySelector('[data-field="plane-z"]')?.value,
      );
    },
    parts: ['.lesson', '.histogram', '.map', '.track', '.now', '.curve canvas', '.objective math'],
    leave: (page) => page.locator('[data-drawer="explorer"] > summary').click(),
  },
  'D’s eyes, and what an update has changed': {
    open: async (page) => {
      await page.evaluate(() => window.lab.step('generator'));
      await page.evaluate(() => {
        const { shadowRoot } = window.lab;
        if (shadowRoot.querySelector('[data-action="scores"]').ariaPressed === 'false')
          shadowRoot.querySelector('[data-action="scores"]').click();
        shadowRoot.querySelector('.eye[data-index="9"]').click();
      });
      await page.locator('.eyes [data-value="nearest"]').waitFor();
    },
    parts: ['.eyes canvas.eye-pull', '.bars svg', '.change .slopes', '.eye span'],
    leave: async (page) => {
      await page.locator('[data-action="eyes-close"]').click();
      await page.locator('.eyes').waitFor({ state: 'detached' });
    },
  },
  'a round in the middle': {
    open: async (page) => {
      await page.evaluate(() =>
        window.lab.shadowRoot.querySelector('[data-action="slowly"]').click(),
      );
      await page.locator('.slowly .flow').waitFor();
      // Three updates of D, then what G makes, and the way back to it.
      for (;;) {
        const { player, phase } = await page.evaluate(() => window.lab.next());
        if (player === 'generator' && phase === 'gradient') break;
      }
      await page.locator('.slowly .layer-norms').waitFor();
    },
    parts: ['.slowly canvas.slow-pull', '.slowly .layer-norms', '.slowly .objective math'],
    leave: () => {},
  },
  'a round at its end': {
    open: async (page) => {
      await page.evaluate(() => window.lab.next());
      await page.locator('.slowly .before-after').waitFor();
    },
    parts: ['.slowly .slopes', '.slowly .caption'],
    leave: async (page) => {
      await page.locator('[data-action="slowly-close"]').click();
      await page.locator('.slowly').waitFor({ state: 'detached' });
    },
  },
  'a presentation': {
    open: async (page) => {
      await page.evaluate(() =>
        window.lab.shadowRoot.querySelector('[data-action="present"]').click(),
      );
      await page.locator('ganvas-lab[data-presenting]').waitFor();
    },
    parts: ['canvas.fake', '.meters', '.now', '[data-action="toggle"]'],
    leave: (page) => page.keyboard.press('Escape'),
  },
};

for (const [world, { attributes, options }] of Object.entries(worlds)) {
  test(`every view ${world}`, { timeout: 8 * patience }, async () => {
    const page = await openLab(
      browser,
      site,
      { ...run, ...attributes },
      { viewport: sizes[0], ...options },
    );
    // A presentation over the window is resized like the window.
    await page.evaluate(() => {
      Element.prototype.requestFullscreen = () => Promise.reject(new TypeError('denied'));
    });
    await page.evaluate(() => window.lab.train({ steps: 4 }));
    const still = options.reducedMotion === 'reduce';
    const faults = [];
    for (const [name, { open, parts, leave }] of Object.entries(views)) {
      await open(page);
      if (still) faults.push(...(await moving(page)).map((what) => `${name}: ${what} moves`));
      for (const size of sizes) {
        await page.setViewportSize(size);
        await shown(page);
        const where = `${name}, ${size.width} px`;
        for (const part of parts) {
          if (!(await page.locator(part).first().isVisible())) faults.push(`${where}: no ${part}`);
        }
        const { page: beyond, wide } = await overhang(page);
        if (beyond > 0 || wide.length > 0) faults.push(`${where}: ${beyond} px too wide, ${wide}`);
        const { none, count } = await unnamed(page);
        assert.ok(count >= (name === 'a presentation' ? 3 : 20), `${where}: ${count} controls`);
        if (none.length > 0) faults.push(`${where}: no name for ${JSON.stringify(none)}`);
        const contrast = await faint(page);
        assert.ok(
          contrast.texts >= (name === 'a presentation' ? 6 : 40),
          `${contrast.texts} texts`,
        );
        faults.push(...contrast.faint.map((what) => `${where}: ${what}`));
        if (still) faults.push(...(await moving(page)).map((what) => `${where}: ${what} moves`));
      }
      await page.setViewportSize(sizes[0]);
      await leave(page);
    }
    if (still) {
      // Also what a press or a pointer sets off moves nothing.
      const button = page.locator('[data-action="toggle"]');
      await button.hover();
      await page.evaluate(() => {
        window.lab.train({ steps: 2 }).catch(() => {});
      });
      faults.push(...(await moving(page)).map((what) => `${what} moves`));
    }
    assert.equal([...new Set(faults)].join('\n'), '');
    await close(page);
  });
}
