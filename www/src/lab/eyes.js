/**
 * What D sees in the grid's digits: the scores that they wear, and one digit that the reader looks at
 * closely, whose z is under his hands. Has the worker watch only what somebody looks at.
 */
import { reach } from '../views/noise.js';

/**
 * @typedef {import('../protocol.js').Eyes} Seen
 *
 * @typedef {object} EyesHost
 * @property {(options: Record<string, any> | null) => void} watch
 * @property {() => Seen | undefined} seen
 * @property {() => { z: Float32Array, length: number } | undefined} latents of the grid
 * @property {() => void} changed
 */

export class Eyes {
  scores = false;
  /** @type {number | undefined} */
  chosen;
  focused = 0;
  component = 0;
  /** Another z than the grid's. @type {number[] | undefined} */
  #other;
  /** The grid's digits are shown. */
  #digits = true;

  /** @param {EyesHost} host */
  constructor(host) {
    this.host = host;
  }

  get seen() {
    return this.host.seen();
  }

  get z() {
    return this.#other ?? this.#ownZ();
  }

  get own() {
    return this.#other === undefined;
  }

  #ownZ() {
    const latents = this.host.latents();
    if (this.chosen === undefined || !latents) return undefined;
    const { z, length } = latents;
    return Array.from(z.subarray(this.chosen * length, (this.chosen + 1) * length));
  }

  /** @param {boolean} scores */
  wear(scores) {
    this.scores = scores;
    this.#watch();
  }

  /** @param {number | undefined} index */
  choose(index) {
    this.chosen = index;
    if (index !== undefined) this.focused = index;
    this.component = 0;
    this.#other = undefined;
    this.#watch();
  }

  /** @param {number} index */
  focus(index) {
    this.focused = index;
    this.host.changed();
  }

  /**
   * @param {number} component
   * @param {number} [value]
   */
  set(component, value) {
    const z = this.z;
    if (!z || !(component in z)) return;
    this.component = component;
    if (value === undefined) return this.host.changed();
    const other = [...z];
    other[component] = Math.min(reach, Math.max(-reach, value));
    this.#other = other;
    this.#watch();
  }

  restore() {
    this.#other = undefined;
    this.#watch();
  }

  /** Another run: its grid has other digits. */
  close() {
    this.choose(undefined);
  }

  /** A model that has no such eyes wears nothing. */
  off() {
    if (!this.scores && this.chosen === undefined) return;
    this.scores = false;
    this.choose(undefined);
  }

  /**
   * What is not shown is not looked at; scores that are wanted come back with the digits.
   *
   * @param {boolean} digits the grid's digits can wear them
   * @param {boolean} panel one of them can be looked at closely
   */
  attend(digits, panel) {
    const same = this.#digits === digits;
    this.#digits = digits;
    if (!panel && this.chosen !== undefined) this.choose(undefined);
    else if (!same && this.scores) this.#watch();
  }

  #watch() {
    const looking = (this.scores && this.#digits) || this.chosen !== undefined;
    this.host.watch(looking ? { index: this.chosen, z: this.#other } : null);
    this.host.changed();
  }
}
