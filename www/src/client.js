/**
 * The page's side of the worker: promises for its answers, and a new worker from the last snapshot
 * when one dies. It knows the protocol and nothing of what is shown.
 */
import { GanvasError, toError } from './errors.js';
import { inUse } from './settings/experiment.js';
import { withChanges } from './settings/fields.js';
import { startWorker } from './worker-thread.js';

/**
 * @typedef {import('./protocol.js').FromWorker} FromWorker
 * @typedef {import('./protocol.js').RequestBody} RequestBody
 * @typedef {import('./protocol.js').Description} Description
 * @typedef {import('./protocol.js').DatasetFiles} DatasetFiles
 * @typedef {import('./protocol.js').Experiment} Experiment
 * @typedef {import('./protocol.js').BackendChoice} BackendChoice
 * @typedef {import('./protocol.js').Report} Report
 * @typedef {import('./protocol.js').Notice} Notice
 * @typedef {import('./protocol.js').Images} Images
 *
 * @typedef {object} Handlers what happens without being asked for
 * @property {(stage: string) => void} loading
 * @property {(description: Description) => void} described
 * @property {(running: boolean) => void} running
 * @property {(report: Report) => void} report
 * @property {(images: Images) => void} grid
 * @property {(images: Images) => void} real
 * @property {(images: Images) => void} pairs real images, each with its reconstruction
 * @property {(notice: Notice) => void} notice
 * @property {(error: GanvasError) => void} crashed the session was lost and is being rebuilt
 * @property {(error: GanvasError) => void} stopped it was lost and is not rebuilt
 *
 * @typedef {object} Pending
 * @property {RequestBody} body
 * @property {(value: any) => void} resolve
 * @property {(error: GanvasError) => void} reject
 * @property {number} [until] of a `train` under way: the step where it ends
 *
 * @typedef {object} Origin all that it takes to build the session again
 * @property {BackendChoice} backend
 * @property {Experiment} experiment
 * @property {DatasetFiles} [files]
 * @property {{ step: number, bytes: Uint8Array }} [snapshot]
 */

const failuresInARow = 3;
const rowMs = 60_000;

export class Client {
  /** @type {Worker | undefined} */
  #worker;
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  /** Goals of training that wait for the next worker. @type {Pending[]} */
  #carried = [];
  /** @type {Promise<Description> | undefined} */
  #recovery;
  #deadBackend = '';
  #ids = 0;
  /** Resolves when the session is open; requests wait for it. @type {Promise<unknown>} */
  #opened = Promise.resolve();
  /** @type {number[]} */
  #failures = [];
  #disposed = false;
  #held = false;
  #limit = 0;
  /** @type {Report | undefined} */
  #report;

  /**
   * @param {URL} url of worker.js
   * @param {Origin} origin
   * @param {Handlers} handlers
   */
  constructor(url, origin, handlers) {
    this.url = url;
    this.origin = origin;
    this.handlers = handlers;
  }

