/** The latent space of every model that has one: the walk between two z, and what is around one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, openLab, patience, tiny } from '../support/lab.mjs';
import { changed, squares } from '../support/pictures.mjs';
import { choose, openDrawer, openModel, shown, withLatents } from '../support/settings.mjs';
import { suite } from '../support/suite.mjs';

const timeout = 2 * patience;
const { site, browser } = await suite();

for (const model of withLatents) {
  test(`${model}: a walk, and the surroundings of a z`, { timeout }, async () => {
    const page = await openModel(browser, site, model);
    await openDrawer(page, 'explorer');
    const strip = page.locator('canvas.walk');
    const around = page.locator('canvas.plane');
    const walk = await squares(strip, 12);
    const near = await squares(around, 81);
    for (const { bytes, shades } of [...walk, ...near]) assert.ok(bytes.length > 0 && shades > 1);

    assert.notEqual(walk[0].bytes, walk[11].bytes);
    for (const at of [11, 0]) {
      await page.locator('[data-field="walk-at"]').fill(String(at));
      await shown(page);
      const [moment] = await squares(page.locator('canvas.moment'), 1);
      assert.equal(moment.bytes, walk[at].bytes, `picture ${at} is shown large`);
    }
    const end = page.locator('[data-field="walk-to"]');
    await end.fill('77');
    await end.blur();
    const other = await changed(strip, walk);
    assert.equal(other[0].bytes, walk[0].bytes, 'it begins where it did');
    assert.notEqual(other[11].bytes, walk[11].bytes);

    await page.locator('[data-field="plane-extent"]').fill('4');
    const far = await changed(around, near);
    assert.equal(far[40].bytes, near[40].bytes, 'the middle stays');
    const middle = page.locator('[data-field="plane-seed"]');
    await middle.fill('77');
    await middle.blur();
    const elsewhere = await changed(around, far);
    assert.notEqual(elsewhere[40].bytes, far[40].bytes);

    // The pictures follow training.
    await page.evaluate(() => window.lab.train({ steps: 2 }));
    await changed(strip, other);
    await changed(around, elsewhere);
    await close(page);
  });
}

test('in two dimensions the whole plane of z is shown', { timeout }, async () => {
  const page = await openModel(browser, site, 'vae', { latent_dim: 2 });
  await openDrawer(page, 'explorer');
  await squares(page.locator('canvas.plane'), 81);
  assert.match(await page.locator('section.plane .note').textContent(), /two dimensions/);
  assert.equal(await page.locator('[data-field="plane-seed"]').count(), 0);
  await choose(page, { latent_dim: 3 });
  assert.match(await page.locator('section.plane .note').textContent(), /sphere of radius √d/);
  await close(page);
});

for (const width of [390, 360]) {
  test(`on a phone each z takes the row, under a label of a line or two: ${width} px`, {
    timeout,
  }, async () => {
    const attributes = { ...tiny, model: 'conditional', 'latent-dim': 16 };
    const page = await openLab(browser, site, attributes, { viewport: { width, height: 844 } });
    await page.evaluate(() => window.lab.ready);
    await openDrawer(page, 'explorer');
    for (const part of ['plane', 'walk']) {
      const field = await page.locator(`[data-field="${part}-z"]`).boundingBox();
      const row = await page.locator(`.explorer > .${part}`).first().boundingBox();
      assert.ok(field.width > row.width - 2, `${part}: ${field.width} of ${row.width} px`);
      const { height } = await page
        .locator('.field', { has: page.locator(`[data-field="${part}-z"]`) })
        .boundingBox();
      assert.ok(height < 90, `${part}: ${height} px high`);
    }
    await close(page);
  });
}

test('an explorer that leaves the page asks for no more pictures', { timeout }, async () => {
  const page = await openLab(browser, site);
  await page.evaluate(async () => {
    window.asked = 0;
    const { postMessage } = Worker.prototype;
    Worker.prototype.postMessage = function (message, ...rest) {
      if (message.type === 'plane') window.asked += 1;
      return postMessage.call(this, message, ...rest);
    };
    await window.lab.train({ steps: 1 });
  });
  await openDrawer(page, 'explorer');
  await squares(page.locator('canvas.plane'), 81);
  await page.evaluate(() => window.lab.setAttribute('controls', 'basic'));
  await page.locator('[data-drawer="explorer"]').waitFor({ state: 'detached' });
  await page.evaluate(() => window.lab.setAttribute('controls', 'full'));
  await page.locator('[data-drawer="explorer"]:not([open])').waitFor();
  const asked = await page.evaluate(async () => {
    const before = window.asked;
    for (let times = 0; times < 3; times += 1) await window.lab.train({ steps: 1 });
    await window.lab.sample({ count: 1 });
    return [before > 0, window.asked - before];
  });
  assert.deepEqual(asked, [true, 0]);
  await close(page);
});

test('a model without latents has nothing to explore', { timeout }, async () => {
  const page = await openModel(browser, site, 'cyclegan');
  assert.equal(await page.locator('[data-drawer="settings"]').count(), 1);
  assert.equal(await page.locator('[data-drawer="explorer"]').count(), 0);
  await close(page);
});

/** One picture as the page's canvases paint it: ink on paper. */
async function painted(page, options) {
  return page.evaluate(async (how) => {
    const { pixels, width, height } = await window.lab.sample(how);
    return { pixels: [...pixels.subarray(0, width * height)] };
  }, options);
}

