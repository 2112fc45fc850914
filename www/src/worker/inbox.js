/** Messages wait here while a step runs; the loop takes them between steps, in order. */

/** @template Message */
export class Inbox {
  /** @type {Message[]} */
  #waiting = [];
  /** @type {(() => void) | undefined} */
  #wake;

  /** @param {Message} message */
  put(message) {
    this.#waiting.push(message);
    this.#wake?.();
  }

  /** Ends a wait without a message: something else has changed. */
  nudge() {
    this.#wake?.();
  }

  /** @returns {Message | undefined} */
  take() {
    return this.#waiting.shift();
  }

  /**
   * Resolves when a message is there, or after `milliseconds`.
   *
   * @param {number} [milliseconds]
   * @returns {Promise<void>}
   */
  async arrival(milliseconds = Number.POSITIVE_INFINITY) {
    if (this.#waiting.length > 0) return;
    await new Promise((resolve) => {
      const timer = Number.isFinite(milliseconds) ? setTimeout(resolve, milliseconds) : 0;
      this.#wake = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
    });
    this.#wake = undefined;
  }
}

/** @type {MessagePort | undefined} */
let bell;
/** @type {(() => void)[]} */
const turns = [];

/** Made on first use: an open port keeps Node's tests from ending. */
function openBell() {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => turns.shift()?.();
  return port2;
}

/** Lets the event loop deliver messages. `setTimeout` would cost 4 ms each time; this does not. */
export function macrotask() {
  bell ??= openBell();
  const port = bell;
  return new Promise((resolve) => {
    turns.push(() => resolve(undefined));
    port.postMessage(0);
  });
}
