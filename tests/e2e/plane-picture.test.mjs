/**
 * The picture of the plane shows the numbers of its frame: with a worker whose D is a formula, so that
 * where lines and arrows must be is known.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixed } from '../../www/src/views/numbers.js';
import { close, failure, message, openLab, patience, tiny } from '../support/lab.mjs';
import {
  drawLine,
  inkOf,
  keepFrames,
  lastFrame,
  output,
  painted,
  showLayers,
  staged,
} from '../support/plane.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();
const plane = { backend: 'cpu', model: 'plane', dataset: 'ring', lang: 'en', seed: 7 };

/**
 * A lab that has taken some steps, on a worker of known frames.
 *
 * @param {Record<string, unknown>} [attributes]
 * @param {Parameters<typeof openLab>[3] & { reading?: 'probability' | 'score' }} [options]
 */
async function openPlane(attributes, { reading, ...options } = {}) {
  site.answer(staged(reading));
  const page = await openLab(browser, site, { ...plane, ...attributes }, options);
  await keepFrames(page);
  await page.evaluate(() => window.lab.train({ steps: 5 }));
  await page.locator('canvas.picture').waitFor();
  await page.locator('figure.plane .note', { hasText: '5' }).waitFor({ state: 'attached' });
  await painted(page);
  return page;
}

/** Where a point of the plane lies in a picture of that size. */
const placeOf = ({ extent }, size, x, y) => [
  ((x + extent) / (2 * extent)) * size,
  ((extent - y) / (2 * extent)) * size,
];

/** The ink at and right around a place. */
function inkAt({ size, ink }, x, y, reach = 1) {
  let most = 0;
  for (let row = Math.round(y) - reach; row <= Math.round(y) + reach; row += 1) {
    for (let column = Math.round(x) - reach; column <= Math.round(x) + reach; column += 1) {
      if (row >= 0 && column >= 0 && row < size && column < size)
        most = Math.max(most, ink[row * size + column]);
    }
  }
  return most;
}

test('the contour lies where D says ½, and nowhere else', { timeout }, async () => {
  const page = await openPlane();
  await showLayers(page, ['contour']);
  const frame = await lastFrame(page);
  const picture = await inkOf(page);
  const { size, ink } = picture;
  let rows = 0;
  for (let row = 12; row < size - 12; row += 7) {
    const y = frame.extent - ((row + 0.5) / size) * 2 * frame.extent;
    const [across] = placeOf(frame, size, (0.5 - y) / 2, y);
    if (across < 12 || across > size - 12) continue;
    rows += 1;
    assert.ok(Math.abs(output((0.5 - y) / 2, y)) < 1e-9);
    assert.ok(inkAt(picture, across, row) > 100, `row ${row}: a line at ${across}`);
    for (let column = 0; column < size; column += 1) {
      if (Math.abs(column - across) > 4)
        assert.ok(ink[row * size + column] < 8, `${row} ${column}`);
    }
  }
  assert.ok(rows > 20);
  // It parts cells in which D's output has another sign.
  const side = Math.sqrt(frame.field.length);
  const signs = new Set(frame.field.slice(side * 24, side * 25).map(Math.sign));
  assert.deepEqual([...signs].sort(), [-1, 1]);
  await close(page);
});

