/** `auto` where there is a GPU: both backends are tried, and the faster one runs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, broken, failingTrain, hardware, session, slow } from '../support/faults.mjs';
import {
  addLab,
  close,
  failure,
  figures,
  notice,
  openLab,
  patience,
  tiny,
  workersBecome,
} from '../support/lab.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 3 * patience;
const auto = { ...tiny, backend: 'auto' };
const { site, browser } = await suite({ webgpu: true });

const slowGpu = all(hardware(), slow('webgpu', 1000));
const slowCpu = all(hardware(), slow('cpu', 60_000));

/** A GPU whose trial waits, once it has begun, until the page says go. */
const waiting = all(
  hardware(),
  session(
    `const go = new Promise((resolve) => {
      new BroadcastChannel('go').onmessage = resolve;
    });
    const { create } = Session;
    Session.create = async (...values) => {
      new BroadcastChannel('begun').postMessage('');
      await go;
      return create.apply(Session, values);
    };`,
    'webgpu',
  ),
);

/**
 * A page with a lab that is patient with the software adapter, on a busy machine too.
 *
 * @param {Record<string, unknown>} [attributes]
 * @param {Record<string, number>} [limits]
 */
async function openAuto(attributes = auto, limits = {}) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  await visit(page, attributes, limits);
  return page;
}

/**
 * Begins another visit.
 *
 * @param {import('playwright-core').Page} page
 * @param {Record<string, unknown>} [attributes]
 * @param {Record<string, number>} [limits]
 */
async function visit(page, attributes = auto, limits = {}) {
  await page.goto(site.page('host.html'));
  await page.evaluate(
    async (changes) => {
      const element = await customElements.whenDefined('ganvas-lab');
      Object.assign(element.limits, changes);
    },
    { trial: patience, ...limits },
  );
  await addLab(page, attributes);
}

/** How many workers were started since the last call. */
function workersStarted() {
  const names = site.requests.splice(0);
  return names.filter((name) => name.endsWith('/worker.js')).length;
}

const backend = (page) => page.evaluate(async () => (await window.lab.ready).backend);
const fourSteps = (page) => page.evaluate(() => window.lab.train({ steps: 4 }));
const notices = (page) =>
  page.evaluate(() => window.events.state.at(-1).notices.map(({ name }) => name));

/** What four steps give where nothing is tried. */
async function untried(rule, named) {
  site.answer(rule);
  const page = await openLab(browser, site, { ...tiny, backend: named });
  const report = await fourSteps(page);
  await close(page);
  return figures(report);
}

test('a slow GPU: the CPU runs, and the lab says so with both speeds', { timeout }, async () => {
  const expected = await untried(slowGpu, 'cpu');
  workersStarted();
  const page = await openAuto();
  const report = await fourSteps(page);
  assert.equal(await backend(page), 'cpu');
  assert.deepEqual(figures(report), expected, 'the run is the one without a trial');
  const told = await notice(page, 'cpu_faster');
  const [cpu, gpu] = /here: ([\d.]+) steps per second, WebGPU (?:< )?([\d.]*\d)/
    .exec(told)
    .slice(1);
  assert.ok(Number(cpu) > Number(gpu) && Number(gpu) <= 1, told);
  assert.equal(workersStarted(), 3, 'one for the run, one for each trial');
  await workersBecome(page, 1);
  assert.deepEqual(await page.evaluate(() => window.events.error), []);

  await visit(page, { ...auto, lang: 'zh' });
  assert.deepEqual(figures(await fourSteps(page)), expected);
  assert.match(await notice(page, 'cpu_faster_before'), /以前在这台设备上测过/);
  assert.equal(workersStarted(), 1, 'nothing is tried again');
  await close(page);
});

