/**
 * <ganvas-lab>: attributes in, events out, and the JavaScript API of docs/element.md. It shows a
 * light facade; the lab itself is a chunk of its own that comes with the first start.
 */
import { html, nothing, render } from 'lit/html.js';
import { GanvasError, toError } from '../errors.js';
import { translator } from '../i18n/index.js';
import { problemOfChanges } from '../settings/rules.js';
import { attributeNames, attributesOf, readSettings } from '../settings/settings.js';
import { Store } from '../store.js';
import { channelsOf } from '../views/colour.js';
import { sheet } from './element-sheet.js';
import { facade } from './facade.js';
import { idle, savesData } from './idle.js';
import { resolveLanguage } from './language.js';
import { drawPoster } from './poster.js';
import { resolveTheme, watchPage } from './theme.js';
import { watchVisibility } from './visibility.js';

/**
 * @typedef {import('../lab/lab.js').Lab} Lab
 * @typedef {import('../settings/settings.js').Settings} Settings
 * @typedef {import('../protocol.js').Experiment} Experiment
 * @typedef {import('../protocol.js').Report} Report
 * @typedef {import('../protocol.js').Which} Which
 * @typedef {import('../protocol.js').SampleOptions} SampleOptions
 * @typedef {import('../idx-files.js').Bytes} Bytes
 */

export class GanvasLab extends HTMLElement {
  /** Where ganvas.js lies; everything else is beside it. */
  static site = new URL('./', document.baseURI);
  static observedAttributes = attributeNames;