test('each generated point has its arrow, along the frame’s pull', { timeout }, async () => {
  const page = await openPlane();
  await showLayers(page, ['pull']);
  const frame = await lastFrame(page);
  const picture = await inkOf(page);
  const text = await page.locator('.plane-legend .pull').textContent();
  const [scale, longest] = /long: ([\d.e−]+), the longest: ([\d.e−]+)/
    .exec(text)
    .slice(1)
    .map((number) => Number(number.replace('−', '-')));
  const lengths = frame.outputs.map((_, at) =>
    Math.hypot(frame.pull[2 * at], frame.pull[2 * at + 1]),
  );
  assert.equal(longest.toFixed(2), Math.max(...lengths).toFixed(2));
  const sample = await page.locator('.pull .sample').boundingBox();
  const canvas = await page.locator('canvas.picture').boundingBox();
  const arrows = frame.outputs.map((_, at) => {
    const [px, py] = [frame.pull[2 * at], frame.pull[2 * at + 1]];
    const [x, y] = placeOf(frame, picture.size, frame.fake[2 * at], frame.fake[2 * at + 1]);
    const drawn = (lengths[at] / scale) * (sample.width / canvas.width) * picture.size;
    return { x, y, drawn, dx: (px / lengths[at]) * drawn, dy: (-py / lengths[at]) * drawn };
  });
  const on = ({ x, y, dx, dy }, share) => [x + share * dx, y + share * dy];
  /** No other arrow comes near. */
  const lonely = (at, place) =>
    arrows.every(
      (other, index) =>
        index === at ||
        [0, 0.25, 0.5, 0.75, 1].every((share) => {
          const [x, y] = on(other, share);
          return Math.hypot(x - place[0], y - place[1]) > 8;
        }),
    );
  let empty = 0;
  arrows.forEach((arrow, at) => {
    assert.ok(arrow.drawn > 4, `${arrow.drawn} px`);
    assert.ok(inkAt(picture, ...on(arrow, 0.5)) > 90, `arrow ${at}: its middle`);
    assert.ok(inkAt(picture, ...on(arrow, 1)) > 60, `arrow ${at}: its tip`);
    for (const beyond of [-0.6, 1.5]) {
      const place = on(arrow, beyond);
      if (!lonely(at, place)) continue;
      empty += 1;
      assert.ok(inkAt(picture, ...place, 0) < 8, `arrow ${at}: nothing at ${beyond} of it`);
    }
  });
  assert.ok(empty > 30, `${empty} places beside arrows`);
  await close(page);
});

test('a layer’s button and key change the pixels of that layer alone', { timeout }, async () => {
  const page = await openPlane();
  const frame = await lastFrame(page);
  const reach = 6;
  for (const [layer, points] of [
    ['real', frame.real],
    ['fake', frame.fake],
  ]) {
    await showLayers(page, ['field', 'contour', 'real', 'fake']);
    const before = await inkOf(page);
    await page.locator(`[data-layer="${layer}"]`).click();
    await painted(page);
    assert.equal(
      await page.locator(`[data-layer="${layer}"]`).getAttribute('aria-pressed'),
      'false',
    );
    const after = await inkOf(page);
    const touched = new Uint8Array(before.size ** 2);
    for (let at = 0; at < points.length; at += 2) {
      const [x, y] = placeOf(frame, before.size, points[at], points[at + 1]);
      assert.notEqual(
        inkAt(before, x, y, 0),
        inkAt(after, x, y, 0),
        `${layer} ${at / 2} is gone from its place`,
      );
      for (let row = Math.floor(y) - reach; row <= y + reach; row += 1) {
        for (let column = Math.floor(x) - reach; column <= x + reach; column += 1) {
          touched[row * before.size + column] = 1;
        }
      }
    }
    const elsewhere = after.ink.findIndex((ink, at) => ink !== before.ink[at] && !touched[at]);
    assert.equal(elsewhere, -1, `${layer} changed nothing else`);
  }
  // A key does what the button does, while the picture has the focus.
  await showLayers(page, ['field']);
  const coloured = await inkOf(page);
  assert.ok(coloured.ink.filter((ink) => ink > 20).length > coloured.ink.length / 2);
  await page.locator('canvas.picture').focus();
  await page.keyboard.press('1');
  await painted(page);
  assert.ok(
    (await inkOf(page)).ink.every((ink) => ink === 0),
    'nothing but paper is left',
  );
  await page.keyboard.press('3');
  await painted(page);
  const grid = await inkOf(page);
  const node = 6 * 13 + 6;
  const [x, y] = placeOf(frame, grid.size, frame.lattice[2 * node], frame.lattice[2 * node + 1]);
  assert.ok(inkAt(grid, x, y) > 20, 'the grid of z passes where G has its middle node');
  await close(page);
});

