/**
 * The live judge, the curves beside it, settings that change under way, and the runs that fail on
 * purpose: every number that is shown against where it comes from.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as idx from '../support/idx.mjs';
import { close, failure, openLab, patience, startTraining, tiny } from '../support/lab.mjs';
import { parse, saved } from '../support/safetensors.mjs';
import { shown } from '../support/settings.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 4 * patience;
const { site, browser } = await suite();

/** How often the site was asked for the classifier. */
let classifiers = 0;
site.answer((file) => {
  if (file === 'digit-classifier.safetensors') classifiers += 1;
  return undefined;
});

const train = (page, steps) => page.evaluate((steps) => window.lab.train({ steps }), steps);
const openJudge = (page) => page.locator('[data-drawer="judge"] > summary').click();
const figureOf = (page, name) =>
  page.locator(`.judge [data-figure="${name}"] b`).first().textContent();

/** Waits for a verdict on the generator of a step. */
async function verdictAt(page, step) {
  await page.waitForFunction(
    (step) => {
      const note = window.lab.shadowRoot.querySelector('.judge .note');
      return new RegExp(`at step ${step}[;,]`).test(note?.textContent ?? '');
    },
    step,
    { timeout: patience },
  );
}

test('what the judge shows is what evaluate() says of as many images', { timeout }, async () => {
  const page = await openLab(browser, site);
  await train(page, 3);
  assert.equal(classifiers, 0, 'nobody looks: nothing is fetched');
  await openJudge(page);
  await verdictAt(page, 3);
  assert.equal(classifiers, 1);
  for (const steps of [3, 4]) {
    if (steps === 4) await train(page, 1);
    await verdictAt(page, steps);
    const told = await page.evaluate(() => window.lab.evaluate({ count: 256 }));
    const shares = await page
      .locator('.histogram .bin')
      .evaluateAll((bars) => bars.map((bar) => Number(bar.dataset.share)));
    assert.deepEqual(shares, told.histogram);
    assert.equal(await figureOf(page, 'modes'), `${told.modes} of 10`);
    assert.equal(await figureOf(page, 'confidence'), told.confidence.toFixed(2));
    const shown = await figureOf(page, 'frechet_distance');
    assert.ok(
      Math.abs(Number(shown) - told.frechet_distance) <= 0.06,
      `${shown} is not ${told.frechet_distance}`,
    );
    // The bars are as long as the shares say.
    const longest = Math.max(0.2, ...told.histogram);
    const lengths = await page
      .locator('.histogram .column')
      .evaluateAll((bars) =>
        bars.map((bar) => bar.querySelector('.rise').offsetHeight / bar.offsetHeight),
      );
    for (const [digit, length] of lengths.entries()) {
      assert.ok(Math.abs(length - told.histogram[digit] / longest) < 0.02, `${digit}: ${length}`);
    }
  }
  // Reports carry it from then on.
  const { judge, d_gradient, g_gradient } = await train(page, 1).then(() =>
    page.evaluate(() => window.events.report.at(-1)),
  );
  assert.equal(judge.step, 4);
  assert.equal(judge.count, 256);
  assert.ok(d_gradient > 0 && g_gradient > 0);
  // Who closes it pays for it no more.
  await openJudge(page);
  await page.locator('[data-drawer="judge"]:not([open])').waitFor();
  // The browser tells of it in a task of its own.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
  await train(page, 2);
  assert.equal(await page.evaluate(() => window.events.report.at(-1).judge), undefined);
  await close(page);
});

/** Keeps in `window.orders` what workers are told to watch from here on. */
const listen = (page) =>
  page.evaluate(() => {
    window.orders = {};
    const { postMessage } = Worker.prototype;
    Worker.prototype.postMessage = function (message, ...rest) {
      if (message.type === 'watch') window.orders[message.what] = message.options;
      return postMessage.call(this, message, ...rest);
    };
  });
const order = (page, what, there) =>
  page.waitForFunction(
    ([what, there]) => what in window.orders && (window.orders[what] !== null) === there,
    [what, there],
    { timeout: patience },
  );

