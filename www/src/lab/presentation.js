/**
 * The lab on the whole screen, to be read from the last row: by the Fullscreen API where the page
 * may use it, else over the whole window. One key does it, while the lab has the reader's attention.
 */

/**
 * @typedef {object} Stage
 * @property {() => void} changed it began or ended
 * @property {() => void} toggle starts or pauses training
 */

/** The attribute that the style sheet knows. */
const mark = 'data-presenting';
const key = 'p';

export class Presentation {
  on = false;
  /** The element, once it is drawn. @type {HTMLElement | undefined} */
  #element;
  /** The last press was in the lab. */
  #attended = false;

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
  }

  /** Listens from the first time that the lab is drawn. @param {ShadowRoot} root */
  follow(root) {
    if (this.#element) return;
    this.#element = /** @type {HTMLElement} */ (root.host);
    document.addEventListener('keydown', this.#press);
    document.addEventListener('pointerdown', this.#attend, true);
    document.addEventListener('fullscreenchange', this.#leave);
  }

  toggle() {
    if (this.on) this.#end();
    else this.#begin();
  }

  #begin() {
    const element = this.#element;
    if (!element) return;
    this.on = true;
    element.setAttribute(mark, '');
    const whole = element.requestFullscreen?.();
    if (whole) whole.catch(() => this.#fillWindow());
    else this.#fillWindow();
    this.stage.changed();
  }

  /** Above all else, whatever boxes the page has the element in. */
  #fillWindow() {
    const element = this.#element;
    if (!this.on || !element?.showPopover) return;
    try {
      element.popover = 'manual';
      element.showPopover();
    } catch {
      // Then it is as high as a fixed box gets.
    }
  }

  #end() {
    const element = this.#element;
    if (!this.on || !element) return;
    this.on = false;
    element.removeAttribute(mark);
    if (element.hasAttribute('popover')) {
      element.removeAttribute('popover');
    } else if (element.matches(':fullscreen')) {
      document.exitFullscreen().catch(() => {});
    }
    this.stage.changed();
  }

  /** The browser's own way out. */
  #leave = () => {
    const element = this.#element;
    if (element && !element.matches(':fullscreen') && !element.hasAttribute('popover')) this.#end();
  };

  /** @param {Event} event */
  #attend = (event) => {
    this.#attended = this.#element !== undefined && event.composedPath().includes(this.#element);
  };

  /** @param {KeyboardEvent} event */
  #press = (event) => {
    const element = this.#element;
    if (!element || event.defaultPrevented || event.repeat) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [target] = event.composedPath();
    const inside = event.composedPath().includes(element);
    // Keys go to the page's body when nothing has the focus.
    const nowhere = target === document.body || target === document.documentElement;
    if (!inside && !(nowhere && (this.#attended || this.on))) return;
    if (target instanceof Element && target.matches(writable)) return;
    if (event.key.toLowerCase() === key) {
      event.preventDefault();
      this.toggle();
    } else if (this.on && event.key === 'Escape') {
      this.#end();
    } else if (this.on && event.key === ' ' && !isControl(target)) {
      event.preventDefault();
      this.stage.toggle();
    }
  };

  dispose() {
    this.#end();
    document.removeEventListener('keydown', this.#press);
    document.removeEventListener('pointerdown', this.#attend, true);
    document.removeEventListener('fullscreenchange', this.#leave);
  }
}

/** What letters are typed into, or choose in. */
const writable =
  'input:not([type="range"], [type="checkbox"], [type="radio"]), select, textarea, [contenteditable]';

/** @param {EventTarget} target */
const isControl = (target) =>
  target instanceof Element && target.matches('button, a, summary, input, select');
