/**
 * Lengths, places and colours of the views of the inside are the numbers of the API: each is computed
 * here anew, from what next(), step() and look() say.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figure } from '../../www/src/views/numbers.js';
import { close, openLab, patience, startTraining, tiny } from '../support/lab.mjs';
import { keepFrames, lastFrame } from '../support/plane.mjs';
import { shown } from '../support/settings.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();
const points = { ...tiny, model: 'plane', dataset: 'ring', 'latent-dim': 2 };

const next = (page) => page.evaluate(() => window.lab.next());

/** A lab in the middle of nothing, with its slow round open. */
async function openSlowly(attributes, options) {
  const page = await openLab(browser, site, attributes, options);
  await page.evaluate(() => window.lab.ready);
  await page.locator('[data-action="slowly"]').click();
  await page.locator('.slowly .flow').waitFor();
  return page;
}

/**
 * The phases of a round as next() gives them, each drawn before the next one. The first one came when
 * the round was opened, and is that of the diagram alone.
 */
async function walk(page, look, count = 12) {
  for (let at = 0; at < count; at += 1) {
    const phase = at === 0 ? undefined : await next(page);
    await shown(page);
    await look(phase, at);
  }
}

// ---- one round, slowly ---------------------------------------------------------------------------

/** What of the formula each phase is about, as it is written on the page, and what of the diagram. */
const highlights = [
  [
    ['z', 'x'],
    ['x', 'z'],
  ],
  [['g', 'f'], ['G(z)']],
  [['d'], ['D(x)', 'D(G(z))']],
  [['l'], ['LD=−𝔼x[logD(x)]−𝔼z[log(1−D(G(z)))]']],
  [['d'], ['LD=−𝔼x[logD(x)]−𝔼z[log(1−D(G(z)))]']],
  [['d'], ['D', 'D']],
  [['z'], ['z']],
  [['g', 'f'], ['G(z)']],
  [['d'], ['D(G(z))']],
  [['l'], ['LG=−𝔼z[logD(G(z))]']],
  [['g', 'f'], ['LG=−𝔼z[logD(G(z))]']],
  [['g', 'f'], ['G']],
];

const marks = (page) =>
  page.locator('.slowly').evaluate((section) => {
    const look = (node) => {
      const { backgroundColor, outlineStyle } = getComputedStyle(node);
      const formula = node.querySelector?.('.formula') ?? node;
      const text = formula.textContent.replaceAll(/[\s\u2061]/g, '');
      return {
        text,
        node: node.dataset.node,
        lit: backgroundColor !== 'rgba(0, 0, 0, 0)',
        outlined: outlineStyle === 'solid',
        now: node.getAttribute('aria-current'),
      };
    };
    const all = (selector) => [...section.querySelectorAll(selector)].map(look);
    return {
      formula: all('.objective :is(.term, .drawn, .made, .said, .learnt-d, .learnt-g)'),
      flow: all('.flow [data-node]'),
      step: section.querySelector('.phases [aria-current="step"]').textContent.trim(),
    };
  });

for (const [kind, attributes] of [
  ['pictures', tiny],
  ['points', points],
]) {
  test(`each phase marks what it is about, in formula and diagram (${kind})`, {
    timeout,
  }, async () => {
    // Without motion a colour is there at once.
    const page = await openSlowly(attributes, { reducedMotion: 'reduce' });
    await walk(page, async (_, at) => {
      const [nodes, terms] = highlights[at];
      const { formula, flow } = await marks(page);
      const now = formula.filter((part) => part.now === 'step');
      assert.deepEqual(
        now.map(({ text }) => text),
        terms,
        `phase ${at}`,
      );
      // What is marked is what is coloured, and nothing else.
      for (const part of formula) assert.equal(part.lit, part.now === 'step', `${at} ${part.text}`);
      const lit = flow.filter((part) => part.now === 'step').map(({ node }) => node);
      assert.deepEqual(lit.sort(), nodes.sort(), `phase ${at}`);
    });
    await close(page);
  });
}