test('what no view shows any more is watched no more', { timeout }, async () => {
  const page = await openLab(browser, site);
  await listen(page);
  await train(page, 2);
  const drawer = page.locator('[data-drawer="judge"]');
  const judgedNow = async () => {
    await train(page, 1);
    return page.evaluate(() => window.events.report.at(-1).judge !== undefined);
  };
  const small = { width: 2, batch_size: 4, latent_dim: 8 };
  const become = (model) =>
    page.evaluate((changes) => window.lab.reset(changes), {
      model,
      ...small,
      ...(model === 'plane' ? { latent_dim: 2 } : { dataset: 'procedural' }),
    });
  /** How its view goes, and comes back. */
  const ways = [
    [
      () => page.evaluate(() => window.lab.setAttribute('controls', 'basic')),
      () => page.evaluate(() => window.lab.setAttribute('controls', 'full')),
    ],
    [() => become('plane'), () => become('dcgan')],
  ];
  for (const [leave, comeBack] of ways) {
    await openJudge(page);
    await order(page, 'judge', true);
    await page.locator('.judge .verdicts').waitFor();
    assert.equal(await judgedNow(), true);
    await leave();
    await drawer.waitFor({ state: 'detached' });
    await order(page, 'judge', false);
    await comeBack();
    await drawer.waitFor();
    assert.equal(await drawer.getAttribute('open'), null);
    assert.equal(await judgedNow(), false, 'the drawer is shut');
  }

  // D's scores go with the digits that wear them, and with the D that gives them.
  await page.locator('[data-action="scores"]').click();
  await order(page, 'eyes', true);
  await page.locator('[data-action="sample"]').click();
  await order(page, 'eyes', false);
  await page.locator('[data-action="fixed"]').click();
  await order(page, 'eyes', true);
  await become('vae');
  await order(page, 'eyes', false);
  await become('dcgan');
  await page.locator('[data-action="scores"][aria-pressed="false"]').waitFor();
  assert.deepEqual(await page.evaluate(() => window.events.error), []);
  await close(page);
});

test('a judge that cannot be fetched says so, and is tried again', { timeout }, async () => {
  const complaint = '.judge .message.bad[data-code="network"]';
  for (const training of [false, true]) {
    site.answer((file) =>
      file === 'digit-classifier.safetensors' ? { status: 404, body: '' } : undefined,
    );
    const page = await openLab(browser, site);
    await train(page, 1);
    if (training) await startTraining(page);
    await openJudge(page);
    await page.locator(complaint).waitFor();
    site.answer();
    await page.locator('[data-action="judge-again"]').click();
    await page.locator('.judge .verdicts').waitFor();
    assert.equal(await page.locator(complaint).count(), 0);
    assert.deepEqual(await page.evaluate(() => window.events.error), [], 'the run has no fault');
    await close(page);
  }
});

test('of other images than digits it says what it cannot know', { timeout }, async () => {
  site.files.set('images', idx.images(40));
  const page = await openLab(browser, site);
  await page.evaluate(async () => {
    await window.lab.ready;
    const images = await (await fetch('/files/images')).blob();
    await window.lab.loadDataset({ images, name: 'bars' });
    await window.lab.train({ steps: 2 });
  });
  await openJudge(page);
  await verdictAt(page, 2);
  assert.equal(await page.locator('.histogram').count(), 0);
  assert.equal(await page.locator('.judge [data-figure="modes"]').count(), 0);
  assert.match(await page.locator('.judge .note').textContent(), /cannot name/);
  const told = await page.evaluate(() => window.lab.evaluate({ count: 256 }));
  const shown = Number(await figureOf(page, 'frechet_distance'));
  assert.ok(Math.abs(shown - told.frechet_distance) <= 0.06);
  await close(page);
});

const legend = (page, panel) => page.locator(`[data-panel="${panel}"] .legend b`).allTextContents();

