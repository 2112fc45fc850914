/**
 * The latent space under the reader's hands: a walk between two z, the surroundings of one, and the
 * way between two digits; on each of them a place whose picture is drawn. Knows the client through
 * `request`, and nothing of how it is shown.
 */
import { Budgeted } from '../budget.js';

/**
 * @typedef {import('../protocol.js').Images} Images
 * @typedef {import('../protocol.js').RequestBody} RequestBody
 * @typedef {import('../views/lab-interface.js').Place} Place
 * @typedef {'walk' | 'plane' | 'blend' | 'walkPlace' | 'planePlace' | 'blendPlace'} Kind
 *
 * @typedef {object} LatentSpaceHost
 * @property {(body: RequestBody) => Promise<any>} request
 * @property {() => void} changed
 * @property {(error: unknown) => void} failed
 * @property {() => boolean} conditional there are digits to go between
 */

const frameMs = 140;
/** While training goes on, the pictures are renewed at most this often, and for this share of the time. */
const everyMs = 2000;
const share = 0.03;

/** @type {Kind[]} */
const everything = ['walk', 'plane', 'blend', 'walkPlace', 'planePlace', 'blendPlace'];

export class LatentSpace {
  /** The drawer is open. */
  open = false;
  walkCount = 12;
  planeSide = 9;
  /** Seeds of the two ends of the walk. */
  from = 1;
  to = 2;
  /** Where on the walk the picture is that is shown large, in pictures. */
  at = 0;
  playing = false;
  /** Seed of the middle of the surroundings. */
  seed = 1;
  /** How far they reach, in standard deviations. */
  extent = 2;
  /** The chosen point of them: not the middle, whose picture it would hide. */
  point = { right: 1, down: 1 };
  /** Two digits, the seed of the z that is drawn as both, and where between them. */
  blend = { from: 3, to: 8, seed: 1, at: 5.5 };
  /** @type {Images | undefined} */
  walk;
  /** The walk's pictures, one by one. @type {Images[]} */
  frames = [];
  /** @type {Images | undefined} */
  plane;
  /** @type {Images | undefined} */
  blends;
  /** The picture between the two digits. @type {Images | undefined} */
  blended;
  /** What is drawn at the places. @type {{ walk?: Place, plane?: Place }} */
  places = {};
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
    if (open) this.#want(...everything);
    else this.play(false);
  }

  /** @param {{ from?: number, to?: number }} ends */
  walkBetween(ends) {
    Object.assign(this, ends);
    this.#want('walk', 'walkPlace');
  }

  /** @param {{ seed?: number, extent?: number }} changes */
  planeAt(changes) {
    Object.assign(this, changes);
    const within = (/** @type {number} */ value) =>
      Math.min(this.extent, Math.max(-this.extent, value));
    const { right, down } = this.point;
    this.point = { right: within(right), down: within(down) };
    this.#want('plane', 'planePlace');
  }

  /** @param {number} at */
  moveTo(at) {
    this.at = at;
    this.#want('walkPlace');
  }

  /** @param {{ right: number, down: number }} point */
  pointTo(point) {
    this.point = point;
    this.#want('planePlace');
  }

  /** @param {{ from?: number, to?: number, seed?: number }} changes */
  blendBetween(changes) {
    Object.assign(this.blend, changes);
    this.#want('blend', 'blendPlace');
  }

  /** @param {number} at */
  blendTo(at) {
    this.blend.at = at;
    this.#want('blendPlace');
  }

  /** What is shown large of the walk: one of its pictures at once, what lies between when it is drawn. */
  get moment() {
    const near = this.frames[Math.round(this.at)];
    return Number.isInteger(this.at) ? near : (this.places.walk?.images ?? near);
  }

  /** @param {boolean} playing */
  play(playing) {
    clearInterval(this.#timer);
    this.playing = playing;
    if (playing) this.at = Math.round(this.at);
    if (playing) this.#timer = setInterval(() => this.#advance(), frameMs);
    this.host.changed();
  }

  /** There and back again. */
  #advance() {
    if (this.at <= 0) this.#forward = true;
    if (this.at >= this.walkCount - 1) this.#forward = false;
    this.at += this.#forward ? 1 : -1;
    this.host.changed();
  }

  /** The weights have changed. @param {boolean} now even if the last pictures are fresh */
  follow(now) {
    if (!this.open || this.#failed) return;
    if (now || (!this.#busy && this.#budget.due)) this.#want(...everything);
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
        await this.#fetch(kind);
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

  /** @param {Kind} kind */
  async #fetch(kind) {
    const { request, conditional } = this.host;
    const { from, to, seed, walkCount, planeSide: side, extent, point, blend } = this;
    const last = walkCount - 1;
    if (kind === 'walk') {
      const walk = await request({ type: 'walk', from, to, count: walkCount });
      this.walk = walk;
      this.frames = oneByOne(walk);
    } else if (kind === 'plane') {
      this.plane = await request({ type: 'plane', seed, side, extent });
    } else if (kind === 'walkPlace') {
      const walk = { from, to, at: this.at / last };
      this.places.walk = await request({ type: 'place', walk });
    } else if (kind === 'planePlace') {
      this.places.plane = await request({ type: 'place', plane: { seed, ...point } });
    } else if (conditional()) {
      const labels = Uint8Array.of(blend.from, blend.to);
      const between = (/** @type {number[]} */ ...mix) =>
        request({
          type: 'sample',
          count: 1,
          seed: blend.seed,
          labels,
          mix: Float32Array.from(mix),
        });
      const way = Array.from({ length: walkCount }, (_, index) => index / last);
      if (kind === 'blend') this.blends = await between(...way);
      else this.blended = await between(blend.at / last);
    }
  }

  dispose() {
    clearInterval(this.#timer);
    this.open = false;
  }
}

/** @param {Images} images @returns {Images[]} */
function oneByOne(images) {
  const bytes = images.pixels.length / images.count;
  return Array.from({ length: images.count }, (_, index) => ({
    ...images,
    count: 1,
    pixels: images.pixels.subarray(index * bytes, (index + 1) * bytes),
  }));
}