test('where colours are the reader’s own, an outline marks it', { timeout }, async () => {
  const page = await openSlowly(tiny, { forcedColors: 'active' });
  await walk(page, async (_, at) => {
    const { formula, flow } = await marks(page);
    for (const part of [...formula, ...flow]) {
      assert.equal(part.outlined, part.now === 'step', `${at} ${part.text}`);
    }
  });
  await close(page);
});

test('the bars of the layers are as long as their gradients', { timeout }, async () => {
  for (const attributes of [tiny, points]) {
    const page = await openSlowly(attributes);
    let compared = 0;
    await walk(page, async (phase) => {
      const bars = await page.locator('.slowly .layer-norms li').evaluateAll((all) =>
        all.map((bar) => {
          const width = (/** @type {string} */ part) =>
            bar.querySelector(part).getBoundingClientRect().width;
          const [length, room] = [width('.gauge span'), width('.gauge')];
          return { length, room, told: bar.querySelector('output').textContent };
        }),
      );
      if (phase?.phase !== 'gradient') return assert.equal(bars.length, 0);
      const norms = phase.layers.map(({ norm }) => norm);
      assert.deepEqual(
        bars.map(({ told }) => told),
        norms.map(figure),
      );
      // Together they are the norm of the whole gradient.
      assert.ok(Math.abs(Math.hypot(...norms) / phase.gradient_norm - 1) < 1e-3);
      for (const [at, { length, room }] of bars.entries()) {
        const expected = (room * norms[at]) / Math.max(...norms);
        assert.ok(Math.abs(length - expected) < 0.01 * room, `${length} px, not ${expected}`);
        compared += 1;
      }
    });
    assert.ok(compared >= 6, `${compared} layers`);
    await close(page);
  }
});

/**
 * The canvas of a few points: what has been drawn at each place, as the distance to a colour.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} name
 * @param {number[]} values
 * @param {number[][]} [beyond] further places, each beside the point of its index
 */
const dots = (page, name, values, beyond = []) =>
  page.locator(`.slowly canvas.slow-${name}`).evaluate(
    (canvas, { places, others }) => {
      const { width } = canvas;
      const { data } = canvas.getContext('2d').getImageData(0, 0, width, width);
      // The square holds all of them, to the next half.
      const reach = Math.ceil(2.2 * Math.max(1, ...places.map(Math.abs))) / 2;
      const colour = (/** @type {number} */ x, /** @type {number} */ y) => {
        const column = Math.floor((width * (x + reach)) / (2 * reach));
        const row = Math.floor((width * (reach - y)) / (2 * reach));
        return [...data.slice(4 * (row * width + column), 4 * (row * width + column) + 4)];
      };
      const at = [];
      for (let index = 0; index < places.length; index += 2) {
        at.push(colour(places[index], places[index + 1]));
      }
      return { at, others: others.map(([x, y]) => colour(x, y)), reach, width };
    },
    { places: values, others: beyond },
  );

/** Orange is G's. */
const isOrange = ([r, , b, alpha]) => alpha > 100 && r - b > 60;
const isTeal = ([r, , b, alpha]) => alpha > 100 && b - r > 40;

