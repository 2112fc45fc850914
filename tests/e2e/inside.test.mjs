/**
 * What D and G do to each other: a round slowly, single updates before and after, D's eyes, and z
 * first. Each view shows the numbers of the API.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figure } from '../../www/src/views/numbers.js';
import {
  close,
  failure,
  figures,
  openLab,
  patience,
  startTraining,
  tiny,
} from '../support/lab.mjs';
import { choose } from '../support/settings.mjs';
import { suite } from '../support/suite.mjs';

let page;

const { site, browser } = await suite();

/**
 * @param {string} name
 * @param {() => Promise<void>} body
 * @param {Record<string, unknown>} [attributes]
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
function withLab(name, body, attributes = {}, options = {}) {
  test(name, { timeout: 2 * patience }, async () => {
    page = await openLab(browser, site, { ...tiny, ...attributes }, options);
    try {
      await page.evaluate(() => window.lab.ready);
      await body();
    } finally {
      await close(page);
    }
  });
}

const text = (selector) =>
  page
    .locator(selector)
    .textContent()
    .then((it) => it.trim());
const next = () => page.evaluate(() => window.lab.next());
/** The page has drawn what came. */
const drawn = () =>
  page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0))),
  );

const order = ['draw', 'make', 'judge', 'loss', 'gradient', 'update'];
const round = ['discriminator', 'generator'].flatMap((player) =>
  order.map((phase) => `${player} ${phase}`),
);

withLab(
  'next() walks through a round, which then is the step that it would have been',
  async () => {
    const walked = await page.evaluate(async () => {
      await window.lab.train({ steps: 1 });
      const phases = [];
      for (let phase = 0; phase < 12; phase += 1) phases.push(await window.lab.next());
      return [phases, await window.lab.train({ steps: 1 })];
    });
    const [phases, report] = walked;
    assert.deepEqual(
      phases.map(({ player, phase }) => `${player} ${phase}`),
      round,
    );
    assert.ok(phases.every((phase) => phase.round === 2 && phase.batch === 4));
    assert.equal(report.step, 3);
    const straight = await page.evaluate(async () => {
      await window.lab.reset();
      await window.lab.train({ steps: 2 });
      const second = window.events.report.at(-1);
      return [second, await window.lab.train({ steps: 1 })];
    });
    assert.deepEqual(figures(report), figures(straight[1]), 'bit for bit');
    const [second] = straight;
    const [d, g] = [phases[5], phases[11]];
    assert.deepEqual(
      [d.d_real, d.d_fake, d.terms.d_loss],
      [second.d_real, second.d_fake, second.d_loss],
    );
    assert.equal(g.terms.g_loss, second.g_loss);
    assert.ok(g.after.moved.every((distance) => distance > 0));
    assert.equal(g.pull.values.length, 4 * 28 * 28);
  },
);

withLab(
  'what trains after the middle of a round completes it; what replaces the run forgets it',
  async () => {
    const [middle, straight] = await page.evaluate(async () => {
      for (let phase = 0; phase < 8; phase += 1) await window.lab.next();
      const trained = await window.lab.train({ steps: 1 });
      await window.lab.reset();
      return [trained, await window.lab.train({ steps: 1 })];
    });
    assert.deepEqual(figures(middle), figures(straight));
    const again = await page.evaluate(async () => {
      for (let phase = 0; phase < 8; phase += 1) await window.lab.next();
      const file = await window.lab.save();
      const { step } = await window.lab.load(file);
      const first = await window.lab.next();
      await window.lab.next();
      await window.lab.reset({ seed: 3 });
      return [step, first, await window.lab.next()];
    });
    const [step, loaded, reset] = again;
    // A file holds whole rounds: saving has completed the second one.
    assert.equal(step, 2);
    assert.deepEqual([loaded.phase, loaded.player, loaded.round], ['draw', 'discriminator', 3]);
    assert.deepEqual([reset.phase, reset.player, reset.round], ['draw', 'discriminator', 1]);
  },
);

withLab('training pauses for a walk', async () => {
  await startTraining(page);
  const phase = await next();
  assert.equal(phase.phase, 'draw');
  assert.equal((await next()).phase, 'make');
  assert.equal(await page.evaluate(() => window.events.state.at(-1).state), 'paused');
});

withLab(
  'a model without such a round says so, and offers none',
  async () => {
    for (const call of [() => window.lab.next(), () => window.lab.look()]) {
      const refused = await failure(page, call);
      assert.deepEqual([refused.code, refused.field], ['bad_experiment', 'model']);
    }
    assert.equal(await page.locator('[data-action="slowly"]').count(), 0);
    assert.equal(await page.locator('[data-action="scores"]').count(), 0);
  },
  { model: 'vae' },
);