test('D’s colours lean to the side that D takes, with their scale beside', {
  timeout,
}, async () => {
  for (const [loss, reading] of [
    ['non_saturating', 'probability'],
    ['hinge', 'score'],
  ]) {
    const page = await openPlane({ loss }, { reading });
    await showLayers(page, ['field']);
    const frame = await lastFrame(page);
    const canvas = page.locator('canvas.picture');
    const [real, fake, neither] = await canvas.evaluate(
      (/** @type {HTMLCanvasElement} */ it, places) =>
        places.map(([x, y]) => [
          ...it
            .getContext('2d')
            .getImageData(x * it.width, y * it.width, 1, 1)
            .data.slice(0, 3),
        ]),
      [
        [0.9, 0.2],
        [0.1, 0.8],
        [0.5 + 0.125 / 2, 0.5],
      ],
    );
    const [d, g, paper] = [
      [8, 104, 128],
      [190, 70, 10],
      [250, 248, 243],
    ];
    const distance = (a, b) => Math.hypot(...a.map((it, c) => it - b[c]));
    assert.ok(distance(real, d) < distance(real, g), `${real} is teal`);
    assert.ok(distance(fake, g) < distance(fake, d), `${fake} is orange`);
    assert.ok(distance(neither, paper) < 25, `${neither} is paper`);
    const [low, centre, high] = await Promise.all(
      ['.low', '.centre', '.high'].map((it) => page.locator(`.ramp ${it}`).textContent()),
    );
    if (reading === 'probability') {
      assert.deepEqual([low, centre.trim(), high], ['0', '½', '1']);
    } else {
      assert.equal(low, fixed(Math.min(...frame.field), 2));
      assert.equal(Number(centre.trim()), 0);
      assert.equal(high, fixed(Math.max(...frame.field), 2));
    }
    await close(page);
  }
});

test('figures, words and curves are those of the frame', { timeout }, async () => {
  const page = await openPlane();
  const { step, metrics } = await lastFrame(page);
  assert.equal(step, 5);
  const measure = async (name) => page.locator(`[data-measure="${name}"] dd`).textContent();
  assert.equal(await measure('modes'), `${metrics.modes} of ${metrics.modes_of}`);
  assert.equal(await measure('good'), `${Math.round(100 * metrics.good)} %`);
  assert.equal(Number(await measure('js')), Number(metrics.js.toPrecision(2)));
  const words = await page.locator('canvas.picture').getAttribute('aria-label');
  assert.match(words, /^The plane at step 5: Modes covered 5 of 8, Good samples 50 %, JS /);
  const legend = await page.locator('[data-panel="modes"] .legend').textContent();
  assert.match(legend.replaceAll(/\s+/g, ' '), /Modes covered 5 $/);
  const fit = await page.locator('[data-panel="fit"] .plot').getAttribute('aria-label');
  assert.match(fit, /up to step 5: Good samples 0\.50, JS divergence 0\.083/);
  await close(page);
});

test('a model of the plane shows nothing that is for images', { timeout }, async () => {
  const page = await openPlane();
  for (const selector of [
    'canvas.fake',
    'canvas.real',
    '[data-action="sample"]',
    '[data-field="digit"]',
    '[data-drawer="explorer"]',
  ]) {
    assert.equal(await page.locator(selector).count(), 0, selector);
  }
  await close(page);
});