  /**
   * Opens the session; when it dies while opening, resolves once it has been rebuilt.
   *
   * @returns {Promise<Description>}
   */
  open() {
    return this.#await(
      this.#open().catch((error) => {
        if (this.#recovery) return this.#recovery;
        throw error;
      }),
    );
  }

  /**
   * Requests wait for this promise. Nobody may be asking now; whoever asks later gets the reason.
   *
   * @param {Promise<Description>} opening
   */
  #await(opening) {
    this.#opened = opening;
    opening.catch(() => {});
    return opening;
  }

  /** @returns {Promise<Description>} */
  async #open() {
    const worker = await startWorker(this.url);
    if (this.#disposed) {
      worker.terminate();
      throw gone();
    }
    this.#worker = worker;
    worker.addEventListener('message', (event) => this.#receive(worker, event.data));
    worker.addEventListener('error', (event) => {
      const message = event.message || 'The worker failed';
      this.#recover(worker, new GanvasError('internal', message));
    });
    this.#order();
    const { backend, experiment, files, snapshot } = this.origin;
    return this.#send({ type: 'open', backend, experiment, files, snapshot: snapshot?.bytes });
  }

  /**
   * @param {RequestBody} body
   * @returns {Promise<any>}
   */
  async request(body) {
    await this.#opened;
    return this.#send(body);
  }

  /**
   * @param {RequestBody} body
   * @returns {Promise<any>}
   */
  #send(body) {
    return new Promise((resolve, reject) => {
      if (!this.#worker) return reject(this.#disposed ? gone() : stopped());
      this.#post({ body, resolve, reject });
    });
  }

  /** @param {Pending} pending */
  #post(pending) {
    this.#ids += 1;
    this.#pending.set(this.#ids, pending);
    this.#worker?.postMessage({ ...pending.body, id: this.#ids });
  }

  /** @param {boolean} held */
  hold(held) {
    this.#held = held;
    this.#order();
  }

  /** @param {number} limit steps per second, 0 for none */
  speed(limit) {
    this.#limit = limit;
    this.#order();
  }

  #order() {
    this.#worker?.postMessage({ type: 'hold', held: this.#held });
    this.#worker?.postMessage({ type: 'speed', limit: this.#limit });
  }

  /**
   * Continues on another backend from where training stands.
   *
   * @param {BackendChoice} backend
   * @returns {Promise<Description>}
   */
  async moveTo(backend) {
    const before = this.origin.backend;
    const bytes = await this.request({ type: 'save' });
    this.origin.snapshot = { step: this.#report?.step ?? 0, bytes };
    this.origin.backend = backend;
    this.#leave();
    try {
      return await this.#resumed(this.open());
    } catch (error) {
      // What was asked for is not there: go on where we were.
      this.origin.backend = before;
      this.#leave();
      await this.#resumed(this.open());
      throw error;
    }
  }

  #leave() {
    this.#close();
    this.#carry(new GanvasError('internal', 'The backend was changed'));
  }

  /**
   * Opens a session that had stopped again, as a new run with changed settings. A snapshot would
   * bring back what it died of; it is kept only if the new run does not come about.
   *
   * @param {Experiment} changes
   * @returns {Promise<Description>}
   */
  async reopen(changes) {
    const { experiment, snapshot } = this.origin;
    this.#close();
    this.#failures = [];
    this.origin.experiment = withChanges(experiment, changes);
    this.origin.snapshot = undefined;
    try {
      return await this.open();
    } catch (error) {
      this.#close();
      Object.assign(this.origin, { experiment, snapshot });
      throw error;
    }
  }

  /** Ends the worker, its memory and its GPU buffers. Training under way counts as paused. */
  dispose() {
    this.#disposed = true;
    this.#close();
    for (const { body, resolve, reject } of [...this.#pending.values(), ...this.#carried]) {
      if (body.type === 'train') resolve(this.#report);
      else reject(gone());
    }
    this.#pending.clear();
  }

  #close() {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  /**
   * @param {Worker} worker
   * @param {FromWorker} message
   */
  #receive(worker, message) {
    if (worker !== this.#worker) return;
    switch (message.type) {
      case 'hello':
        break;
      case 'reply':
        this.#settled(message.id)?.resolve(message.value);
        break;
      case 'failure':
        this.#settled(message.id)?.reject(toError(message.error));
        break;
      case 'goal': {
        const pending = this.#pending.get(message.id);
        if (pending) pending.until = message.until;
        break;
      }
      case 'described':
        this.#remember(message.description);
        this.handlers.described(message.description);
        break;
      case 'snapshot':
        this.origin.snapshot = { step: message.step, bytes: message.bytes };
        break;
      case 'report':
        this.#report = message.report;
        this.handlers.report(message.report);
        break;
      case 'loading':
        this.handlers.loading(message.stage);
        break;
      case 'running':
        this.handlers.running(message.running);
        break;
      case 'grid':
        this.handlers.grid(message.images);
        break;
      case 'real':
        this.handlers.real(message.images);
        break;
      case 'pairs':
        this.handlers.pairs(message.images);
        break;
      case 'notice':
        this.handlers.notice(message.notice);
        break;
      case 'fatal':
        this.#recover(worker, toError(message.error), message.backend);
        break;
    }
  }

  /** A reset starts another run: the snapshot of the old one must not come back. @param {Description} description */
  #remember(description) {
    this.origin.experiment = inUse(description.experiment);
    if (description.step === 0) this.origin.snapshot = undefined;
  }

  /** @param {number} id */
  #settled(id) {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  /**
   * @param {Worker} worker
   * @param {GanvasError} error
   * @param {string} [backend] what the dead worker ran on
   */
  #recover(worker, error, backend = '') {
    if (worker !== this.#worker || this.#disposed) return;
    this.#close();
    this.#deadBackend = backend;
    this.#carry(error);
    this.handlers.crashed(error);
    // A worker that dies while a recovery is opening it is that recovery's business.
    if (this.#recovery) return;
    this.#recovery = this.#rebuild(error).finally(() => {
      this.#recovery = undefined;
    });
    this.#await(this.#recovery);
  }

  /**
   * @param {GanvasError} error
   * @returns {Promise<Description>}
   */
  async #rebuild(error) {
    for (let cause = error; ; ) {
      const now = Date.now();
      this.#failures = [...this.#failures.filter((time) => now - time < rowMs), now];
      if (this.#failures.length >= failuresInARow) {
        if (this.#deadBackend !== 'webgpu') return this.#stop(cause);
        this.origin.backend = 'cpu';
        this.#failures = [];
        this.handlers.notice({ name: 'fell_back_to_cpu', code: cause.code });
      }
      try {
        const description = await this.#resumed(this.#open());
        const params = { step: description.step };
        this.handlers.notice({ name: 'restarted', code: error.code, params });
        return description;
      } catch (failure) {
        cause = toError(failure);
        if (this.#worker || this.#disposed) return this.#stop(cause);
      }
    }
  }

  /**
   * Rejects what was asked of a worker that is gone; goals of training wait for the next one.
   *
   * @param {GanvasError} error
   */
  #carry(error) {
    for (const pending of this.#pending.values()) {
      if (pending.body.type === 'train') this.#carried.push(pending);
      else pending.reject(error);
    }
    this.#pending.clear();
  }

  /**
   * Takes the waiting goals up again. A goal is a step of the run, which goes on from the snapshot.
   *
   * @param {Promise<Description>} opening
   */
  async #resumed(opening) {
    const description = await opening;
    for (const pending of this.#carried.splice(0)) {
      const { until } = pending;
      const finite = until !== undefined && Number.isFinite(until);
      this.#post({ ...pending, body: finite ? { type: 'train', until } : pending.body });
    }
    return description;
  }

  /**
   * @param {GanvasError} error
   * @returns {never}
   */
  #stop(error) {
    this.#close();
    for (const pending of this.#carried.splice(0)) pending.reject(error);
    this.handlers.running(false);
    this.handlers.stopped(error);
    throw error;
  }
}

const gone = () => new GanvasError('internal', 'The element was removed from the page');
const stopped = () => new GanvasError('internal', 'The lab has stopped; reset it to start again');
