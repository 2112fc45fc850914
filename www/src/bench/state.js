/** What bench.html shows, and the entry that comes of it. */

/**
 * @typedef {import('../protocol.js').Backend} Backend
 * @typedef {import('./entries.js').Rate} Rate
 * @typedef {import('./entries.js').Entry} Entry
 * @typedef {import('./plan.js').Size} Size
 */

export class State {
  /** @type {'idle' | 'running' | 'done' | 'stopped'} */
  phase = 'idle';
  /** Measurements that are done, in this run. */
  count = 0;
  /** The one under way. @type {({ backend: Backend } & Size) | undefined} */
  now;
  /** @type {Rate[]} */
  rates = [];
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

  /** The device's own entry, so far. @returns {Entry | undefined} */
  get entry() {
    const { device, rates, software } = this;
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
    };
  }
}
