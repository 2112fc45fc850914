/** Browsers that lack something: what Ganvas needs is named, with a way out; the rest is not missed. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { launch } from '../support/browser.mjs';
import { worker } from '../support/faults.mjs';
import { addLab, close, failure, message, patience, tiny, workersBecome } from '../support/lab.mjs';
import { serve } from '../support/server.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();

/**
 * A page with a lab in a browser of which something was taken away before any script ran.
 *
 * @param {() => void} [take] runs in the page
 * @param {string} [lang]
 * @param {import('../support/server.mjs').Site} [host]
 */
async function openReduced(take = () => {}, lang = 'en', host = site) {
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(patience);
  await page.addInitScript(take);
  await page.goto(host.page('host.html'));
  await addLab(page, { ...tiny, lang });
  return page;
}

/** What the worker lacks, or the page; and the words by which each language says so. */
const lacks = {
  'no WebAssembly': {
    rule: worker('delete globalThis.WebAssembly;'),
    words: {
      en: /no WebAssembly here.*Lockdown Mode.*allow this site/,
      zh: /没有 WebAssembly.*放行本站/,
    },
  },
  'no WebAssembly SIMD': {
    rule: worker('WebAssembly.validate = () => false;'),
    words: { en: /no WebAssembly SIMD.*Firefox 89.*update/, zh: /没有 WebAssembly SIMD.*请更新/ },
  },
  'a policy against WebAssembly': {
    headers: { 'content-security-policy': "script-src 'self'; object-src 'none'" },
    words: { en: /policy.*'wasm-unsafe-eval'/, zh: /安全策略.*'wasm-unsafe-eval'/ },
  },
  'no workers': {
    take: () => {
      delete window.Worker;
    },
    words: { en: /no web workers/, zh: /没有 Web Worker/ },
  },
  'no modules in workers': {
    take: () => {
      // Such a browser asks for no type, and its classic workers know no import().
      window.Worker = class extends Worker {
        constructor(_, { name }) {
          const text = "throw new SyntaxError('import')";
          super(URL.createObjectURL(new Blob([text])), { name });
        }
      };
    },
    words: {
      en: /no modules in workers.*Firefox 114.*update/,
      zh: /不能在 Worker 里运行模块.*请更新/,
    },
  },
};

for (const [name, { rule, take, headers, words }] of Object.entries(lacks)) {
  test(`${name}: the reader is told, in both languages, and may try again`, {
    timeout,
  }, async () => {
    const host = headers ? await serve(undefined, headers) : site;
    if (headers) after(() => host.close());
    for (const [lang, reload] of [
      ['en', 'Reload'],
      ['zh', '刷新'],
    ]) {
      site.answer(rule);
      const page = await openReduced(take, lang, host);
      const refused = await failure(page, () => window.lab.train({ steps: 1 }));
      assert.equal(refused.code, 'unsupported');
      assert.match(await message(page, 'unsupported'), words[lang]);
      await page.locator('.message.bad button', { hasText: reload }).waitFor();
      await workersBecome(page, 0);
      site.answer();
      if (rule) {
        const report = await page.evaluate(() => window.lab.train({ steps: 1 }));
        assert.equal(report.step, 1, 'what was switched on is used');
      }
      await close(page);
    }
  });
}

test('workers without modules that know import() are enough', { timeout }, async () => {
  const page = await openReduced(() => {
    window.Worker = class extends Worker {
      constructor(url, { name }) {
        super(url, { name });
      }
    };
  });
  const report = await page.evaluate(() => window.lab.train({ steps: 2 }));
  assert.equal(report.step, 2);
  await close(page);
});

test('storage that is denied is not missed', { timeout }, async () => {
  const deny = () => {
    const denied = {
      get() {
        throw new DOMException('denied', 'SecurityError');
      },
    };
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) {
      Object.defineProperty(window, name, denied);
    }
  };
  const page = await openReduced(deny);
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  const outcome = await page.evaluate(async () => {
    const { step } = await window.lab.train({ steps: 2 });
    // A snapshot is what would be kept.
    const saved = await window.lab.save();
    await window.lab.load(saved);
    return { step, saved: saved.size > 0, errors: window.events.error };
  });
  assert.deepEqual(outcome, { step: 2, saved: true, errors: [] });
  assert.deepEqual(wrong, []);
  await close(page);
});

test('without compiled code, as in a security mode, it computes all the same', {
  timeout: 4 * patience,
}, async () => {
  site.answer();
  const slow = await launch({ args: ['--js-flags=--jitless'] });
  try {
    const page = await (await slow.newContext()).newPage();
    page.setDefaultTimeout(2 * patience);
    await page.goto(site.page('host.html'));
    await addLab(page, tiny);
    const outcome = await page.evaluate(async () => {
      try {
        return { step: (await window.lab.train({ steps: 2 })).step };
      } catch ({ code, message }) {
        return { code, message };
      }
    });
    // Chromium interprets WebAssembly where it is built to, and has none otherwise.
    if (outcome.code) {
      assert.equal(outcome.code, 'unsupported', outcome.message);
      await message(page, 'unsupported');
    } else {
      assert.deepEqual(outcome, { step: 2 });
    }
  } finally {
    await slow.close();
  }
});
