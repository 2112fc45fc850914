/** Every member of the element's JavaScript API, on the CPU. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { session } from '../support/faults.mjs';
import * as idx from '../support/idx.mjs';
import { close, failure, figures, message, openLab, patience, tiny } from '../support/lab.mjs';
import { parse, saved } from '../support/safetensors.mjs';
import { suite } from '../support/suite.mjs';

let page;

const { site, browser } = await suite();

/**
 * A test with a fresh lab on a fresh page.
 *
 * @param {string} name
 * @param {() => Promise<void>} body
 */
function withLab(name, body) {
  test(name, { timeout: 2 * patience }, async () => {
    page = await openLab(browser, site);
    try {
      await body();
    } finally {
      await close(page);
    }
  });
}

const finite = (report) => {
  for (const name of ['step', 'epoch', 'd_loss', 'g_loss', 'd_real', 'd_fake', 'steps_per_second'])
    assert.ok(Number.isFinite(report[name]), `${name} is ${report[name]}`);
};

withLab('ready tells what runs, and starts nothing', async () => {
  const about = await page.evaluate(() => window.lab.ready);
  assert.equal(about.backend, 'cpu');
  assert.equal(typeof about.adapter, 'string');
  assert.equal(about.model, 'dcgan');
  assert.ok(about.parameters > 0);
  assert.equal(about.dataset.name, 'procedural');
  assert.equal(typeof about.dataset.source, 'string');
  assert.ok(about.dataset.count >= 1000);
  assert.equal(await page.evaluate(() => window.events.state.at(-1).state), 'paused');
  assert.equal(await page.evaluate(() => window.events.report.length), 0);
});

withLab('train({ steps }) takes exactly so many', async () => {
  const first = await page.evaluate(() => window.lab.train({ steps: 5 }));
  assert.equal(first.step, 5);
  finite(first);
  const second = await page.evaluate(() => window.lab.train({ steps: 3 }));
  assert.equal(second.step, 8);
  assert.equal(await page.evaluate(() => window.events.report.at(-1).step), 8);
});

withLab('train({ steps }) takes no step more where saving completes the last', async () => {
  // An update of D fills a slice, in which the file is asked for; after that a slice has time enough.
  site.answer(
    session(`const { train, save } = Session.prototype;
    let budget = 0;
    Session.prototype.train = async function (steps) {
      const done = await train.call(this, steps, budget);
      await new Promise((resolve) => setTimeout(resolve, 30));
      budget = 0;
      return done;
    };
    Session.prototype.save = async function () {
      budget = 1e9;
      return save.call(this);
    };`),
  );
  const steps = await page.evaluate(async () => {
    await window.lab.ready;
    const steps = [];
    for (let times = 0; times < 6; times += 1) {
      const training = window.lab.train({ steps: 1 });
      await window.lab.save();
      steps.push((await training).step);
    }
    return [...steps, (await window.lab.pause()).step];
  });
  site.answer();
  assert.deepEqual(steps, [1, 2, 3, 4, 5, 6, 6]);
  assert.equal(await page.evaluate(() => window.events.report.at(-1).step), 6);
});

withLab('train({ steps }) refuses what is no number of steps', async () => {
  for (const steps of [0, -1, 1.5, '3']) {
    const refused = await failure(page, (value) => window.lab.train({ steps: value }), steps);
    assert.deepEqual([refused.code, refused.field], ['bad_experiment', 'steps']);
  }
});

withLab('train() runs until pause()', async () => {
  const [trained, paused] = await page.evaluate(async () => {
    const training = window.lab.train();
    while (window.events.report.length < 2) await new Promise((resolve) => setTimeout(resolve, 50));
    const report = await window.lab.pause();
    return [await training, report];
  });
  finite(paused);
  assert.ok(paused.step > 0);
  assert.deepEqual(trained, paused);
  // It stands still: one step more is exactly one more.
  const next = await page.evaluate(() => window.lab.train({ steps: 1 }));
  assert.equal(next.step, paused.step + 1);
});

withLab('a pause ends a counted training early', async () => {
  const report = await page.evaluate(async () => {
    const training = window.lab.train({ steps: 1_000_000 });
    while (window.events.report.length < 1) await new Promise((resolve) => setTimeout(resolve, 50));
    window.lab.pause();
    return training;
  });
  assert.ok(report.step > 0 && report.step < 1_000_000);
});

withLab('the same experiment gives the same losses, another seed others', async () => {
  const run = (seed) =>
    page.evaluate(async (value) => {
      await window.lab.reset({ seed: value });
      return window.lab.train({ steps: 4 });
    }, seed);
  const [first, again, other] = [await run(7), await run(7), await run(8)];
  assert.deepEqual(figures(again), figures(first));
  assert.notEqual(other.d_loss, first.d_loss);
});