test('a round of the plane shows the points and pulls that next() gives', { timeout }, async () => {
  const page = await openSlowly(points);
  const value = (name) => page.locator(`.slowly [data-value="${name}"]`).textContent();
  await walk(
    page,
    async (phase) => {
      if (!phase) return;
      for (const name of ['d_real', 'd_fake', 'gradient_norm']) {
        if (phase[name] === undefined) {
          assert.equal(await page.locator(`.slowly [data-value="${name}"]`).count(), 0, name);
        } else assert.ok((await value(name)).endsWith(figure(phase[name])), name);
      }
      const loss = phase.terms?.[phase.player === 'generator' ? 'g_loss' : 'd_loss'];
      assert.equal(await value('loss'), figure(loss));
      if (phase.d_fake !== undefined) {
        const mean = phase.fake_scores.reduce((sum, it) => sum + it, 0) / phase.fake_scores.length;
        assert.ok(Math.abs(mean - phase.d_fake) < 1e-5);
      }
      if (phase.real && phase.player === 'discriminator') {
        const real = await dots(page, 'real', phase.real.values);
        assert.ok(real.at.every(isTeal), `${real.at}`);
      }
      const made = phase.phase === 'update' ? (phase.after.fake ?? phase.fake) : phase.fake;
      if (made && phase.phase !== 'gradient') {
        const fake = await dots(page, 'fake', made.values);
        assert.ok(fake.at.every(isOrange), `${phase.phase}: ${fake.at}`);
      }
      if (phase.phase === 'gradient' && phase.player === 'generator') {
        // An arrow from each point; the longest number of all is 0.16 of the picture.
        const { values } = phase.fake;
        const pull = phase.pull.values;
        const { reach } = await dots(page, 'pull', values);
        const scale = (0.16 * 2 * reach) / Math.max(...pull.map(Math.abs));
        const ends = [];
        for (let at = 0; at < values.length; at += 2) {
          const [dx, dy] = [scale * pull[at], scale * pull[at + 1]];
          const length = Math.hypot(dx, dy);
          // A pixel short of its end; one that is shorter than its dot has nothing to show.
          if (length < (6 * 2 * reach) / 220) continue;
          const share = 1 - (1.5 * 2 * reach) / 220 / length;
          ends.push([values[at] + share * dx, values[at + 1] + share * dy]);
        }
        assert.ok(ends.length > 0);
        const { others } = await dots(page, 'pull', values, ends);
        assert.ok(
          others.every(([, , , alpha]) => alpha > 60),
          `${others}`,
        );
        const norms = Array.from({ length: pull.length / 2 }, (_, at) =>
          Math.hypot(pull[2 * at], pull[2 * at + 1]),
        );
        norms.forEach((norm, at) => {
          assert.ok(Math.abs(norm - phase.pull.norms[at]) < 1e-6 + 1e-4 * norm);
        });
      }
      if (phase.after) {
        const told = page.locator('.slowly .pair[data-mean="D(G(z))"] output');
        assert.deepEqual(await told.allInnerTexts(), [
          figure(phase.d_fake),
          figure(phase.after.d_fake),
        ]);
      }
      if (phase.after?.moved) {
        const [before, after] = [phase.fake.values, phase.after.fake.values];
        const ways = Array.from({ length: before.length / 2 }, (_, at) =>
          Math.hypot(after[2 * at] - before[2 * at], after[2 * at + 1] - before[2 * at + 1]),
        );
        ways.forEach((way, at) => {
          const rms = phase.after.moved[at];
          assert.ok(Math.abs(Math.SQRT2 * rms - way) < 1e-5, `${at}: ${rms}, ${way}`);
        });
        const all = phase.after.moved;
        const mean = (Math.SQRT2 * all.reduce((sum, it) => sum + it, 0)) / all.length;
        const said = await page.locator('.slowly .before-after .note').textContent();
        assert.ok(said.includes(figure(mean)), said);
      }
    },
    12,
  );
  await close(page);
});

// ---- before and after ----------------------------------------------------------------------------

