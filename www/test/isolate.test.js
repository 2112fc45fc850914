/** The service worker that isolates pages, and the page's side of it, with everything around faked. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import vm from 'node:vm';

const source = readFileSync(new URL('../src/isolate.js', import.meta.url), 'utf8');
const src = 'https://blog.example/isolate.js';

const browsers = {
  chrome: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/137.0.0.0 Safari/537.36',
  older: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/136.0.0.0 Safari/537.36',
  android:
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/150.0.0.0 Mobile Safari/537.36',
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  phone: 'Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0',
  safari:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15',
};

const ofDocument = { 'document-isolation-policy': 'isolate-and-credentialless' };
const ofPage = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'credentialless',
};

/** What each browser gets. */
const policies = {
  chrome: ofDocument,
  older: ofPage,
  android: ofPage,
  firefox: ofPage,
  phone: {},
  safari: {},
};

// ---- the service worker --------------------------------------------------------------------------

/**
 * What the service worker answers a request with; undefined where it leaves it to the browser.
 *
 * @param {keyof typeof browsers} browser
 * @param {string} destination
 * @param {Response | (() => Promise<Response>)} response of the host
 */
function served(browser, destination, response = new Response('text')) {
  /** @type {Record<string, (event: any) => void>} */
  const listeners = {};
  vm.runInNewContext(source, {
    navigator: { userAgent: browsers[browser] },
    Headers,
    Response,
    fetch: async () => (typeof response === 'function' ? response() : response),
    addEventListener: (type, listener) => {
      listeners[type] = listener;
    },
  });
  /** @type {Promise<Response> | undefined} */
  let answer;
  listeners.fetch({
    request: { destination },
    respondWith: (given) => {
      answer = given;
    },
  });
  return answer;
}

for (const [browser, policy] of Object.entries(policies)) {
  test(`${browser}: documents and workers get ${Object.keys(policy).join(', ') || 'nothing'}`, async () => {
    for (const destination of ['document', 'iframe', 'frame', 'worker', 'sharedworker']) {
      const host = new Response('text', { status: 203, headers: { 'content-type': 'text/html' } });
      const answer = await served(browser, destination, host);
      if (Object.keys(policy).length === 0) {
        assert.equal(answer, undefined, destination);
        continue;
      }
      assert.deepEqual(Object.fromEntries(answer.headers), {
        'content-type': 'text/html',
        ...policy,
      });
      assert.equal(answer.status, 203);
      assert.equal(await answer.text(), 'text');
    }
  });
}

test('nothing else is touched', () => {
  for (const destination of [
    '',
    'script',
    'style',
    'image',
    'font',
    'audio',
    'manifest',
    'embed',
  ]) {
    assert.equal(served('chrome', destination), undefined, destination);
  }
});

test('what a host says itself stays', async () => {
  const own = { 'cross-origin-embedder-policy': 'require-corp' };
  const answer = await served('firefox', 'document', new Response('', { headers: own }));
  assert.deepEqual(Object.fromEntries(answer.headers), {
    ...ofPage,
    ...own,
    'content-type': 'text/plain;charset=UTF-8',
  });
});

test('an answer without a body and a redirection are passed on as they are', async () => {
  for (const status of [204, 205, 304]) {
    const host = new Response(null, { status });
    assert.equal(await served('chrome', 'document', host), host);
  }
  const redirection = Response.error();
  assert.equal(await served('chrome', 'document', redirection), redirection);
});

test('a host that is out of reach is out of reach, and nothing worse', async () => {
  const gone = new TypeError('Failed to fetch');
  const fails = () => Promise.reject(gone);
  await assert.rejects(served('chrome', 'document', fails), (error) => error === gone);
});

// ---- the page ------------------------------------------------------------------------------------

class Script {}

/**
 * A page that has the script; what it then did.
 *
 * @param {{
 *   browser?: keyof typeof browsers, frames?: string[], reload?: boolean, controlled?: boolean,
 *   isolated?: boolean, secure?: boolean, active?: boolean, storage?: Map<string, string> | 'denied',
 *   register?: () => Promise<unknown>, serviceWorkers?: boolean, unregisters?: boolean,
 *   memory?: Map<string, string>, late?: string[], script?: string,
 * }} is `late` are frames that come afterwards, `script` what the folder's service worker is
 */