test('a slow CPU: WebGPU runs, and the lab says so with both speeds', { timeout }, async () => {
  const expected = await untried(slowCpu, 'webgpu');
  const page = await openAuto();
  const report = await fourSteps(page);
  assert.equal(await backend(page), 'webgpu');
  assert.deepEqual(figures(report), expected, 'the run is the one without a trial');
  assert.match(
    await notice(page, 'webgpu_faster'),
    /faster here: (< )?[\d.]+ steps per second, the CPU < 0\.0\d+\./,
  );
  await close(page);
});

test('another device or size of experiment is tried anew', { timeout }, async () => {
  site.answer(slowGpu);
  const page = await openAuto();
  const started = async (changes = {}) => {
    workersStarted();
    await visit(page, { ...auto, ...changes });
    await page.evaluate(() => window.lab.ready);
    return workersStarted();
  };
  assert.equal(await started(), 3);
  assert.equal(await started({ seed: 8, 'generator-lr': 0.001 }), 1, 'as much work as before');
  assert.equal(await started({ width: 3 }), 3);
  assert.equal(await started({ 'd-l2': 0.001 }), 3);
  assert.equal(await started(), 1, 'the first is still known');
  site.answer(all(hardware('second'), slow('webgpu', 1000)));
  assert.equal(await started(), 3);
  site.answer(slowGpu);
  assert.equal(await started(), 3, 'what was known of the first device is forgotten');
  await page.evaluate(() => localStorage.setItem('ganvas-trials', '{"device":'));
  assert.equal(await started(), 3, 'damaged storage is no storage');
  await close(page);
});

test('exact is tried with the strict module, and remembered apart', { timeout }, async () => {
  site.answer(slowGpu);
  site.requests.length = 0;
  const page = await openAuto({ ...auto, exact: '' });
  const tried = async (attributes) => {
    if (attributes) {
      site.requests.length = 0;
      await visit(page, attributes);
    }
    const about = await page.evaluate(() => window.lab.ready);
    const modules = site.requests.flatMap(
      (file) => /wasm\/(cpu.*)\/.*_bg\.wasm$/.exec(file)?.[1] ?? [],
    );
    return { backend: about.backend, relaxed: about.relaxed, modules, workers: workersStarted() };
  };
  const exact = { backend: 'cpu', relaxed: false, modules: ['cpu', 'cpu'], workers: 3 };
  assert.deepEqual(await tried(), exact, 'in the trial and in the run');
  const relaxed = ['cpu-relaxed', 'cpu-relaxed'];
  assert.deepEqual(await tried(auto), {
    backend: 'cpu',
    relaxed: true,
    modules: relaxed,
    workers: 3,
  });
  // A lab that is running, too, knows what was decided for exact.
  site.requests.length = 0;
  await page.evaluate(() => window.lab.setAttribute('exact', ''));
  await page.locator('dd[data-relaxed="false"]').waitFor();
  assert.equal(workersStarted(), 1);
  await close(page);
});

test('a reset to another size tries again, and moves where that is faster', {
  timeout,
}, async () => {
  site.answer(slowGpu);
  const page = await openAuto();
  await fourSteps(page);
  assert.equal(await backend(page), 'cpu');
  site.answer(slowCpu);
  const experiment = await page.evaluate(() => window.lab.reset({ width: 3 }));
  assert.equal(experiment.width, 3);
  assert.equal(await backend(page), 'webgpu');
  assert.deepEqual(await notices(page), ['webgpu_faster']);
  assert.equal((await fourSteps(page)).step, 4);
  workersStarted();
  await page.evaluate(() => window.lab.reset({ width: 2 }));
  assert.equal(await backend(page), 'cpu', 'what was tried on this page is known');
  assert.equal(workersStarted(), 1, 'only the run moved');
  await close(page);
});

