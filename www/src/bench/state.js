/** What bench.html shows, and the entry that comes of it. */

/**
 * @typedef {import('../protocol.js').Backend} Backend
 * @typedef {import('./entries.js').Rate} Rate
 * @typedef {import('./entries.js').Entry} Entry
 * @typedef {import('./plan.js').Size} Size
 */

/** The steps in kernels.json. @type {Size[]} */
const kernelSizes = [
  { width: 16, batch_size: 32 },
  { width: 64, batch_size: 64 },
];

export class State {
  /** @type {'idle' | 'running' | 'done' | 'stopped'} */
  phase = 'idle';
  /** Measurements that are done, in this run. */
  count = 0;
  /** The one under way. @type {({ backend: Backend, kernels?: boolean } & Size) | undefined} */
  now;
  /** @type {Rate[]} */
  rates = [];
  /** Of the GPU's kernels. @type {import('./roofline.js').Roofline[]} */
  rooflines = [];
  /** Each code once, for each field. @type {import('../errors.js').GanvasError[]} */
  errors = [];
  /** The tab was hidden while something was measured. */
  hidden = false;
  /** A program emulates the GPU; null while nobody knows. @type {boolean | null} */
  software = null;
  /** @type {import('./device.js').Device | undefined} */
  device;
  /** @type {Entry[]} */
  known = [];
  /** @type {'' | 'copied' | 'by_hand'} */
  copied = '';

  /** @param {import('./plan.js').Plan} plan */
  constructor(plan) {
    this.plan = plan;
  }

  /** Which steps have their kernels timed: on a software adapter the small one alone. */
  get kernelSizes() {
    const { kernels, backends } = this.plan;
    if (!kernels || !backends.includes('webgpu')) return [];
    return this.software ? kernelSizes.slice(0, 1) : kernelSizes;
  }

  /** How many measurements there are. */
  get total() {
    const { sizes, backends } = this.plan;
    return sizes.length * backends.length + this.kernelSizes.length;
  }

  /** The device's own entry, so far. @returns {Entry | undefined} */
  get entry() {
    const { device, rates, rooflines, software } = this;
    if (!device || rates.length === 0) return undefined;
    const { gpu, ...others } = device;
    return {
      name: '',
      date: new Date().toISOString().slice(0, 10),
      ganvas: GANVAS_VERSION,
      source: 'bench.html',
      ...others,
      gpu: gpu && { ...gpu, software },
      rates,
      ...(rooflines.length > 0 && { rooflines }),
    };
  }
}