async function visited({
  browser = 'firefox',
  frames = [],
  reload = false,
  controlled = false,
  isolated = false,
  secure = true,
  active = false,
  storage = new Map(),
  register = async () => {},
  serviceWorkers = true,
  unregisters = true,
  memory = new Map(),
  late = [],
  script = src,
}) {
  /** @type {string[]} */
  const done = [];
  /** @type {(() => void)[]} */
  const observers = [];
  const shown = [...frames];
  const registration = {
    active: { scriptURL: script },
    unregister: async () => {
      done.push('unregister');
      return unregisters;
    },
  };
  const serviceWorker = {
    controller: controlled ? { scriptURL: src } : null,
    ready: Promise.resolve(registration),
    register: (url) => {
      done.push(`register ${url}`);
      return register();
    },
    getRegistration: async () => registration,
  };
  const sessionStorage = {
    getItem: (name) => storage.get(name) ?? null,
    setItem: (name, value) => storage.set(name, value),
  };
  const context = {
    navigator: {
      userAgent: browsers[browser],
      userActivation: { hasBeenActive: active },
      ...(serviceWorkers && { serviceWorker }),
    },
    HTMLScriptElement: Script,
    document: {
      currentScript: Object.assign(new Script(), { src, dataset: reload ? { reload: '' } : {} }),
      readyState: 'interactive',
      querySelectorAll: () => shown.map((address) => ({ src: address })),
    },
    location: { origin: 'https://blog.example', reload: () => done.push('reload') },
    isSecureContext: secure,
    crossOriginIsolated: isolated,
    localStorage: {
      getItem: (name) => memory.get(name) ?? null,
      setItem: (name, value) => memory.set(name, value),
    },
    MutationObserver: class {
      constructor(callback) {
        this.observe = () => observers.push(callback);
        this.disconnect = () => observers.splice(observers.indexOf(callback), 1);
      }
    },
    URL,
  };
  Object.defineProperty(context, 'sessionStorage', {
    get() {
      if (storage === 'denied') throw new Error('denied');
      return sessionStorage;
    },
  });
  vm.runInNewContext(source, context);
  await new Promise((resolve) => setTimeout(resolve));
  shown.push(...late);
  for (const callback of [...observers]) callback();
  await new Promise((resolve) => setTimeout(resolve));
  return done;
}

const registered = `register ${src}`;
const foreign = ['https://video.example/embed/1'];

test('a page registers it once, and not where it is isolated or where it would be in vain', async () => {
  for (const browser of ['chrome', 'older', 'android', 'firefox']) {
    assert.deepEqual(await visited({ browser }), [registered], browser);
  }
  assert.deepEqual(await visited({ isolated: true }), []);
  assert.deepEqual(await visited({ controlled: true, isolated: true }), []);
  assert.deepEqual(await visited({ controlled: true }), [], 'it did not help');
  assert.deepEqual(await visited({ secure: false }), []);
  assert.deepEqual(await visited({ serviceWorkers: false }), []);
  for (const browser of ['safari', 'phone']) assert.deepEqual(await visited({ browser }), []);
});

test('a page with frames of other origins is left alone where they would stay empty', async () => {
  assert.deepEqual(await visited({ frames: foreign }), []);
  assert.deepEqual(await visited({ frames: foreign, browser: 'chrome' }), [registered]);
  const harmless = ['https://blog.example/embed.html', 'about:blank', 'data:text/html,x', ''];
  assert.deepEqual(await visited({ frames: harmless }), [registered]);
});

test('where such a frame came later it goes, and the page comes back with its frames', async () => {
  const page = { frames: foreign, controlled: true };
  assert.deepEqual(await visited({ ...page, isolated: true }), ['unregister', 'reload']);
  assert.deepEqual(await visited(page), ['unregister']);
  const stays = { ...page, isolated: true, unregisters: false };
  assert.deepEqual(await visited(stays), ['unregister'], 'no loop');
});

test('it goes for a frame of another origin that comes late, and stays away', async () => {
  const memory = new Map();
  const page = { browser: 'firefox', late: foreign, memory };
  assert.deepEqual(await visited(page), [registered, 'unregister'], 'the first visit');
  assert.deepEqual(await visited({ browser: 'firefox', memory }), [], 'another page of the folder');
  assert.deepEqual(await visited({ browser: 'chrome', memory }), [registered], 'harmless there');
  const isolated = { ...page, memory: new Map(), controlled: true, isolated: true };
  assert.deepEqual(await visited(isolated), ['unregister', 'reload']);
  const used = { ...isolated, memory: new Map(), active: true };
  assert.deepEqual(await visited(used), ['unregister'], 'nothing of the reader’s is lost');
  const others = { ...page, memory: new Map(), isolated: true, script: `${src}?other` };
  assert.deepEqual(await visited(others), [], 'the service worker of somebody else');
  const own = { ...page, late: ['https://blog.example/embed.html'], memory: new Map() };
  assert.deepEqual(await visited(own), [registered]);
  assert.deepEqual(await visited({ ...page, browser: 'chrome' }), [registered]);
});

test('data-reload reloads once in a tab', async () => {
  const storage = new Map();
  assert.deepEqual(await visited({ reload: true, storage }), [registered, 'reload']);
  assert.deepEqual(await visited({ reload: true, storage }), [registered]);
  assert.deepEqual(await visited({ reload: true, storage: 'denied' }), [registered]);
  assert.deepEqual(await visited({ reload: true, isolated: true }), []);
});

test('it does not reload what the reader has begun to use', async () => {
  assert.deepEqual(await visited({ reload: true, active: true }), [registered]);
});

test('whatever fails leaves the page as it is', async () => {
  for (const reason of ['SecurityError', 'TypeError', 'AbortError']) {
    const register = () => Promise.reject(new Error(reason));
    assert.deepEqual(await visited({ register, reload: true }), [registered]);
  }
});