withLab(
  'a round that is walked through is closed with the last model that has one',
  async () => {
    await page.evaluate(async () => {
      await window.lab.reset({ model: 'vae' });
      window.saved = await window.lab.save();
    });
    for (const change of [
      () => page.evaluate(() => window.lab.reset({ model: 'vae' })),
      () => page.evaluate(() => window.lab.load(window.saved)),
      () => choose(page, { model: 'vae' }),
    ]) {
      await page.evaluate(() => window.lab.reset({ model: 'conditional' }));
      await page.locator('[data-action="slowly"]').click();
      await page.locator('.slowly[data-phase="draw"]').waitFor();
      await change();
      await page.locator('[data-action="slowly"]').waitFor({ state: 'detached' });
      await drawn();
      assert.equal(await page.locator('.slowly').count(), 0, String(change));
    }
    // Another model does not open it again.
    await page.evaluate(() => window.lab.reset({ model: 'dcgan' }));
    await page.locator('[data-action="slowly"][aria-pressed="false"]').waitFor();
    assert.equal(await page.locator('.slowly').count(), 0);
    const told = await page.evaluate(() => window.events.error);
    assert.deepEqual(told, []);
  },
  { model: 'conditional' },
);

/** What the diagram and the sentence under it say of a phase. */
async function agrees(phase) {
  await drawn();
  const section = page.locator('.slowly');
  assert.equal(await section.getAttribute('data-phase'), phase.phase);
  assert.equal(await section.getAttribute('data-player'), phase.player);
  const value = async (name) => {
    const found = page.locator(`.slowly [data-value="${name}"]`);
    return (await found.count()) === 0 ? undefined : found.textContent();
  };
  const ends = (shown, number) =>
    number === undefined
      ? assert.equal(shown, undefined)
      : assert.ok(shown?.endsWith(figure(number)), `${shown} and ${number}`);
  ends(await value('d_real'), phase.d_real);
  ends(await value('d_fake'), phase.d_fake);
  ends(await value('gradient_norm'), phase.gradient_norm);
  const terms = phase.terms && Object.values(phase.terms).reduce((sum, term) => sum + term, 0);
  assert.equal(await value('loss'), figure(terms));
  const lit = await page.locator('.slowly .lit').count();
  assert.ok(lit > 0, 'something is lit');
  if (phase.after) {
    const shown = await page.locator('.slowly .pair[data-mean="D(G(z))"] output').allInnerTexts();
    assert.deepEqual(shown, [figure(phase.d_fake), figure(phase.after.d_fake)]);
  }
}

withLab('the diagram shows the phases that next() gives, in both languages, by keys', async () => {
  await page.locator('[data-action="slowly"]').click();
  await page.locator('.slowly .flow').waitFor();
  await page.locator('.slowly').focus();
  await page.keyboard.press('ArrowLeft');
  assert.equal(await page.locator('.slowly').getAttribute('data-phase'), 'draw');
  // The first phase came with the opening; the next ones as a page's script asks for them.
  for (let at = 1; at < 12; at += 1) {
    const phase = await next();
    assert.equal(`${phase.player} ${phase.phase}`, round[at]);
    await agrees(phase);
  }
  const last = await text('.slowly .caption');
  await page.keyboard.press('ArrowLeft');
  await drawn();
  assert.equal(await page.locator('.slowly').getAttribute('data-phase'), 'gradient');
  const layers = await page.locator('.slowly .layer-norms li').count();
  assert.ok(layers >= 4, `${layers} layers`);
  await page.keyboard.press('ArrowRight');
  await drawn();
  assert.equal(await text('.slowly .caption'), last, 'looking back has changed nothing');
  assert.match(last, /^Adam has moved G’s weights/);
  await page.evaluate(() => window.lab.setAttribute('lang', 'zh'));
  await page.locator('.slowly .caption', { hasText: 'Adam 更新了 G 的权重' }).waitFor();
  await page.locator('[data-action="slowly-forward"]').click();
  await page.waitForFunction(
    () => window.lab.shadowRoot.querySelector('.slowly').dataset.player === 'discriminator',
  );
  assert.match(await text('.slowly .where'), /第 2 步，D 的更新/);
  // It plays when asked, and Escape leaves it.
  await page.locator('[data-action="slowly-speed"]').selectOption('1');
  await page.locator('[data-action="slowly-play"]').click();
  await page.waitForFunction(
    () => window.lab.shadowRoot.querySelector('.slowly').dataset.phase === 'judge',
  );
  await page.keyboard.press('Escape');
  await page.locator('.slowly').waitFor({ state: 'detached' });
});

