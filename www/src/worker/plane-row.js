import { traitsOfModel } from '../settings/traits.js';

/**
 * The plane of a run; of other models there is nothing to be seen. Options: `PlaneOptions`; seen: a
 * `PlaneFrame`.
 *
 * @type {import('./watches.js').View}
 */
export const plane = {
  // Thirty frames a second, with what there is between two looks.
  everyMs: 29,
  share: 0.09,
  async look({ session }, options) {
    if (traitsOfModel(session.describe().model).space !== 'plane') return undefined;
    const { points, field, lattice } = options;
    const value = await session.plane_frame({ points, field, lattice });
    const { real, fake, outputs, pull } = value;
    const arrays = [real, fake, outputs, pull, value.field, value.lattice];
    return { value, transfer: arrays.map((array) => array.buffer) };
  },
};
