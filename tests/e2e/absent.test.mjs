/** Where the element cannot be, the pages of the site say why, in the reader's language. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { close, patience } from '../support/lab.mjs';
import { dist } from '../support/server.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();
const pages = ['index.html', 'embed.html'];

/** The sentences, by what is the matter and the language. */
const sentences = {
  script: { en: /allow JavaScript and reload/, zh: /打开浏览器的 JavaScript/ },
  origin: {
    en: /opened as a file.*http:\/\/localhost/s,
    zh: /直接从文件打开的.*http:\/\/localhost/s,
  },
  age: { en: /too old.*Firefox 114/s, zh: /太旧.*Firefox 114/s },
  late: { en: /has not loaded.*reload/s, zh: /还没有载入.*刷新/s },
};

/**
 * @param {string} address
 * @param {import('playwright-core').BrowserContextOptions & { before?: () => void }} [options] `before` runs first in the page
 */
async function open(address, { before, ...options } = {}) {
  const page = await (await browser.newContext(options)).newPage();
  page.setDefaultTimeout(patience);
  if (before) await page.addInitScript(before);
  await page.goto(address);
  return page;
}

/** What a reader sees in the element's place, once it says something. */
async function seen(page) {
  await page.locator('.absent p:visible').first().waitFor();
  return (await page.locator('.absent p:visible').allTextContents()).join('\n');
}

/**
 * Each page in each language says this, and nothing else.
 *
 * @param {keyof typeof sentences} what
 * @param {(file: string, query: string) => string} addressOf
 * @param {() => void} [before]
 */
async function says(what, addressOf, before) {
  for (const file of pages) {
    for (const lang of ['en', 'zh']) {
      const page = await open(addressOf(file, `?lang=${lang}`), { before });
      const text = await seen(page);
      for (const [name, words] of Object.entries(sentences)) {
        for (const [language, pattern] of Object.entries(words)) {
          const wanted = name === what && language === lang;
          assert.equal(pattern.test(text), wanted, `${file}, ${lang}: ${name} in ${text}`);
        }
      }
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 1280, `${width} px wide`);
      await close(page);
    }
  }
}

const onSite = (file, query) => `${site.home}${file}${query}`;

test('JavaScript is off: a picture, and what to do, in both languages', { timeout }, async () => {
  for (const file of pages) {
    const page = await open(`${site.home}${file}`, { javaScriptEnabled: false, locale: 'en-GB' });
    const text = await page.locator('.absent').textContent();
    for (const pattern of Object.values(sentences.script)) assert.match(text, pattern);
    const shown = await page.locator('.absent p:visible').allTextContents();
    assert.equal(shown.length, 2, shown.join());
    const picture = page.locator('.absent img');
    const { width, height } = await picture.boundingBox();
    assert.deepEqual([width, height], [224, 224]);
    assert.match(await picture.getAttribute('alt'), /digits/);
    if (file === 'index.html') {
      for (const lang of ['en', 'zh-CN'])
        assert.ok(await page.locator(`article[lang="${lang}"]`).isVisible(), lang);
    }
    await close(page);
  }
  assert.ok(site.requests.some((name) => name.endsWith('/first-digits.png')));
});

test('the picture for readers without JavaScript is that of the first digits', {
  timeout,
}, async () => {
  const page = await open(`${site.home}?theme=light&lang=en`);
  await page.locator('figure.drawn canvas').waitFor();
  const worst = await page.evaluate(async () => {
    const image = new Image();
    image.src = './first-digits.png';
    await image.decode();
    const drawn = document.querySelector('ganvas-lab').shadowRoot.querySelector('.drawn canvas');
    const grey = (source) => {
      const canvas = document.createElement('canvas');
      canvas.width = 224;
      canvas.height = 224;
      const context = canvas.getContext('2d');
      context.drawImage(source, 0, 0);
      const { data } = context.getImageData(0, 0, 224, 224);
      return Array.from({ length: 224 ** 2 }, (_, i) => data[4 * i + 1]);
    };
    const [kept, now] = [grey(image), grey(drawn)];
    return [drawn.width, Math.max(...kept.map((value, i) => Math.abs(value - now[i])))];
  });
  assert.equal(worst[0], 224);
  assert.ok(worst[1] <= 24, `sixteen shades of grey: ${worst[1]} levels apart`);
  await close(page);
});

test('opened as a file, the page says to use a server', { timeout }, async () => {
  await says('origin', (file, query) => `${pathToFileURL(path.join(dist, file))}${query}`);
});

test('a browser that lacks what the element needs is told its age', {
  timeout: 2 * timeout,
}, async () => {
  await says('age', onSite, () => {
    delete AbortSignal.prototype.throwIfAborted;
  });
  await says('age', onSite, () => {
    delete Document.prototype.adoptedStyleSheets;
    window.CSSStyleSheet = class {
      constructor() {
        throw new TypeError('Illegal constructor');
      }
    };
  });
});

test('the element does not come, whatever the reason: the page says so after a while', {
  timeout: 3 * timeout,
}, async () => {
  // As a browser sees it that cannot read the script.
  site.answer((file) =>
    file === 'ganvas.js'
      ? { body: 'const { = unknown syntax;', type: 'text/javascript' }
      : undefined,
  );
  await says('late', onSite);
  site.answer((file) => (file === 'ganvas.js' ? { status: 404, body: '' } : undefined));
  await says('late', onSite);
  site.answer();
});

test('with the element none of it is shown or loaded', { timeout }, async () => {
  site.requests.length = 0;
  for (const file of pages) {
    const page = await open(`${site.home}${file}`);
    await page.locator('button[part="start"]').waitFor();
    await page.locator('figure.drawn').waitFor();
    assert.equal(await page.locator('.absent p:visible').count(), 0);
    assert.equal(await page.locator('.absent').isVisible(), false);
    await close(page);
  }
  assert.ok(!site.requests.some((name) => name.endsWith('.png')));
});

test('what the old browser reads first has no syntax that it may lack', () => {
  const script = readFileSync(path.join(dist, 'page.js'), 'utf8');
  // Newer than 2016: optional chaining, `??`, `catch` without a name, private names, `async`.
  assert.doesNotMatch(script, /\?\.|\?\?|catch\{|#\w+\s*[=(]|\basync\b|\*\*/);
});
