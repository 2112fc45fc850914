/** The element and the page around it: theme, language, and styles that must not leak in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addLab, close, openLab, patience, tiny } from '../support/lab.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { lang: _, ...silent } = tiny;

const { site, browser } = await suite();

/** @param {import('playwright-core').Page | import('playwright-core').Frame} page */
const scheme = (page, value) => page.locator(`section.ganvas[data-scheme="${value}"]`).waitFor();

/** How themes switch: the style sheet, and what their switch does with the page. */
const switches = {
  'Bootstrap, data-bs-theme': [
    '[data-bs-theme="dark"] { color-scheme: dark } body { background: #fff } [data-bs-theme="dark"] body { background: #212529 }',
    () => document.documentElement.setAttribute('data-bs-theme', 'dark'),
    () => document.documentElement.setAttribute('data-bs-theme', 'light'),
  ],
  'a class of <html>, with a transition': [
    'body { background: rgb(255 255 255); transition: background-color 0.4s } html.dark body { background: #1b1b1f }',
    () => document.documentElement.classList.add('dark'),
    () => document.documentElement.classList.remove('dark'),
  ],
  'an attribute of <body>': [
    'body { background: hsl(0 0% 100%) } [data-md-color-scheme="slate"] { background: hsl(225 15% 14%) }',
    () => document.body.setAttribute('data-md-color-scheme', 'slate'),
    () => document.body.setAttribute('data-md-color-scheme', 'default'),
  ],
  'color-scheme alone': [
    ':root { color-scheme: light }',
    () => {
      document.documentElement.style.colorScheme = 'dark';
    },
    () => {
      document.documentElement.style.colorScheme = '';
    },
  ],
  'colours in oklch, half transparent': [
    'html { background: oklch(1 0 0) } html.dark { background: oklch(0.145 0 0) } body { background: rgb(128 128 128 / 10%) }',
    () => document.documentElement.classList.add('dark'),
    () => document.documentElement.classList.remove('dark'),
  ],
  'another style sheet': [
    'body { background: white }',
    () => {
      const sheet = document.createElement('style');
      sheet.id = 'dark';
      sheet.textContent = 'body { background: black !important }';
      document.head.append(sheet);
    },
    () => document.getElementById('dark').remove(),
  ],
};

for (const [name, [style, dark, light]] of Object.entries(switches)) {
  test(`the page’s switch is followed: ${name}`, { timeout }, async () => {
    // The reader's system says the opposite of the page at first.
    const page = await openLab(browser, site, tiny, { colorScheme: 'dark' });
    await page.addStyleTag({ content: style });
    await scheme(page, 'light');
    await page.evaluate(dark);
    await scheme(page, 'dark');
    await page.evaluate(light);
    await scheme(page, 'light');
    await close(page);
  });
}

test('a dark card on a light page has a dark lab, and theme="light" a light one', {
  timeout,
}, async () => {
  const page = await openLab(browser, site, tiny, { colorScheme: 'light' });
  await scheme(page, 'light');
  await page.evaluate(() => {
    const card = document.createElement('div');
    card.style.background = '#222';
    document.body.append(card);
    card.append(window.lab);
  });
  await scheme(page, 'dark');
  await page.evaluate(() => window.lab.setAttribute('theme', 'light'));
  await scheme(page, 'light');
  await close(page);
});

