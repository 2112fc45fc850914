/**
 * The lab once it is started: connects the client (worker) with the store and the views. The
 * element keeps it behind its public API.
 */
import { Client } from '../client.js';
import { GanvasError, toError } from '../errors.js';
import { History } from '../history.js';
import { sortFiles, toBytes } from '../idx-files.js';
import { changesBetween, inUse, toQuery } from '../settings/experiment.js';
import { experimentOf, presets, withChanges } from '../settings/fields.js';
import { traitsOf } from '../settings/traits.js';
import { CurvePanels } from '../views/curves.js';
import { drawDigits } from '../views/digits-canvas.js';
import { drawExplorer } from '../views/explorer.js';
import { labSheet } from '../views/lab-sheet.js';
import { labView } from '../views/lab-view.js';
import { LatentSpace } from './latent-space.js';

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
 * @typedef {import('../idx-files.js').Bytes} Bytes
 *
 * @typedef {object} Host what the element does for the lab
 * @property {() => void} changed something to be shown has changed
 * @property {() => void} phase the phase has changed
 * @property {(error: unknown) => GanvasError} failed shows an error and tells the page
 * @property {(name: string, detail: unknown) => void} emit
 */

const liveEveryMs = 10_000;

/** @implements {LabInterface} */
export class Lab {
  #running = false;
  #held = false;
  #recovering = false;
  #curves = new CurvePanels();
  #lastLive = Number.NEGATIVE_INFINITY;
  /** A sentence for screen readers, renewed now and then. */
  live = '';
  /** @type {Translate} */
  #t = (key) => key;

  /**
   * @param {URL} site
   * @param {import('../store.js').Store} store
   * @param {Origin} origin
   * @param {Host} host
   */
  constructor(site, store, origin, host) {
    this.site = site;
    this.store = store;
    this.host = host;
    store.history ??= new History();
    this.latentSpace = new LatentSpace({
      request: (body) => this.client.request(body),
      changed: host.changed,
      failed: host.failed,
    });
    this.client = new Client(new URL('worker.js', site), origin, {
      loading: (stage) => {
        store.stage = stage;
        host.changed();
      },
      described: (description) => {
        store.description = description;
        store.draft = { ...description.experiment };
        host.changed();
      },
      running: (running) => {
        this.#running = running;
        if (!running) this.#say(store.report);
        this.#updatePhase();
      },
      report: (report) => this.#report(report),
      grid: (images) => {
        store.grid = images;
        host.emit('sample', publicImages(images));
        this.latentSpace.follow(!this.#running);
        host.changed();
      },
      real: (images) => {
        store.real = images;
        host.changed();
      },
      pairs: (images) => {
        store.pairs = images;
        host.changed();
      },
      notice: (notice) => {
        this.#recovering &&= notice.name !== 'restarted';
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
        host.failed(error);
        store.phase = 'stopped';
        host.phase();
      },
    });
  }

  async open() {
    await this.client.open();
    this.#updatePhase();
  }

  /**
   * Frees the worker, its memory and its GPU buffers.
   *
   * @returns {Origin} what it takes to go on later
   */
  dispose() {
    this.client.dispose();
    this.#curves.dispose();
    this.latentSpace.dispose();
    return this.client.origin;
  }

  // ---- the element's API ---------------------------------------------------------------------

  about() {
    const description = this.store.description;
    if (!description) throw new GanvasError('internal', 'The session is not open');
    const { backend, adapter, software, model, parameters, dataset } = description;
    return { backend, adapter, software, dataset: { ...dataset }, model, parameters };
  }

  /**
   * @param {number} [steps]
   * @returns {Promise<Report>}
   */
  train(steps) {
    this.store.extra = undefined;
    return this.client.request({ type: 'train', steps });
  }

  pause() {
    return this.client.request({ type: 'pause' });
  }

  /** @param {Which} which */
  step(which) {
    this.store.extra = undefined;
    return this.client.request({ type: 'step', which });
  }

  /** @param {Experiment} changes */
  async reset(changes) {
    const stopped = this.store.phase === 'stopped';
    const description = stopped
      ? await this.#reopen(changes)
      : await this.client.request({ type: 'reset', changes });
    this.store.clearRun();
    this.store.forget('diverged');
    this.host.changed();
    return description.experiment;
  }

  /** @param {Experiment} changes */
  async #reopen(changes) {
    const description = await this.client.reopen(changes);
    this.store.complaints = [];
    this.#updatePhase(true);
    return description;
  }