withLab('reset() starts over with changes, and experiment tells them', async () => {
  await page.evaluate(() => window.lab.train({ steps: 2 }));
  const [answer, experiment, parameters] = await page.evaluate(async () => {
    const before = (await window.lab.ready).parameters;
    const changed = await window.lab.reset({ width: 3, seed: 11 });
    return [changed, window.lab.experiment, [before, (await window.lab.ready).parameters]];
  });
  assert.equal(answer.width, 3);
  assert.equal(answer.seed, 11);
  assert.equal(answer.batch_size, 4, 'what was not named stays');
  assert.deepEqual(experiment, answer);
  assert.ok(parameters[1] > parameters[0]);
  assert.equal((await page.evaluate(() => window.lab.train({ steps: 1 }))).step, 1);
});

withLab('experiment is there before anything is loaded, and is a copy', async () => {
  const [experiment, again] = await page.evaluate(() => {
    const first = window.lab.experiment;
    first.width = 99;
    return [first, window.lab.experiment];
  });
  assert.equal(experiment.width, 99);
  assert.equal(again.width, 2);
  assert.equal(again.batch_size, 4);
  assert.equal(again.dataset, 'procedural');
  assert.equal(page.workers().length, 0);
});

withLab('step() updates one network at a time', async () => {
  const weights = async () => parse(await saved(page)).tensors;
  /** Which networks' weights and biases differ between two checkpoints. */
  const changed = (earlier, later) => {
    const names = [...earlier.keys()].filter((name) =>
      /^\w+\.model\.\d+\.(weight|bias)$/.test(name),
    );
    assert.ok(names.length > 10);
    const differ = names.filter((name) => !earlier.get(name).equals(later.get(name)));
    return [...new Set(differ.map((name) => name.split('.')[0]))].sort();
  };
  const states = [await weights()];
  const reports = [];
  for (const which of ['discriminator', 'generator', 'both']) {
    reports.push(await page.evaluate((name) => window.lab.step(name), which));
    states.push(await weights());
  }
  reports.forEach(finite);
  assert.deepEqual(changed(states[0], states[1]), ['discriminator']);
  assert.deepEqual(changed(states[1], states[2]), ['generator']);
  assert.deepEqual(changed(states[2], states[3]), ['discriminator', 'generator']);
  assert.equal(reports[2].step, reports[1].step + 1);
  const refused = await failure(page, () => window.lab.step('neither'));
  assert.deepEqual([refused.code, refused.field], ['bad_experiment', 'step']);
});

withLab('sample() draws images of a seed, again and again the same', async () => {
  const draw = (options) =>
    page.evaluate(async (asked) => {
      const { pixels, ...rest } = await window.lab.sample(asked);
      return { ...rest, bytes: pixels instanceof Uint8Array, pixels: [...pixels] };
    }, options);
  await page.evaluate(() => window.lab.train({ steps: 3 }));
  const first = await draw({ count: 5, seed: 1 });
  const { pixels, ...rest } = first;
  const { width, height } = rest;
  assert.deepEqual(rest, { width: 28, height: 28, count: 5, channels: 1, step: 3, bytes: true });
  assert.equal(pixels.length, 5 * width * height);
  assert.ok(new Set(pixels).size > 1);
  assert.deepEqual((await draw({ count: 5, seed: 1 })).pixels, pixels);
  assert.notDeepEqual((await draw({ count: 5, seed: 2 })).pixels, pixels);
  assert.equal((await draw({})).count, 64);

  // Latents cut to a narrow range give images that are more alike.
  const spread = (bytes) => {
    const size = width * height;
    const image = (at) => bytes.slice(at * size, (at + 1) * size);
    return image(0).reduce((sum, value, at) => sum + Math.abs(value - image(1)[at]), 0);
  };
  const narrow = await draw({ count: 5, seed: 1, truncation: 0.05 });
  assert.ok(spread(narrow.pixels) < spread(pixels));
});

withLab('sample() refuses labels of a model without any, and odd counts', async () => {
  const labelled = await failure(page, () => window.lab.sample({ count: 1, label: 3 }));
  assert.deepEqual([labelled.code, labelled.field], ['bad_experiment', 'label']);
  for (const count of [0, 5000, 1.5]) {
    const refused = await failure(page, (value) => window.lab.sample({ count: value }), count);
    assert.deepEqual([refused.code, refused.field], ['bad_experiment', 'count']);
  }
});

withLab('evaluate() measures the generator', async () => {
  const metrics = await page.evaluate(async () => {
    await window.lab.train({ steps: 2 });
    return window.lab.evaluate({ count: 100 });
  });
  assert.equal(metrics.count, 100);
  assert.ok(Number.isFinite(metrics.frechet_distance) && metrics.frechet_distance > 0);
  assert.ok(metrics.confidence > 0 && metrics.confidence <= 1);
  assert.ok(metrics.modes >= 0 && metrics.modes <= 10);
  // It disturbed nothing.
  assert.equal((await page.evaluate(() => window.lab.train({ steps: 1 }))).step, 3);
});