test('curves are chosen, and show the values of one step everywhere', { timeout }, async () => {
  const page = await openLab(browser, site);
  for (let step = 1; step <= 4; step += 1) await train(page, 1);
  /** Waits until these panels are drawn, and no others. */
  const drawn = (...names) =>
    page.waitForFunction(
      (names) => {
        const all = [...window.lab.shadowRoot.querySelectorAll('.curve')];
        return all.map(({ dataset }) => dataset.panel).join() === names;
      },
      names.join(),
      { timeout: patience },
    );
  await drawn('loss', 'belief');
  await page.locator('[data-curve="gradients"]').click();
  await drawn('loss', 'belief', 'gradients');
  await page.locator('[data-curve="belief"]').click();
  await drawn('loss', 'gradients');

  const reports = await page.evaluate(() => window.events.report);
  const pointer = page.locator('[data-field="pointer"]');
  assert.equal(Number(await pointer.getAttribute('max')), reports.length - 1);
  for (const [index, report] of reports.entries()) {
    await pointer.fill(String(index));
    await page
      .locator('.pointer b', { hasText: new RegExp(`^${report.step}$`) })
      .waitFor({ timeout: patience });
    const near = (shown, value) =>
      assert.ok(
        Math.abs(Number(shown) - value) <= 0.06 * Math.abs(value) + 0.006,
        `${shown}, ${value}`,
      );
    const [d, g] = await legend(page, 'loss');
    near(d, report.d_loss);
    near(g, report.g_loss);
    const [of_d, of_g] = await legend(page, 'gradients');
    near(of_d, report.d_gradient);
    near(of_g, report.g_gradient);
  }
  // The mouse over one chart moves the pointer in all of them.
  await page.locator('[data-panel="loss"] .u-over').hover({ position: { x: 2, y: 40 } });
  await page.waitForFunction(
    () => window.lab.shadowRoot.querySelector('[data-field="pointer"]').value === '0',
  );
  const first = await legend(page, 'gradients');
  assert.ok(Math.abs(Number(first[1]) - reports[0].g_gradient) <= 0.06 * reports[0].g_gradient);
  await page.mouse.move(0, 0);
  await close(page);
});

/** Keeps what is written on each chart's canvas, and where, since it was last cleared. */
const keepLabels = (page) =>
  page.evaluate(() => {
    window.labels = new Map();
    const { clearRect, fillText } = CanvasRenderingContext2D.prototype;
    Object.assign(CanvasRenderingContext2D.prototype, {
      clearRect(...box) {
        window.labels.set(this.canvas, []);
        return clearRect.apply(this, box);
      },
      fillText(text, x, y) {
        const own = window.labels.get(this.canvas) ?? [];
        // As the axes turn and move it.
        const place = new DOMPoint(x, y).matrixTransform(this.getTransform());
        window.labels.set(this.canvas, [...own, { text, x: place.x, y: place.y }]);
        return fillText.call(this, text, x, y);
      },
    });
  });

/**
 * What a chart's upright axis says, and where the pointer's dots are on it, in its own pixels.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} panel
 */
const readChart = (page, panel) =>
  page.locator(`[data-panel="${panel}"] .plot`).evaluate((plot) => {
    const canvas = plot.querySelector('canvas');
    const box = canvas.getBoundingClientRect();
    const dots = [...plot.querySelectorAll('.u-cursor-pt')].map((dot) => {
      const { top, height } = dot.getBoundingClientRect();
      return ((top + height / 2 - box.top) * canvas.height) / box.height;
    });
    // The axis is left of the plot, the steps below it.
    const over = plot.querySelector('.u-over').getBoundingClientRect();
    const left = ((over.left - box.left) * canvas.width) / box.width;
    const bottom = ((over.bottom - box.top) * canvas.height) / box.height;
    const labels = window.labels
      .get(canvas)
      .filter(({ text, x, y }) => text !== '' && x < left && y < bottom + 6)
      .map(({ text, y }) => ({ value: Number(text.replace('−', '-')), y }));
    return { labels, dots: dots.slice(0, dots.length / 2) };
  });

/**
 * Every label and every dot lies on one straight line over a function of its value.
 *
 * @param {{ value: number, y: number }[]} places
 * @param {(value: number) => number} scale
 * @returns {number} the largest distance from it, in pixels
 */
function distanceFrom(places, scale) {
  const sorted = [...places].sort((a, b) => a.y - b.y);
  const [top, bottom] = [sorted[0], sorted[sorted.length - 1]];
  const slope = (bottom.y - top.y) / (scale(bottom.value) - scale(top.value));
  return Math.max(
    ...places.map(({ value, y }) =>
      Math.abs(y - top.y - slope * (scale(value) - scale(top.value))),
    ),
  );
}

