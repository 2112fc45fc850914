/** Where on rows and squares of pictures a press lands. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeAt, shareOf } from '../src/views/explorer/places.js';
import { layoutOf } from '../src/views/pairs-canvas.js';

test('a press on a picture’s middle is that picture, wherever it is', () => {
  for (const count of [2, 9, 12]) {
    for (let place = 0; place < count; place += 0.25) {
      if (place <= count - 1) {
        assert.ok(Math.abs(placeAt(shareOf(place, count), count) - place) < 1e-9);
      }
    }
    assert.equal(placeAt(-1, count), 0);
    assert.equal(placeAt(0, count), 0);
    assert.equal(placeAt(1, count), count - 1);
  }
  // As the canvas has them: 2 pixels of gap, 28 of picture, and so on.
  for (let index = 0; index < 9; index += 1) {
    const middle = 2 + 30 * index + 14;
    assert.ok(Math.abs(shareOf(index, 9) - middle / (9 * 30 + 2)) < 1e-9);
  }
});

test('pairs lie in two groups, one for each way, and none over another', () => {
  for (const side of [28, 56]) {
    const images = { width: side, height: side, count: 64 };
    const { width, height, middle, arrow, place } = layoutOf(images);
    const boxes = Array.from({ length: 64 }, (_, index) => place(index));
    const taken = new Set();
    for (const [index, { left, top }] of boxes.entries()) {
      assert.ok(left >= 0 && top >= 0 && left + side <= width && top + side <= height);
      assert.equal(left > middle * width, index % 4 >= 2, 'the other way is on the right');
      if (index % 2 === 1) {
        assert.deepEqual(boxes[index - 1], { left: left - side - arrow, top }, 'beside its image');
      }
      for (let x = left; x < left + side; x += 1) {
        const key = `${x} ${top}`;
        assert.ok(!taken.has(key), key);
        taken.add(key);
      }
    }
  }
});