/** The ink of a canvas that shows one grey picture, as bytes of `sample()`. */
const inkOf = (page, selector) =>
  page.locator(selector).evaluate((canvas) => {
    const channels = (name) =>
      getComputedStyle(canvas).getPropertyValue(name).trim().split(/\s+/).map(Number);
    const [ink] = channels('--ink-rgb');
    const [paper] = channels('--paper-rgb');
    const { data } = canvas.getContext('2d').getImageData(2, 2, 28, 28);
    return Array.from({ length: 784 }, (_, at) => (255 * (data[4 * at] - paper)) / (ink - paper));
  });

/** Up to the rounding of colours and of batches of other sizes. */
const alike = (a, b) => a.every((value, at) => Math.abs(value - b[at]) <= 2.5);

/** Waits until a canvas shows what `sample()` draws for what the page says of it. */
async function shows(page, selector, options, what) {
  for (let looks = 0; looks < 100; looks += 1) {
    const { pixels } = await painted(page, await options());
    if (alike(await inkOf(page, selector), pixels)) return;
    await page.waitForTimeout(100);
  }
  assert.fail(`${what}: ${selector} is not what sample() draws`);
}

/** The z that the explorer names, once it is another one than before. */
async function latentOf(page, field, before = '') {
  const input = page.locator(`[data-field="${field}"]`);
  for (let looks = 0; looks < 200; looks += 1) {
    const text = await input.inputValue();
    if (text !== '' && text !== before) return text;
    await page.waitForTimeout(50);
  }
  return assert.fail(`${field} stays ${before}`);
}

/** Where the middles of labels are, by their text. */
const marksOf = async (page, selector) =>
  new Map(
    await page.locator(selector).evaluateAll((labels) =>
      labels.map((label) => {
        const { left, right, top, bottom } = label.getBoundingClientRect();
        return [label.textContent, { x: (left + right) / 2, y: (top + bottom) / 2 }];
      }),
    ),
  );

/** Presses a share of an element with the mouse, and drags to others. */
async function sweep(page, selector, [first, ...others]) {
  const target = page.locator(selector);
  await target.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await target.boundingBox();
  const go = ([across, down]) => page.mouse.move(x + width * across, y + height * down);
  await go(first);
  await page.mouse.down();
  for (const place of others) await go(place);
  await page.mouse.up();
}

/** The mark of a strip stands at a share of it. */
async function marked(page, track, share) {
  const { x, width } = await page.locator(track).boundingBox();
  const mark = await page.locator(`${track} .mark`).boundingBox();
  const at = (mark.x + mark.width / 2 - x) / width;
  assert.ok(Math.abs(at - share) < 0.01, `the mark is at ${at}, not ${share}`);
}

