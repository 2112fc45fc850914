/**
 * <ganvas-lab>: attributes in, events out, and the JavaScript API of docs/element.md. It shows a
 * light facade; the lab itself is a chunk of its own that comes with the first start.
 */
import { html, nothing, render } from 'lit/html.js';
import { aborted, GanvasError, toError } from '../errors.js';
import { translator } from '../i18n/index.js';
import { startExperiment, subjectOf, withChanges } from '../settings/fields.js';
import { attributeNames, attributesOf, ofQuery, readSettings } from '../settings/settings.js';
import { Store } from '../store.js';
import { channelsOf } from '../views/colour.js';
import { speechless } from '../views/speechless.js';
import { chunk, limits } from '../waiting.js';
import { acceptFiles, droppedFiles } from './drop.js';
import { sheet } from './element-sheet.js';
import { facade } from './facade.js';
import { idle, savesData } from './idle.js';
import { resolveLanguage, watchLanguage } from './language.js';
import { resolveTheme, watchTheme } from './theme.js';
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
  /**
   * Where everything lies that is loaded later; whoever defines the element says so.
   *
   * @type {import('../site.js').Site}
   */
  static site;
  static observedAttributes = attributeNames;
  /** The browser has what the element itself needs: of all that, this came last. */
  static possible = 'throwIfAborted' in AbortSignal.prototype;
  /** How long a file or a worker may be silent before that counts as a fault, in milliseconds. */
  static limits = limits;
  /** Which of those on a page has which place. @type {Map<string, WeakRef<GanvasLab>>} */
  static #places = new Map();

  /** @type {Settings} */
  #settings = readSettings();
  #store = new Store(this.#settings.experiment, this.#settings.options);
  /** @type {Lab | undefined} */
  #lab;
  /** @type {Promise<Lab> | undefined} */
  #launching;
  /** Ends with the launch that it belongs to: off the page, or cancelled. */
  #life = new AbortController();
  /** The words did not load. */
  #speechless = false;
  /** A run of an earlier visit, to go on with. @type {import('../runs.js').Run | undefined} */
  #run;
  /** What is left of a lab that was taken off the page. @type {import('../client.js').Origin | undefined} */
  #kept;
  /** What that was before the reader chose a run of an earlier visit; until it is open. @type {[import('../client.js').Origin | undefined] | undefined} */
  #instead;
  /** By which its last run is kept, all its life. */
  #place = '';
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
  /** What was kept of an earlier visit is known, or there is nothing. */
  #recalled = Promise.resolve();
  /** It has started by itself, or was kept from it: once is enough. */
  #played = false;
  #onScreen = false;
  #tab = true;
  #connected = false;
  #renderQueued = false;
  #settingsQueued = false;
  /** @type {(() => void)[]} */
  #watches = [];
  #root = this.attachShadow({ mode: 'open' });
  /** Problems of the present settings that were told. @type {Set<string>} */
  #reported = new Set();
  /** Why a setting was refused, whatever the language. @type {WeakMap<Error, import('../settings/rules.js').Problem>} */
  #reasons = new WeakMap();
  /** Errors that were shown already. @type {WeakSet<Error>} */
  #shown = new WeakSet();

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [sheet];
    acceptFiles(this, (files) => this.#takeFiles(files));
  }

  connectedCallback() {
    // A script may start it in a tab that nobody has seen yet.
    this.#tab = document.visibilityState === 'visible';
    // Moving an element disconnects and connects it at once; nothing has to stop for that.
    if (this.#connected) {
      this.#watch();
      this.#applySettings();
      return;
    }
    this.#connected = true;
    this.#takePlace();
    this.#readSettings();
    this.#watch();
    // The room is taken before there are words to fill it.
    this.#theme = resolveTheme(this, this.#framedTheme || this.#settings.options.theme);
    this.#render();
    this.#refresh();
    this.#recalled = this.#recall();
  }

  /** What is around it, and whether it is seen. */
  #watch() {
    this.#unwatch();
    this.#watches = [
      watchLanguage(this, () => this.#applySettings()),
      watchTheme(this, () => this.#followTheme()),
      watchVisibility(this, (seen) => this.#seen(seen)),
    ];
    if (this.hasAttribute('framed')) this.#frame().catch((error) => this.#fail(error));
  }

  #unwatch() {
    for (const end of this.#watches.splice(0)) end();
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
    return { ...(this.#store.description?.experiment ?? this.#store.draft) };
  }

  /**
   * @param {{ steps?: number }} [options]
   * @returns {Promise<Report>}
   */
  train(options) {
    return this.#with((lab, check) => lab.train(check.train(options)));
  }

  /** @returns {Promise<Report | undefined>} */
  pause() {
    return this.#with((lab) => lab.pause());
  }

  /** @param {Experiment} [changes] */
  reset(changes) {
    const given = copyOf(changes);
    return this.#with((lab, check) => lab.reset(check.changes(given)));
  }

  /** The run goes on with other settings. @param {Experiment} changes */
  tune(changes) {
    const given = copyOf(changes);
    return this.#with((lab, check) => lab.tune(check.changes(given)));
  }

  /**
   * @param {Which} [which]
   * @returns {Promise<Report & { change?: import('../protocol.js').Change }>}
   */
  step(which) {
    return this.#with((lab, check) => lab.step(check.step(which)));
  }

  /**
   * Walks through a round: pauses training, and goes on by one phase.
   *
   * @returns {Promise<import('../protocol.js').Phase>}
   */
  next() {
    return this.#with((lab) => lab.next());
  }

  /**
   * What D sees in the grid, and in one of its digits.
   *
   * @param {import('../protocol.js').Gaze} [gaze]
   * @returns {Promise<import('../protocol.js').Eyes>}
   */
  look(gaze) {
    return this.#with((lab, check) => lab.look(check.look(gaze)));
  }

  /** @param {SampleOptions} [options] */
  sample(options) {
    return this.#with((lab, check) => lab.sample(check.sample(options)));
  }

  /**
   * Which of the generator's weights pictures and evaluations show, changed first where `which` is
   * given.
   *
   * @param {import('../protocol.js').Weights} [which]
   */
  weights(which) {
    return this.#with((lab, check) => lab.weights(check.weights(which)));
  }

  /** @param {{ count?: number }} [options] */
  evaluate(options) {
    return this.#with((lab, check) => lab.evaluate(check.evaluate(options)));
  }

  /** @returns {Promise<Blob>} a .safetensors file */
  save() {
    return this.#with((lab) => lab.save());
  }

  /** @param {Bytes | string | URL} source */
  load(source) {
    return this.#with((lab, check) => lab.load(check.source(source)));
  }

  /**
   * @param {import('../lab/arguments.js').Given} files images as IDX, gzip or plain; or points of the
   *   plane
   */
  loadDataset(files) {
    return this.#with((lab, check) => lab.loadDataset(check.files(files)));
  }

  // ---- life ----------------------------------------------------------------------------------

  /**
   * Does what a member of the API stands for, in the order in which they are called.
   *
   * @template T
   * @param {(lab: Lab, check: Lab['check']) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async #with(work) {
    try {
      const lab = await this.#launch();
      return await work(lab, lab.check);
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /** Loads what is heavy, once. @returns {Promise<Lab>} */
  #launch() {
    if (!this.isConnected) return Promise.reject(aborted('The element is not on a page'));
    if (!this.#launching) {
      const life = this.#life;
      const launching = this.#load(life.signal).catch((error) => {
        if (this.#launching === launching) this.#launching = undefined;
        throw this.#fail(error);
      });
      this.#launching = launching;
    }
    return this.#launching;
  }

  /**
   * After each wait the element may have left the page, or the reader may have cancelled.
   *
   * @param {AbortSignal} life
   */
  async #load(life) {
    const store = this.#store;
    store.stage = 'chunk';
    this.#enter('loading');
    let lab;
    try {
      const { Lab } = await chunk('chunks/lab.js', () => import('../lab/lab.js'), life);
      lab = new Lab(GanvasLab.site, store, this.#kept ?? this.#origin(), {
        changed: () => this.#queueRender(),
        phase: () => this.#announce(),
        failed: (error, place) => this.#fail(error, place),
        worded: (problem) => this.#worded(problem),
        emit: (name, detail) => this.#emit(name, detail),
        follow: () => this.#followAddress(),
        keep: (run) => this.#atShelf((shelf) => shelf.keep(run)),
        drop: () => this.#atShelf((shelf) => shelf.drop()),
        manner: () => {
          const { lang, theme, exact } = this.#settings.options;
          return { lang, theme: theme === 'auto' ? '' : theme, exact: exact ? 'true' : '' };
        },
      });
      this.#lab = lab;
      lab.hold(this.#held);
      this.#words = this.#learn(this.#language);
      await Promise.all([lab.open(), this.#words]);
      life.throwIfAborted();
      if (this.#instead) this.#atShelf((shelf) => shelf.take());
      this.#kept = this.#instead = undefined;
      return lab;
    } catch (error) {
      if (life.aborted) throw life.reason;
      lab?.dispose();
      this.#lab = undefined;
      store.description = undefined;
      if (toError(error).code === 'bad_run') {
        if (this.#instead) this.#atShelf((shelf) => shelf.refuse());
        this.#kept = this.#instead = undefined;
        this.#run = undefined;
        this.#propose();
      }
      this.#enter('stopped');
      throw error;
    }
  }

  /** The reader does not want to wait any longer. */
  #cancel() {
    this.#end('Loading was cancelled');
    this.#enter('idle');
  }

  /**
   * Ends the lab, or the launch that is under way; what is left can go on later.
   *
   * @param {string} why
   */
  #end(why) {
    this.#life.abort(aborted(why));
    this.#life = new AbortController();
    const origin = this.#lab?.dispose();
    // A launch that came to nothing has nothing to add to what was kept, and takes nothing from it.
    if (this.#instead || this.#store.description) {
      this.#kept = this.#instead ? this.#instead[0] : origin;
      this.#instead = undefined;
      this.#propose();
    }
    this.#lab = undefined;
    this.#launching = undefined;
    this.#store.description = undefined;
  }

  /** On what it is computed. */
  get #how() {
    const { exact } = this.#settings.options;
    const { backend, threads } = this.#store;
    return { backend, exact, threads };
  }

  /** @returns {import('../client.js').Origin} */
  #origin() {
    return { ...this.#how, experiment: { ...this.#store.draft } };
  }

  #stop() {
    if (!this.#connected) return;
    this.#connected = false;
    this.#unwatch();
    // Back on the page it plays again, unless that was not wanted.
    if (this.#launching) this.#played = false;
    this.#end('The element was taken off the page');
    this.#enter('idle');
  }

  /** A tab that nobody sees does not train; an element off screen does, unless its page minds. */
  get #held() {
    const rests = this.#settings.options.offscreen === 'pause' && !this.#onScreen;
    return !this.#tab || rests;
  }

  get #visible() {
    return this.#onScreen && this.#tab;
  }

  /** @param {{ onScreen: boolean, tab: boolean }} seen */
  #seen({ onScreen, tab }) {
    const back = tab && !this.#tab;
    this.#onScreen = onScreen;
    this.#tab = tab;
    if (back && this.#store.phase === 'held') {
      const step = this.#store.report?.step ?? this.#store.description?.step ?? 0;
      this.#store.notify({ name: 'was_hidden', params: { step } });
    }
    this.#lab?.hold(this.#held);
    this.#greet();
  }

  /** What it does by itself for who sees the facade. */
  async #greet() {
    const waits = () => this.#visible && this.#store.phase === 'idle';
    if (!waits()) return;
    if (!this.#settings.options.autoplay) return this.#askPreview();
    // A run of before is not lost to another one that nobody has asked for.
    await this.#recalled;
    if (this.#played || !waits()) return;
    this.#played = true;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.#store.notify({ name: 'reduced_motion' });
      this.#queueRender();
    } else if (this.#run && !this.#kept) {
      this.#resume();
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
      const { preview, paint } = await chunk('chunks/preview.js', () => import('./preview.js'));
      this.#preview = await preview(GanvasLab.site);
      this.#paint = paint;
      this.#queueRender();
    } catch (error) {
      console.info(`Ganvas shows no first digits: ${toError(error).message}`);
    }
  }

  #previewWanted() {
    // Digits out of noise would show what another model does not do.
    return this.#settings.options.preview !== 'off' && !savesData() && this.#subject === 'digits';
  }

  /** The reader pressed start; what fails is shown. */
  #start() {
    this.train().catch(() => {});
  }

  /** Files were dropped on the facade or on the lab. @param {DataTransfer} transfer */
  async #takeFiles(transfer) {
    if (this.#settings.options.controls === 'none') return;
    // What was dropped can be read during the event alone.
    const dropped = droppedFiles(transfer);
    try {
      const lab = await this.#launch();
      lab.takeFiles(dropped.files, dropped.folders);
    } catch {
      // It was shown.
    }
  }

  async #frame() {
    const life = this.#life.signal;
    const { behaveInFrame } = await chunk('chunks/frame.js', () => import('./frame.js'));
    if (!this.#connected || life.aborted) return;
    const end = behaveInFrame(this, (theme) => {
      this.#framedTheme = theme;
      this.#refresh();
    });
    this.#watches.push(end);
  }

  // ---- settings ------------------------------------------------------------------------------

  #read() {
    const sources = [attributesOf(this)];
    if (this.hasAttribute('from-url')) sources.push(ofQuery(location.search));
    return readSettings(...sources);
  }

  #readSettings() {
    const before = this.#settings;
    this.#settings = this.#read();
    if (this.#store.description) return;
    const { experiment } = this.#settings;
    if (this.#kept) {
      // What has changed since is wished for; the rest goes on.
      if (differ(howOf(before), howOf(this.#settings)))
        this.#kept = { ...this.#kept, ...howOf(this.#settings) };
      if (differ(before.experiment, experiment))
        this.#kept = { ...this.#kept, experiment, snapshot: undefined, ran: false };
    }
    this.#propose();
  }

  /** What a start would run: what is left of a lab, or what the settings say. */
  #propose() {
    const { experiment, options } = this.#settings;
    const { backend, threads, ...kept } = this.#kept ?? { ...options, experiment };
    const draft = withChanges(experiment, kept.experiment);
    Object.assign(this.#store, { backend, threads, draft });
  }

  /** That of another lab may have become free, but its run is there. */
  #takePlace() {
    const places = GanvasLab.#places;
    const taken = () => {
      const lab = places.get(this.#place)?.deref();
      return lab !== this && lab?.isConnected;
    };
    for (let n = 0; !this.#place || taken(); n += 1) this.#place = (n === 0 && this.id) || `${n}`;
    places.set(this.#place, new WeakRef(this));
  }

  /**
   * Where its runs are kept; what cannot be is not missed.
   *
   * @template T
   * @param {(shelf: import('../runs.js').Shelf) => T | Promise<T>} work
   */
  async #atShelf(work) {
    try {
      const { shelfOf } = await chunk('chunks/runs.js', () => import('../runs.js'));
      return await work(shelfOf(this));
    } catch {
      return undefined;
    }
  }

  /** The reader may have left in the middle of a run. */
  async #recall() {
    const life = this.#life.signal;
    const { experiment } = this.#settings;
    await idle();
    const run = await this.#atShelf((shelf) => shelf.recall(this.#place, experiment));
    if (life.aborted || this.#store.phase !== 'idle') return;
    // Another call asks for what was changed meanwhile.
    if (differ(experiment, this.#settings.experiment)) return;
    this.#run = run;
    this.#queueRender();
  }

  /** Goes on with the run that was kept. */
  #resume() {
    if (!this.#run) return;
    const { step, bytes, experiment, files } = this.#run;
    this.#instead ??= [this.#kept];
    this.#kept = { ...this.#how, experiment, files, snapshot: { step, bytes } };
    this.#propose();
    this.#start();
  }

  /** The address names what runs, where it named what was to run. */
  async #followAddress() {
    const first = document.querySelector('ganvas-lab[from-url]') === this;
    if (!this.#store.description || !first) return;
    let address;
    try {
      address = await chunk('chunks/address.js', () => import('./address.js'));
    } catch {
      // The address stays as it was; the next change tries again.
      return;
    }
    // Of what runs by now: it may have changed while we waited.
    const { description } = this.#store;
    const attributes = attributesOf(this);
    if (!description || !address.follow(attributes, description.experiment, this.#store)) return;
    // What it says now is no wish of anybody: it is what runs.
    const { problems } = this.#settings;
    this.#settings = { ...this.#read(), problems };
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
        if (differ(before.experiment, experiment)) this.#recalled = this.#recall();
        return this.#greet();
      }
      lab.hold(this.#held);
      lab.follow(before.experiment, experiment);
      const { backend, exact, threads } = options;
      const was = before.options;
      if (backend !== was.backend || exact !== was.exact || threads !== was.threads)
        lab.attempt(() => lab.moveTo(backend, { exact, threads }));
    });
  }

  /**
   * A lab has more to say than the facade, and so has who finds fault with a setting.
   *
   * @param {string} language
   */
  #learn(language) {
    const part = this.#lab || this.#settings.problems.length > 0 ? 'rest' : 'first';
    return translator(language, part, this.#life.signal);
  }

  /** Follows language and theme, then shows what was wrong with the settings. */
  async #refresh() {
    const language = resolveLanguage(this, this.#settings.options.lang);
    const { problems } = this.#settings;
    if (language !== this.#language || !this.#words || problems.length > 0) {
      this.#language = language;
      this.#words = this.#learn(language);
    }
    const words = this.#words;
    try {
      const t = await words;
      // While we waited the language may have changed again; that call has the last word.
      if (language !== this.#language) return;
      this.#t = t;
      this.#speechless = false;
    } catch (error) {
      if (words !== this.#words) return;
      // The words of before still serve, and the next call asks again.
      this.#words = undefined;
      this.#speechless = this.#t === undefined;
      this.#fail(error);
      return;
    }
    this.#followTheme();
    // Settings that changed while we waited are told by the call that they made.
    if (problems !== this.#settings.problems) return this.#queueRender();
    const reported = this.#reported;
    this.#reported = new Set(problems.map((problem) => JSON.stringify(problem)));
    for (const problem of problems) {
      if (reported.has(JSON.stringify(problem))) continue;
      this.#fail(this.#worded(problem), undefined, true);
    }
    this.#queueRender();
  }

  #followTheme() {
    const theme = resolveTheme(this, this.#framedTheme || this.#settings.options.theme);
    if (theme === this.#theme) return;
    this.#theme = theme;
    this.#queueRender();
  }

  // ---- showing and telling -------------------------------------------------------------------

  /** @param {import('../settings/rules.js').Problem} problem */
  #worded(problem) {
    const { code, field, reason, params } = problem;
    const error = new GanvasError(code, this.#t?.(`problem.${reason}`, params) ?? reason, field);
    this.#reasons.set(error, problem);
    return error;
  }

  /** @param {import('../store.js').Phase} phase */
  #enter(phase) {
    if (this.#store.phase === phase) return;
    this.#store.phase = phase;
    this.#announce();
  }

  #announce() {
    const { phase, description } = this.#store;
    this.#followAddress();
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
   * @param {import('../store.js').Place} [place]
   * @param {boolean} [ofSettings]
   * @returns {GanvasError}
   */
  #fail(thrown, place, ofSettings) {
    const error = toError(thrown);
    // What was given up is no fault: whoever waits for it hears of it.
    if (error.code === 'aborted' || this.#shown.has(error)) return error;
    this.#shown.add(error);
    this.#store.complain(error, place, ofSettings, this.#reasons.get(error));
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
    const { controls } = this.#settings.options;
    if (!t) {
      render(
        this.#section(this.#speechless ? speechless(() => this.#refresh()) : nothing),
        this.#root,
      );
      return;
    }
    const lab = this.#lab;
    const open = lab && this.#store.description;
    const body = open
      ? lab.view(t, controls)
      : facade(
          this.#store,
          t,
          {
            start: () => this.#start(),
            // Without controls nobody could start what was prepared.
            prepare:
              controls === 'none'
                ? undefined
                : () => {
                    this.#launch().catch(() => {});
                  },
            dismiss: (key) => this.#dismiss(key),
            resume: () => this.#resume(),
            cancel: () => this.#cancel(),
            useCpu: () => {
              this.#store.backend = 'cpu';
              if (this.#kept) this.#kept.backend = 'cpu';
              this.#store.complaints = [];
              this.#start();
            },
          },
          this.#shownPreview(),
          this.#run,
        );
    // A page speaks of what is here. Each writing is told to who watches it.
    const subject = this.#subject;
    if (this.dataset.subject !== subject) this.dataset.subject = subject;
    const focused = this.#root.activeElement;
    render(this.#section(body ?? nothing), this.#root);
    if (focused && (!focused.isConnected || focused.matches(':disabled'))) {
      import('./focus.js').then((it) => it.passFocusOn(this.#root, focused)).catch(() => {});
    }
    if (open) {
      lab.draw(this.#root, this.#theme);
    } else {
      const usual = this.#store.draft.model === startExperiment().model;
      if (!usual || this.#root.querySelector('.fails')) {
        import('./room.js').then((room) => room.keepRoom(this.#root)).catch(() => {});
      }
      this.#drawPoster();
    }
  }

  /**
   * The frame of everything. It speaks two languages itself: a translator that rewrites its texts
   * would leave them as they were when they change.
   *
   * @param {unknown} body
   */
  #section(body) {
    return html`<section
      class="ganvas notranslate"
      part="lab"
      translate="no"
      lang=${this.#language || nothing}
      aria-label=${this.#t?.('app.region') ?? 'Ganvas'}
      data-scheme=${this.#theme || nothing}
      data-controls=${this.#settings.options.controls}
      data-phase=${this.#store.phase}
      data-space=${this.#space}
      data-model=${this.#store.description?.model ?? this.#store.draft.model}
    >
      ${body}
    </section>`;
  }

  /** The picture on the facade; an illustration is not missed if it does not load. */
  async #drawPoster() {
    const canvas = this.#root.querySelector('canvas.poster');
    const subject = this.#subject;
    const theme = this.#theme;
    const look = `${theme} ${subject}`;
    if (!(canvas instanceof HTMLCanvasElement) || canvas.dataset.look === look) return;
    canvas.dataset.look = look;
    const [ink, paper] = [channelsOf(canvas, '--ink-rgb'), channelsOf(canvas, '--paper-rgb')];
    const preview = this.#shownPreview();
    try {
      if (preview) {
        this.#paint?.(canvas, preview, ink, paper);
      } else {
        // The first frame is for words and buttons; where digits follow at once, they are it.
        await idle();
        const { drawPoster } = await (subject === 'points'
          ? import('./plane-poster.js')
          : import('./poster.js'));
        if (canvas.dataset.look === look) drawPoster(canvas, ink, paper, subject);
      }
      canvas.dataset.theme = theme;
    } catch (error) {
      console.info(`Ganvas shows no illustration: ${toError(error).message}`);
    }
  }

  /** What runs, or would, is about this. */
  get #subject() {
    return subjectOf(this.#store.draft.model);
  }

  /** What its samples are. */
  get #space() {
    return this.#subject === 'points' ? 'plane' : 'image';
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

/** @param {Settings} settings */
const howOf = ({ options: { backend, exact, threads } }) => ({ backend, exact, threads });

/** @param {object} one @param {object} other */
const differ = (one, other) => JSON.stringify(one) !== JSON.stringify(other);

/**
 * What the page does with its object while the lab loads is its own business. What is no plain
 * object stays as it is, to be refused.
 *
 * @param {Experiment} [changes]
 */
const copyOf = (changes) => (changes?.constructor === Object ? { ...changes } : changes);
