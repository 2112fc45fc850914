/**
 * The arguments of the element's members: what is of the wrong kind or out of range is refused here,
 * with the code that settings have. Settings themselves are checked by their rules.
 */
import { GanvasError } from '../errors.js';
import { maxSeed } from '../settings/fields.js';
import { quoted } from '../settings/rules.js';
import { ranges } from '../settings/traits.js';

/**
 * @typedef {import('../protocol.js').Experiment} Experiment
 * @typedef {import('../protocol.js').SampleOptions} SampleOptions
 * @typedef {import('../protocol.js').Which} Which
 * @typedef {import('../protocol.js').Weights} Weights
 * @typedef {import('../idx-files.js').Bytes} Bytes
 */

/**
 * @param {string} field
 * @param {string} message
 * @returns {never}
 */
function refuse(field, message) {
  throw new GanvasError('bad_experiment', message, field);
}

/**
 * An object of options, or nothing.
 *
 * @param {unknown} value
 * @param {string} field
 * @returns {Record<string, unknown>}
 */
function object(value, field) {
  if (value === undefined) return {};
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return refuse(field, `must be an object, not ${quoted(value)}`);
  }
  return /** @type {Record<string, unknown>} */ (value);
}

/**
 * @param {unknown} value
 * @param {string} field
 * @param {{ min: number, max: number }} range
 * @returns {number}
 */
function whole(value, field, { min, max }) {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    return refuse(field, `must be a whole number from ${min} to ${max}, not ${quoted(value)}`);
  }
  return value;
}

/**
 * @template T
 * @param {unknown} value
 * @param {(value: unknown) => T} check
 * @returns {T | undefined}
 */
const optional = (value, check) => (value === undefined ? undefined : check(value));

/** @param {unknown} options @returns {number | undefined} */
export function train(options) {
  const { steps } = object(options, 'options');
  return optional(steps, (value) =>
    whole(value, 'steps', { min: 1, max: Number.MAX_SAFE_INTEGER }),
  );
}

/** What is not given changes nothing. @param {unknown} changes */
export function changes(changes) {
  const given = Object.entries(object(changes, 'changes'));
  return /** @type {Experiment} */ (
    Object.fromEntries(given.filter(([, value]) => value !== undefined))
  );
}

/** @param {unknown} which @returns {Which} */
export function step(which = 'both') {
  if (which === 'discriminator' || which === 'generator' || which === 'both') return which;
  const options = 'discriminator, generator, both';
  return refuse('step', `must be one of ${options}, not ${quoted(which)}`);
}

/** @param {unknown} which @returns {Weights | undefined} */
export function weights(which) {
  if (which === undefined || which === 'averaged' || which === 'raw') return which;
  return refuse('weights', `must be one of averaged, raw, not ${quoted(which)}`);
}

/** Which digit of the grid is looked at, and another z for it. @param {unknown} gaze @returns {import('../protocol.js').Gaze} */
export function look(gaze) {
  const { index, z } = object(gaze, 'options');
  return {
    index: optional(index, (value) => whole(value, 'index', { min: 0, max: 63 })),
    z: optional(z, (value) => {
      const list = Array.isArray(value) || value instanceof Float32Array;
      const numbers = list ? Array.from(value) : [];
      if (numbers.length > 0 && numbers.every(Number.isFinite)) return numbers;
      return refuse('z', 'must be a list of finite numbers');
    }),
  };
}

/**
 * A list of numbers, one number standing for a list of itself.
 *
 * @param {unknown} value
 * @param {string} field
 * @param {(value: number) => boolean} fits
 * @param {string} what
 * @returns {number[]}
 */
function numbers(value, field, fits, what) {
  const list = typeof value === 'number' ? [value] : isList(value) ? [...value] : undefined;
  if (!list || list.length === 0) return refuse(field, `must hold ${what}, not ${quoted(value)}`);
  const odd = list.findIndex((it) => typeof it !== 'number' || !fits(it));
  if (odd >= 0) return refuse(field, `must hold ${what}, not ${quoted(list[odd])}`);
  return /** @type {number[]} */ (list);
}

/** @param {unknown} value @returns {value is Iterable<unknown>} */
const isList = (value) =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/**
 * Latents as one list, row after row; how long a row is, the session knows.
 *
 * @param {unknown} value
 */
function latents(value) {
  const rows = Array.isArray(value) && value.length > 0 && value.every(isList);
  const flat = rows ? value.flatMap((row) => [...row]) : value;
  return Float32Array.from(numbers(flat, 'z', (it) => Number.isFinite(Math.fround(it)), 'numbers'));
}