for (const [model, settings] of [
  ['dcgan', {}],
  ['conditional', {}],
  ['vae', { latent_dim: 2 }],
]) {
  test(`${model}: presses, drags and keys move the point, and its picture is sample({ z })`, {
    timeout: 2 * timeout,
  }, async () => {
    const page = await openModel(browser, site, model, settings);
    await page.evaluate(() => window.lab.train({ steps: 3 }));
    await openDrawer(page, 'explorer');
    // The class that the surroundings of seed 1 keep.
    const labels = model === 'conditional' ? { labels: [1] } : {};
    let z = await latentOf(page, 'plane-z');
    const told = async (field) => ({
      z: JSON.parse(await page.locator(`[data-field="${field}"]`).inputValue()),
      ...labels,
    });
    const follows = async (what) => {
      await latentOf(page, 'plane-z', z);
      await shows(page, 'canvas.there', () => told('plane-z'), what);
      z = await page.locator('[data-field="plane-z"]').inputValue();
    };
    await shows(page, 'canvas.there', () => told('plane-z'), 'at first');

    await sweep(page, '.map', [[0.8, 0.2]]);
    await follows('a press');
    if (settings.latent_dim === 2) {
      const [right, up] = JSON.parse(z);
      assert.ok(right > 1 && up > 1, `right and up: ${z}`);
    }
    await sweep(page, '.map', [
      [0.5, 0.5],
      [0.4, 0.6],
      [0.1, 0.9],
    ]);
    await follows('a drag');
    const map = page.locator('.map');
    // The values beside it stand where the place is of which the point is told.
    const across = await marksOf(page, '.ticks:not(.upright) span');
    const up = await marksOf(page, '.ticks.upright span');
    assert.deepEqual([...across.keys()], ['−2', '−1', '0', '1', '2']);
    for (const [text, { x }] of across) {
      const { y } = up.get(text);
      await page.mouse.click(x, y);
      const place = text.replace(/\d/, (digit) => `${digit}.00`);
      await page
        .locator('figure.there figcaption', { hasText: new RegExp(`= \\(?${place}, .*${place}`) })
        .waitFor();
    }
    z = await latentOf(page, 'plane-z', z);
    await map.focus();
    await page.keyboard.press('ArrowLeft');
    await follows('a key to the left');
    await page.keyboard.press('ArrowRight');
    await follows('a key');
    await page.keyboard.press('Home');
    await follows('home');
    if (settings.latent_dim === 2) {
      assert.deepEqual(JSON.parse(z), [0, 0]);
      await page.keyboard.press('ArrowUp');
      await follows('up');
      const [right, up] = JSON.parse(z);
      assert.ok(right === 0 && Math.abs(up - 0.1) < 1e-6, `a twentieth of the extent: ${z}`);
      assert.match(await map.getAttribute('aria-valuetext'), /z = \(0\.00, 0\.10\)/);
    }

    // The strip: its ends are the seeds, and what lies between can be pressed.
    let on = await latentOf(page, 'walk-z');
    const track = '.walk:has(canvas.walk) .track';
    await sweep(page, track, [[0.37, 0.5]]);
    on = await latentOf(page, 'walk-z', on);
    await shows(page, 'canvas.moment', () => told('walk-z'), 'the strip');
    const at = Number(await page.locator('[data-field="walk-at"]').inputValue());
    assert.ok(Math.abs(at - (0.37 * 181 - 8) / 15) < 0.2, `${at}`);
    // A drag goes on while the button is down, wherever it leads, and each place has its picture.
    await sweep(page, track, [
      [0.37, 0.5],
      [0.5, 0.5],
      [0.71, 3],
    ]);
    on = await latentOf(page, 'walk-z', on);
    const there = Number(await page.locator('[data-field="walk-at"]').inputValue());
    assert.ok(Math.abs(there - (0.71 * 181 - 8) / 15) < 0.2, `${there}`);
    await shows(page, 'canvas.moment', () => told('walk-z'), 'a drag on the strip');
    await marked(page, track, 0.71);
    await page.locator('[data-field="walk-at"]').focus();
    await page.keyboard.press('ArrowRight');
    on = await latentOf(page, 'walk-z', on);
    await shows(page, 'canvas.moment', () => told('walk-z'), 'its keys');
    await sweep(page, track, [[0.99, 0.5]]);
    await latentOf(page, 'walk-z', on);
    const end = model === 'conditional' ? { label: 1 } : {};
    await shows(page, 'canvas.moment', async () => ({ seed: 2, count: 1, ...end }), 'its end');
    await close(page);
  });
}

