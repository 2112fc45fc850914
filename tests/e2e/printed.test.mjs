/** The lines that the documents print for authors, put into a page as they are. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { patience } from '../support/lab.mjs';
import { dist } from '../support/server.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();

const documents = ['README.md', 'README.zh-CN.md', 'docs/element.md', 'docs/element.zh-CN.md'];

/** Blocks of HTML with the lab in them, by the document that prints them. */
const printed = [];
for (const name of documents) {
  const text = await readFile(new URL(`../../${name}`, import.meta.url), 'utf8');
  for (const [, code] of text.matchAll(/```html\n([\s\S]*?)\n```/g)) printed.push({ name, code });
}
/** The hosted page prints them too, for a page beside it. */
const page = await readFile(new URL('../../index.html', import.meta.url), 'utf8');
for (const [, code] of page.matchAll(/<pre><code>([\s\S]*?)<\/code><\/pre>/g)) {
  const plain = code.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  printed.push({
    name: 'index.html',
    code: plain.replace(/src="/g, 'src="https://example.org/ganvas/'),
  });
}

test('there are lines of both kinds in every document', () => {
  for (const name of [...documents, 'index.html']) {
    for (const kind of ['<ganvas-lab', '<iframe']) {
      assert.ok(
        printed.some((block) => block.name === name && block.code.includes(kind)),
        `${name}: ${kind}`,
      );
    }
  }
});

test('the reference tells what the first digits cost', async () => {
  const [module, weights] = await Promise.all(
    ['wasm/sampler/ganvas_sampler.wasm', 'first-digits.safetensors'].map((file) =>
      readFile(path.join(dist, file)),
    ),
  );
  const sent = brotliCompressSync(module).length;
  // In the order in which the texts tell them: all of it, compressed, the module, compressed, the weights.
  const bytes = [
    module.length + weights.length,
    sent + weights.length,
    module.length,
    sent,
    weights.length,
  ];
  for (const name of ['docs/element.md', 'docs/element.zh-CN.md']) {
    const text = await readFile(new URL(`../../${name}`, import.meta.url), 'utf8');
    const line = text.split('\n').find((it) => it.includes('ganvas_sampler.wasm'));
    const told = [...line.matchAll(/(\d+) kB/g)].map(([, number]) => Number(number) * 1000);
    assert.equal(told.length, bytes.length, name);
    for (const [at, number] of told.entries()) {
      const share = number / bytes[at];
      assert.ok(
        Math.abs(share - 1) < 0.05,
        `${name}: ${number} bytes told, there are ${bytes[at]}`,
      );
    }
  }
});

/** Where the lines say that the lab lies; the site stands for a CDN too. */
const places = /https:\/\/(example\.org\/ganvas|cdn\.jsdelivr\.net\/npm\/ganvas@VERSION)\//g;

for (const [index, { name, code }] of printed.entries()) {
  const framed = code.includes('<iframe');
  test(`${name} prints lines that work: ${framed ? 'iframe' : 'element'} ${index}`, {
    timeout,
  }, async () => {
    const body = code.replaceAll(places, site.home);
    site.files.set(
      'article.html',
      `<!doctype html><meta charset="utf-8"><style>body { background: white } .dark body { background: black }</style>${body}`,
    );
    const context = await browser.newContext({ viewport: { width: 692, height: 800 } });
    const article = await context.newPage();
    article.setDefaultTimeout(patience);
    // An article on another site: localhost and 127.0.0.1 are two origins.
    await article.goto(`http://127.0.0.1:${site.port}/files/article.html`);
    const lab = framed
      ? await (await article.waitForSelector('iframe')).contentFrame()
      : article.mainFrame();
    await lab.locator('section[data-scheme="light"] button[part="start"]').waitFor();
    await article.evaluate(() => document.documentElement.classList.add('dark'));
    await lab.locator('section[data-scheme="dark"]').waitFor();
    const { step } = await lab.evaluate(() =>
      document.querySelector('ganvas-lab').train({ steps: 1 }),
    );
    assert.equal(step, 1);
    if (framed) {
      await lab.waitForFunction(() => document.documentElement.scrollHeight === window.innerHeight);
    }
    await context.close();
  });
}