  /** @type {Settings} */
  #settings = readSettings();
  #store = new Store(this.#settings.experiment, this.#settings.options.backend);
  /** @type {Lab | undefined} */
  #lab;
  /** @type {Promise<Lab> | undefined} */
  #launching;
  /** What is left of a lab that was taken off the page. @type {import('../client.js').Origin | undefined} */
  #kept;
  /** @type {import('../i18n/index.js').Translate | undefined} */
  #t;
  #language = '';
  /** @type {Promise<import('../i18n/index.js').Translate> | undefined} */
  #words;
  #theme = '';
  /** A theme that the embedding page asked for. */
  #framedTheme = '';
  /** What the facade shows, once it is drawn. @type {import('./preview.js').Preview | undefined} */
  #preview;
  /** @type {typeof import('./preview.js').paint | undefined} */
  #paint;
  #previewAsked = false;
  #visible = false;
  #connected = false;
  #renderQueued = false;
  #settingsQueued = false;
  /** The start button had the focus; what comes in its place shall have it. */
  #refocus = false;
  /** @type {(() => void)[]} */
  #watches = [];
  #root = this.attachShadow({ mode: 'open' });
  /** Problems of the present settings that were told. @type {Set<string>} */
  #reported = new Set();
  /** Errors that were shown already. @type {WeakSet<Error>} */
  #shown = new WeakSet();

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [sheet];
  }

  connectedCallback() {
    // Moving an element disconnects and connects it at once; nothing has to stop for that.
    if (this.#connected) return;
    this.#connected = true;
    this.#readSettings();
    this.#watches = [
      watchPage(() => this.#applySettings()),
      watchVisibility(this, (visible) => this.#seen(visible)),
    ];
    if (this.hasAttribute('framed')) this.#frame();
    this.#refresh();
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (!this.isConnected) this.#stop();
    });
  }

  attributeChangedCallback() {
    if (!this.#connected || this.#settingsQueued) return;
    this.#settingsQueued = true;
    queueMicrotask(() => {
      this.#settingsQueued = false;
      if (this.#connected) this.#applySettings();
    });
  }

  // ---- JavaScript API ------------------------------------------------------------------------

  /** What runs. Asking for it loads the lab, as `train()` does, but does not start training. */
  get ready() {
    return this.#launch().then((lab) => lab.about());
  }

  /** The experiment as plain JSON, the same schema as the URL and the checkpoint. */
  get experiment() {
    return { ...(this.#store.description?.experiment ?? this.#settings.experiment) };
  }

  /**
   * @param {{ steps?: number }} [options]
   * @returns {Promise<Report>}
   */
  train({ steps } = {}) {
    if (steps !== undefined && !(Number.isSafeInteger(steps) && steps > 0)) {
      return this.#refuse('steps', 'must be a whole number above 0');
    }
    return this.#with((lab) => lab.train(steps));
  }

  /** @returns {Promise<Report | undefined>} */
  pause() {
    return this.#with((lab) => lab.pause());
  }

  /** @param {Experiment} [changes] */
  async reset(changes = {}) {
    const problem = problemOfChanges(changes, this.experiment);
    if (problem) throw this.#fail(await this.#worded(problem));
    return this.#with((lab) => lab.reset(changes));
  }

  /**
   * @param {Which} [which]
   * @returns {Promise<Report>}
   */
  step(which = 'both') {
    if (!['discriminator', 'generator', 'both'].includes(which)) {
      return this.#refuse('step', `must be "discriminator", "generator" or "both"`);
    }
    return this.#with((lab) => lab.step(which));
  }

  /** @param {SampleOptions} [options] */
  sample(options = {}) {
    return this.#with((lab) => lab.sample(options));
  }

  /** @param {{ count?: number }} [options] */
  evaluate({ count = 1000 } = {}) {
    return this.#with((lab) => lab.evaluate(count));
  }

  /** @returns {Promise<Blob>} a .safetensors file */
  save() {
    return this.#with((lab) => lab.save());
  }

  /** @param {Blob | ArrayBuffer | string | URL} source */
  load(source) {
    return this.#with((lab) => lab.load(source));
  }

  /** @param {{ images: Bytes, labels?: Bytes, name?: string }} files IDX, gzip or plain */
  loadDataset(files) {
    return this.#with((lab) => lab.loadDataset(files));
  }

  // ---- life ----------------------------------------------------------------------------------

  /**
   * @template T
   * @param {(lab: Lab) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async #with(work) {
    const lab = await this.#launch();
    try {
      return await work(lab);
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /**
   * @param {string} field
   * @param {string} message
   * @returns {Promise<never>}
   */
  #refuse(field, message) {
    return Promise.reject(this.#fail(new GanvasError('bad_experiment', message, field)));
  }

  /** Loads what is heavy, once. */
  #launch() {
    this.#launching ??= this.#load().catch((error) => {
      this.#launching = undefined;
      throw this.#fail(error);
    });
    return this.#launching;
  }

  async #load() {
    const store = this.#store;
    store.stage = 'module';
    this.#enter('loading');
    let lab;
    try {
      const { Lab } = await import('../lab/lab.js');
      lab = new Lab(GanvasLab.site, store, this.#kept ?? this.#origin(), {
        changed: () => this.#queueRender(),
        phase: () => this.#announce(),
        failed: (error) => this.#fail(error),
        emit: (name, detail) => this.#emit(name, detail),
      });
      this.#lab = lab;
      lab.hold(!this.#visible);
      await lab.open();
      this.#kept = undefined;
      return lab;
    } catch (error) {
      lab?.dispose();
      if (this.#lab === lab) this.#lab = undefined;
      this.#enter('stopped');
      // Only the chunk itself fails without a code: it could not be fetched.
      throw lab ? error : new GanvasError('network', toError(error).message);
    }
  }

  /** @returns {import('../client.js').Origin} */
  #origin() {
    return { backend: this.#store.backend, experiment: { ...this.#store.draft } };
  }

  #stop() {
    if (!this.#connected) return;
    this.#connected = false;
    for (const end of this.#watches.splice(0)) end();
    this.#kept = this.#lab?.dispose() ?? this.#kept;
    this.#lab = undefined;
    this.#launching = undefined;
    this.#store.description = undefined;
    this.#enter('idle');
  }

  /** @param {boolean} visible */
  #seen(visible) {
    this.#visible = visible;
    this.#lab?.hold(!visible);
    if (!visible || this.#store.phase !== 'idle') return;
    if (!this.#settings.options.autoplay) {
      this.#askPreview();
    } else if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.#store.notify({ name: 'reduced_motion' });
      this.#queueRender();
    } else {
      this.#start();
    }
  }

  /** Digits for the facade, when the browser has nothing better to do. Not missed if it fails. */
  async #askPreview() {
    if (this.#previewAsked || !this.#previewWanted()) return;
    this.#previewAsked = true;
    await idle();
    try {
      // Since then a lab may have started, which needs the processor more.
      if (!this.#visible || this.#store.phase !== 'idle') {
        this.#previewAsked = false;
        return;
      }
      const { preview, paint } = await import('./preview.js');
      this.#preview = await preview(GanvasLab.site);
      this.#paint = paint;
      this.#queueRender();
    } catch (error) {
      console.info(`Ganvas shows no first digits: ${toError(error).message}`);
    }
  }

  #previewWanted() {
    return this.#settings.options.preview !== 'off' && !savesData();
  }

  /** The reader pressed start; what fails is shown. */
  #start() {
    this.train().catch(() => {});
  }

  async #frame() {
    const { behaveInFrame } = await import('./frame.js');
    if (!this.#connected) return;
    const end = behaveInFrame(this, (theme) => {
      this.#framedTheme = theme;
      this.#refresh();
    });
    this.#watches.push(end);
  }

  // ---- settings ------------------------------------------------------------------------------

  #readSettings() {
    const sources = [attributesOf(this)];
    if (this.hasAttribute('from-url')) sources.push([...new URLSearchParams(location.search)]);
    this.#settings = readSettings(...sources);
    const { experiment, options } = this.#settings;
    if (!this.#store.description) {
      this.#store.draft = { ...experiment };
      this.#store.backend = options.backend;
    }
  }

  /** Attributes changed while the element is on the page. */
  #applySettings() {
    const before = this.#settings;
    this.#readSettings();
    const { experiment, options, problems } = this.#settings;
    for (const { field } of before.problems) {
      if (!problems.some((still) => still.field === field)) {
        this.#store.forget('bad_experiment', field);
      }
    }
    this.#refresh().then(() => {
      const lab = this.#lab;
      if (!lab) {
        if (this.#visible) this.#askPreview();
        return;
      }
      lab.follow(before.experiment, experiment);
      if (options.backend !== before.options.backend)
        lab.attempt(() => lab.moveTo(options.backend));
    });
  }

  /** Follows language and theme, then shows what was wrong with the settings. */
  async #refresh() {
    const language = resolveLanguage(this, this.#settings.options.lang);
    if (language !== this.#language) {
      this.#language = language;
      this.#words = translator(language);
    }
    const t = await this.#words;
    // While we waited the language may have changed again; that call has the last word.
    if (language !== this.#language) return;
    this.#t = t;
    const { theme } = this.#settings.options;
    const resolved = resolveTheme(this.#framedTheme || theme);
    if (resolved !== this.#theme) {
      this.#theme = resolved;
      queueMicrotask(() => this.#queueRender());
    }
    const reported = this.#reported;
    this.#reported = new Set(this.#settings.problems.map((problem) => JSON.stringify(problem)));
    for (const problem of this.#settings.problems) {
      if (reported.has(JSON.stringify(problem))) continue;
      this.#fail(await this.#worded(problem));
    }
    this.#queueRender();
  }

  // ---- showing and telling -------------------------------------------------------------------

  /** @param {import('../settings/rules.js').Problem} problem */
  async #worded({ code, field, reason, params }) {
    const t = await this.#words;
    return new GanvasError(code, t?.(`problem.${reason}`, params) ?? reason, field);
  }

  /** @param {import('../store.js').Phase} phase */
  #enter(phase) {
    if (this.#store.phase === phase) return;
    this.#store.phase = phase;
    this.#announce();
  }

  #announce() {
    const { phase, description } = this.#store;
    this.#emit('state', {
      state: phase,
      backend: description?.backend,
      adapter: description?.adapter,
      dataset: description?.dataset,
      notices: this.#store.notices.map(({ name, code }) => ({ name, code })),
    });
    this.#queueRender();
  }

  /**
   * Shows an error and tells the page, once.
   *
   * @param {unknown} thrown
   * @returns {GanvasError}
   */
  #fail(thrown) {
    const error = toError(thrown);
    if (this.#shown.has(error)) return error;
    this.#shown.add(error);
    this.#store.complain(error);
    this.#queueRender();
    this.#emit('error', { code: error.code, message: error.message, field: error.field });
    return error;
  }

  /**
   * @param {string} name
   * @param {unknown} detail
   */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** However much changes, one frame renders once. */
  #queueRender() {
    if (this.#renderQueued || !this.#connected) return;
    this.#renderQueued = true;
    requestAnimationFrame(() => {
      this.#renderQueued = false;
      if (this.#connected) this.#render();
    });
  }

  #render() {
    const t = this.#t;
    if (!t) return;
    const { controls } = this.#settings.options;
    const lab = this.#lab;
    const open = lab && this.#store.description;
    const body = open
      ? lab.view(t, controls)
      : facade(
          this.#store,
          t,
          {
            start: () => {
              this.#refocus = this.#root.activeElement !== null;
              this.#start();
            },
            dismiss: (key) => this.#dismiss(key),
            useCpu: () => {
              this.#store.backend = 'cpu';
              this.#store.complaints = [];
              this.#start();
            },
          },
          this.#shownPreview(),
        );
    render(
      html`<section
        class="ganvas"
        part="lab"
        lang=${this.#language}
        aria-label=${t('app.region')}
        data-scheme=${this.#theme}
        data-controls=${controls}
        data-phase=${this.#store.phase}
      >
        ${body ?? nothing}
      </section>`,
      this.#root,
    );
    if (open) {
      lab.draw(this.#root, this.#theme);
      if (this.#refocus) this.#passFocusOn();
    } else {
      this.#drawPoster();
    }
  }

  /** Keyboards go on where the start button was, unless the reader has gone elsewhere since. */
  #passFocusOn() {
    this.#refocus = false;
    const focused = document.activeElement;
    if (focused !== null && focused !== document.body && focused !== this) return;
    const next = this.#root.querySelector('[data-action="toggle"]');
    if (next instanceof HTMLElement) next.focus({ preventScroll: true });
  }

  #drawPoster() {
    const canvas = this.#root.querySelector('canvas.poster');
    if (!(canvas instanceof HTMLCanvasElement) || canvas.dataset.theme === this.#theme) return;
    canvas.dataset.theme = this.#theme;
    const ink = channelsOf(canvas, '--ink-rgb');
    const paper = channelsOf(canvas, '--paper-rgb');
    const preview = this.#shownPreview();
    if (preview) this.#paint?.(canvas, preview, ink, paper);
    else drawPoster(canvas, ink, paper);
  }

  #shownPreview() {
    return this.#previewWanted() ? this.#preview : undefined;
  }

  /** @param {number} key */
  #dismiss(key) {
    this.#store.dismiss(key);
    this.#queueRender();
  }
}