test('calls that overlap with a reset that is tried are all answered', { timeout }, async () => {
  site.answer(slowGpu);
  const page = await openAuto();
  await fourSteps(page);
  site.answer(slowCpu);
  const [experiment, report, images, last] = await page.evaluate(() => {
    const { lab } = window;
    const calls = [lab.reset({ width: 3 }), lab.train({ steps: 2 }), lab.sample({ count: 2 })];
    const after = Promise.all(calls).then(() => lab.train({ steps: 1 }));
    return Promise.all([...calls, after]);
  });
  assert.equal(experiment.width, 3);
  assert.deepEqual([report.step, images.count], [2, 2]);
  assert.equal(last.step, 3);
  assert.equal(await backend(page), 'webgpu');
  await workersBecome(page, 1);
  // Off the page in the middle of it, the reset has happened all the same.
  site.answer(waiting);
  const outcomes = await page.evaluate(async () => {
    const { lab } = window;
    const begun = new Promise((resolve) => {
      new BroadcastChannel('begun').onmessage = resolve;
    });
    const reset = lab.reset({ width: 4 });
    const training = lab.train();
    await begun;
    lab.remove();
    const told = (call) =>
      call.then(
        (value) => value?.width ?? 'ended',
        ({ code }) => code,
      );
    return Promise.all([told(reset), told(training)]);
  });
  assert.equal(outcomes[0], 4);
  assert.ok(['ended', 'aborted'].includes(outcomes[1]), String(outcomes[1]));
  await workersBecome(page, 0);
  await close(page);
});

const destroyed = session(
  `const { requestDevice } = GPUAdapter.prototype;
  let device;
  GPUAdapter.prototype.requestDevice = async function (...values) {
    device = await requestDevice.apply(this, values);
    return device;
  };
  const { train } = Session.prototype;
  Session.prototype.train = async function (...values) {
    device.destroy();
    await device.lost;
    return train.apply(this, values);
  };`,
  'webgpu',
);
const silent = session('Session.prototype.report = () => new Promise(() => {});', 'webgpu');
const blocked = session('Session.prototype.train = () => { for (;;); };', 'webgpu');

for (const [what, { rule, code, text, limits = {} }] of Object.entries({
  'that traps': {
    rule: failingTrain({ call: 1, workers: 9, backend: 'webgpu' }),
    code: 'internal',
    text: /failed in a trial. unreachable/,
  },
  'whose device is lost': { rule: destroyed, code: 'device_lost', text: /was lost/ },
  'that never answers': {
    rule: silent,
    code: 'device_lost',
    text: /did not answer for 2 seconds/,
    limits: { trial: 2000 },
  },
  'that blocks its worker': {
    rule: blocked,
    code: 'internal',
    text: /worker does not answer/,
    limits: { silence: 12_000 },
  },
  'whose module is missing': {
    rule: broken('wasm/webgpu/ganvas_web_bg.wasm', 'missing'),
    code: 'network',
    text: /HTTP 404/,
  },
})) {
  test(`a GPU ${what} means the CPU, with the reason`, { timeout }, async () => {
    site.answer(all(hardware(), rule));
    const page = await openAuto(auto, limits);
    assert.equal((await fourSteps(page)).step, 4);
    assert.equal(await backend(page), 'cpu');
    const told = await notice(page, 'cpu_trial_failed');
    assert.match(told, text);
    assert.ok(told.includes(code), told);
    await workersBecome(page, 1);
    assert.deepEqual(await page.evaluate(() => window.events.error), []);
    // It may be sound on the next visit.
    site.answer(slowCpu);
    await visit(page);
    assert.equal(await backend(page), 'webgpu');
    await close(page);
  });
}

test('a CPU that cannot be tried means WebGPU, with the reason', { timeout }, async () => {
  site.answer(all(hardware(), broken('wasm/cpu/ganvas_web_bg.wasm', 'missing')));
  const page = await openAuto();
  assert.equal(await backend(page), 'webgpu');
  assert.match(await notice(page, 'webgpu_untried'), /HTTP 404/);
  await close(page);
});

test('without either backend the lab says what is wrong', { timeout }, async () => {
  const missing = (kind) => broken(`wasm/${kind}/ganvas_web_bg.wasm`, 'missing');
  site.answer(all(hardware(), missing('cpu'), missing('webgpu')));
  const page = await openAuto();
  const { code } = await failure(page, () => window.lab.train({ steps: 1 }));
  assert.equal(code, 'network');
  await workersBecome(page, 0);
  await close(page);
});