  /** @param {SampleOptions} options */
  async sample({ count = 64, seed, label, truncation }) {
    if (!Number.isSafeInteger(count) || count < 1 || count > 4096) {
      throw new GanvasError('bad_experiment', 'must be a whole number from 1 to 4096', 'count');
    }
    const request = { type: /** @type {const} */ ('sample'), count, seed, label, truncation };
    return publicImages(await this.client.request(request));
  }

  /** @param {number} count */
  evaluate(count) {
    return this.client.request({ type: 'evaluate', count });
  }

  async save() {
    const bytes = await this.client.request({ type: 'save' });
    return new Blob([bytes], { type: 'application/octet-stream' });
  }

  /** @param {Blob | ArrayBuffer | string | URL} source */
  async load(source) {
    const bytes =
      typeof source === 'string' || source instanceof URL
        ? await fetchBytes(source)
        : await toBytes(source);
    const description = await this.client.request({ type: 'load', bytes });
    this.store.clearRun();
    this.store.forget('diverged');
    this.store.forget('bad_checkpoint');
    this.host.changed();
    return { step: description.step, experiment: description.experiment };
  }

  /** @param {{ images: Bytes, labels?: Bytes, name?: string }} files */
  async loadDataset({ images, labels, name }) {
    const files = {
      name: name ?? nameOf(images),
      source: 'file',
      images: await toBytes(images),
      labels: labels === undefined ? undefined : await toBytes(labels),
    };
    const description = await this.client.request({ type: 'load_dataset', files });
    this.client.origin.files = files;
    for (const notice of ['mnist_missing', 'files_missing']) this.store.retract(notice);
    this.store.forget('bad_dataset');
    this.host.changed();
    return description.dataset;
  }

  // ---- what the reader does ------------------------------------------------------------------