test('a page that follows the system is followed', { timeout }, async () => {
  const page = await openLab(browser, site, tiny, { colorScheme: 'light' });
  await page.addStyleTag({ content: ':root { color-scheme: light dark }' });
  await scheme(page, 'light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await scheme(page, 'dark');
  await close(page);
});

test('the hosted page is as dark as its lab', { timeout }, async () => {
  const colours = {};
  for (const [system, query] of [
    ['light', '?theme=dark'],
    ['dark', ''],
    ['dark', '?theme=light'],
    ['light', ''],
  ]) {
    const page = await openPage(query, { colorScheme: system });
    const wanted = query.split('=')[1] ?? system;
    await scheme(page, wanted);
    const colour = await page.evaluate(
      () => getComputedStyle(document.documentElement).backgroundColor,
    );
    colours[wanted] ??= colour;
    assert.equal(colour, colours[wanted], `${system}${query}`);
    await close(page);
  }
  assert.notEqual(colours.dark, colours.light);
});

/**
 * The hosted page itself.
 *
 * @param {string} query
 * @param {import('playwright-core').BrowserContextOptions} options
 */
async function openPage(query, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  await page.goto(`${site.home}${query}`);
  return page;
}

test('the language: attribute, then around, then the browser, then Chinese', {
  timeout,
}, async () => {
  const shown = async (page) => {
    // The room is there before the words, and before their language.
    const spoken = page.locator('section.ganvas[lang]');
    await spoken.waitFor();
    return spoken.getAttribute('lang');
  };
  const page = await openLab(browser, site, silent, { locale: 'en-GB' });
  assert.equal(await shown(page), 'en', 'the browser’s');
  await page.evaluate(() => {
    document.documentElement.lang = 'zh-Hans';
  });
  await page.locator('section.ganvas[lang="zh-CN"]').waitFor();
  await page.evaluate(() => window.lab.setAttribute('lang', 'en'));
  await page.locator('section.ganvas[lang="en"]').waitFor();
  await close(page);

  const french = await openLab(browser, site, silent, { locale: 'fr-FR' });
  assert.equal(await shown(french), 'zh-CN');
  await french.evaluate(() => window.lab.train({ steps: 1 }));
  // Terms stand in both languages, symbols as they are.
  const text = await french.locator('section.ganvas').textContent();
  for (const word of ['Generator', 'Discriminator', 'D(x)', 'D(G(z))']) {
    assert.ok(text.includes(word), `${word} is in: ${text}`);
  }
  await close(french);
});

test('language and theme are those around a shadow tree, also after a move', {
  timeout,
}, async () => {
  const page = await openLab(browser, site, silent, { locale: 'fr-FR' });
  const spoken = (lang) => page.locator(`section.ganvas[lang="${lang}"]`).waitFor();
  await spoken('zh-CN');
  await page.evaluate(() => {
    const place = (lang, color) => {
      const host = document.createElement('div');
      host.lang = lang;
      host.style.background = color;
      document.body.append(host);
      return host;
    };
    window.english = place('en', 'white');
    window.chinese = place('zh', 'black');
    const root = window.english.attachShadow({ mode: 'open' });
    root.append(window.lab);
  });
  await spoken('en');
  await scheme(page, 'light');
  await page.evaluate(() => {
    window.english.lang = 'zh';
  });
  await spoken('zh-CN');
  await page.evaluate(() => {
    window.english.lang = 'en';
  });
  await spoken('en');
  await page.evaluate(() => window.chinese.append(window.lab));
  await spoken('zh-CN');
  await scheme(page, 'dark');
  // What it has left is none of its affairs.
  await page.evaluate(() => {
    window.chinese.lang = 'en';
  });
  await spoken('en');
  await close(page);
});

test('frames that are drawn are no switch of the page’s', { timeout }, async () => {
  const page = await openLab(browser, site, silent);
  await page.locator('button[part="start"]').waitFor();
  await page.evaluate(() => {
    window.told = 0;
    new MutationObserver((records) => {
      window.told += records.length;
    }).observe(window.lab, { attributes: true });
    return window.lab.train({ steps: 20 });
  });
  assert.equal(await page.evaluate(() => window.told), 0);
  await close(page);
});

test('a complaint of a setting is told in the language of now', { timeout }, async () => {
  const page = await openPage('?width=999&lang=zh', { locale: 'zh-CN' });
  const told = page.locator('.message.bad .detail');
  await told.filter({ hasText: /\p{Script=Han}/u }).waitFor();
  await page.locator('a[data-lang="en"]').click();
  await told
    .filter({ hasNotText: /\p{Script=Han}/u })
    .filter({ hasText: '999' })
    .waitFor();
  await close(page);
});

test('where there is no page for links, there are none', { timeout }, async () => {
  const page = await openLab(browser, site, { ...silent, controls: 'compact' });
  const full = page.locator('a[part="full"]');
  await page.evaluate(() => window.lab.ready);
  assert.equal(new URL(await full.getAttribute('href')).pathname, '/some/base/');
  const becomes = (place) =>
    page.evaluate(async (place) => {
      const lab = await customElements.whenDefined('ganvas-lab');
      lab.site = { base: new URL(place.base ?? lab.site.base), page: place.page };
      window.lab.remove();
      await new Promise((resolve) => setTimeout(resolve, 50));
      document.body.append(window.lab);
      await window.lab.ready;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }, place);
  const href = () => full.evaluateAll((links) => links.map((link) => link.href.split('?')[0]));
  await becomes({ page: 'embed.html' });
  assert.deepEqual(await href(), [`${site.home}embed.html`]);
  // As from a CDN: another origin, where it is text, and then a page.
  const base = site.home.replace('localhost', '127.0.0.1');
  site.answer((file) =>
    file === 'embed.html' ? { body: '<!doctype html>', type: 'text/plain' } : undefined,
  );
  await becomes({ base, page: 'embed.html' });
  assert.deepEqual(await href(), []);
  site.answer();
  await becomes({ base, page: 'embed.html' });
  assert.deepEqual(await href(), [`${base}embed.html`]);
  await becomes({ base: site.home });
  assert.deepEqual(await href(), []);
  await page.evaluate(() => window.lab.setAttribute('controls', 'full'));
  await page.locator('details[data-drawer="data"] summary').click();
  await page.locator('[data-action="save"]').waitFor();
  assert.equal(await page.locator('[data-action="link"]').count(), 0);
  await close(page);
});

test('the hosted page speaks the reader’s language', { timeout }, async () => {
  for (const [locale, query, lang] of [
    ['en-GB', '', 'en'],
    ['zh-TW', '', 'zh-CN'],
    ['fr-FR', '', 'zh-CN'],
    ['en-GB', '?lang=zh', 'zh-CN'],
    ['zh-CN', 'embed.html?lang=en', 'en'],
    ['en-GB', 'embed.html', 'en'],
  ]) {
    const page = await openPage(query, { locale });
    const shown = page.locator(`section.ganvas[lang="${lang}"]`);
    await shown.waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), lang);
    await close(page);
  }
});