/** @param {number} value */
const isClass = (value) =>
  Number.isInteger(value) && value >= ranges.label.min && value <= ranges.label.max;

/** @param {unknown} options @returns {SampleOptions} */
export function sample(options) {
  const { count, seed, label, truncation, z, labels, mix } = object(options, 'options');
  if (z !== undefined) {
    const drawn = Object.entries({ count, seed, truncation }).find(([, it]) => it !== undefined);
    if (drawn) return refuse(drawn[0], 'is of a z that is drawn: give either it or z');
  }
  if (labels !== undefined && label !== undefined) refuse('label', 'is one of labels: give either');
  const told = optional(labels, (value) =>
    numbers(value, 'labels', isClass, `digits, 0 to ${ranges.label.max}`),
  );
  if (mix !== undefined && told?.length !== 2) {
    refuse('labels', 'must be two of them, to be mixed');
  }
  return {
    z: optional(z, latents),
    labels: told && Uint8Array.from(told),
    mix: optional(mix, (value) =>
      Float32Array.from(numbers(value, 'mix', (it) => it >= 0 && it <= 1, 'numbers from 0 to 1')),
    ),
    count: optional(count, (value) => whole(value, 'count', ranges.sampled)),
    seed: optional(seed, (value) => whole(value, 'seed', { min: 0, max: maxSeed })),
    label: optional(label, (value) => whole(value, 'label', ranges.label)),
    truncation: optional(truncation, (value) => {
      const { min } = ranges.truncation;
      if (typeof value === 'number' && value >= min && Number.isFinite(value)) return value;
      return refuse('truncation', `must be at least ${min}, not ${quoted(value)}`);
    }),
  };
}

/** @param {unknown} options */
export function evaluate(options) {
  const { count = 1000 } = object(options, 'options');
  return whole(count, 'count', ranges.evaluated);
}

/** @param {unknown} source @returns {Bytes | string | URL} */
export function source(source) {
  if (typeof source === 'string' || source instanceof URL || isBytes(source)) return source;
  throw new GanvasError('bad_checkpoint', 'load() takes a Blob, an ArrayBuffer or a URL');
}

/** The reach of the plane: points to train on lie in [-planeReach, planeReach]². */
const planeReach = 2;

/**
 * Points of the plane, as x, y pairs. How many a run needs at least, the session says.
 *
 * @param {unknown} points
 * @returns {Float32Array}
 */
function plane(points) {
  if (!(points instanceof Float32Array)) {
    return refuseData('points', 'Expected a Float32Array of x, y pairs');
  }
  if (points.length === 0 || points.length % 2 !== 0) {
    return refuseData('points', `Expected x, y pairs, not ${points.length} numbers`);
  }
  const at = points.findIndex((value) => !(Math.abs(value) <= planeReach));
  if (at >= 0) {
    const range = `from -${planeReach} to ${planeReach}`;
    return refuseData('points', `Coordinate ${at} must be ${range}, not ${points[at]}`);
  }
  return points;
}

/**
 * @typedef {{ images: Bytes, labels?: Bytes, name?: string }} GivenImages
 * @typedef {{ points: Float32Array, name?: string }} GivenPoints
 * @typedef {GivenImages | GivenPoints} Given what `loadDataset` takes
 *
 * @param {unknown} files
 * @returns {Given}
 */
export function files(files) {
  const { images, labels, name, points } =
    typeof files === 'object' && files !== null
      ? /** @type {Record<string, unknown>} */ (files)
      : {};
  if (name !== undefined && typeof name !== 'string') {
    return refuseData('name', 'The name of a dataset is a text');
  }
  if (points !== undefined) {
    if (images === undefined && labels === undefined) return { points: plane(points), name };
    return refuseData('points', 'A dataset is images or points, not both');
  }
  if (!isBytes(images)) return refuseData('images', 'Expected a File, a Blob or an ArrayBuffer');
  if (labels !== undefined && !isBytes(labels)) {
    return refuseData('labels', 'Expected a File, a Blob or an ArrayBuffer');
  }
  return { images, labels, name };
}

/**
 * @param {string} field
 * @param {string} message
 * @returns {never}
 */
function refuseData(field, message) {
  throw new GanvasError('bad_dataset', message, field);
}

/** @param {unknown} value @returns {value is Bytes} */
const isBytes = (value) =>
  value instanceof Uint8Array || value instanceof ArrayBuffer || value instanceof Blob;