for (const { name, attributes, panel, keys, scale } of [
  {
    name: 'logarithmic',
    attributes: tiny,
    panel: 'gradients',
    keys: ['d_gradient', 'g_gradient'],
    scale: Math.log10,
  },
  {
    name: 'logarithmic away from zero, with values of both signs',
    attributes: { ...tiny, model: 'wgan_gp' },
    panel: 'critic-loss',
    keys: ['d_loss', 'g_loss'],
    scale: Math.asinh,
  },
]) {
  test(`on the log scale labels and curves stand where they must: ${name}`, {
    timeout,
  }, async () => {
    const page = await openLab(browser, site, attributes);
    await keepLabels(page);
    for (let step = 1; step <= 6; step += 1) await train(page, 10);
    const chip = page.locator(`[data-curve="${panel}"]`);
    if ((await chip.getAttribute('aria-pressed')) === 'false') await chip.click();
    await page.locator(`[data-panel="${panel}"] canvas`).waitFor();
    const reports = await page.evaluate(() => window.events.report);
    const pointer = page.locator('[data-field="pointer"]');
    /** The labels of the axis, and the measured values at each step of the pointer. */
    const places = async () => {
      const found = [];
      for (const [index, report] of reports.slice(0, -1).entries()) {
        await pointer.fill(String(index));
        await page.locator('.pointer b', { hasText: new RegExp(`^${report.step}$`) }).waitFor();
        await shown(page);
        const { dots } = await readChart(page, panel);
        keys.forEach((key, at) => {
          found.push({ value: report[key], y: dots[at] });
        });
      }
      const { labels } = await readChart(page, panel);
      return { labels, found };
    };
    const linear = await places();
    assert.ok(linear.labels.length >= 3, JSON.stringify(linear.labels));
    const straight = distanceFrom([...linear.labels, ...linear.found], (value) => value);
    assert.ok(straight < 1.5, `${straight} px off: ${JSON.stringify(linear)}`);

    await page.locator('[data-action="log-scale"]').click();
    await page.locator('[data-action="log-scale"][aria-pressed="true"]').waitFor();
    await shown(page);
    const log = await places();
    const all = [...log.labels, ...log.found];
    assert.ok(log.labels.length >= 3, JSON.stringify(log.labels));
    const off = distanceFrom(all, scale);
    assert.ok(off < 1.5, `${off} px off: ${JSON.stringify(log)}`);
    // And on no linear one.
    assert.ok(distanceFrom(all, (value) => value) > 5, JSON.stringify(log));
    await close(page);
  });
}

test('tune() changes a run under way, and everything that tells what runs', {
  timeout,
}, async () => {
  const page = await openLab(browser, site, { ...tiny, 'from-url': '' });
  await train(page, 2);
  const experiment = await page.evaluate(() => window.lab.tune({ loss: 'hinge' }));
  assert.equal(experiment.loss, 'hinge');
  assert.equal((await page.evaluate(() => window.lab.experiment)).loss, 'hinge');
  const next = await train(page, 1);
  assert.equal(next.step, 3, 'the run goes on');
  assert.equal(await page.locator('.meters').getAttribute('data-reading'), 'higher');
  await page.waitForFunction(() => new URLSearchParams(location.search).get('loss') === 'hinge');
  // A file of it resumes under the changed settings.
  const resumed = await page.evaluate(async () => {
    const file = await window.lab.save();
    await window.lab.reset({ loss: 'minimax' });
    return window.lab.load(file);
  });
  assert.deepEqual([resumed.step, resumed.experiment.loss], [3, 'hinge']);
  const refused = await failure(page, () => window.lab.tune({ width: 4 }));
  assert.deepEqual([refused.code, refused.field], ['bad_experiment', 'width']);
  const wrong = await failure(page, () => window.lab.tune({ loss: 'nothing' }));
  assert.deepEqual([wrong.code, wrong.field], ['bad_experiment', 'loss']);
  assert.equal((await page.evaluate(() => window.lab.experiment)).loss, 'hinge');
  await close(page);
});

