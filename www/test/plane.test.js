/** The geometry of the plane's picture: what is drawn follows from the frame's numbers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  arrowOf,
  capShare,
  lengthsOf,
  longestOf,
  roundUp,
  scaleOf,
  unitShare,
} from '../src/views/plane/arrow-scale.js';
import { contourOf } from '../src/views/plane/contour.js';
import { areaOf, densitiesOf, nodesOf, shadeOf } from '../src/views/plane/density.js';
import { colourOfShare } from '../src/views/plane/heat-map.js';
import { judgementOf, levelsOf, shareOf } from '../src/views/plane/judgement.js';
import { keyOf, layerOfKey, layers } from '../src/views/plane/layers.js';
import { acrossOf, countOutside, downOf } from '../src/views/plane/place.js';
import { along, padReach, pointsOf, spread } from '../src/views/plane/strokes.js';

const close = (actual, expected, within = 1e-6) =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);

/** A field from a function of the place, both as shares of the square. */
const fieldOf = (side, value) =>
  Float32Array.from({ length: side * side }, (_, at) =>
    value(((at % side) + 0.5) / side, (Math.floor(at / side) + 0.5) / side),
  );

/** The segments of a contour as pairs of ends. */
function segmentsOf(field, side, level) {
  const numbers = contourOf(field, side, level);
  return Array.from({ length: numbers.length / 4 }, (_, at) => {
    const [x, y, u, v] = numbers.slice(4 * at, 4 * at + 4);
    return { from: [x, y], to: [u, v] };
  });
}

test('x runs to the right and y up', () => {
  const place = { extent: 2, size: 100 };
  assert.deepEqual([acrossOf(place, -2), acrossOf(place, 0), acrossOf(place, 2)], [0, 50, 100]);
  assert.deepEqual([downOf(place, 2), downOf(place, 0), downOf(place, -2)], [0, 50, 100]);
  assert.equal(countOutside(Float32Array.of(0, 0, 2, -2, 2.1, 0, 0, -3, Number.NaN, 0), 2), 3);
});

test('the contour of a slope is the line where it has the level, from edge to edge', () => {
  const side = 16;
  const slope = (x, y) => 2 * x + y - 1.3;
  const segments = segmentsOf(fieldOf(side, slope), side, 0);
  const inside = segments.filter(({ from, to }) =>
    [...from, ...to].every((it) => it > 0.5 / side && it < 1 - 0.5 / side),
  );
  assert.ok(inside.length > 8);
  for (const { from, to } of inside) {
    close(slope(...from), 0);
    close(slope(...to), 0);
  }
  const ys = segments.flatMap(({ from, to }) => [from[1], to[1]]);
  assert.deepEqual([Math.min(...ys), Math.max(...ys)], [0, 1], 'it reaches both borders');
  // Each end but the outermost two belongs to two segments: the line has no gap.
  const ends = new Map();
  for (const end of segments.flatMap(({ from, to }) => [from, to])) {
    const key = end.map((it) => it.toFixed(9)).join();
    ends.set(key, (ends.get(key) ?? 0) + 1);
  }
  assert.equal([...ends.values()].filter((count) => count === 1).length, 2);
});

test('the contour of a round hill is a closed circle', () => {
  const side = 64;
  const hill = (x, y) => 0.09 - (x - 0.5) ** 2 - (y - 0.5) ** 2;
  const segments = segmentsOf(fieldOf(side, hill), side, 0);
  const ends = new Map();
  for (const { from, to } of segments) {
    for (const end of [from, to]) {
      close(Math.hypot(end[0] - 0.5, end[1] - 0.5), 0.3, 1e-3);
      const key = end.map((it) => it.toFixed(9)).join();
      ends.set(key, (ends.get(key) ?? 0) + 1);
    }
  }
  assert.ok([...ends.values()].every((count) => count === 2));
  const length = segments.reduce(
    (sum, { from, to }) => sum + Math.hypot(from[0] - to[0], from[1] - to[1]),
    0,
  );
  close(length, 2 * Math.PI * 0.3, 0.01);
});

