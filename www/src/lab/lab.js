/**
 * The lab once it is started: connects the client (worker) with the store and the views. The
 * element keeps it behind its public API.
 */
import { Client } from '../client.js';
import { kindOf, Moments } from '../diagnosis/moment.js';
import { GanvasError, toError } from '../errors.js';
import { fetchWhole } from '../fetching.js';
import { History } from '../history.js';
import chinese from '../i18n/details.zh-CN.js';
import { sortFiles, toBytes } from '../idx-files.js';
import { problemOfChanges, problemOfValues, withEdits } from '../settings/changes.js';
import { disasterOf } from '../settings/disasters.js';
import { changesBetween, inUse, toQuery } from '../settings/experiment.js';
import { experimentOf, presets, takesDataset, withChanges } from '../settings/fields.js';
import { traitsOf } from '../settings/traits.js';
import { CurvePanels } from '../views/curves.js';
import { addDetails } from '../views/details.js';
import { drawDigits } from '../views/digits-canvas.js';
import { drawExplorer } from '../views/explorer.js';
import { hasEyes, hasOverlay } from '../views/eyes/overlay.js';
import { labSheet } from '../views/lab-sheet.js';
import { labView } from '../views/lab-view.js';
import { drawOpening } from '../views/noise.js';
import { sentenceOf } from '../views/now.js';
import { fixed } from '../views/numbers.js';
import { drawPairs } from '../views/pairs-canvas.js';
import { chunk } from '../waiting.js';
import * as check from './arguments.js';
import { Eyes } from './eyes.js';
import { LatentSpace } from './latent-space.js';
import { Opening } from './opening.js';
import { ownPage } from './own-page.js';
import { PlanePart } from './plane-part.js';
import { Presentation } from './presentation.js';
import { addSight, clearRun, goBack } from './shown.js';
import { SlowRound } from './slow-round.js';
import { Unsaved } from './unsaved.js';

/**
 * @typedef {import('../client.js').Origin} Origin
 * @typedef {import('../views/lab-interface.js').LabInterface} LabInterface
 * @typedef {import('../i18n/index.js').Translate} Translate
 * @typedef {import('../protocol.js').BackendChoice} BackendChoice
 * @typedef {import('../protocol.js').Experiment} Experiment
 * @typedef {import('../protocol.js').Images} Images
 * @typedef {import('../protocol.js').Report} Report
 * @typedef {import('../protocol.js').SampleOptions} SampleOptions
 * @typedef {import('../protocol.js').Which} Which
 * @typedef {import('../protocol.js').Weights} Weights
 * @typedef {import('../idx-files.js').Bytes} Bytes
 * @typedef {import('./arguments.js').Given} Given
 *
 * @typedef {object} Host what the element does for the lab
 * @property {() => void} changed something to be shown has changed
 * @property {() => void} phase the phase has changed
 * @property {(error: unknown, place?: import('../store.js').Place) => GanvasError} failed shows an error and tells the page
 * @property {(problem: import('../settings/rules.js').Problem) => GanvasError} worded a refusal in the reader's language
 * @property {(name: string, detail: unknown) => void} emit
 * @property {() => { lang: string, theme: string, exact: string }} manner what was asked for; empty: nothing
 * @property {() => void} follow another experiment runs
 * @property {(run: import('../runs.js').Run) => void} keep its run, in the browser's storage
 * @property {() => void} drop what was kept of it
 */

addDetails('zh-CN', chinese);

const liveEveryMs = 10_000;
/** Complaints that are out of date once the lab runs on another backend. */
const backendCodes = ['webgpu_unavailable', 'insecure_context', 'device_lost', 'out_of_memory'];
/** With these a session refuses what it shall go on with. */
const refusals = ['bad_checkpoint', 'bad_dataset', 'bad_experiment'];