for (const loss of ['non_saturating', 'hinge']) {
  for (const [kind, attributes] of [
    ['pictures', tiny],
    ['points', points],
  ]) {
    test(`bars and lines of an update are as long and as high as its numbers (${loss}, ${kind})`, {
      timeout,
    }, async () => {
      const page = await openLab(browser, site, { ...attributes, loss });
      await page.evaluate(() => window.lab.train({ steps: 3 }));
      for (const which of ['discriminator', 'generator']) {
        const { change } = await page.evaluate((it) => window.lab.step(it), which);
        await page.locator(`.change[data-player="${which}"]`).waitFor();
        await shown(page);
        const all = [...change.real_scores, ...change.fake_scores].flat();
        const mean = (list) => list.reduce((sum, it) => sum + it, 0) / list.length;
        for (const at of [0, 1]) {
          assert.ok(Math.abs(mean(change.real_scores[at]) - change.d_real[at]) < 1e-4);
          assert.ok(Math.abs(mean(change.fake_scores[at]) - change.d_fake[at]) < 1e-4);
        }
        // Probabilities have their own range; scores reach from their least to their largest.
        const [low, high] =
          loss === 'hinge' ? [Math.min(...all), Math.max(...all)] : /** @type {const} */ ([0, 1]);
        const [from, to] = [Math.min(0, low), Math.max(0, high)];
        for (const [symbol, values] of [
          ['D(x)', change.d_real],
          ['D(G(z))', change.d_fake],
        ]) {
          const bars = await page
            .locator(`.change .pair[data-mean="${symbol}"] .gauge`)
            .evaluateAll((gauges) =>
              gauges.map((gauge) => {
                const room = gauge.getBoundingClientRect();
                const bar = gauge.firstElementChild.getBoundingClientRect();
                return {
                  left: (bar.left - room.left) / room.width,
                  right: (bar.right - room.left) / room.width,
                };
              }),
            );
          for (const at of [0, 1]) {
            const ends = [0, values[at]]
              .map((end) => (end - from) / (to - from))
              .sort((a, b) => a - b);
            const { left, right } = bars[at];
            assert.ok(
              Math.abs(left - ends[0]) < 0.01 && Math.abs(right - ends[1]) < 0.01,
              `${symbol} ${values[at]}: ${left} to ${right}, not ${ends}`,
            );
          }
        }
        const lines = await page.locator('.change .slopes').evaluate((svg) => {
          const { top, height, left, width } = svg.getBoundingClientRect();
          return [...svg.querySelectorAll('line')].map((line) => {
            const matrix = line.getScreenCTM();
            const ends = [1, 2].map((end) => {
              const place = new DOMPoint(
                line[`x${end}`].baseVal.value,
                line[`y${end}`].baseVal.value,
              );
              const { x, y } = place.matrixTransform(matrix);
              return { x: (x - left) / width, y: (top + height - y) / height };
            });
            return { who: line.getAttribute('class'), ends };
          });
        });
        for (const [who, scores] of [
          ['d', change.real_scores],
          ['g', change.fake_scores],
        ]) {
          const own = lines.filter((line) => line.who === who);
          assert.equal(own.length, 64);
          // There is a margin above and below: every end lies on one straight scale.
          const margin = 3 / 84;
          own.forEach(({ ends }, index) => {
            assert.ok(ends[0].x < 0.1 && ends[1].x > 0.9);
            for (const at of [0, 1]) {
              const share = (scores[at][index] - low) / (high - low);
              const expected = margin + share * (1 - 2 * margin);
              assert.ok(
                Math.abs(ends[at].y - expected) < 0.015,
                `${who} ${index}: ${ends[at].y}, not ${expected}`,
              );
            }
          });
        }
      }
      await close(page);
    });
  }
}

test('an update of the plane moves the points of its picture as it says', { timeout }, async () => {
  // What the picture shows is the weights as trained, as the update changes them.
  const page = await openLab(browser, site, { ...points, 'ema-decay': 0 });
  await keepFrames(page);
  await page.evaluate(() => window.lab.train({ steps: 3 }));
  await page.waitForFunction(() => window.planeFrames.at(-1)?.step === 3);
  const before = (await lastFrame(page)).fake;
  const { change } = await page.evaluate(() => window.lab.step('generator'));
  await page.locator('.change').waitFor();
  await page.waitForFunction(() => window.planeFrames.at(-1)?.step === 4);
  const after = (await lastFrame(page)).fake;
  change.moved.forEach((rms, at) => {
    const way = Math.hypot(after[2 * at] - before[2 * at], after[2 * at + 1] - before[2 * at + 1]);
    assert.ok(Math.abs(Math.SQRT2 * rms - way) < 1e-5, `${at}: ${rms}, ${way}`);
  });
  const mean = (Math.SQRT2 * change.moved.reduce((sum, it) => sum + it, 0)) / change.moved.length;
  const told = await page.locator('.change').textContent();
  assert.ok(mean > 0 && told.includes(figure(mean)), told);
  assert.ok(told.includes(figure(Math.SQRT2 * Math.max(...change.moved))), told);
  await close(page);
});

// ---- D's eyes ------------------------------------------------------------------------------------