test('the contour passes between neighbours that lie on different sides, and only there', () => {
  // Any field will do: this one has saddles.
  const side = 9;
  const field = fieldOf(side, (x, y) => Math.sin(9 * x) * Math.cos(11 * y) + 0.2 * x);
  const segments = segmentsOf(field, side, 0.1);
  const on = (x, y) =>
    segments.some(({ from, to }) =>
      [from, to].some(([u, v]) => Math.abs(u - x) < 1e-9 && Math.abs(v - y) < 1e-9),
    );
  let crossed = 0;
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column + 1 < side; column += 1) {
      const [a, b] = [field[row * side + column] - 0.1, field[row * side + column + 1] - 0.1];
      const x = (column + 0.5 + a / (a - b)) / side;
      const y = (row + 0.5) / side;
      if (a > 0 === b > 0) continue;
      crossed += 1;
      assert.ok(on(x, y), `${row} ${column}`);
    }
  }
  assert.ok(crossed > 10);
});

test('in a saddle the middle decides which corners belong together', () => {
  const joined = segmentsOf(Float32Array.of(3, -1, -1, 3), 2, 0);
  const apart = segmentsOf(Float32Array.of(1, -3, -3, 1), 2, 0);
  const inner = (list) =>
    list.filter(({ from, to }) => [...from, ...to].every((it) => it >= 0.25 && it <= 0.75));
  assert.equal(inner(joined).length, 2);
  assert.equal(inner(apart).length, 2);
  const middle = ({ from, to }) => [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  // Positive corners joined: the lines cut off the top right and the bottom left one.
  for (const [x, y] of inner(joined).map(middle)) assert.ok(x > 0.5 !== y > 0.5);
  for (const [x, y] of inner(apart).map(middle)) assert.ok(x > 0.5 === y > 0.5);
});

test('a field without the level, or without numbers, has no contour', () => {
  assert.deepEqual(contourOf(new Float32Array(9).fill(1), 3, 0), []);
  assert.deepEqual(contourOf(new Float32Array(9).fill(Number.NaN), 3, 0), []);
  assert.deepEqual(contourOf(Float32Array.of(1, Number.NaN, -1, 1), 2, 0).filter(Number.isNaN), []);
});

test('a probability is read around ½, a score around the value that says neither', () => {
  const logits = Float32Array.of(-100, -1, 0, 1, 100);
  const probability = judgementOf(logits, 'probability');
  assert.equal(levelsOf(probability).centre, 0, 'a logit of 0 is ½');
  for (const logit of logits) close(shareOf(probability, logit), 2 / (1 + Math.exp(-logit)) - 1);
  assert.equal(shareOf(probability, Number.NaN), 0);

  const squares = judgementOf(Float32Array.of(-0.5, 0.2, 1.2), 'one_or_zero');
  assert.deepEqual(
    [squares.low, squares.centre, squares.high].map((it) => it.toFixed(1)),
    ['-0.5', '0.5', '1.2'],
  );
  close(shareOf(squares, squares.low), -1);
  close(shareOf(squares, 0.5), 0);

  const hinge = judgementOf(Float32Array.of(-1, 3), 'higher');
  assert.equal(hinge.centre, 0);
  assert.deepEqual(
    [-1, 0, 3].map((it) => shareOf(hinge, it)),
    [-1 / 3, 0, 1],
  );

  // A critic's outputs may all lie on one side: then only differences mean something.
  const critic = judgementOf(Float32Array.of(5, 6, 9), 'higher');
  assert.equal(critic.centre, 7);
  assert.deepEqual(
    [5, 7, 9].map((it) => shareOf(critic, it)),
    [-1, 0, 1],
  );
  const flat = judgementOf(new Float32Array(4).fill(2), 'higher');
  assert.deepEqual([flat.low, flat.centre, flat.high, shareOf(flat, 2)], [2, 2, 2, 0]);
  assert.equal(judgementOf(new Float32Array(2).fill(Number.NaN), 'higher').centre, 0);
});

test('level lines of a score lie at equal distances within its range', () => {
  const { centre, between } = levelsOf({ probability: false, low: -1, centre: 0, high: 5 });
  assert.equal(centre, 0);
  assert.ok(between.every((it) => it > -1 && it < 5 && it !== 0));
  const all = [...between, 0].sort((a, b) => a - b);
  for (let at = 1; at < all.length; at += 1) close(all[at] - all[at - 1], 0.5);
  assert.equal(all.length, 11);
  assert.deepEqual(levelsOf({ probability: true, low: 0, centre: 0, high: 1 }).between, []);
  assert.deepEqual(levelsOf({ probability: false, low: 2, centre: 2, high: 2 }).between, []);
});

test('colours lean to teal for real and to orange for fake, and are paper in between', () => {
  const palette = { paper: [250, 248, 243], d: [8, 104, 128], g: [190, 70, 10] };
  assert.deepEqual(colourOfShare(0, palette), palette.paper);
  const distance = (a, b) => Math.hypot(...a.map((it, c) => it - b[c]));
  for (const [share, ink] of [
    [1, palette.d],
    [-1, palette.g],
  ]) {
    const [half, whole] = [colourOfShare(share / 2, palette), colourOfShare(share, palette)];
    assert.ok(distance(whole, ink) < distance(half, ink));
    assert.ok(distance(half, ink) < distance(palette.paper, ink));
    // Points in that colour stand out from it.
    assert.ok(distance(whole, ink) > 60);
  }
});

test('an arrow points along the pull, as long as the scale says, up to a cap', () => {
  const [dx, dy] = arrowOf(3, 4, 5, 1000);
  close(Math.hypot(dx, dy), unitShare * 1000);
  // y goes down in a picture.
  close(dx / Math.hypot(dx, dy), 0.6);
  close(dy / Math.hypot(dx, dy), -0.8);
  const half = arrowOf(1.5, 2, 5, 1000);
  close(Math.hypot(...half), (unitShare * 1000) / 2);
  close(Math.hypot(...arrowOf(300, 400, 5, 1000)), capShare * 1000);
  for (const [x, y, scale] of [
    [0, 0, 1],
    [Number.NaN, 1, 1],
    [Infinity, 1, 1],
    [1, 1, 0],
  ]) {
    assert.deepEqual(arrowOf(x, y, scale, 100), [0, 0]);
  }
});

test('the scale is a round number that fits most pulls, and stays while it serves', () => {
  assert.deepEqual(
    [0.011, 0.02, 0.7, 1, 2.1, 4.9, 123].map(roundUp),
    [0.02, 0.02, 1, 1, 3, 5, 200],
  );
  for (let power = -30; power < 30; power += 1) close(roundUp(10 ** power) / 10 ** power, 1, 1e-9);
  const pulls = (size) => new Float32Array(100).fill(size);
  assert.equal(scaleOf(pulls(0.4)), 0.5);
  assert.equal(scaleOf(pulls(0.4), 1), 1, 'a pull that fades is seen to fade');
  assert.equal(scaleOf(pulls(0.2), 1), 1);
  assert.equal(scaleOf(pulls(0.1), 1), 0.1, 'until it could hardly be seen any more');
  assert.equal(scaleOf(pulls(1.4), 1), 1);
  assert.equal(scaleOf(pulls(1.6), 1), 2);
  // A tenth of them may be capped.
  const few = Float32Array.from({ length: 100 }, (_, at) => (at < 92 ? 0.9 : 1000));
  assert.equal(scaleOf(few), 1);
  assert.equal(longestOf(few), 1000);
  for (const none of [new Float32Array(), pulls(0), pulls(Number.NaN)]) {
    assert.equal(scaleOf(none), 0);
    assert.equal(scaleOf(none, 3), 3);
    assert.equal(longestOf(none), 0);
  }
  assert.deepEqual([...lengthsOf(Float32Array.of(3, 4, 0, 0, -6, 8))], [5, 0, 10]);
});

test('the density of a linear G is that of z over the area that it takes', () => {
  const nodes = 21;
  const z = (at) => -2 + (4 * at) / (nodes - 1);
  const lattice = (map) =>
    Float32Array.from({ length: 2 * nodes * nodes }, (_, at) => {
      const node = Math.floor(at / 2);
      return map(z(node % nodes), z(Math.floor(node / nodes)))[at % 2];
    });
  assert.equal(
    nodesOf(
      lattice(() => [0, 0]),
      2,
    ),
    nodes,
  );
  const plain = densitiesOf(
    lattice((a, b) => [a, b]),
    2,
  );
  const cells = nodes - 1;
  const middle = cells * (cells / 2) + cells / 2;
  // Near z = 0 the standard normal distribution has a density of 1/2π.
  close(plain[middle], Math.exp(-0.01) / (2 * Math.PI), 1e-3);
  const wide = densitiesOf(
    lattice((a, b) => [3 * a + b, 2 * b]),
    2,
  );
  plain.forEach((density, at) => {
    close(wide[at], density / 6, 1e-4);
  });
  // A mirrored G is as dense.
  const mirrored = densitiesOf(
    lattice((a, b) => [-a, b]),
    2,
  );
  plain.forEach((density, at) => {
    close(mirrored[at], density, 1e-4);
  });
  const folded = densitiesOf(
    lattice(() => [1, 1]),
    2,
  );
  assert.ok(folded.every((density) => density === Infinity));
  assert.equal(shadeOf(folded[0], 0.25), 1);
  // All of them together: what lies within two standard deviations on both axes.
  const area = (4 / cells) ** 2;
  close(
    plain.reduce((sum, density) => sum + density * area, 0),
    0.9545 ** 2,
    2e-3,
  );
});

test('of one number the density is that along the curve', () => {
  const nodes = 41;
  const curve = Float32Array.from({ length: 2 * nodes }, (_, at) => {
    const z = -2 + (4 * Math.floor(at / 2)) / (nodes - 1);
    return at % 2 === 0 ? 3 * z : 4 * z;
  });
  const densities = densitiesOf(curve, 1);
  assert.equal(densities.length, nodes - 1);
  close(densities[nodes / 2 - 0.5], 1 / Math.sqrt(2 * Math.PI) / 5, 1e-3);
  const lengths = 5 * (4 / (nodes - 1));
  close(
    densities.reduce((sum, density) => sum + density * lengths, 0),
    0.9545,
    1e-3,
  );
});

test('the area of a cell does not depend on where it starts or which way it turns', () => {
  const square = Float32Array.of(0, 0, 2, 0, 2, 3, 0, 3);
  assert.equal(areaOf(square, [0, 1, 2, 3]), 6);
  assert.equal(areaOf(square, [3, 2, 1, 0]), 6);
  assert.deepEqual(
    [0, 0.25, 1e9].map((it) => shadeOf(it, 0.25).toFixed(2)),
    ['0.00', '0.50', '1.00'],
  );
});

test('strokes become points along them, each close to the pen’s line', () => {
  const stroke = [
    { x: -1, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
  ];
  assert.deepEqual(along(stroke, 0), { x: -1, y: 0 });
  assert.deepEqual(along(stroke, 2 / 3), { x: 1, y: 0 });
  assert.deepEqual(along(stroke, 1), { x: 1, y: 1 });
  const points = pointsOf([stroke], 300);
  assert.equal(points.length, 600);
  const flat = [];
  for (let at = 0; at < 600; at += 2) {
    const [x, y] = points.subarray(at, at + 2);
    const share = (at / 2 + 0.5) / 300;
    const { x: u, y: v } = along(stroke, share);
    assert.ok(Math.hypot(x - u, y - v) < 5 * spread);
    if (share < 0.6) flat.push(y);
  }
  const deviation = Math.sqrt(flat.reduce((sum, y) => sum + y * y, 0) / flat.length);
  close(deviation, spread, spread / 4);
  assert.deepEqual(pointsOf([stroke], 300), points, 'the same drawing, the same points');
});

test('each stroke gets its share, dots too, and nothing leaves the pad', () => {
  const line = [
    { x: -padReach, y: padReach },
    { x: padReach, y: padReach },
  ];
  const dot = [{ x: 0, y: -1 }];
  const points = pointsOf([[], line, dot], 1000);
  assert.ok(points.every((it) => Math.abs(it) <= padReach));
  let low = 0;
  for (let at = 1; at < points.length; at += 2) if (points[at] < 0) low += 1;
  // A dot counts as a quarter of a unit beside a line of four.
  close(low / 1000, 0.25 / 4.25, 0.003);
  assert.equal(pointsOf([]).length, 0);
  assert.equal(pointsOf([[]]).length, 0);
});

test('each layer has a key of its own, which works without modifiers only', () => {
  assert.equal(new Set(layers.map(keyOf)).size, layers.length);
  for (const layer of layers) {
    const plain = { key: keyOf(layer), altKey: false, ctrlKey: false, metaKey: false };
    assert.equal(layerOfKey(plain), layer);
    for (const modifier of ['altKey', 'ctrlKey', 'metaKey']) {
      assert.equal(layerOfKey({ ...plain, [modifier]: true }), undefined);
    }
  }
  assert.equal(layerOfKey({ key: 'x', altKey: false, ctrlKey: false, metaKey: false }), undefined);
});