/** Of both sides a slow machine takes minutes: many steps, and a look of the judge now and then. */
const disaster = { timeout: 8 * patience };

/**
 * Presses a button that changes the settings of a run that rests. The run is the same one: a file of
 * it from before the press and one from right after it hold the same weights, the same moments of the
 * optimizers and the same step, and differ in the settings that are told alone.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} button
 * @param {Record<string, unknown>} changes
 */
async function treat(page, button, changes) {
  const before = parse(await saved(page));
  const after = parse(await saved(page, button));
  const { experiment: old, ...others } = before.metadata;
  const { experiment, ...same } = after.metadata;
  assert.deepEqual(same, others);
  assert.notEqual(experiment, old);
  assert.deepEqual(
    { ...JSON.parse(experiment), ...changes },
    { ...JSON.parse(old), ...changes },
    'nothing else is another setting',
  );
  for (const [name, value] of Object.entries(changes)) {
    assert.equal(JSON.parse(experiment)[name] ?? 0, value, name);
  }
  assert.deepEqual([...after.tensors.keys()], [...before.tensors.keys()]);
  assert.ok(before.tensors.size > 10);
  for (const [name, bytes] of before.tensors)
    assert.ok(bytes.equals(after.tensors.get(name)), name);
  return Number(before.metadata.step);
}

/**
 * Waits for a finding, pauses the run at once, and gives its sentence: the next look may have
 * another one.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} name
 * @returns {Promise<string>}
 */
async function found(page, name) {
  const handle = await page.waitForFunction(
    (name) => {
      const finding = window.lab.shadowRoot.querySelector('.lesson .finding');
      if (finding?.getAttribute('data-finding') !== name) return undefined;
      window.lab.pause();
      return finding.textContent;
    },
    name,
    { timeout: 3 * patience },
  );
  return handle.jsonValue();
}

/**
 * A run that fails on purpose, from its start to the end of its cure.
 *
 * @param {string} preset
 * @param {string} ailment
 * @param {Record<string, unknown>} cure the settings that it recovers by
 */
async function ailsAndRecovers(preset, ailment, cure) {
  const page = await openLab(browser, site, {
    preset,
    backend: 'cpu',
    dataset: 'procedural',
    lang: 'en',
  });
  await page.evaluate(() => window.lab.ready);
  assert.equal(await page.locator('.lesson .finding').getAttribute('data-finding'), '');
  await page.evaluate(() => {
    window.lab.train().catch(() => {});
  });
  const said = await found(page, ailment);
  // It is told once, and not again with each figure that changes.
  assert.equal(await page.locator('.lesson [role="status"] .finding, .finding[role]').count(), 0);
  const told = await page.locator('.lesson [role="status"]').textContent();
  assert.equal(told.trim().slice(0, 15), said.trim().slice(0, 15));
  const before = await treat(page, '[data-action="cure"]', cure);
  await page.locator('.lesson[data-cured="true"]').waitFor({ timeout: patience });
  assert.equal(await page.locator('[data-action="cure"]').count(), 0);
  await found(page, `${ailment}_over`);
  const steps = await page.evaluate(() => window.events.report.map(({ step }) => step));
  assert.ok(
    steps.every((step, at) => at === 0 || step >= steps[at - 1]) && steps.at(-1) > before,
    `the same run goes on: ${steps}`,
  );
  return { page, before, said };
}

