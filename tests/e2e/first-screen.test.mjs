/**
 * Once it runs, the first screen holds the digits, the meters, the main button and the sentence of
 * what is happening; a presentation holds them large.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import en from '../../www/src/i18n/en.js';
import zh from '../../www/src/i18n/zh-CN.js';
import { close, openLab, patience, tiny } from '../support/lab.mjs';
import { shown } from '../support/settings.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();

const query = 'width=2&latent_dim=8&batch_size=4&dataset=procedural';
const parts = {
  digits: 'canvas.fake',
  meters: '.meters',
  sentence: '.now',
  button: '[data-action="toggle"]',
};
/** On a phone the main button has the row; a laptop has room for the others. */
const screens = [
  { name: 'a laptop', width: 1280, height: 800, digits: 400 },
  { name: 'a phone', width: 390, height: 844, digits: 320 },
  { name: 'a small phone', width: 360, height: 640, digits: 290 },
];

/**
 * Started and trained for some steps.
 *
 * @param {string} address
 * @param {import('playwright-core').BrowserContextOptions} options
 */
async function openRunning(address, options) {
  const page = await (await browser.newContext(options)).newPage();
  page.setDefaultTimeout(patience);
  await page.goto(address);
  await page.locator('button[part="start"]').waitFor();
  await page.evaluate(() => document.querySelector('ganvas-lab').train({ steps: 20 }));
  await page.locator('canvas.fake[aria-label*="64"], canvas.picture[width]').waitFor();
  await shown(page);
  return page;
}

/**
 * Boxes of the four parts, and the size of the smallest text in each.
 *
 * @param {import('playwright-core').Page} page
 * @param {Record<string, string>} [where]
 */
const look = (page, where = parts) =>
  page.evaluate((selectors) => {
    const root = document.querySelector('ganvas-lab').shadowRoot;
    return Object.fromEntries(
      Object.entries(selectors).map(([name, selector]) => {
        const part = root.querySelector(selector);
        const { top, bottom, left, right, width } = part.getBoundingClientRect();
        const texts = [part, ...part.querySelectorAll('*')].filter(
          (node) =>
            node.checkVisibility() &&
            [...node.childNodes].some((it) => it.nodeType === 3 && it.data.trim()),
        );
        const sizes = texts.map((node) => Number.parseFloat(getComputedStyle(node).fontSize));
        // What covers it, as at its middle.
        const over = root.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        // The digits lie under the buttons that they are chosen by.
        const free = (part.closest('.screen') ?? part).contains(over);
        return [name, { top, bottom, left, right, width, smallest: Math.min(...sizes), free }];
      }),
    );
  }, where);