  /**
   * Does what a button asks for; what fails is shown and ends there.
   *
   * @param {() => Promise<unknown> | unknown} work
   */
  async attempt(work) {
    try {
      await work();
    } catch (error) {
      this.host.failed(error);
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
    });
  }

  /** Starts over with the edited settings, and goes on training if it was. */
  apply() {
    const resume = this.#running;
    this.attempt(async () => {
      await this.reset(inUse(this.store.draft));
      if (resume) this.#go();
    });
  }

  /** The page asks for another experiment. @param {Experiment} before @param {Experiment} after */
  follow(before, after) {
    const changes = changesBetween(before, after);
    if (Object.keys(changes).length > 0) this.attempt(() => this.reset(changes));
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
    this.attempt(() => this.open());
  }

  /** Draws other z, to see more than the fixed 64. */
  resample() {
    this.attempt(async () => {
      const seed = Math.floor(Math.random() * 2 ** 32);
      const { digit, description } = this.store;
      const choose = digit !== '' && description && traitsOf(description.experiment).shows('digit');
      const label = choose ? Number(digit) : undefined;
      this.store.extra = await this.client.request({ type: 'sample', count: 64, seed, label });
    });
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
    this.store.draft = { ...this.store.draft, ...experimentOf(preset), dataset, seed };
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

  /** @param {BackendChoice} backend */
  moveTo(backend) {
    return this.attempt(async () => {
      const before = this.store.backend;
      this.store.backend = backend;
      this.store.retractBackendNotices();
      try {
        await this.client.moveTo(backend);
      } catch (error) {
        this.store.backend = before;
        throw error;
      }
    });
  }

  /** @param {number} limit */
  setSpeed(limit) {
    this.store.limit = limit;
    this.client.speed(limit);
    this.host.changed();
  }

  /** @param {File[]} files */
  takeFiles(files) {
    if (files.length === 0) return;
    this.attempt(async () => {
      const { images, labels, checkpoint } = await sortFiles(files);
      if (checkpoint) await this.load(checkpoint);
      if (images) await this.loadDataset({ images, labels });
    });
  }

  /** @param {File} file */
  takeCheckpoint(file) {
    this.attempt(() => this.load(file));
  }

  download() {
    this.attempt(async () => {
      const blob = await this.save();
      const link = document.createElement('a');
      link.href = URL.createObjectURL(blob);
      link.download = `ganvas-${this.store.description?.model}-${this.store.report?.step ?? 0}.safetensors`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    });
  }

  async copyLink() {
    const experiment = this.store.description?.experiment ?? this.store.draft;
    const backend = this.store.backend === 'auto' ? '' : this.store.backend;
    const link = `${this.site.href}?${toQuery(experiment, { backend })}`;
    try {
      await navigator.clipboard.writeText(link);
      this.store.link = '';
      this.store.notify({ name: 'copied' });
    } catch {
      // Sandboxed frames and old browsers: let the reader copy it.
      this.store.link = link;
    }
    this.host.changed();
  }

  // ---- telling -------------------------------------------------------------------------------

  /** @param {boolean} held */
  hold(held) {
    this.#held = held;
    this.client.hold(held);
    if (held) this.latentSpace.play(false);
    this.#updatePhase();
  }

  /** @param {Report} report */
  #report(report) {
    this.store.addReport(report);
    if (performance.now() - this.#lastLive > liveEveryMs || !this.#running) this.#say(report);
    this.host.emit('report', { ...report });
    this.host.changed();
  }

  /** Puts where training stands into words; also at its end. @param {Report} [report] */
  #say(report) {
    if (!report) return;
    this.#lastLive = performance.now();
    const round = (/** @type {number} */ value) => value.toFixed(2);
    const { discriminator } = traitsOf(this.store.description?.experiment ?? {});
    this.live = this.#t(discriminator ? 'live.report' : 'live.report.alone', {
      step: report.step,
      d_loss: round(report.d_loss),
      g_loss: round(report.g_loss),
    });
  }

  /** @param {boolean} [always] */
  #updatePhase(always = false) {
    if (!this.store.description) return;
    const { store } = this;
    const before = store.phase;
    if (this.#recovering) store.phase = 'recovering';
    else if (!this.#running) store.phase = 'paused';
    else store.phase = this.#held ? 'held' : 'running';
    if (always || store.phase !== before) this.host.phase();
  }

  // ---- showing -------------------------------------------------------------------------------

  /** @param {Translate} t */
  translate(t) {
    this.#t = t;
    this.#curves.translate(t);
  }

  /**
   * @param {Translate} t
   * @param {'full' | 'basic' | 'none'} controls
   */
  view(t, controls) {
    if (this.#t !== t) this.translate(t);
    return labView(this, t, controls);
  }

  /**
   * Paints what is no markup: canvases and curves.
   *
   * @param {ShadowRoot} root
   * @param {string} theme
   */
  draw(root, theme) {
    if (!root.adoptedStyleSheets.includes(labSheet)) root.adoptedStyleSheets.push(labSheet);
    drawDigits(root.querySelector('canvas.fake'), this.store.extra ?? this.store.grid, 8, theme);
    drawDigits(root.querySelector('canvas.real'), this.store.real, 6, theme);
    drawDigits(root.querySelector('canvas.pairs'), this.store.pairs, 6, theme);
    drawExplorer(root, this.latentSpace, theme);
    this.#curves.draw(root, this.store, theme);
  }
}

/** @param {Images} images */
function publicImages({ count, channels, step, pixels }) {
  return { width: 28, height: 28, count, channels, step, pixels };
}

/** @param {Bytes} source */
function nameOf(source) {
  const name = source instanceof File ? source.name.replace(/\.(gz|idx\d?-ubyte)$/gi, '') : 'file';
  return name.slice(0, 60) || 'file';
}

/** @param {string | URL} url */
async function fetchBytes(url) {
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw new GanvasError('network', `${url}: ${toError(error).message}`);
  }
}