test('a mode collapse is found, cured and found to be over', disaster, async () => {
  const { page, before, said } = await ailsAndRecovers('mode_collapse', 'mode_collapse', {
    mmd: 10,
  });
  const reports = await page.evaluate(() => window.events.report);
  // What the sentence says is what the reports and the looks of the judge have said.
  const [, modes, passing] = said.match(
    /(\d+)(?: of ten digits)? are left.* with ([\d.]+) on average/,
  );
  assert.ok(Number(modes) <= 5, said);
  assert.ok(Number(passing) >= 0.05 || /of \d+ digits/.test(said), said);
  const looks = [...new Map(reports.map(({ judge }) => [judge?.step, judge])).values()];
  // The last one came after the last report.
  const note = await page.locator('.judge .note').first().textContent();
  const step = Number(note.match(/at step ([\d,]+);/)[1].replaceAll(',', ''));
  if (step !== looks.at(-1)?.step) {
    looks.push({ step, modes: Number((await figureOf(page, 'modes')).match(/^\d+/)[0]) });
  }
  const seen = (from, to) =>
    looks.filter((look) => look && look.step > from && look.step <= to).map((look) => look.modes);
  // Of three looks in a row, whichever they were when it was said: two or more.
  const inThree = (counts, holds) =>
    counts.some((_, at) => counts.slice(at, at + 3).filter(holds).length >= 2);
  const ill = seen(0, before);
  assert.ok(
    inThree(ill, (count) => count <= 5),
    `${ill}`,
  );
  const over = seen(before, Number.POSITIVE_INFINITY);
  assert.ok(over.length >= 3 && inThree(over, (count) => count >= 6), `${over}`);
  const { mmd } = await page.evaluate(() => window.lab.experiment);
  assert.equal(mmd, 10);

  // Without its cure the same run loses its digits again, and says of how many.
  await treat(page, '[data-action="break"]', { mmd: 0 });
  await page.locator('.lesson[data-cured="false"]').waitFor({ timeout: patience });
  const again = await found(page, 'mode_collapse');
  const [, most, left] = again.match(/of (\d+) digits (\d+) are left/);
  assert.ok(Number(most) >= 6 && Number(left) <= 5, again);
  assert.equal((await page.evaluate(() => window.lab.experiment)).mmd, 0);
  await close(page);
});

test('a vanishing gradient is found, cured and found to be back', disaster, async () => {
  const { page, before } = await ailsAndRecovers('vanishing_gradient', 'vanishing_gradient', {
    loss: 'non_saturating',
    discriminator_steps: 1,
  });
  const reports = await page.evaluate(() => window.events.report);
  const lengths = (kept) => reports.filter(kept).map(({ g_gradient }) => g_gradient);
  const ill = lengths(({ step }) => step <= before);
  // Five reports decide: at most a hundredth of the largest, and ten times that soon after.
  const least = Math.max(...ill.slice(-3));
  assert.ok(Math.max(...ill) > 50 * least, `${ill}`);
  const well = lengths(({ step }) => step > before);
  assert.ok(Math.max(...well) > 10 * least, `${well} after ${ill}`);
  const { loss, discriminator_steps } = await page.evaluate(() => window.lab.experiment);
  assert.deepEqual([loss, discriminator_steps], ['non_saturating', 1]);
  await close(page);
});

test('a critic that runs away is found, cured and caught', disaster, async () => {
  const { page, before } = await ailsAndRecovers('critic_without_penalty', 'runaway_critic', {
    gradient_penalty: 10,
  });
  // It runs on until the newest report carries a look of the judge.
  await page.evaluate(() => {
    window.lab.train().catch(() => {});
  });
  await page.waitForFunction(
    (step) => {
      const { judge } = window.events.report.at(-1);
      return judge?.step > step && judge.slope < 10;
    },
    before,
    { timeout: 3 * patience },
  );
  await page.evaluate(() => window.lab.pause());
  const { step } = await page.evaluate(() => window.events.report.at(-1));
  await verdictAt(page, step.toLocaleString('en'));
  const told = await page.evaluate(() => window.lab.evaluate({ count: 256 }));
  const slope = Number(await figureOf(page, 'slope'));
  assert.ok(slope > 0 && slope < 10, `${slope}`);
  if (told.slope !== undefined) assert.ok(Math.abs(told.slope - slope) < 0.02 * slope + 0.01);
  // A critic that runs away had been far steeper, as the judge or the scores have told.
  const slopes = await page.evaluate(() => window.events.report.map(({ judge }) => judge?.slope));
  const wasserstein = await page.evaluate(
    (cured) =>
      Math.max(
        ...window.events.report
          .filter(({ step }) => step <= cured)
          .map((report) => Math.abs(report.wasserstein)),
      ),
    before,
  );
  const steepest = Math.max(
    ...slopes.filter((value) => value !== undefined),
    wasserstein / (2 * 32),
  );
  assert.ok(steepest > 3 * slope && steepest >= 10, `${steepest} fell to ${slope}`);
  await close(page);
});
