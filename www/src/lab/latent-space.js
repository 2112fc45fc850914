/**
 * The latent space under the reader's hands: a walk between two z and the surroundings of one.
 * Knows the client through `request`, and nothing of how it is shown.
 */
import { Budgeted } from '../budget.js';

/**
 * @typedef {import('../protocol.js').Images} Images
 * @typedef {import('../protocol.js').RequestBody} RequestBody
 * @typedef {'walk' | 'plane'} Kind
 *
 * @typedef {object} LatentSpaceHost
 * @property {(body: RequestBody) => Promise<Images>} request
 * @property {() => void} changed
 * @property {(error: unknown) => void} failed
 */

const frameMs = 140;
/** While training goes on, the pictures are renewed at most this often, and for this share of the time. */
const everyMs = 2000;
const share = 0.1;

export class LatentSpace {
  /** The drawer is open. */
  open = false;
  walkCount = 12;
  planeSide = 9;
  /** Seeds of the two ends of the walk. */
  from = 1;
  to = 2;
  /** Which picture of the walk is shown large. */
  at = 0;
  playing = false;
  /** Seed of the middle of the surroundings. */
  seed = 1;
  /** How far they reach, in standard deviations. */
  extent = 2;
  /** @type {Images | undefined} */
  walk;
  /** The walk's pictures, one by one. @type {Images[]} */
  frames = [];
  /** @type {Images | undefined} */
  plane;
  /** @type {Set<Kind>} */
  #wanted = new Set();
  #busy = false;
  /** It failed by itself: ask again only when the reader does. */
  #failed = false;
  #budget = new Budgeted(everyMs, share);
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  #forward = true;

  /** @param {LatentSpaceHost} host */
  constructor(host) {
    this.host = host;
  }

  /** @param {boolean} open */
  show(open) {
    if (open === this.open) return;
    this.open = open;
    if (open) this.#want('walk', 'plane');
    else this.play(false);
  }

  /** @param {{ from?: number, to?: number }} ends */
  walkBetween(ends) {
    Object.assign(this, ends);
    this.#want('walk');
  }

  /** @param {{ seed?: number, extent?: number }} changes */
  planeAt(changes) {
    Object.assign(this, changes);
    this.#want('plane');
  }

  /** @param {number} index */
  moveTo(index) {
    this.at = index;
    this.host.changed();
  }

  /** @param {boolean} playing */
  play(playing) {
    clearInterval(this.#timer);
    this.playing = playing;
    if (playing) this.#timer = setInterval(() => this.#advance(), frameMs);
    this.host.changed();
  }

  /** There and back again. */
  #advance() {
    if (this.at <= 0) this.#forward = true;
    if (this.at >= this.walkCount - 1) this.#forward = false;
    this.moveTo(this.at + (this.#forward ? 1 : -1));
  }

  /** The weights have changed. @param {boolean} now even if the last pictures are fresh */
  follow(now) {
    if (!this.open || this.#failed) return;
    if (now || (!this.#busy && this.#budget.due)) this.#want('walk', 'plane');
  }

  /** @param {...Kind} kinds */
  #want(...kinds) {
    for (const kind of kinds) this.#wanted.add(kind);
    this.host.changed();
    if (this.open && !this.#busy) this.#budget.run(() => this.#fetchAll());
  }

  async #fetchAll() {
    this.#busy = true;
    this.#failed = false;
    try {
      // What the reader changes meanwhile is wanted again.
      for (const kind of this.#wanted) {
        this.#wanted.delete(kind);
        if (kind === 'walk') await this.#fetchWalk();
        else await this.#fetchPlane();
        this.host.changed();
      }
    } catch (error) {
      this.#failed = true;
      this.#wanted.clear();
      this.host.failed(error);
    } finally {
      this.#busy = false;
    }
  }

  async #fetchWalk() {
    const { from, to, walkCount } = this;
    const walk = await this.host.request({ type: 'walk', from, to, count: walkCount });
    const bytes = walk.pixels.length / walk.count;
    this.walk = walk;
    this.frames = Array.from({ length: walk.count }, (_, index) => ({
      ...walk,
      count: 1,
      pixels: walk.pixels.subarray(index * bytes, (index + 1) * bytes),
    }));
  }

  async #fetchPlane() {
    const { seed, extent, planeSide } = this;
    this.plane = await this.host.request({ type: 'plane', seed, side: planeSide, extent });
  }

  dispose() {
    clearInterval(this.#timer);
    this.open = false;
  }
}