/**
 * Pixels of the one picture on a canvas of the eyes, row by row, and the colours of the theme.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
const picture = (page, name) =>
  page.locator(`.eyes canvas.eye-${name}`).evaluate((canvas) => {
    const style = getComputedStyle(canvas);
    const colour = (/** @type {string} */ it) =>
      style.getPropertyValue(`--${it}-rgb`).trim().split(/\s+/).map(Number);
    const { data } = canvas.getContext('2d').getImageData(2, 2, 28, 28);
    const pixels = Array.from({ length: 784 }, (_, at) => [...data.slice(4 * at, 4 * at + 3)]);
    const [paper, ink, d, g] = ['paper', 'ink', 'd', 'g'].map(colour);
    return { pixels, paper, ink, d, g };
  });

for (const theme of ['light', 'dark']) {
  test(`teal is where the loss wants more ink, orange where less (${theme})`, {
    timeout,
  }, async () => {
    const page = await openLab(browser, site, { ...tiny, theme });
    await page.evaluate(() => window.lab.train({ steps: 20 }));
    for (const index of [0, 37]) {
      await page.locator(`.eye[data-index="${index}"]`).click();
      const { chosen } = await page.evaluate((at) => window.lab.look({ index: at }), index);
      await page.locator(`.eyes [data-value="nearest"]`).waitFor();
      await page.waitForFunction(
        (score) =>
          window.lab.shadowRoot
            .querySelector('.eyes [data-value="score"]')
            ?.textContent.endsWith(score),
        figure(chosen.score),
      );
      await shown(page);
      const { pixels, paper, ink, d, g } = await picture(page, 'pull');
      const sizes = chosen.pull.map(Math.abs).sort((a, b) => a - b);
      const strong = sizes[Math.floor(0.98 * (sizes.length - 1))];
      let [more, less] = [0, 0];
      chosen.pull.forEach((want, at) => {
        // Under the colour three tenths of the digit are left.
        const shade = (0.3 * chosen.picture.pixels[at]) / 255;
        const share = Math.min(1, Math.abs(want) / strong);
        const towards = want > 0 ? d : g;
        for (const c of [0, 1, 2]) {
          const base = paper[c] + (ink[c] - paper[c]) * shade;
          const expected = base + (towards[c] - base) * share;
          assert.ok(
            Math.abs(pixels[at][c] - expected) <= 2,
            `${at}: ${pixels[at]}, where the loss wants ${want}`,
          );
        }
        if (share < 0.3) return;
        const distance = (colour) => Math.hypot(...colour.map((it, c) => it - pixels[at][c]));
        assert.equal(distance(d) < distance(g), want > 0, `${at}: ${pixels[at]}, ${want}`);
        if (want > 0) more += 1;
        else less += 1;
      });
      assert.ok(more > 10 && less > 10, `${more} and ${less} pixels`);
      // The norm is that of all 32×32 pixels that D is given; the picture is their middle.
      const norm = Math.hypot(...chosen.pull);
      assert.ok(norm < chosen.pull_norm && norm > 0.8 * chosen.pull_norm, `${norm}`);
      // The digit itself is the picture of the API, in ink.
      const plain = await picture(page, 'fake');
      chosen.picture.pixels.forEach((value, at) => {
        const expected = paper[0] + ((ink[0] - paper[0]) * value) / 255;
        assert.ok(Math.abs(plain.pixels[at][0] - expected) <= 1);
      });
      await page.locator('[data-action="eyes-close"]').click();
    }
    await close(page);
  });
}