withLab('save() and load() resume exactly, from a Blob and from a URL', async () => {
  const straight = await page.evaluate(async () => {
    const losses = [];
    for (let at = 0; at < 6; at += 1) losses.push(await window.lab.train({ steps: 1 }));
    return losses;
  });
  await page.evaluate(async () => {
    await window.lab.reset({});
    await window.lab.train({ steps: 3 });
    window.blob = await window.lab.save();
    if (!(window.blob instanceof Blob)) throw new Error('save() gives a Blob');
  });
  const bytes = await saved(page);
  const { metadata } = parse(bytes);
  assert.equal(metadata.step, '3');
  assert.equal(JSON.parse(metadata.experiment).batch_size, 4);

  // Somewhere else in the meantime.
  const fromBlob = await page.evaluate(async () => {
    await window.lab.reset({ seed: 99, width: 4 });
    await window.lab.train({ steps: 2 });
    const loaded = await window.lab.load(window.blob);
    const losses = [];
    for (let at = 0; at < 3; at += 1) losses.push(await window.lab.train({ steps: 1 }));
    return { loaded, losses, experiment: window.lab.experiment };
  });
  assert.equal(fromBlob.loaded.step, 3);
  assert.equal(fromBlob.experiment.width, 2);
  assert.equal(fromBlob.experiment.seed, 7);
  assert.deepEqual(fromBlob.losses.map(figures), straight.slice(3).map(figures));

  // Another page, another worker.
  site.files.set('run.safetensors', bytes);
  const other = await openLab(browser, site, { ...tiny, seed: 1 });
  const fromUrl = await other.evaluate(async () => {
    await window.lab.load('/files/run.safetensors');
    const losses = [];
    for (let at = 0; at < 3; at += 1) losses.push(await window.lab.train({ steps: 1 }));
    return losses;
  });
  await close(other);
  assert.deepEqual(fromUrl.map(figures), straight.slice(3).map(figures));

  const absent = await failure(page, () => window.lab.load('/files/none.safetensors'));
  assert.equal(absent.code, 'network');
  await message(page, 'network');
});

withLab('loadDataset() takes File, Blob and ArrayBuffer, plain and gzip', async () => {
  site.files.set('images', idx.images(40));
  site.files.set('images.gz', gzipSync(idx.images(40)));
  site.files.set('labels', idx.labels(40));
  site.files.set('labels.gz', gzipSync(idx.labels(40)));
  const loaded = await page.evaluate(async () => {
    const get = async (name) => (await fetch(`/files/${name}`)).arrayBuffer();
    const [images, zipped] = [await get('images'), await get('images.gz')];
    const [labels, zippedLabels] = [await get('labels'), await get('labels.gz')];
    const given = [
      { images: new File([images], 'bars-idx3-ubyte'), labels: new File([labels], 'l') },
      { images: new File([zipped], 'bars.gz'), labels: new Blob([zippedLabels]) },
      { images: new Blob([images]), name: 'stripes' },
      { images, labels },
      { images: new Uint8Array(zipped) },
    ];
    const answers = [];
    for (const files of given) answers.push(await window.lab.loadDataset(files));
    return { answers, about: (await window.lab.ready).dataset };
  });
  for (const answer of loaded.answers) {
    assert.equal(answer.count, 40);
    assert.equal(answer.source, 'file');
  }
  assert.equal(loaded.answers[1].name, 'bars');
  assert.equal(loaded.answers[2].name, 'stripes');
  assert.deepEqual(loaded.about, loaded.answers.at(-1));
  assert.equal((await page.evaluate(() => window.lab.train({ steps: 2 }))).step, 2);
});

withLab('the events tell what happens', async () => {
  await page.evaluate(async () => {
    await window.lab.train({ steps: 3 });
    await window.lab.pause();
  });
  await page.evaluate(() => window.lab.step('nothing').catch(() => {}));
  const { report, sample, state, error } = await page.evaluate(() => ({
    ...window.events,
    sample: window.events.sample.map((detail) => ({ ...detail, pixels: detail.pixels.length })),
  }));
  finite(report.at(-1));
  assert.deepEqual(
    { ...sample.at(-1) },
    { width: 28, height: 28, count: 64, channels: 1, step: 3, pixels: 64 * 28 * 28 },
  );
  const states = state.map((detail) => detail.state);
  assert.equal(states[0], 'loading');
  assert.ok(states.includes('running'));
  assert.equal(states.at(-1), 'paused');
  const last = state.at(-1);
  assert.equal(last.backend, 'cpu');
  assert.equal(last.dataset.name, 'procedural');
  assert.ok(Array.isArray(last.notices));
  assert.equal(error.length, 1);
  assert.equal(error[0].code, 'bad_experiment');
  assert.ok(error[0].message.length > 0);
});

withLab('attributes that change while the lab runs take effect', async () => {
  await page.evaluate(async () => {
    await window.lab.train({ steps: 2 });
    window.lab.setAttribute('width', '3');
  });
  await page.waitForFunction(() => window.lab.experiment.width === 3);
  assert.equal((await page.evaluate(() => window.lab.train({ steps: 1 }))).step, 1);
  await page.evaluate(() => window.lab.setAttribute('lang', 'zh'));
  await page.locator('section.ganvas[lang="zh-CN"]').waitFor();
});
