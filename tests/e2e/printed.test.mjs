/** The lines that the documents print for authors, put into a page as they are. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { patience } from '../support/lab.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();

/** Blocks of HTML with the lab in them, by the document that prints them. */
const printed = [];
for (const name of ['README.md', 'README.zh-CN.md', 'docs/element.md']) {
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
  for (const name of ['README.md', 'README.zh-CN.md', 'docs/element.md', 'index.html']) {
    for (const kind of ['<ganvas-lab', '<iframe']) {
      assert.ok(
        printed.some((block) => block.name === name && block.code.includes(kind)),
        `${name}: ${kind}`,
      );
    }
  }
});

for (const [index, { name, code }] of printed.entries()) {
  const framed = code.includes('<iframe');
  test(`${name} prints lines that work: ${framed ? 'iframe' : 'element'} ${index}`, {
    timeout,
  }, async () => {
    const body = code.replaceAll('https://example.org/ganvas/', site.home);
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
