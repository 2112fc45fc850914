/**
 * A round under the reader's hands, phase by phase. What was seen of it stays, to go back to; going
 * back undoes nothing. Knows the run through `next`, and nothing of how it is shown.
 */

/**
 * @typedef {import('../protocol.js').Phase} Phase
 *
 * @typedef {object} SlowRoundHost
 * @property {() => Promise<unknown>} next the run's next phase, which comes back through `take`
 * @property {() => void} changed
 * @property {(error: unknown) => void} failed
 */

/** Of the update that a round begins with. @param {Phase} phase */
const begins = ({ player, update, phase }) =>
  player === 'discriminator' && update === 1 && phase === 'draw';

export class SlowRound {
  open = false;
  playing = false;
  /** A phase is on its way. */
  busy = false;
  /** How long a phase stays while it plays, in seconds. */
  seconds = 2;
  /** What was seen of this round. @type {Phase[]} */
  frames = [];
  /** Which of them is shown. */
  at = -1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {SlowRoundHost} host */
  constructor(host) {
    this.host = host;
  }

  get frame() {
    return this.frames[this.at];
  }

  /** @param {boolean} open */
  show(open) {
    this.open = open;
    if (!open) this.play(false);
    else if (this.frames.length === 0) this.forward();
    this.host.changed();
  }

  /** A phase has come. @param {Phase} phase */
  take(phase) {
    this.frames = begins(phase) ? [phase] : [...this.frames, phase];
    this.at = this.frames.length - 1;
    this.host.changed();
  }

  /** The run has gone on without walking. */
  outdate() {
    this.play(false);
    this.frames = [];
    this.at = -1;
    this.host.changed();
  }

  get canGoBack() {
    return this.at > 0;
  }

  back() {
    this.play(false);
    this.#move(Math.max(0, this.at - 1));
  }

  /** Shows what was seen already, or has the run go on. */
  async forward() {
    if (this.at < this.frames.length - 1) return this.#move(this.at + 1);
    if (this.busy) return;
    this.busy = true;
    this.host.changed();
    try {
      await this.host.next();
    } catch (error) {
      this.play(false);
      this.host.failed(error);
    } finally {
      this.busy = false;
      this.host.changed();
    }
  }

  /** @param {number} at */
  #move(at) {
    this.at = Math.min(at, this.frames.length - 1);
    this.host.changed();
  }

  /** @param {boolean} playing */
  play(playing) {
    clearTimeout(this.#timer);
    const before = this.playing;
    this.playing = playing;
    if (playing) this.#run();
    if (playing !== before) this.host.changed();
  }

  async #run() {
    await this.forward();
    // A slow phase is looked at as long as a quick one.
    if (this.playing) this.#timer = setTimeout(() => this.#run(), 1000 * this.seconds);
  }

  /** @param {number} seconds */
  setSpeed(seconds) {
    this.seconds = seconds;
    if (this.playing) this.play(true);
    else this.host.changed();
  }

  dispose() {
    clearTimeout(this.#timer);
    this.playing = false;
    this.open = false;
  }
}