for (const { name, width, height, digits } of screens) {
  for (const lang of ['zh', 'en']) {
    for (const file of ['', 'embed.html']) {
      const where = file === '' ? 'the hosted page' : 'the element alone';
      test(`${where} on ${name}: digits, meters, sentence and button without scrolling (${lang})`, {
        timeout,
      }, async () => {
        // `auto` also has something to tell of the backend, which must not push them away.
        for (const more of ['', '&loss=least_squares', '&model=wgan_gp']) {
          const page = await openRunning(`${site.home}${file}?${query}${more}&lang=${lang}`, {
            viewport: { width, height },
          });
          const seen = await look(page);
          assert.equal(await page.evaluate(() => scrollY), 0);
          for (const [part, box] of Object.entries(seen)) {
            const told = `${more} ${part}: ${JSON.stringify(box)}`;
            assert.ok(box.top >= 0 && box.bottom <= height, told);
            assert.ok(box.left >= 0 && box.right <= width, told);
            assert.ok(box.free, told);
          }
          assert.ok(seen.digits.width >= digits, `digits of ${seen.digits.width} px`);
          // Small print is read on a phone at 12 px, a sentence at 14.
          assert.ok(seen.meters.smallest >= 12, `${seen.meters.smallest} px`);
          assert.ok(seen.sentence.smallest >= 14, `${seen.sentence.smallest} px`);
          const words = lang === 'zh' ? zh : en;
          const names = await page.locator('.now').getAttribute('data-now');
          const last = words[`now.${names.split(' ').at(-1)}`].split(/[{½]/)[0];
          assert.ok((await page.locator('.now').textContent()).includes(last), last);
          await close(page);
        }
      });
    }
  }
}

for (const { name, width, height, digits } of screens) {
  for (const lang of ['zh', 'en']) {
    test(`the plane on ${name}: picture, meters, sentence and button without scrolling (${lang})`, {
      timeout,
    }, async () => {
      for (const more of ['', '&loss=least_squares']) {
        const page = await openRunning(
          `${site.home}?model=plane&dataset=ring&backend=cpu${more}&lang=${lang}`,
          { viewport: { width, height } },
        );
        const seen = await look(page, { ...parts, digits: 'canvas.picture' });
        for (const [part, box] of Object.entries(seen)) {
          const told = `${more} ${part}: ${JSON.stringify(box)}`;
          assert.ok(box.top >= 0 && box.bottom <= height, told);
          assert.ok(box.left >= 0 && box.right <= width, told);
          assert.ok(box.free, told);
        }
        assert.ok(seen.digits.width >= digits, `a picture of ${seen.digits.width} px`);
        // What has no room there follows.
        for (const part of ['.plane-legend', '.layers'])
          assert.ok(await page.locator(part).isVisible(), part);
        await close(page);
      }
    });
  }
}

test('the rest is a tap away on a phone, and back', { timeout }, async () => {
  const page = await openRunning(`${site.home}?${query}&lang=en`, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const step = page.locator('[data-action="step-both"]');
  assert.equal(await step.isVisible(), false);
  const more = page.locator('[data-action="more"]');
  assert.equal(await more.getAttribute('aria-expanded'), 'false');
  await more.tap();
  assert.equal(await more.getAttribute('aria-expanded'), 'true');
  await step.tap();
  await page.waitForFunction(
    () =>
      document.querySelector('ganvas-lab').shadowRoot.querySelector('.counters dd').textContent ===
      '21',
  );
  assert.equal(await step.isVisible(), true, 'what was opened stays open');
  await more.tap();
  assert.equal(await step.isVisible(), false);
  await close(page);
});

test('a wide screen is used: digits, figures and drawers side by side', { timeout }, async () => {
  const page = await openRunning(`${site.home}?${query}&backend=cpu&lang=en`, {
    viewport: { width: 1920, height: 1080 },
  });
  const boxes = await page.evaluate(() => {
    const root = document.querySelector('ganvas-lab').shadowRoot;
    return ['ganvas-lab', '.fakes', '.aside', '.drawers'].map((selector) => {
      const part = root.querySelector(selector) ?? document.querySelector(selector);
      const { left, right, top } = part.getBoundingClientRect();
      return { left, right, top };
    });
  });
  const [lab, fakes, aside, drawers] = boxes;
  assert.ok(lab.right - lab.left > 1800, `the lab is ${lab.right - lab.left} px wide`);
  assert.ok(fakes.right <= aside.left && aside.right <= drawers.left, JSON.stringify(boxes));
  assert.ok(fakes.right - fakes.left > 600, 'and the digits are large');
  assert.ok(Math.abs(drawers.top - fakes.top) < 40, 'from the same line on');
  // A drawer that is long scrolls, and the digits stay in sight.
  await page.locator('details[data-drawer="settings"] summary').click();
  const [models, line] = await Promise.all(
    ['.models', '.models > small'].map((part) => page.locator(part).boundingBox()),
  );
  assert.ok(Math.abs(models.width - line.width) < 1, 'the line on the models is as wide as they');
  await page.locator('details[data-drawer="data"] summary').click();
  await page.evaluate(() => scrollTo(0, 500));
  const top = await page
    .locator('canvas.fake')
    .evaluate((node) => node.getBoundingClientRect().top);
  assert.ok(top >= 0, `the digits are at ${top} px`);
  const prose = await page.locator('article[lang="en"]').boundingBox();
  assert.ok(prose.width <= 720, 'lines of prose stay short');
  await close(page);
});

test('the sentence follows the lab, and is told to screen readers', { timeout }, async () => {
  const page = await openLab(browser, site, tiny);
  await page.evaluate(() => window.lab.ready);
  const now = page.locator('.now');
  assert.equal(await now.getAttribute('data-now'), 'untrained');
  assert.equal(await now.textContent(), en['now.untrained']);
  await page.evaluate(() => window.lab.train({ steps: 1 }));
  await page.waitForFunction(
    () => window.lab.shadowRoot.querySelector('.now').dataset.now === 'paused',
  );
  assert.equal(await now.textContent(), en['now.paused'].replace('{step}', '1'));
  await page.evaluate(() => window.lab.train({ steps: 60 }));
  await page.waitForFunction(() =>
    /^paused \w+$/.test(window.lab.shadowRoot.querySelector('.now').dataset.now),
  );
  const spoken = await page.locator('[aria-live="polite"]').textContent();
  assert.ok(spoken.endsWith(await now.textContent()), spoken);
  await close(page);
});

/** The sizes of the texts that the last row reads, as shares of the window's height. */
const legible = (page) =>
  page.evaluate(() => {
    const root = window.lab.shadowRoot;
    const share = (selector) =>
      Number.parseFloat(getComputedStyle(root.querySelector(selector)).fontSize) / innerHeight;
    const box = (selector) => root.querySelector(selector).getBoundingClientRect();
    const inside = [
      'canvas.fake',
      '.meters',
      '.now',
      '[data-action="toggle"]',
      '[data-action="present"]',
    ]
      .map(box)
      .every(
        ({ top, left, bottom, right }) =>
          top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth,
      );
    const { width } = window.lab.getBoundingClientRect();
    return {
      sentence: share('.now'),
      figures: share('.meter .value'),
      step: share('.counters dd'),
      digits: box('canvas.fake').height / innerHeight,
      inside,
      fills: width === innerWidth,
    };
  });

for (const [width, height] of [
  [1920, 1080],
  [1280, 720],
  [1024, 768],
]) {
  for (const allowed of [true, false]) {
    const way = allowed ? 'fullscreen' : 'over the window, where fullscreen is denied';
    test(`a presentation can be read from the last row: ${width} × ${height}, ${way}`, {
      timeout,
    }, async () => {
      const page = await openLab(browser, site, tiny, { viewport: { width, height } });
      // What a page does with boxes must not hold it.
      await page.evaluate((may) => {
        document.body.style.transform = 'translateX(0)';
        if (!may)
          Element.prototype.requestFullscreen = () => Promise.reject(new TypeError('denied'));
      }, allowed);
      await page.evaluate(() => window.lab.train({ steps: 40 }));
      await page.locator('[data-action="present"]').click();
      await page.locator('ganvas-lab[data-presenting]').waitFor();
      if (allowed) await page.waitForFunction(() => document.fullscreenElement === window.lab);
      else await page.waitForFunction(() => window.lab.matches(':popover-open'));
      await shown(page);
      const sizes = await legible(page);
      assert.ok(sizes.fills && sizes.inside, JSON.stringify(sizes));
      assert.ok(sizes.sentence >= 1 / 29, JSON.stringify(sizes));
      assert.ok(sizes.figures >= 1 / 16, JSON.stringify(sizes));
      assert.ok(sizes.step >= 1 / 24, JSON.stringify(sizes));
      assert.ok(sizes.digits >= 0.7, JSON.stringify(sizes));
      assert.equal(await page.locator('.drawers').isVisible(), false);
      await page.locator('[data-action="present"]').click();
      await page.locator('ganvas-lab:not([data-presenting])').waitFor();
      await page.waitForFunction(
        () => document.fullscreenElement === null && !window.lab.hasAttribute('popover'),
      );
      await page.locator('.drawers').waitFor();
      await close(page);
    });
  }
}

/** Window sizes of a presentation: projectors, laptops, and a phone both ways. */
const halls = [
  [1920, 1080],
  [1366, 768],
  [1280, 800],
  [1280, 720],
  [844, 390],
  [390, 844],
];

for (const [model, settings] of [
  ['dcgan', query],
  ['plane', 'model=plane&dataset=ring'],
]) {
  for (const lang of ['en', 'zh']) {
    test(`the hosted page presents in windows of every size (${model}, ${lang})`, {
      timeout,
    }, async () => {
      const page = await openRunning(`${site.home}?${settings}&backend=cpu&lang=${lang}`, {
        viewport: { width: 1280, height: 800 },
      });
      await page.evaluate(() => {
        Element.prototype.requestFullscreen = () => Promise.reject(new TypeError('denied'));
      });
      await page.locator('[data-action="present"]').click();
      await page.locator('ganvas-lab:popover-open').waitFor();
      for (const [width, height] of halls) {
        await page.setViewportSize({ width, height });
        await shown(page);
        const { boxes, lab, scrolls } = await page.evaluate(() => {
          const element = document.querySelector('ganvas-lab');
          const root = element.shadowRoot;
          const rect = (/** @type {Element} */ node) => {
            const { left, top, right, bottom } = node.getBoundingClientRect();
            return { left, top, right, bottom };
          };
          const selectors = [
            'canvas:is(.fake, .picture)',
            '.meters',
            '.counters .steps',
            '.now',
            '[data-action="toggle"]',
            '[data-action="present"]',
          ];
          return {
            boxes: selectors.map((selector) => ({
              selector,
              ...rect(root.querySelector(selector)),
            })),
            lab: rect(element),
            scrolls: element.scrollHeight > element.clientHeight,
          };
        });
        const where = `${width} × ${height}`;
        assert.deepEqual(lab, { left: 0, top: 0, right: width, bottom: height }, where);
        assert.ok(!scrolls, `${where} scrolls`);
        for (const [at, box] of boxes.entries()) {
          const told = `${where}: ${JSON.stringify(box)}`;
          assert.ok(box.right > box.left && box.bottom > box.top, told);
          assert.ok(box.left >= 0 && box.right <= width, told);
          assert.ok(box.top >= 0 && box.bottom <= height, told);
          for (const other of boxes.slice(at + 1)) {
            const apart =
              box.right <= other.left ||
              other.right <= box.left ||
              box.bottom <= other.top ||
              other.bottom <= box.top;
            assert.ok(apart, `${told} lies over ${JSON.stringify(other)}`);
          }
        }
      }
      await close(page);
    });
  }
}

test('one key presents and ends it, while the lab has the reader’s attention', {
  timeout,
}, async () => {
  const page = await openLab(browser, site, tiny);
  await page.evaluate(() => window.lab.train({ steps: 1 }));
  const presents = () => page.evaluate(() => window.lab.hasAttribute('data-presenting'));
  const pressed = async (key, wanted) => {
    await page.keyboard.press(key);
    await shown(page);
    assert.equal(await presents(), wanted, key);
  };
  // Nobody has turned to the lab yet: the page may have keys of its own.
  await pressed('p', false);
  await page.locator('.fakes figcaption').click();
  await pressed('p', true);
  await pressed('p', false);
  await pressed('Control+p', false);
  await page.evaluate(() => {
    Element.prototype.requestFullscreen = () => Promise.reject(new TypeError('denied'));
  });
  await pressed('P', true);
  await pressed('Escape', false);
  // Space runs and pauses, also where no button has the focus.
  await pressed('p', true);
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press(' ');
  await page.waitForFunction(() => window.events.state.at(-1).state === 'running');
  await page.keyboard.press(' ');
  await page.waitForFunction(() => window.events.state.at(-1).state === 'paused');
  await pressed('p', false);
  // Letters that are typed are text.
  await page.locator('details[data-drawer="settings"] summary').click();
  await page.locator('input[data-field="width"]').focus();
  await pressed('p', false);
  await page.evaluate(() => window.lab.remove());
  await close(page);
});

test('the browser’s own way out of fullscreen ends a presentation', { timeout }, async () => {
  const page = await openLab(browser, site, tiny);
  await page.evaluate(() => window.lab.train({ steps: 1 }));
  await page.locator('[data-action="present"]').click();
  await page.waitForFunction(() => document.fullscreenElement === window.lab);
  await page.evaluate(() => document.exitFullscreen());
  await page.locator('ganvas-lab:not([data-presenting])').waitFor();
  assert.equal(await page.locator('[data-action="present"]').getAttribute('aria-pressed'), 'false');
  await close(page);
});
