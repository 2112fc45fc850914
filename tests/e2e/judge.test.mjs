/**
 * The live judge, the curves beside it, settings that change under way, and the runs that fail on
 * purpose: every number that is shown against where it comes from.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as idx from '../support/idx.mjs';
import { close, failure, openLab, patience, tiny } from '../support/lab.mjs';
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
  await page.locator('[data-action="log-scale"]').click();
  await page.locator('[data-action="log-scale"][aria-pressed="true"]').waitFor();
  assert.equal(await page.locator('.curve canvas').count(), 2);
  await close(page);
});

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
  assert.equal(await page.locator('.verdict').getAttribute('data-reading'), 'higher');
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

/** A run that fails on purpose, from its start to the end of its cure. */
async function ailsAndRecovers(preset, ailment) {
  const page = await openLab(browser, site, {
    preset,
    backend: 'cpu',
    dataset: 'procedural',
    lang: 'en',
  });
  const found = () => page.locator('.lesson .finding').getAttribute('data-finding');
  await page.evaluate(() => window.lab.ready);
  assert.equal(await found(), '');
  await page.evaluate(() => {
    window.lab.train().catch(() => {});
  });
  await page.locator(`.lesson [data-finding="${ailment}"]`).waitFor({ timeout: 3 * patience });
  const before = await page.evaluate(() => window.events.report.at(-1).step);
  const said = await page.locator('.lesson .finding').textContent();
  await page.locator('[data-action="cure"]').click();
  await page.locator('.lesson[data-cured="true"]').waitFor({ timeout: patience });
  assert.equal(await page.locator('[data-action="cure"]').count(), 0);
  await page.locator(`.lesson [data-finding="${ailment}_over"]`).waitFor({ timeout: 3 * patience });
  assert.ok(
    (await page.evaluate(() => window.events.report.at(-1).step)) >= before,
    'the same run',
  );
  await page.evaluate(() => window.lab.pause());
  return { page, before, said };
}

test('a mode collapse is found, cured and found to be over', disaster, async () => {
  const { page, before, said } = await ailsAndRecovers('mode_collapse', 'mode_collapse');
  const reports = await page.evaluate(() => window.events.report);
  // What the sentence says is what the reports and the looks of the judge have said.
  const [, modes, passing] = said.match(/(\d+) of ten digits are left.* with ([\d.]+) on average/);
  assert.ok(Number(modes) <= 5 && Number(passing) >= 0.05, said);
  const looks = [...new Map(reports.map(({ judge }) => [judge?.step, judge])).values()];
  const seen = (from, to) =>
    looks.filter((look) => look && look.step > from && look.step <= to).map((look) => look.modes);
  assert.ok(
    seen(0, before)
      .slice(-3)
      .every((count) => count <= 6),
    `${seen(0, before)}`,
  );
  const over = seen(before, Number.POSITIVE_INFINITY).slice(-3);
  assert.ok(over.filter((count) => count >= 6).length >= 2, `${over}`);
  const { mmd } = await page.evaluate(() => window.lab.experiment);
  assert.equal(mmd, 10);

  // Without its cure the same run loses its digits again, and says of how many.
  await page.locator('[data-action="break"]').click();
  await page.locator('.lesson[data-cured="false"]').waitFor({ timeout: patience });
  await page.locator('.lesson [data-finding="mode_collapse"]').waitFor({ timeout: 3 * patience });
  const again = await page.locator('.lesson .finding').textContent();
  const [, most, left] = again.match(/of (\d+) digits (\d+) are left/);
  assert.ok(Number(most) >= 6 && Number(left) <= 5, again);
  assert.equal((await page.evaluate(() => window.lab.experiment)).mmd, 0);
  await close(page);
});

test('a vanishing gradient is found, cured and found to be back', disaster, async () => {
  const { page } = await ailsAndRecovers('vanishing_gradient', 'vanishing_gradient');
  const gradients = await page.evaluate(() => window.events.report.map((it) => it.g_gradient));
  assert.ok(Math.max(...gradients) > 100 * Math.min(...gradients), `${gradients}`);
  const { loss, discriminator_steps } = await page.evaluate(() => window.lab.experiment);
  assert.deepEqual([loss, discriminator_steps], ['non_saturating', 1]);
  await close(page);
});

test('a critic that runs away is found, cured and caught', disaster, async () => {
  const { page } = await ailsAndRecovers('critic_without_penalty', 'runaway_critic');
  const { gradient_penalty } = await page.evaluate(() => window.lab.experiment);
  assert.equal(gradient_penalty, 10);
  // Without a look of the judge the scores alone tell that it is over: it runs on until one has.
  const slope = Number(await figureOf(page, 'slope'));
  assert.ok(slope > 0 && slope < 1000, `${slope}`);
  await close(page);
});