for (const [model, width] of [
  ['dcgan', 1280],
  ['dcgan', 660],
  ['plane', 1280],
  ['plane', 660],
]) {
  withLab(
    `a round slowly stands still from phase to phase, its parts beside each other (${model}, ${width} px)`,
    async () => {
      await page.locator('[data-action="slowly"]').click();
      await page.locator('.slowly .flow').waitFor();
      const places = [];
      for (let phase = 0; phase < 12; phase += 1) {
        if (phase > 0) await next();
        await drawn();
        const { cramped, ...place } = await page.locator('.slowly').evaluate((section) => {
          const { top, height } = section.getBoundingClientRect();
          const button = section.querySelector('[data-action="slowly-forward"]');
          const box = button.getBoundingClientRect();
          const columns = [...section.querySelectorAll('.flow .net, .flow .f, .flow .l')].map(
            (node) => Math.round(node.getBoundingClientRect().left),
          );
          // What a part holds stays in it, and no part is in the place of another.
          const parts = [...section.querySelectorAll('.flow > *')];
          const boxes = parts.map((part) => part.getBoundingClientRect());
          const cramped = parts.flatMap((part, at) => {
            const own = boxes[at];
            const inner = [...part.querySelectorAll('*')].some((node) => {
              const { left, right } = node.getBoundingClientRect();
              return left < own.left - 1 || right > own.right + 1;
            });
            const other = boxes.some(
              (it, index) =>
                index !== at &&
                Math.min(it.right, own.right) - Math.max(it.left, own.left) > 1 &&
                Math.min(it.bottom, own.bottom) - Math.max(it.top, own.top) > 1,
            );
            return inner || other ? [part.className] : [];
          });
          return { next: [box.left, box.top - top].map(Math.round), height, columns, cramped };
        });
        assert.deepEqual(cramped, [], `phase ${phase}`);
        places.push(place);
      }
      for (const place of places) assert.deepEqual(place, places[0]);
      const picture = await page.locator('.slowly .flow .f :is(canvas, .blank)').boundingBox();
      assert.ok(picture.width > 100, `pictures of ${picture.width} px`);
    },
    { model },
    { viewport: { width, height: 800 } },
  );
}

withLab('one update shows what it has changed, as step() says, and counts as such', async () => {
  await page.evaluate(() => window.lab.train({ steps: 2 }));
  const pairs = async (mean) =>
    page.locator(`.change .pair[data-mean="${mean}"] output`).allInnerTexts();
  for (const which of ['discriminator', 'generator']) {
    const { change, ...report } = await page.evaluate((it) => window.lab.step(it), which);
    await drawn();
    assert.equal(change.player, which);
    assert.equal(await page.locator('.change').getAttribute('data-player'), which);
    assert.deepEqual(await pairs('D(x)'), change.d_real.map(figure));
    assert.deepEqual(await pairs('D(G(z))'), change.d_fake.map(figure));
    assert.equal(await page.locator('.change .slopes line').count(), 128);
    assert.equal(change.moved.length, 64);
    const told = await text('.change');
    if (which === 'discriminator') {
      assert.ok(change.moved.every((distance) => distance === 0));
      assert.match(told, /No picture moved/);
      assert.equal(await text('.counters .steps dd'), '2 +1 D');
      assert.equal(report.step, 2);
    } else {
      const mean = change.moved.reduce((sum, distance) => sum + distance, 0) / 64;
      assert.ok(told.includes(figure(mean)), told);
      // D's update and G's make a round.
      assert.equal(await text('.counters .steps dd'), '3');
    }
    assert.ok(!('change' in (await page.evaluate(() => window.events.report.at(-1)))));
  }
  await page.locator('[data-action="step-generator"]').click();
  await page.locator('.counters .steps small', { hasText: '+1 G' }).waitFor();
  await page.evaluate(() => window.lab.train({ steps: 1 }));
  await page.locator('.change').waitFor({ state: 'detached' });
});

const chosen = (name) => text(`.eyes [data-value="${name}"]`);