test('its chunk is fetched for the plane only, and its facade draws no digits', {
  timeout,
}, async () => {
  const asked = (part) => site.requests.some((path) => path.includes(part));
  site.answer(staged());
  site.requests.length = 0;
  const images = await openLab(browser, site, tiny);
  await images.locator('button[part="start"]').waitFor();
  await images.evaluate(() => window.lab.ready);
  assert.ok(!asked('plane-view') && !asked('plane-poster'));
  await close(images);

  site.requests.length = 0;
  const page = await openLab(browser, site, plane);
  const poster = page.locator('canvas.poster');
  await page.waitForFunction(
    () => {
      const canvas = window.lab.shadowRoot.querySelector('canvas.poster');
      if (!canvas) return false;
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return new Set(data).size > 30;
    },
    undefined,
    { timeout: patience },
  );
  assert.match(await poster.getAttribute('data-look'), /points$/);
  assert.match(await page.locator('.lead').textContent(), /in the plane/);
  assert.ok(asked('plane-poster') && !asked('plane-view') && !asked('ganvas_sampler'));
  await page.evaluate(() => window.lab.ready);
  await page.locator('canvas.picture').waitFor();
  assert.ok(asked('plane-view'));
  await close(page);
});

for (const [width, theme, lang] of [
  [390, 'dark', 'zh'],
  [360, 'light', 'en'],
  [692, 'dark', 'en'],
]) {
  test(`the picture fits ${width} px, ${theme}, ${lang}`, { timeout }, async () => {
    const page = await openPlane(
      { theme, lang },
      { viewport: { width, height: 844 }, deviceScaleFactor: 3 },
    );
    const lab = await page.locator('ganvas-lab').boundingBox();
    const canvas = await page.locator('canvas.picture').boundingBox();
    assert.ok(canvas.x >= lab.x && canvas.x + canvas.width <= lab.x + lab.width);
    assert.ok(canvas.width > 200 && Math.abs(canvas.width - canvas.height) < 1);
    const { size, ink } = await inkOf(page);
    assert.ok(Math.abs(size - 3 * canvas.width) < 8, `${size} dots for ${canvas.width} px`);
    assert.ok(ink.filter((it) => it > 20).length > ink.length / 4);
    const wide = await page.evaluate(() => {
      const root = window.lab.shadowRoot.querySelector('.lab');
      return root.scrollWidth - root.clientWidth;
    });
    assert.ok(wide <= 0, 'nothing hangs over');
    const words = await page.locator('canvas.picture').getAttribute('aria-label');
    assert.match(
      words,
      lang === 'zh' ? /^第 5 步的平面：覆盖的模式数 5 \/ 8，/ : /^The plane at step 5/,
    );
    await close(page);
  });
}

test('a compact lab of the plane fits its room', { timeout }, async () => {
  for (const width of [692, 390, 360]) {
    const attributes = { controls: 'compact' };
    const page = await openPlane(attributes, { viewport: { width, height: 700 } });
    await page.locator('.curve:visible .uplot').first().waitFor();
    const { height } = await page.locator('ganvas-lab').boundingBox();
    assert.ok(height <= 660, `${width} px: ${height} px`);
    assert.equal(await page.locator('.curve:visible').count(), 2);
    for (const part of ['canvas.picture', '.meters', '.layers', '[data-action="toggle"]']) {
      const box = await page.locator(part).boundingBox();
      assert.ok(box.width > 0 && box.height > 0, part);
    }
    await close(page);
  }
});

test('who takes the lab away and puts it back sees the same layers again', {
  timeout,
}, async () => {
  const page = await openPlane();
  await showLayers(page, ['real']);
  await page.evaluate(async () => {
    window.lab.remove();
    await new Promise((resolve) => setTimeout(resolve, 50));
    document.body.append(window.lab);
    await window.lab.train({ steps: 3 });
  });
  await page.locator('canvas.picture').waitFor();
  const shown = await page
    .locator('[data-layer][aria-pressed="true"]')
    .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-layer')));
  assert.deepEqual(shown, ['real']);
  await painted(page);
  const frame = await lastFrame(page);
  const picture = await inkOf(page);
  for (let at = 0; at < frame.real.length; at += 2) {
    const place = placeOf(frame, picture.size, frame.real[at], frame.real[at + 1]);
    assert.ok(inkAt(picture, ...place) > 60, `point ${at / 2}`);
  }
  await close(page);
});