test('a finger chooses a digit, and lets it go again', { timeout }, async () => {
  const page = await openLab(browser, site, tiny, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  await page.evaluate(() => window.lab.train({ steps: 2 }));
  await page.locator('.eye[data-index="63"]').waitFor();
  await page.locator('.screen:not([data-shows])').waitFor();
  const screen = await page.locator('canvas.fake').boundingBox();
  for (const index of [9, 42]) {
    // In the middle of the picture of that number: eight in a row.
    const [column, row] = [index % 8, Math.floor(index / 8)];
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.touchscreen.tap(
      screen.x + (screen.width * (column + 0.5)) / 8,
      screen.y + (screen.height * (row + 0.5)) / 8,
    );
    await page.locator(`.eyes[data-chosen="${index}"]`).waitFor();
    const { chosen } = await page.evaluate((at) => window.lab.look({ index: at }), index);
    await page.locator('.eyes [data-value="score"]', { hasText: figure(chosen.score) }).waitFor();
  }
  // A finger on the last bar of its z sets it; a second tap on the digit closes all.
  const bars = page.locator('.bars svg');
  await bars.scrollIntoViewIfNeeded();
  const box = await bars.boundingBox();
  await page.touchscreen.tap(box.x + box.width - 6, box.y + 1.5);
  await shown(page);
  assert.match(await bars.getAttribute('aria-label'), /^Number 8 of 8/);
  assert.ok(Number(await bars.getAttribute('aria-valuenow')) > 2.7);
  await page.locator('.eye[data-index="42"]').tap();
  await page.locator('.eyes').waitFor({ state: 'detached' });
  await close(page);
});

test('what is looked at keeps up with training, and ends where look() does', {
  timeout,
}, async () => {
  const page = await openLab(browser, site, tiny);
  await page.evaluate(() => window.lab.train({ steps: 2 }));
  await page.locator('.eye[data-index="5"]').click();
  const score = page.locator('.eyes [data-value="score"]');
  await score.waitFor();
  const before = await score.textContent();
  await startTraining(page);
  await page.waitForFunction(
    (old) => window.lab.shadowRoot.querySelector('.eyes [data-value="score"]').textContent !== old,
    before,
  );
  await page.evaluate(() => window.lab.pause());
  const { chosen } = await page.evaluate(() => window.lab.look({ index: 5 }));
  await page.locator('.eyes [data-value="score"]', { hasText: figure(chosen.score) }).waitFor();
  await page
    .locator('.eyes [data-value="pull_norm"]', { hasText: figure(chosen.pull_norm) })
    .waitFor();
  await close(page);
});

// ---- z -------------------------------------------------------------------------------------------

for (const theme of ['light', 'dark']) {
  test(`each tile of z has a grey for each of its numbers (${theme})`, { timeout }, async () => {
    const page = await openLab(browser, site, { ...tiny, theme }, { reducedMotion: 'reduce' });
    await page.evaluate(() => window.lab.ready);
    await page.locator('.screen[data-shows="z"]').waitFor();
    await shown(page);
    const all = await page.evaluate(async () => {
      const rows = [];
      for (let index = 0; index < 64; index += 1) {
        rows.push((await window.lab.look({ index })).chosen.z);
      }
      return rows;
    });
    // Eight numbers are three rows of three squares, nine pixels each, two pixels apart.
    const [side, edge, gap] = [27, 9, 2];
    const seen = await page.locator('canvas.noise').evaluate((canvas) => {
      const style = getComputedStyle(canvas);
      const colour = (/** @type {string} */ it) =>
        style.getPropertyValue(`--${it}-rgb`).trim().split(/\s+/).map(Number);
      const { width, height } = canvas;
      const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
      return { width, height, data: [...data], paper: colour('paper'), ink: colour('ink') };
    });
    assert.deepEqual([seen.width, seen.height], Array(2).fill(8 * (side + gap) + gap));
    // Its sentence hides none of them.
    const [note, grid] = await Promise.all(
      ['.screen .before', 'canvas.noise'].map((part) => page.locator(part).boundingBox()),
    );
    assert.ok(note.y + note.height <= grid.y + 0.5, `${note.y + note.height}, ${grid.y}`);
    assert.ok(all.flat().some((value) => value > 1) && all.flat().some((value) => value < -1));
    all.forEach((z, index) => {
      z.forEach((value, at) => {
        const left = gap + (index % 8) * (side + gap) + (at % 3) * edge;
        const top = gap + Math.floor(index / 8) * (side + gap) + Math.floor(at / 3) * edge;
        // 0 is half way from paper to ink, ±3 are their ends.
        const share = (Math.min(3, Math.max(-3, value)) + 3) / 6;
        for (const [x, y] of [
          [left, top],
          [left + edge - 1, top + edge - 1],
        ]) {
          for (const c of [0, 1, 2]) {
            const expected = seen.paper[c] + (seen.ink[c] - seen.paper[c]) * share;
            const grey = seen.data[4 * (y * seen.width + x) + c];
            assert.ok(
              Math.abs(grey - expected) <= 1.5,
              `z ${index}, number ${at}: ${grey} for ${value}`,
            );
          }
        }
      });
    });
    await close(page);
  });
}
