/** How figures are written, everywhere alike: as many digits as their magnitude deserves. */

const units = [
  { above: 1e10, size: 1e9, sign: 'G' },
  { above: 1e7, size: 1e6, sign: 'M' },
  { above: 1e4, size: 1e3, sign: 'k' },
];

/** @param {number} size */
const unitFor = (size) => units.find(({ above }) => size >= above) ?? { size: 1, sign: '' };

/** A zero has no sign. @param {string} text */
const unsigned = (text) => (/^-0(\.0*)?$/.test(text) ? text.slice(1) : text);

/**
 * A measured value: "0.69", "0.0012", "-7.16", "123.5", "17.5M"; a dash where there is none.
 *
 * @param {number | undefined} value
 */
export function figure(value) {
  if (value === undefined || Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return value > 0 ? '∞' : '-∞';
  if (size >= 1e13) return value.toExponential(1);
  const unit = unitFor(size);
  if (unit.sign !== '') return `${(value / unit.size).toPrecision(3)}${unit.sign}`;
  if (size >= 1000) return value.toFixed(0);
  if (size >= 100) return value.toFixed(1);
  if (size >= 0.1 || size === 0) return unsigned(value.toFixed(2));
  if (size >= 0.0001) return String(Number(value.toPrecision(2)));
  return value.toExponential(1);
}

/**
 * The labels of an axis: one unit and one number of digits for all of them, which tell them apart.
 *
 * @param {number[]} values in order, at equal distances
 * @returns {string[]}
 */
export function ticks(values) {
  const unit = unitFor(Math.max(...values.map(Math.abs)));
  const step = Math.abs((values[1] ?? values[0] ?? 0) - (values[0] ?? 0)) / unit.size;
  const digits = step > 0 ? Math.min(6, Math.max(0, -Math.floor(Math.log10(step) + 1e-9))) : 0;
  // A distance such as 2.5 needs one more.
  const exact = Math.abs(Number(step.toFixed(digits)) - step) < 1e-9 * step ? digits : digits + 1;
  return values.map((value) => `${unsigned((value / unit.size).toFixed(exact))}${unit.sign}`);
}