/** The panel shows what look() says. */
async function sees(gaze) {
  const { chosen: seen, scores } = await page.evaluate((it) => window.lab.look(it), gaze);
  await page.waitForFunction(
    ([score]) =>
      window.lab.shadowRoot
        .querySelector('.eyes [data-value="score"]')
        ?.textContent.includes(score),
    [figure(seen.score)],
  );
  assert.ok((await chosen('pull_norm')).endsWith(figure(seen.pull_norm)));
  assert.equal(
    await page.locator('.eyes [data-value="nearest"]').getAttribute('data-index'),
    String(seen.nearest.index),
  );
  assert.ok((await chosen('nearest')).startsWith(figure(seen.nearest.distance)));
  return { seen, scores };
}

withLab('digits wear D’s scores, and one of them is looked at closely', async () => {
  await page.evaluate(() => window.lab.train({ steps: 3 }));
  await page.locator('[data-action="scores"]').click();
  await page.locator('.eye[data-index="63"] span').waitFor();
  const { scores, d_fake } = await page.evaluate(() => window.lab.look());
  assert.deepEqual(
    await page
      .locator('.eye span')
      .evaluateAll((all) => all.map(({ dataset }) => Number(dataset.score))),
    scores,
  );
  assert.ok(Math.abs(d_fake - scores.reduce((sum, score) => sum + score, 0) / 64) < 1e-9);

  await page.locator('.eye[data-index="9"]').click();
  await page.locator('.eyes [data-value="score"]').waitFor();
  const { seen } = await sees({ index: 9 });
  assert.equal(seen.score, scores[9]);
  assert.deepEqual([seen.pull.length, seen.z.length], [28 * 28, 8]);

  // By keys: down a row, chosen with Enter; then z, one number at a time.
  await page.locator('.eye[data-index="9"]').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.locator('.eyes[data-chosen="18"]').waitFor();
  const own = (await sees({ index: 18 })).seen;
  await page.locator('.bars svg').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('PageUp');
  const z = own.z.map((value, at) => (at === 1 ? Math.min(3, value + 1) : value));
  await drawn();
  assert.ok((await chosen('component')).endsWith(figure(z[1])));
  const other = (await sees({ index: 18, z })).seen;
  assert.notEqual(other.score, own.score);
  await page.locator('[data-action="eyes-restore"]').click();
  await sees({ index: 18 });

  // And by hand: the last bar to the top.
  const box = await page.locator('.bars svg').boundingBox();
  await page.mouse.click(box.x + box.width - 4, box.y + 1);
  await drawn();
  const top = Number(await page.locator('.bars svg').getAttribute('aria-valuenow'));
  assert.ok(top > 2.8, `${top}`);
  assert.match(await page.locator('.bars svg').getAttribute('aria-label'), /^Number 8 of 8/);

  // It follows training.
  const before = await chosen('score');
  await startTraining(page);
  await page.waitForFunction(
    (score) =>
      window.lab.shadowRoot.querySelector('.eyes [data-value="score"]').textContent !== score,
    before,
  );
  await page.evaluate(() => window.lab.pause());
  await page.locator('[data-action="eyes-close"]').click();
  await page.locator('.eyes').waitFor({ state: 'detached' });

  // Escape closes it as well.
  await page.locator('.eye[data-index="9"]').click();
  await page.locator('.bars svg').focus();
  await page.keyboard.press('Escape');
  await page.locator('.eyes').waitFor({ state: 'detached' });
});

withLab(
  'coloured digits are looked at alike',
  async () => {
    await page.evaluate(() => window.lab.train({ steps: 1 }));
    await page.locator('.eye[data-index="0"]').click();
    await page.locator('.eyes [data-value="score"]').waitFor();
    const { seen } = await sees({ index: 0 });
    assert.equal(seen.pull.length, 3 * 28 * 28);
    assert.equal(seen.picture.channels, 3);
    // Both colours are on the canvas that shows where ink is wanted.
    const colours = await page.locator('canvas.eye-pull').evaluate((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let [more, less] = [0, 0];
      for (let at = 0; at < data.length; at += 4) {
        if (data[at + 2] > data[at] + 40) more += 1;
        if (data[at] > data[at + 2] + 80) less += 1;
      }
      return [more, less];
    });
    const wants = Array.from({ length: 784 }, (_, pixel) =>
      seen.pull.slice(3 * pixel, 3 * pixel + 3).reduce((sum, value) => sum + value, 0),
    );
    assert.ok(colours[0] > 0 === wants.some((value) => value > 0), `${colours}`);
    assert.ok(colours[1] > 0 === wants.some((value) => value < 0), `${colours}`);
  },
  { model: 'dcgan_linear' },
);