test('a browser or a page whose language is no valid tag trains', { timeout }, async () => {
  for (const tag of ['C', '', 'en_US.UTF-8', '*']) {
    const context = await browser.newContext();
    await context.addInitScript((value) => {
      Object.defineProperties(Navigator.prototype, {
        language: { get: () => value },
        languages: { get: () => [value] },
      });
    }, tag);
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    await page.goto(site.page('host.html'));
    await page.evaluate((value) => {
      document.documentElement.lang = value;
    }, tag);
    await addLab(page, silent);
    const { step } = await page.evaluate(() => window.lab.train({ steps: 2 }));
    assert.equal(step, 2, tag);
    await page.locator('.curves canvas').first().waitFor();
    assert.equal(await page.locator('.message.bad').count(), 0, tag);
    await close(page);
  }
});

test('“Copy link” keeps the language and the theme that were asked for', { timeout }, async () => {
  for (const [asked, lang, theme] of [
    [{ lang: 'en', theme: 'dark' }, 'en', 'dark'],
    [{}, null, null],
  ]) {
    const permissions = ['clipboard-read', 'clipboard-write'];
    const page = await openLab(browser, site, { ...silent, ...asked }, { permissions });
    await page.evaluate(() => window.lab.ready);
    await page.locator('details[data-drawer="data"] summary').click();
    await page.locator('[data-action="link"]').click();
    await page.locator('.message[data-notice="copied"]').waitFor();
    const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
    assert.equal(link.searchParams.get('lang'), lang);
    assert.equal(link.searchParams.get('theme'), theme);
    await close(page);
  }
});

/** Inherited properties, each with a value that nobody wants in a lab. */
const loud = {
  'text-indent': '2em',
  'letter-spacing': '3px',
  'word-spacing': '9px',
  'word-break': 'break-all',
  'overflow-wrap': 'anywhere',
  'white-space': 'pre',
  'text-align': 'center',
  'text-transform': 'uppercase',
  'line-height': '3',
  'text-shadow': '1px 1px red',
  'text-rendering': 'geometricPrecision',
  '-webkit-font-smoothing': 'antialiased',
  'font-style': 'italic',
  'font-weight': '700',
  'font-variant-caps': 'small-caps',
  'font-feature-settings': '"palt"',
  'font-kerning': 'none',
  hyphens: 'auto',
  'line-break': 'anywhere',
  'tab-size': '3',
  'list-style-type': 'square',
  'writing-mode': 'vertical-rl',
  cursor: 'crosshair',
  color: 'red',
};

test('the page’s text style does not leak in, its direction does', { timeout }, async () => {
  // A writing mode changes the element's width: not beyond where the layout is another.
  const page = await openLab(browser, site, tiny, { viewport: { width: 860, height: 860 } });
  await page.evaluate(() => window.lab.train({ steps: 1 }));
  const styles = () =>
    page.evaluate(
      (names) =>
        [...window.lab.shadowRoot.querySelectorAll('section, section *')].map((part) => {
          const style = getComputedStyle(part);
          return names.map((name) => `${part.localName} ${name}: ${style.getPropertyValue(name)}`);
        }),
      Object.keys(loud),
    );
  const before = await styles();
  await page.evaluate((all) => {
    document.body.dir = 'rtl';
    for (const [name, value] of Object.entries(all)) document.body.style.setProperty(name, value);
  }, loud);
  assert.deepEqual(await styles(), before);
  const direction = await page
    .locator('section.ganvas')
    .evaluate((part) => getComputedStyle(part).direction);
  assert.equal(direction, 'rtl');
  await page.evaluate(() => {
    document.body.style.visibility = 'hidden';
  });
  assert.equal(await page.locator('section.ganvas').isVisible(), false);
  await close(page);
});

test('its sizes do not follow the page’s font size', { timeout }, async () => {
  const page = await openLab(browser, site, tiny, { viewport: { width: 800, height: 900 } });
  await page.evaluate(() => window.lab.train({ steps: 1 }));
  const boxes = () =>
    page.evaluate(() =>
      [...window.lab.shadowRoot.querySelectorAll('section, button, figure, canvas')].map((part) => {
        const { width, height } = part.getBoundingClientRect();
        return `${part.className} ${width} ${height}`;
      }),
    );
  /** What is drawn of a step arrives part by part. */
  const settled = async () => {
    let last;
    let now = await boxes();
    while (now.join() !== last?.join()) {
      await page.waitForTimeout(500);
      [last, now] = [now, await boxes()];
    }
    return now;
  };
  const before = await settled();
  for (const size of ['62.5%', '125%']) {
    await page.evaluate((value) => {
      document.documentElement.style.fontSize = value;
    }, size);
    assert.deepEqual(await settled(), before, size);
  }
  await close(page);
});