for (const conditioning of ['projection', 'concatenation']) {
  test(`between two digits the ends are the digits (${conditioning})`, { timeout }, async () => {
    const page = await openModel(browser, site, 'conditional', { conditioning });
    await page.evaluate(() => window.lab.train({ steps: 5 }));
    await openDrawer(page, 'explorer');
    await squares(page.locator('canvas.blend'), 12);
    await page.locator('[data-field="blend-from"]').selectOption('2');
    await page.locator('[data-field="blend-to"]').selectOption('7');
    const at = page.locator('[data-field="blend-at"]');
    for (const [place, label] of [
      ['0', 2],
      ['11', 7],
    ]) {
      await at.fill(place);
      await shows(
        page,
        'canvas.blended',
        async () => ({ seed: 1, count: 1, label }),
        `at ${place}`,
      );
    }
    // A press and a drag on the strip go to what lies under them: 12 pictures, 15 gaps apart.
    const track = '.walk:has(canvas.blend) .track';
    for (const places of [
      [[0.25, 0.5]],
      [
        [0.3, 0.5],
        [0.6, 0.5],
        [0.83, 2.5],
      ],
    ]) {
      await sweep(page, track, places);
      const [share] = places.at(-1);
      const place = (share * 181 - 8) / 15;
      await shows(
        page,
        'canvas.blended',
        async () => ({ seed: 1, count: 1, labels: [2, 7], mix: place / 11 }),
        `at ${share} of the strip`,
      );
      assert.ok(Math.abs(Number(await at.inputValue()) - place) <= 0.13, await at.inputValue());
      await marked(page, track, share);
      const spoken = Number(await at.getAttribute('aria-valuetext'));
      assert.ok(Math.abs(spoken - place / 11) < 0.006, `${spoken}`);
    }
    // In the middle it is half of both, as the API has it.
    await at.fill('5.5');
    const half = { seed: 1, count: 1, labels: [2, 7], mix: 0.5 };
    await shows(page, 'canvas.blended', async () => half, 'half way');
    const [drawn, ends] = await page.evaluate(async () => {
      const bytes = async (how) => [...(await window.lab.sample(how)).pixels];
      const both = await bytes({ seed: 1, count: 2, labels: [2, 7], mix: [0, 1] });
      return [
        both,
        [
          await bytes({ seed: 1, count: 2, labels: [2, 7] }),
          await bytes({ seed: 1, count: 1, label: 2 }),
        ],
      ];
    });
    assert.ok(alike(drawn, ends[0]), 'mixtures of 0 and 1 are the labels');
    assert.ok(alike(drawn.slice(0, 784), ends[1]));
    await close(page);
  });
}

test('latents and labels that do not fit are refused, with their field', { timeout }, async () => {
  const page = await openModel(browser, site, 'dcgan');
  const refused = (how) =>
    page.evaluate(async (options) => {
      try {
        await window.lab.sample(options);
        return 'drawn';
      } catch ({ code, field }) {
        return `${code} ${field}`;
      }
    }, how);
  assert.equal(await refused({ z: [1, 2, 3] }), 'bad_experiment z', 'no row of 8');
  assert.equal(await refused({ labels: [3] }), 'bad_experiment labels', 'it knows none');
  assert.equal(await refused({ labels: [3, 4], mix: 2 }), 'bad_experiment mix');
  assert.equal(await refused({ z: Array.from({ length: 8 }, () => 0.5) }), 'drawn');
  await choose(page, { model: 'cyclegan', width: 2, batch_size: 4 });
  assert.equal(await refused({ z: [1, 2, 3, 4] }), 'bad_experiment z', 'it has no latents');
  await close(page);
});
