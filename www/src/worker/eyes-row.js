/** What D sees in the grid, kept up to date for who looks: one row of the worker's views. */

/** @type {import('./watches.js').View} */
export const eyes = {
  everyMs: 300,
  share: 0.04,
  async look({ session }, { index, z }) {
    return { value: await session.eyes({ index, z }) };
  },
};
