/** How figures are written, everywhere alike: as many digits as their magnitude deserves. */

const units = [
  { above: 1e10, size: 1e9, sign: 'G' },
  { above: 1e7, size: 1e6, sign: 'M' },
  { above: 1e4, size: 1e3, sign: 'k' },
];

/** @param {number} size */
const unitFor = (size) => units.find(({ above }) => size >= above) ?? { size: 1, sign: '' };

/**
 * A number as readers see it: with a minus sign for a hyphen, and a zero without a sign. What is read
 * by machines (inputs, data, addresses) keeps the hyphen.
 *
 * @param {string | number} number
 */
export const signed = (number) =>
  String(number)
    .replace(/^-(?=0(\.0*)?$)/, '')
    .replaceAll('-', '−');

/**
 * With so many digits after the point; a dash where there is none.
 *
 * @param {number | undefined} value
 * @param {number} digits
 */
export const fixed = (value, digits) =>
  value === undefined || Number.isNaN(value) ? '–' : signed(value.toFixed(digits));

/**
 * A measured value: "0.69", "0.0012", "−7.16", "123.5", "17.5M"; a dash where there is none.
 *
 * @param {number | undefined} value
 */
export function figure(value) {
  if (value === undefined || Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return value > 0 ? '∞' : '−∞';
  if (size >= 1e13) return signed(value.toExponential(1));
  const unit = unitFor(size);
  if (unit.sign !== '') return `${signed((value / unit.size).toPrecision(3))}${unit.sign}`;
  if (size >= 1000) return fixed(value, 0);
  if (size >= 100) return fixed(value, 1);
  if (size >= 0.1 || size === 0) return fixed(value, 2);
  if (size >= 0.0001) return signed(Number(value.toPrecision(2)));
  return signed(value.toExponential(1));
}

/**
 * A share as whole percent.
 *
 * @param {number} share
 * @param {import('../i18n/index.js').Translate} t
 */
export const percent = (share, t) => t('sign.percent', { percent: Math.round(100 * share) });

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
  return values.map((value) => `${fixed(value / unit.size, exact)}${unit.sign}`);
}