test('where nothing shall move by itself, the last frame is still the one that is shown', {
  timeout,
}, async () => {
  const page = await openPlane({}, { reducedMotion: 'reduce' });
  await showLayers(page, ['fake']);
  await page.evaluate(() => window.lab.train({ steps: 7 }));
  await page.locator('figure.plane .note', { hasText: '12' }).waitFor();
  await painted(page);
  const frame = await lastFrame(page);
  assert.equal(frame.step, 12);
  const picture = await inkOf(page);
  for (let at = 0; at < frame.fake.length; at += 2) {
    const place = placeOf(frame, picture.size, frame.fake[at], frame.fake[at + 1]);
    assert.ok(inkAt(picture, ...place) > 60, `point ${at / 2}`);
  }
  await close(page);
});

/** How far a point is from the nearest of some places. */
const distanceTo = (places, x, y) => Math.min(...places.map(([u, v]) => Math.hypot(u - x, v - y)));

test('what is drawn becomes the points to train on', { timeout }, async () => {
  const page = await openPlane({}, { viewport: { width: 1000, height: 900 } });
  // A stroke from the lower left to the upper middle, with the mouse.
  const pad = await drawLine(page, [-1.5, -1], [0, 1]);
  // Two dots by the keyboard: the pen starts in the middle.
  await pad.focus();
  for (const key of ['Shift+ArrowRight', 'Shift+ArrowRight', 'ArrowDown', 'Space', 'Space']) {
    await page.keyboard.press(key);
  }
  const counted = page.locator('[data-strokes]');
  await painted(page);
  assert.equal(await counted.getAttribute('data-strokes'), '3');
  await page.locator('[data-action="pad-undo"]').click();
  await painted(page);
  assert.equal(await counted.getAttribute('data-strokes'), '2');

  await page.locator('[data-action="pad-use"]').click();
  await page.waitForFunction(() => window.lab.experiment.dataset === 'points');
  await page.waitForFunction(() => window.planeFrames.at(-1).real.length === 1024);
  await page.evaluate(() => window.lab.pause());
  const { real } = await lastFrame(page);
  const line = Array.from({ length: 101 }, (_, part) => [
    -1.5 + 1.5 * (part / 100),
    -1 + 2 * (part / 100),
  ]);
  let onDot = 0;
  for (let index = 0; index < real.length; index += 2) {
    const [u, v] = [real[index], real[index + 1]];
    if (distanceTo([[1, -0.1]], u, v) < 0.25) onDot += 1;
    else assert.ok(distanceTo(line, u, v) < 0.25, `${u}, ${v}`);
  }
  // The dot counts as a quarter of a unit of length beside a line of two and a half.
  const share = onDot / (real.length / 2);
  assert.ok(Math.abs(share - 0.25 / 2.75) < 0.01, `${share}`);
  await page.locator('[data-action="pad-clear"]').click();
  await painted(page);
  assert.equal(await counted.getAttribute('data-strokes'), '0');
  assert.ok(await page.locator('[data-action="pad-use"]').isDisabled());
  await close(page);
});

test('points that are no points are refused, and the reader is told', { timeout }, async () => {
  const page = await openPlane();
  for (const [call, told] of [
    [() => window.lab.loadDataset({ points: [0, 1] }), /Float32Array/],
    [() => window.lab.loadDataset({ points: Float32Array.of(0, 1, 2) }), /3 numbers/],
    [() => window.lab.loadDataset({ points: new Float32Array() }), /0 numbers/],
    [() => window.lab.loadDataset({ points: Float32Array.of(0, 2.5) }), /Coordinate 1.*2\.5/],
    [() => window.lab.loadDataset({ points: Float32Array.of(Number.NaN, 0) }), /NaN/],
    [
      () => window.lab.loadDataset({ points: Float32Array.of(0, 0), images: new Uint8Array(4) }),
      /not both/,
    ],
  ]) {
    const refused = await failure(page, call);
    assert.deepEqual([refused.code, refused.field], ['bad_dataset', 'points']);
    assert.match(refused.message, told);
    await message(page, 'bad_dataset');
  }
  assert.equal(await page.evaluate(() => window.lab.experiment.dataset), 'ring');
  await close(page);
});