/** @implements {LabInterface} */
export class Lab {
  #running = false;
  #held = false;
  #recovering = false;
  /** Its first session is there, or was. */
  #launched = false;
  /** `auto` has it tried what is faster now. */
  #trying = false;
  #curves = new CurvePanels((index) => this.pointAt(index));
  #lastLive = Number.NEGATIVE_INFINITY;
  /** Of the other z that are shown. */
  #seed = 0;
  #drawing = false;
  /** Drafts that are being applied. */
  #applying = 0;
  #unsaved = new Unsaved();
  #moments = new Moments();
  #presentation = new Presentation({
    changed: () => this.host.changed(),
    toggle: () => this.toggle(),
  });
  /** A digit is looked at closely. */
  #looking = false;
  /** What the reader has opened, to be brought into sight when it is there. */
  #opened = '';
  /** Where links lead. @type {URL | undefined} */
  #page;
  /** @type {PlanePart} */
  #plane;
  /** Key of the newest message that stands beside a control. */
  #newest = 0;
  /** A sentence for screen readers, renewed now and then. */
  live = '';
  /** Of the arguments of the element's members. */
  check = check;
  /** Views that were opened. @type {import('../views/lab-interface.js').Parts} */
  parts = {};
  /** @type {Translate} */
  #t = (key) => key;

  /**
   * @param {import('../site.js').Site} site
   * @param {import('../store.js').Store} store
   * @param {Origin} origin
   * @param {Host} host
   */
  constructor(site, store, origin, host) {
    this.site = site;
    this.store = store;
    this.host = host;
    store.history ??= new History();
    // What another lab has shown of its run is of the past.
    if (!origin.ran) clearRun(store);
    this.#plane = new PlanePart(this, host);
    this.latentSpace = new LatentSpace({
      request: (body) => this.client.request(body),
      conditional: () => traitsOf(this.#experiment).conditional,
      changed: host.changed,
      // Pictures that were asked of one model may be answered by another, which cannot draw them.
      failed: (error) => {
        if (this.#explorable) host.failed(error);
      },
    });
    this.opening = new Opening({
      changed: host.changed,
      still: () => matchMedia('(prefers-reduced-motion: reduce)').matches,
    });
    this.slowRound = new SlowRound({
      next: () => this.next(),
      changed: host.changed,
      failed: host.failed,
    });
    this.eyes = new Eyes({
      watch: (options) => this.watch('eyes', options),
      seen: () => store.watched.eyes,
      latents: () => store.latents,
      changed: () => {
        if (this.eyes.chosen !== undefined) this.#bring('eyes');
        const open = this.eyes.chosen !== undefined;
        if (open && !this.#looking) this.#opened = '.eyes';
        this.#looking = open;
        host.changed();
      },
    });
    this.client = new Client(site, origin, {
      loading: (stage) => {
        store.stage = stage;
        host.changed();
      },
      described: (description) => {
        this.#described(description);
        if (!this.#recovering) return;
        // There is a session again, whoever has opened it and for what reason.
        this.#recovering = false;
        this.#updatePhase();
      },
      snapshot: (snapshot) => this.#keep(snapshot),
      moved: (backend) => {
        store.backend = backend;
      },
      running: (running) => {
        this.#running = running;
        if (running) this.#movedOn();
        this.#unsaved.follow(running);
        this.#updatePhase();
        if (!running) this.#say(store.report);
      },
      report: (report) => this.#report(report),
      grid: (images) => {
        store.grid = images;
        this.opening.take(images);
        host.emit('sample', { ...images });
        if (this.#explorable) this.latentSpace.follow(!this.#running);
        this.#redraw();
        host.changed();
      },
      real: (images) => {
        store.real = images;
        host.changed();
      },
      latents: ({ z, length, step }) => {
        store.latents = { z, length };
        if (step === 0) this.opening.begin();
        host.changed();
      },
      pairs: (images) => {
        store.pairs = images;
        host.changed();
      },
      watched: (what, value) => {
        delete store.unwatchable[what];
        addSight(store, what, value);
        if (what === 'plane') this.#plane.take();
        else host.changed();
      },
      unwatchable: (what, error) => {
        console.info(`Ganvas cannot show "${what}": ${error.message}`);
        store.unwatchable[what] = error;
        host.changed();
      },
      notice: (notice) => {
        store.notify(notice);
        this.#updatePhase(true);
      },
      crashed: (error) => {
        this.#recovering = true;
        host.failed(error);
        this.#updatePhase();
      },
      stopped: (error) => {
        this.#recovering = false;
        // Whoever opens it tells of that.
        if (!this.#launched) return;
        host.failed(error);
        this.#updatePhase(true);
      },
    });
    this.client.speed(store.limit);
  }

  async open() {
    // The chunk of a picture comes while the worker does.
    this.#plane.follow(this.client.origin.experiment);
    window.addEventListener('beforeunload', this.#ask);
    ownPage(this.site).then((page) => {
      this.#page = page;
      this.host.changed();
    });
    await this.client.open().catch((error) => {
      throw this.#giveUp(error);
    });
    this.#launched = true;
    this.store.forget('bad_run');
    this.#updatePhase();
  }

  /**
   * What a session refuses once, it refuses always: what was kept is given up, for the next start to
   * begin anew.
   *
   * @param {unknown} thrown
   */
  #giveUp(thrown) {
    const { snapshot, ran } = this.client.origin;
    const error = toError(thrown);
    if (!(snapshot || ran) || !refusals.includes(error.code)) return error;
    this.host.drop();
    return new GanvasError('bad_run', error.message);
  }

  /** @param {BeforeUnloadEvent} event */
  #ask = (event) => {
    if (!this.#unsaved.matters) return;
    event.preventDefault();
    // Chrome and Edge before 119 hear this alone.
    event.returnValue = true;
  };

  /**
   * Frees the worker, its memory and its GPU buffers.
   *
   * @returns {Origin} what it takes to go on later
   */
  dispose() {
    window.removeEventListener('beforeunload', this.#ask);
    this.client.dispose();
    this.#curves.dispose();
    this.latentSpace.dispose();
    this.#presentation.dispose();
    this.slowRound.dispose();
    this.opening.end();
    this.#plane.dispose();
    return this.client.origin;
  }

  // ---- the element's API ---------------------------------------------------------------------

  about() {
    const description = this.store.description;
    if (!description) throw new GanvasError('internal', 'The session is not open');
    const { model, parameters, dataset, ...rest } = description;
    const { backend, adapter, software, relaxed, threads } = rest;
    const where = { backend, adapter, software, relaxed, threads };
    return { ...where, dataset: { ...dataset }, model, parameters };
  }

  /**
   * @param {number} [steps]
   * @returns {Promise<Report>}
   */
  train(steps) {
    return this.client.request({ type: 'train', steps });
  }

  pause() {
    return this.client.request({ type: 'pause' });
  }

  /**
   * @param {Which} which
   * @returns {Promise<Report & { change?: import('../protocol.js').Change }>}
   */
  async step(which) {
    const report = await this.client.request({ type: 'step', which });
    this.#movedOn();
    this.store.change = report.change;
    this.host.changed();
    return report;
  }

  /** @returns {Promise<import('../protocol.js').Phase>} */
  async next() {
    const phase = await this.client.request({ type: 'next' });
    this.store.change = undefined;
    this.slowRound.take(phase);
    return phase;
  }

  /**
   * @param {import('../protocol.js').Gaze} gaze
   * @returns {Promise<import('../protocol.js').Eyes>}
   */
  look(gaze) {
    return this.client.request({ type: 'look', gaze });
  }

  /** What was shown of single updates and of a round is of the past. */
  #movedOn() {
    this.store.change = undefined;
    this.slowRound.outdate();
  }

  /** @param {Experiment} changes */
  async reset(changes) {
    const wrong = problemOfValues(changes);
    if (wrong) throw this.host.worded(wrong);
    try {
      const description = this.client.stopped
        ? await this.#reopen(changes)
        : await this.client.request({ type: 'reset', changes });
      this.#begun();
      await this.#reconsider();
      return description.experiment;
    } catch (error) {
      throw this.#refusal(error, changes);
    }
  }

  /**
   * The run goes on with other settings of its losses and optimizers: the same weights, the same
   * step.
   *
   * @param {Experiment} changes
   */
  async tune(changes) {
    const wrong = problemOfValues(changes);
    if (wrong) throw this.host.worded(wrong);
    try {
      const description = await this.client.request({ type: 'tune', changes });
      this.store.tuned = description.step;
      this.host.changed();
      return description.experiment;
    } catch (error) {
      throw this.#refusal(error, changes);
    }
  }

  /**
   * What does not go together depends on what runs when the changes arrive, so that the session
   * decides. The same rule is found here for its words.
   *
   * @param {unknown} error
   * @param {Experiment} changes
   */
  #refusal(error, changes) {
    const { code, field } = toError(error);
    const before = this.store.description?.experiment;
    if (code !== 'bad_experiment' || !before) return error;
    const problem = problemOfChanges(changes, before);
    return problem && problem.field === field ? this.host.worded(problem) : error;
  }

  /** Another experiment may train faster elsewhere. What fails here ends where it was. */
  async #reconsider() {
    if (!this.client.outgrown) return;
    this.#trying = true;
    this.#updatePhase();
    try {
      this.#retractBackendNotices();
      await this.client.reconsider();
    } catch (error) {
      console.info(`Ganvas stays on its backend: ${toError(error).message}`);
    }
    this.#trying = false;
    this.#updatePhase(true);
  }

  /** @param {Experiment} changes */
  async #reopen(changes) {
    const description = await this.client.reopen(changes);
    this.store.complaints = [];
    this.#updatePhase(true);
    return description;
  }

  /**
   * @param {SampleOptions} options
   * @returns {Promise<Images>}
   */
  async sample(options) {
    return this.client.request({ type: 'sample', ...options });
  }

  /**
   * @param {Weights} [which] those of now are named without it
   * @returns {Promise<Weights>}
   */
  async weights(which) {
    const weights = await this.client.request({ type: 'weights', which });
    const { description } = this.store;
    if (which && description) {
      this.store.description = { ...description, weights };
      if (this.#explorable) this.latentSpace.follow(true);
      this.host.changed();
    }
    return weights;
  }

  /** @param {number} count */
  evaluate(count) {
    return this.client.request({ type: 'evaluate', count });
  }

  async save() {
    const bytes = await this.client.request({ type: 'save' });
    this.#unsaved.clear();
    return new Blob([bytes], { type: 'application/octet-stream' });
  }

  /** @param {Bytes | string | URL} source */
  async load(source) {
    const bytes =
      typeof source === 'string' || source instanceof URL
        ? await fetchWhole(String(source), source)
        : await toBytes(source);
    const description = await this.client.request({ type: 'load', bytes });
    this.#begun();
    await this.#reconsider();
    this.store.forget('bad_checkpoint');
    return { step: description.step, experiment: description.experiment };
  }

  /** @param {Given} given */
  async loadDataset(given) {
    const files = await filesOf(given);
    this.store.retract('without_labels');
    const description = await this.client.request({ type: 'load_dataset', files });
    const notices = ['mnist_missing', 'files_missing', 'other_data', 'data_changed'];
    for (const notice of notices) this.store.retract(notice);
    this.store.forget('bad_dataset');
    const { step, dataset } = description;
    if (this.store.notices.some(({ name }) => name === 'without_labels')) this.#begun();
    if (step > 0) this.store.notify({ name: 'data_changed', params: { step } });
    // What a reload goes on with has these data too.
    const { snapshot } = this.client.origin;
    if (snapshot) this.#keep(snapshot);
    this.host.phase();
    return dataset;
  }

  get #explorable() {
    return traitsOf(this.store.description?.experiment ?? {}).shows('explorer');
  }

  /** Without a D there are no rounds to walk through. */
  get #walkable() {
    return traitsOf(this.#experiment).discriminator;
  }

  /** What a reload goes on from. @param {import('../client.js').Snapshot} snapshot */
  #keep({ step, bytes }) {
    const { experiment, files } = this.client.origin;
    const own = experiment.dataset === 'file' ? files : undefined;
    this.host.keep({ step, bytes, experiment, files: own });
  }

  /** Another run has begun: what was said of the old one is out of date. */
  #begun() {
    clearRun(this.store);
    this.#moments.clear();
    this.#movedOn();
    this.eyes.close();
    this.store.complaints = this.store.complaints.filter(({ ofSettings }) => ofSettings);
    this.store.retract('data_changed');
    this.#unsaved.clear();
    if (!this.client.origin.snapshot) this.host.drop();
    this.host.changed();
  }

  // ---- what the reader does ------------------------------------------------------------------

  /**
   * Does what a button asks for; what fails is shown and ends there.
   *
   * @param {() => Promise<unknown> | unknown} work
   * @param {import('../store.js').Place} [place] where the reader looks
   */
  async attempt(work, place) {
    try {
      await work();
    } catch (error) {
      this.host.failed(error, place);
    }
    this.host.changed();
  }

  toggle() {
    this.attempt(() => (this.#running ? this.pause() : this.train()));
  }

  /** A step by hand is for looking closely: training stops for it. @param {Which} which */
  stepOnce(which) {
    this.attempt(async () => {
      if (this.#running) await this.pause();
      await this.step(which);
      if (this.store.change) this.#opened = '.change';
    });
  }

  /** A round, phase by phase: training stops for it. */
  openSlowly() {
    this.attempt(async () => {
      await this.#bring('slowly');
      if (this.#running) await this.pause();
      if (!this.#walkable) return;
      this.slowRound.show(true);
      this.#opened = '.slowly';
    });
  }

  /** Loads a view when it is first opened. @param {keyof typeof loaders} name */
  async #bring(name) {
    if (this.parts[name]) return;
    try {
      const part = await chunk(
        `chunks/${name}-view.js`,
        /** @type {() => Promise<object>} */ (loaders[name]),
      );
      this.parts = { ...this.parts, [name]: part };
      this.host.changed();
    } catch (error) {
      this.host.failed(error);
    }
  }

  /** Starts over with the edited settings, and goes on training if it was. */
  apply() {
    const resume = this.#running;
    const sent = this.store.draft;
    this.attempt(async () => {
      this.#applying += 1;
      try {
        await this.reset(inUse(sent));
        // What the reader has edited since is still to be applied.
        this.store.draft = withEdits(this.#experiment, sent, this.store.draft);
      } finally {
        this.#applying -= 1;
      }
      if (resume) this.#go();
    });
  }

  /** The page asks for another experiment. @param {Experiment} before @param {Experiment} after */
  follow(before, after) {
    const changes = changesBetween(before, after);
    if (Object.keys(changes).length > 0) this.attempt(() => this.reset(changes));
  }

  /**
   * @param {string} name
   * @param {boolean} shown
   */
  showCurve(name, shown) {
    this.store.curves = { ...this.store.curves, [name]: shown };
    this.host.changed();
  }

  /** @param {boolean} logarithmic */
  scaleCurves(logarithmic) {
    this.store.logarithmic = logarithmic;
    this.host.changed();
  }

  /** @param {number | undefined} index */
  pointAt(index) {
    if (index === this.store.pointed) return;
    this.store.pointed = index;
    this.host.changed();
  }

  /** Treats a run that fails on purpose, or takes its cure away again, and lets it go on. */
  treat() {
    const experiment = this.store.description?.experiment;
    const disaster = experiment && disasterOf(experiment);
    if (!disaster) return;
    this.attempt(async () => {
      await this.tune(disaster.cured ? disaster.fault : disaster.cure);
      if (!this.#running) this.#go();
    });
  }

  startOver() {
    const resume = this.#running;
    this.attempt(async () => {
      await this.reset({});
      if (resume) this.#go();
    });
  }

  /** Trains on without anybody waiting for the end. */
  #go() {
    this.attempt(() => this.train());
  }

  /** After a divergence: back to the last state that was sound. */
  restore() {
    const snapshot = this.client.origin.snapshot;
    if (snapshot) this.attempt(() => this.load(new Blob([new Uint8Array(snapshot.bytes)])));
  }

  get snapshotStep() {
    return this.client.origin.snapshot?.step;
  }

  restart() {
    this.store.complaints = [];
    this.attempt(async () => {
      await this.client.restart();
      this.#updatePhase(true);
    });
  }

  /** Draws other z, to see more than the fixed 64; they stay until others are asked for. */
  resample() {
    this.#seed = Math.floor(Math.random() * 2 ** 32);
    this.attempt(() => this.#drawExtra());
  }

  /** The weights have changed: the other z are drawn again, so that both grids keep up. */
  #redraw() {
    if (!this.store.extra || this.#drawing) return;
    this.#drawExtra().catch(() => {
      // A crash meanwhile was told; the fixed grid takes their place.
      this.store.extra = undefined;
    });
  }

  async #drawExtra() {
    const { digit, description } = this.store;
    const choose = digit !== '' && description && traitsOf(description.experiment).shows('digit');
    const label = choose ? Number(digit) : undefined;
    this.#drawing = true;
    try {
      const request = { type: /** @type {const} */ ('sample'), count: 64, seed: this.#seed, label };
      this.store.extra = await this.client.request(request);
    } finally {
      this.#drawing = false;
    }
    this.host.changed();
  }

  /** @param {Weights} which */
  showWeights(which) {
    this.attempt(() => this.weights(which));
  }

  /** @param {string} digit empty: any */
  chooseDigit(digit) {
    this.store.digit = digit;
    this.resample();
  }

  showFixed() {
    this.store.extra = undefined;
    this.host.changed();
  }

  /** @param {number} key */
  dismiss(key) {
    this.store.dismiss(key);
    this.host.changed();
  }

  /** @param {string} name */
  usePreset(name) {
    const preset = presets.find((candidate) => candidate.name === name);
    if (!preset) return;
    const { dataset, seed } = this.store.draft;
    // One whose picture depends on the seed names it.
    const wanted = withChanges(experimentOf(preset), { seed: preset.experiment.seed ?? seed });
    const { space } = traitsOf(wanted);
    // Images stay where the preset learns some; its points are its own.
    const stays = space === 'image' && takesDataset(String(wanted.model), dataset);
    this.store.draft = { ...this.store.draft, ...wanted, ...(stays ? { dataset } : {}) };
    this.host.changed();
  }

  /**
   * @param {string} name
   * @param {string | number | boolean} value
   */
  edit(name, value) {
    this.store.draft = withChanges(this.store.draft, { [name]: value });
    this.host.changed();
  }

  revert() {
    this.store.draft = { ...this.store.description?.experiment };
    this.host.changed();
  }

  /** What was said of the backend is no longer true. */
  #retractBackendNotices() {
    const { notices } = this.store;
    this.store.notices = notices.filter(({ name }) => !/^(cpu_|webgpu_|fell_back)/.test(name));
  }

  /**
   * @param {BackendChoice} backend
   * @param {Pick<import('../client.js').Origin, 'exact' | 'threads'>} [manner] as before if left out
   */
  moveTo(backend, manner) {
    return this.attempt(async () => {
      const { store } = this;
      const before = { backend: store.backend, threads: store.threads };
      store.backend = backend;
      store.threads = manner?.threads ?? store.threads;
      this.#retractBackendNotices();
      try {
        await this.client.moveTo(backend, manner);
        for (const code of backendCodes) store.forget(code);
        this.#updatePhase(true);
      } catch (error) {
        Object.assign(store, before);
        throw error;
      }
    });
  }

  /**
   * @param {string} what
   * @param {Record<string, any> | null} options
   */
  watch(what, options) {
    this.client.watch(what, options);
    delete this.store.unwatchable[what];
    if (options === null) delete this.store.watched[what];
    this.host.changed();
  }

  get presenting() {
    return this.#presentation.on;
  }

  present() {
    this.#presentation.toggle();
  }

  /** @param {number} limit */
  setSpeed(limit) {
    this.store.limit = limit;
    this.client.speed(limit);
    this.host.changed();
  }

  /**
   * Uses what it can of the reader's files, and says what it cannot use and why.
   *
   * @param {File[]} files
   * @param {string[]} [folders] names of what was dropped beside them
   * @param {import('../store.js').Place} [place]
   */
  takeFiles(files, folders = [], place = undefined) {
    this.store.retract('files_unused');
    this.attempt(async () => {
      const { images, labels, checkpoint, unused } = await sortFiles(files);
      for (const name of folders) unused.push({ name, reason: 'folder' });
      if (unused.length > 0) this.store.notify({ name: 'files_unused', unused, place });
      // What cannot be used does not keep the others from being used.
      const loaded = checkpoint && (await Promise.allSettled([this.load(checkpoint)]))[0];
      if (images) await this.loadDataset({ images, labels });
      if (loaded?.status === 'rejected') throw loaded.reason;
    }, place);
  }

  /** A drawing is a wish to see it learned. @param {Float32Array} points */
  useDrawing(points) {
    this.attempt(async () => {
      await this.loadDataset({ points });
      await this.reset({});
      this.#go();
    });
  }

  /** @param {File} file */
  takeCheckpoint(file) {
    this.attempt(() => this.load(file), 'data');
  }

  download() {
    this.attempt(async () => {
      const blob = await this.save();
      const link = document.createElement('a');
      link.href = URL.createObjectURL(blob);
      const { description, report } = this.store;
      const step = report?.step ?? description?.step;
      link.download = `ganvas-${description?.model}-${step}.safetensors`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    });
  }

  /** What runs, or what would. */
  get #experiment() {
    return this.store.description?.experiment ?? this.store.draft;
  }

  /** The address of this experiment, where there is a page for it. */
  get link() {
    if (!this.#page) return undefined;
    const own = (/** @type {unknown} */ value) => (value === 'auto' ? '' : String(value));
    const { backend, threads } = this.store;
    const how = { backend: own(backend), threads: own(threads), ...this.host.manner() };
    const link = new URL(this.#page);
    link.search = toQuery(this.#experiment, how);
    return link.href;
  }

  async copyLink() {
    try {
      await navigator.clipboard.writeText(this.link ?? '');
      this.store.showsLink = false;
      this.store.notify({ name: 'copied', place: 'data' });
    } catch {
      // Sandboxed frames and old browsers: let the reader copy it.
      this.store.showsLink = true;
    }
    if (this.#experiment.dataset === 'file')
      this.store.notify({ name: 'link_files', place: 'data' });
    this.host.changed();
  }

  // ---- telling -------------------------------------------------------------------------------

  /** @param {import('../protocol.js').Description} description */
  #described(description) {
    const { store } = this;
    const before = store.description;
    store.description = description;
    if (!this.#walkable) this.slowRound.show(false);
    if (!hasEyes(description.experiment)) this.eyes.off();
    this.#plane.follow(description.experiment);
    // Another session may stand at an earlier step.
    if (!before || description.step < (store.report?.step ?? 0)) goBack(store, description.step);
    // While one is applied, only what was sent tells which edits came later.
    if (this.#applying === 0)
      store.draft = withEdits(description.experiment, before?.experiment, store.draft);
    // Which data run is announced whenever it changes.
    if (differ(before?.dataset, description.dataset)) this.host.phase();
    else if (differ(before?.experiment, description.experiment)) this.host.follow();
    this.host.changed();
  }

  /** @param {boolean} held */
  hold(held) {
    this.#held = held;
    this.client.hold(held);
    if (held) this.latentSpace.play(false);
    if (held) this.slowRound.play(false);
    this.#updatePhase();
  }

  /** @param {Report} report */
  #report(report) {
    this.store.addReport(report);
    this.#moments.follow(kindOf(this.#experiment), report);
    this.store.moment = this.#moments.name;
    if (performance.now() - this.#lastLive > liveEveryMs || !this.#running) this.#say(report);
    const { judge } = this.store.watched;
    this.host.emit('report', judge ? { ...report, judge } : { ...report });
    this.host.changed();
  }

  /** Puts where training stands into words; also at its end. @param {Report} [report] */
  #say(report) {
    if (!report) return;
    this.#lastLive = performance.now();
    const round = (/** @type {number} */ value) => fixed(value, 2);
    const { discriminator } = traitsOf(this.store.description?.experiment ?? {});
    const figures = this.#t(discriminator ? 'live.report' : 'live.report.alone', {
      step: report.step,
      d_loss: round(report.d_loss),
      g_loss: round(report.g_loss),
    });
    const now = [sentenceOf(this.store, this.#t), this.plane?.words(this.#t)].filter(Boolean);
    this.live = `${figures}${this.#t('live.then')}${now.join(this.#t('now.between'))}`;
  }

  /** @param {boolean} [always] */
  #updatePhase(always = false) {
    if (!this.store.description) return;
    const { store } = this;
    const before = store.phase;
    if (this.client.stopped) store.phase = 'stopped';
    else if (this.#recovering) store.phase = 'recovering';
    else if (this.#trying) store.phase = 'loading';
    else if (!this.#running) store.phase = 'paused';
    else store.phase = this.#held ? 'held' : 'running';
    if (always || store.phase !== before) this.host.phase();
  }

  /** What is shown of a model that lives in the plane. */
  get plane() {
    return this.#plane.view;
  }

  // ---- showing -------------------------------------------------------------------------------

  /** @param {Translate} t */
  translate(t) {
    this.#t = t;
    this.#curves.translate(t);
  }

  /**
   * @param {Translate} t
   * @param {'full' | 'basic' | 'compact' | 'none'} controls
   */
  view(t, controls) {
    if (this.#t !== t) this.translate(t);
    this.eyes.attend(hasOverlay(this, controls), controls !== 'none');
    if (controls === 'none' && this.slowRound.open) this.slowRound.show(false);
    return labView(this, t, controls);
  }

  /** What answers a press is seen, also where the press was at the edge of the window. @param {ShadowRoot} root */
  #bringIntoSight(root) {
    const { complaints, notices } = this.store;
    const keys = [...complaints, ...notices].filter(({ place }) => place).map(({ key }) => key);
    const newest = Math.max(0, ...keys);
    if (newest > this.#newest) {
      root.querySelector('.here:not([hidden])')?.scrollIntoView({ block: 'nearest' });
    }
    this.#newest = Math.max(newest, this.#newest);
  }

  /**
   * Paints what is no markup: canvases and curves.
   *
   * @param {ShadowRoot} root
   * @param {string} theme
   */
  draw(root, theme) {
    if (!root.adoptedStyleSheets.includes(labSheet)) root.adoptedStyleSheets.push(labSheet);
    this.#presentation.follow(root);
    this.#bringIntoSight(root);
    const fakes = this.store.extra ?? this.store.grid;
    drawDigits(root.querySelector('canvas.fake:not(.paired)'), fakes, 8, theme);
    drawPairs(root.querySelector('canvas.paired'), fakes, theme);
    this.opening.seen();
    drawOpening(root.querySelector('canvas.noise'), this.opening, this.store.latents, theme);
    drawDigits(root.querySelector('canvas.real'), this.store.real, 6, theme);
    drawDigits(root.querySelector('canvas.pairs'), this.store.pairs, 6, theme);
    drawExplorer(root, this.latentSpace, theme);
    const opened = this.#opened && root.querySelector(this.#opened);
    if (opened) {
      this.#opened = '';
      opened.scrollIntoView({ block: 'nearest' });
      // What can have the focus has keys of its own.
      if (opened instanceof HTMLElement) opened.focus({ preventScroll: true });
    }
    this.parts.slowly?.drawSlowly(root, this.slowRound, theme);
    this.parts.eyes?.drawEyes(root, this.eyes, theme);
    this.plane?.draw(root, theme);
    this.#curves.draw(root, this.store, theme);
  }
}

/** @param {unknown} one @param {unknown} other */
const differ = (one, other) => JSON.stringify(one) !== JSON.stringify(other);

/** Views that come when they are first opened. */
const loaders = {
  slowly: () => import('../views/slowly/slowly-view.js'),
  eyes: () => import('../views/eyes/eyes-view.js'),
};
/**
 * What is given as the worker takes it. Points are copied: their array stays the caller's own.
 *
 * @param {Given} given
 * @returns {Promise<import('../protocol.js').DatasetFiles>}
 */
async function filesOf(given) {
  if ('points' in given) {
    const { points, name = 'points' } = given;
    return { name, source: 'points', points: points.slice() };
  }
  const { images, labels, name } = given;
  return {
    name: name ?? nameOf(images),
    source: 'file',
    images: await toBytes(images),
    labels: labels === undefined ? undefined : await toBytes(labels),
  };
}

/** @param {Bytes} source */
function nameOf(source) {
  const name = source instanceof File ? source.name.replace(/\.(gz|idx\d?-ubyte)$/gi, '') : 'file';
  return name.slice(0, 60) || 'file';
}