/**
 * Opens a lab, and keeps what stood before its grid, in order.
 *
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
async function opening(options) {
  page = await openLab(browser, site, tiny, options);
  await page.evaluate(() => {
    window.stood = [];
    const look = () => {
      const root = window.lab.shadowRoot;
      const { shows } = root.querySelector('.screen')?.dataset ?? {};
      const note = root.querySelector('.fakes .before')?.textContent;
      if (shows && window.stood.at(-1)?.shows !== shows) window.stood.push({ shows, note });
      requestAnimationFrame(look);
    };
    look();
    return window.lab.ready;
  });
}

test('a run begins with its z, then what the untrained G makes of it', {
  timeout: patience,
}, async () => {
  await opening();
  await page.waitForFunction(() => window.stood.length === 2);
  await page.waitForFunction(
    () => !window.lab.shadowRoot.querySelector('.screen').hasAttribute('data-shows'),
  );
  const [z, made] = await page.evaluate(() => window.stood);
  assert.deepEqual([z.shows, made.shows], ['z', 'made']);
  assert.match(z.note, /^z ~ N\(0, I\)/);
  assert.match(made.note, /step 0$/);
  // The reader can look at z again.
  await page.locator('[data-action="show-z"]').click();
  await page.locator('.screen[data-shows="z"]').waitFor();
  const greys = await page.locator('canvas.noise').evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return new Set(data.filter((_, at) => at % 4 === 0)).size;
  });
  assert.ok(greys > 40, `noise is many greys: ${greys}`);
  await page.locator('[data-action="show-z"]').click();
  await page.locator('.screen:not([data-shows])').waitFor();
  await close(page);
});

test('where nothing may move by itself z stays until training begins', {
  timeout: patience,
}, async () => {
  await opening({ reducedMotion: 'reduce' });
  await page.locator('.screen[data-shows="z"]').waitFor();
  await page.waitForTimeout(2500);
  assert.equal(await page.locator('.screen').getAttribute('data-shows'), 'z');
  await page.evaluate(() => window.lab.train({ steps: 1 }));
  await page.locator('.screen:not([data-shows])').waitFor();
  await close(page);
});

test('the keys walk as soon as a round is open, on a phone its buttons are there, and it fits', {
  timeout: 2 * patience,
}, async () => {
  for (const model of ['dcgan', 'plane']) {
    const own = { backend: 'cpu', model, dataset: 'ring', lang: 'en', seed: 7 };
    const page = await openLab(browser, site, model === 'plane' ? own : { ...tiny, model }, {
      viewport: { width: 390, height: 844 },
    });
    await page.evaluate(() => window.lab.train({ steps: 2 }));
    await page.locator('[data-action="more"]').click();
    await page.locator('[data-action="slowly"]').focus();
    await page.keyboard.press('Enter');
    await page.locator('[data-action="more"]').click();
    const panel = page.locator('.slowly');
    await page.locator('.slowly[data-phase="draw"]').waitFor();
    await panel.focus();
    for (const phase of ['make', 'judge', 'loss', 'gradient', 'update']) {
      await page.keyboard.press('ArrowRight');
      await page.locator(`.slowly[data-phase="${phase}"]`).waitFor();
      const wide = await panel.evaluate((node) => node.scrollWidth - node.clientWidth);
      assert.ok(wide <= 1, `${model}, ${phase}: ${wide} px too wide`);
      if (phase !== 'gradient') continue;
      const bars = await page
        .locator('.layer-norms .gauge span')
        .evaluateAll((all) => all.map((bar) => bar.getBoundingClientRect().width));
      assert.ok(Math.max(...bars) > 10, `${model}: bars of ${bars} px`);
    }
    for (const action of ['slowly-back', 'slowly-play']) {
      assert.ok(await page.locator(`[data-action="${action}"]`).isVisible(), action);
    }
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    await close(page);
  }
});

test('who opens a round by key walks on with the arrow, and is back at the button in the end', {
  timeout: 2 * patience,
}, async () => {
  const page = await openLab(browser, site, tiny);
  await page.evaluate(() => window.lab.train({ steps: 1 }));
  await page.locator('[data-action="slowly"]').focus();
  await page.keyboard.press('Enter');
  await page.locator('.slowly[data-phase="draw"]').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.locator('.slowly[data-phase="make"]').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.slowly').waitFor({ state: 'detached' });
  const focused = await page.evaluate(() => window.lab.shadowRoot.activeElement?.dataset.action);
  assert.equal(focused, 'slowly');
  await close(page);
});