test('where storage is denied it is tried once a visit', { timeout }, async () => {
  site.answer(slowGpu);
  const page = await openAuto();
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('denied', 'SecurityError');
      },
    });
  });
  workersStarted();
  await visit(page);
  assert.equal((await fourSteps(page)).step, 4);
  assert.equal(workersStarted(), 3);
  await page.evaluate(async () => {
    window.lab.remove();
    await new Promise((resolve) => setTimeout(resolve));
    document.body.append(window.lab);
    await window.lab.train({ steps: 1 });
  });
  assert.equal(workersStarted(), 1);
  await close(page);
});

/** A page in the middle of a trial; what its calls came to is in `window.outcomes`. */
async function inTrial() {
  site.answer(waiting);
  const page = await openAuto();
  await page.evaluate(async () => {
    const begun = new Promise((resolve) => {
      new BroadcastChannel('begun').onmessage = resolve;
    });
    window.outcomes = [];
    const settle = (call) =>
      window.outcomes.push(
        call.then(
          (value) => typeof value,
          ({ code }) => code,
        ),
      );
    const { lab } = window;
    for (const call of [lab.train({ steps: 2 }), lab.ready, lab.step(), lab.sample({ count: 1 })]) {
      settle(call);
    }
    const untried = lab.ready.then(() => {
      const told = window.events.state.at(-1);
      throw new Error(`nothing is tried: ${JSON.stringify(told)}`);
    });
    await Promise.race([begun, untried]);
    settle(lab.pause());
    settle(lab.train({ steps: 1 }));
  });
  return page;
}

const outcomes = (page) => page.evaluate(() => Promise.all(window.outcomes));

test('who looks sees what is tried; calls during a trial are answered', { timeout }, async () => {
  const page = await inTrial();
  await page.locator('button[part="start"]', { hasText: 'Trying GPU and CPU' }).waitFor();
  await page.evaluate(() => new BroadcastChannel('go').postMessage(''));
  assert.deepEqual(await outcomes(page), Array(6).fill('object'));
  await workersBecome(page, 1);
  await close(page);
});

test('an element that is hidden during its trial rests after it', { timeout }, async () => {
  const page = await inTrial();
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
    new BroadcastChannel('go').postMessage('');
  });
  await page.waitForFunction(() => ['held', 'paused'].includes(window.events.state.at(-1).state));
  await page.evaluate(() => {
    delete document.visibilityState;
    document.dispatchEvent(new Event('visibilitychange'));
  });
  assert.deepEqual(await outcomes(page), Array(6).fill('object'));
  await close(page);
});

test('an element that leaves during its trial leaves no worker', { timeout }, async () => {
  const page = await inTrial();
  await page.evaluate(() => window.lab.remove());
  assert.deepEqual(await outcomes(page), Array(6).fill('aborted'));
  await workersBecome(page, 0);
  // Back on the page it is as good as new.
  site.answer(slowCpu);
  await page.evaluate(() => document.body.append(window.lab));
  assert.equal(await backend(page), 'webgpu');
  await close(page);
});

test('a trial can be cancelled', { timeout }, async () => {
  const page = await inTrial();
  await page.locator('button[part="cancel"]').click();
  assert.deepEqual(await outcomes(page), Array(6).fill('aborted'));
  await workersBecome(page, 0);
  await close(page);
});

test('labs of a page are tried one after the other, and once where they are alike', {
  timeout,
}, async () => {
  site.answer(slowGpu);
  const page = await openAuto();
  workersStarted();
  const backends = await page.evaluate(async () => {
    const second = window.lab.cloneNode();
    document.body.append(second);
    const both = await Promise.all([window.lab.ready, second.ready]);
    return both.map((about) => about.backend);
  });
  assert.deepEqual(backends, ['cpu', 'cpu']);
  assert.equal(workersStarted(), 4, 'one for each run, and two trials');
  await close(page);
});
