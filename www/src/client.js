/**
 * The page's side of the worker: promises for its answers, and a new worker from the last snapshot
 * when one dies. It knows the protocol and nothing of what is shown.
 */
import { aborted, GanvasError, toError } from './errors.js';
import { inUse } from './settings/experiment.js';
import { withChanges } from './settings/fields.js';
import { urlOf } from './site.js';
import { decide } from './trial/race.js';
import { workloadOf } from './trial/workload.js';
import { limits } from './waiting.js';
import { startWorker, watchOver } from './worker-thread.js';

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
 * @property {(latents: { z: Float32Array, length: number, step: number }) => void} latents of the grid
 * @property {(images: Images) => void} pairs real images, each with its reconstruction
 * @property {(what: string, value: unknown) => void} watched a view that is watched is another one
 * @property {(what: string, error: GanvasError) => void} unwatchable it cannot be shown for now
 * @property {(notice: Notice) => void} notice
 * @property {(snapshot: Snapshot) => void} snapshot
 * @property {(backend: BackendChoice) => void} moved another backend was taken than was asked for
 * @property {(error: GanvasError) => void} crashed the session was lost and is being rebuilt
 * @property {(error: GanvasError) => void} stopped it was lost and is not rebuilt
 *
 * @typedef {object} Pending
 * @property {RequestBody} body
 * @property {(value: any) => void} resolve
 * @property {(error: GanvasError) => void} reject
 * @property {number} [until] of a `train` under way: the step where it ends
 *
 * @typedef {{ step: number, bytes: Uint8Array }} Snapshot
 *
 * @typedef {object} Origin all that it takes to build the session again
 * @property {BackendChoice} backend
 * @property {boolean} [exact] the CPU's numbers shall be those of every other browser
 * @property {import('./protocol.js').Threads} [threads]
 * @property {Experiment} experiment
 * @property {DatasetFiles} [files]
 * @property {Snapshot} [snapshot]
 * @property {import('./protocol.js').Weights} [weights] which are shown
 * @property {boolean} [ran] it was open before: if its backend is gone, another will do
 */

const failuresInARow = 3;
const rowMs = 60_000;

export class Client {
  /** @type {Worker | undefined} */
  #worker;
  /** Ends the wait for a worker that is starting. @type {AbortController | undefined} */
  #start;
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  /** Requests that wait for the next worker: goals of training, and all others after a move. @type {Pending[]} */
  #carried = [];
  /** Rebuilding after a fault. @type {Promise<Description> | undefined} */
  #recovery;
  /** Changes of the worker happen one after another. @type {Promise<unknown>} */
  #change = Promise.resolve();
  /** What the worker of now, or the last one, ran on; empty while nobody knows. */
  #backend = '';
  #ids = 0;
  /** Resolves when the session is open; requests wait for it. @type {Promise<unknown>} */
  #opened = Promise.resolve();
  /** Why there is no worker any more. @type {GanvasError | undefined} */
  #stopped;
  /** @type {number[]} */
  #failures = [];
  #disposed = false;
  #held = false;
  #limit = 0;
  /** What is watched. @type {Map<string, Record<string, any>>} */
  #watched = new Map();
  /** @type {Report | undefined} */
  #report;
  /** The latest step that is known of. */
  #step = 0;
  /** What a trial has decided about. @type {import('./trial/race.js').Place & { workload: string } | undefined} */
  #contest;
  /** Ends the watch over the worker. @type {(() => void) | undefined} */
  #watch;

  /**
   * @param {import('./site.js').Site} site
   * @param {Origin} origin
   * @param {Handlers} handlers
   */
  constructor(site, origin, handlers) {
    this.site = site;
    this.origin = origin;
    this.handlers = handlers;
  }

  /**
   * Opens the session; when it dies while opening, resolves once it has been rebuilt.
   *
   * @returns {Promise<Description>}
   */
  open() {
    return this.#inTurn(() =>
      this.origin.ran
        ? this.#openAnywhere()
        : this.#open().catch((error) => {
            if (this.#recovery) return this.#recovery;
            throw error;
          }),
    );
  }

  /** Tries again after it has stopped, from the last snapshot. @returns {Promise<Description>} */
  restart() {
    return this.#inTurn(() => {
      this.#leave();
      this.#failures = [];
      return this.#openAnywhere();
    });
  }

  /**
   * Requests wait for this. Nobody may be asking now; whoever asks later gets the reason, unless
   * there is a session after all: a refused move leaves the one that was there.
   *
   * @template T
   * @param {Promise<T>} opening
   */
  #await(opening) {
    this.#opened = opening.catch((error) => {
      if (!this.#worker) throw error;
    });
    this.#opened.catch(() => {});
    return opening;
  }

  /**
   * Replaces the worker when what does so already is done. Requests that come meanwhile wait.
   *
   * @template {Description | undefined} T
   * @param {() => Promise<T>} change
   * @returns {Promise<T>}
   */
  #inTurn(change) {
    const before = Promise.all([this.#change, this.#recovery].map((it) => it?.catch(() => {})));
    const opening = before.then(() => {
      if (this.#disposed) throw gone();
      return change();
    });
    this.#change = opening.catch(() => {});
    return this.#await(opening);
  }

  /** @returns {Promise<Description>} */
  async #open() {
    this.#close();
    const start = new AbortController();
    this.#start = start;
    const worker = await startWorker(urlOf(this.site, 'worker.js'), start.signal);
    if (this.#start !== start) {
      worker.terminate();
      throw gone();
    }
    this.#stopped = undefined;
    this.#worker = worker;
    worker.addEventListener('message', (event) => this.#receive(worker, event.data));
    worker.addEventListener('error', (event) => {
      const message = event.message || 'The worker failed';
      this.#recover(worker, new GanvasError('internal', message));
    });
    this.#watch = watchOver(worker, (error) => this.#recover(worker, error));
    this.#order();
    const { backend, exact, threads, experiment, files, snapshot, weights } = this.origin;
    const { stall } = limits;
    const bytes = snapshot?.bytes;
    /** @type {Extract<RequestBody, { type: 'open' }>} */
    const body = {
      type: 'open',
      backend,
      exact,
      threads,
      experiment,
      files,
      snapshot: bytes,
      weights,
      stall,
      moved: this.site.moved,
    };
    const description = await this.#openOn(body, start.signal).catch((error) => {
      // A worker without a session is of no use.
      if (worker === this.#worker) this.#close();
      throw error;
    });
    this.origin.ran = true;
    for (const pending of this.#carried.splice(0)) this.#resume(pending);
    return description;
  }

  /**
   * Has it tried which backend is faster, where the worker leaves that open.
   *
   * @param {Extract<RequestBody, { type: 'open' }>} body
   * @param {AbortSignal} signal
   * @returns {Promise<Description>}
   */
  async #openOn(body, signal) {
    const answer = await this.#send(body);
    this.#contest = undefined;
    if (answer.contested === undefined) return answer;
    const place = { device: answer.contested, cpu: answer.cpu };
    const { backend, notice } = await this.#decide(place, body, signal);
    const description = await this.#send({ ...body, winner: backend });
    this.#contest = { ...place, workload: workloadOf(body.experiment) };
    // It may have become the CPU after all, which the worker has told.
    if (description.backend === backend) this.handlers.notice(notice);
    return description;
  }

  /**
   * @param {import('./trial/race.js').Place} place
   * @param {import('./trial/race.js').Work} work
   * @param {AbortSignal} signal
   */
  #decide(place, work, signal) {
    return decide(this.site, place, work, signal, () => this.handlers.loading('trial'));
  }

  /**
   * Opens the session of a run that exists already: where it was, and on the CPU where there is no
   * other way.
   *
   * @param {GanvasError} [error] what the last one died of
   * @returns {Promise<Description>}
   */
  async #openAnywhere(error) {
    for (let cause = error; ; ) {
      if (cause && !this.#mayTryAgain(cause)) return this.#stop(cause);
      try {
        const description = await this.#open();
        const params = { step: description.step };
        if (error) this.handlers.notice({ name: 'restarted', code: error.code, params });
        return description;
      } catch (failure) {
        if (this.#disposed) throw failure;
        cause = toError(failure);
      }
    }
  }

  /** Counts a failure, and leaves a backend that does not hold. @param {GanvasError} cause */
  #mayTryAgain(cause) {
    const onCpu = this.origin.backend === 'cpu' || this.#backend === 'cpu';
    const absent = cause.code === 'webgpu_unavailable' || cause.code === 'insecure_context';
    const fatal = fatalCodes.includes(cause.code);
    const now = Date.now();
    this.#failures = [...this.#failures.filter((time) => now - time < rowMs), now];
    // What did not fit twice does not fit.
    const most = cause.code === 'out_of_memory' && onCpu ? 2 : failuresInARow;
    const often = this.#failures.length >= most;
    if (!absent && !fatal) return false;
    if (!absent && !often) return true;
    if (onCpu) return false;
    this.#failures = [];
    this.origin.backend = 'cpu';
    this.#backend = 'cpu';
    this.handlers.moved('cpu');
    this.handlers.notice({ name: 'fell_back_to_cpu', code: cause.code });
    return true;
  }

  /**
   * @param {RequestBody} body
   * @returns {Promise<any>}
   */
  async request(body) {
    // It may be replaced while we wait.
    for (let opened; opened !== this.#opened; ) {
      opened = this.#opened;
      await opened;
    }
    return this.#send(body);
  }

  /**
   * @param {RequestBody} body
   * @returns {Promise<any>}
   */
  #send(body) {
    return new Promise((resolve, reject) => {
      if (!this.#worker) return reject(this.#disposed ? gone() : (this.#stopped ?? gone()));
      this.#post({ body, resolve, reject });
    });
  }

  /** @param {Pending} pending */
  #post(pending) {
    this.#ids += 1;
    this.#pending.set(this.#ids, pending);
    this.#worker?.postMessage({ ...pending.body, id: this.#ids });
  }

  /**
   * A goal is a step of the run, which goes on from a snapshot.
   *
   * @param {Pending} pending
   */
  #resume(pending) {
    const { until } = pending;
    const finite = until !== undefined && Number.isFinite(until);
    this.#post({ ...pending, body: finite ? { type: 'train', until } : pending.body });
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

  /**
   * Has a view kept up to date, also by workers to come.
   *
   * @param {string} what
   * @param {Record<string, any> | null} options null ends it
   */
  watch(what, options) {
    if (options) this.#watched.set(what, options);
    else this.#watched.delete(what);
    this.#worker?.postMessage({ type: 'watch', what, options });
  }

  #order() {
    this.#worker?.postMessage({ type: 'hold', held: this.#held });
    this.#worker?.postMessage({ type: 'speed', limit: this.#limit });
    for (const [what, options] of this.#watched) {
      this.#worker?.postMessage({ type: 'watch', what, options });
    }
  }

  /**
   * Continues on another backend from where training stands; when it has stopped, from the last
   * snapshot.
   *
   * @param {BackendChoice} backend
   * @param {Pick<Origin, 'exact' | 'threads'>} [manner] as before if left out
   * @returns {Promise<Description>}
   */
  moveTo(backend, manner) {
    return this.#inTurn(() => this.#move({ ...manner, backend }));
  }

  /** The experiment is another piece of work than the one that `auto` has decided about. */
  get outgrown() {
    return (
      this.origin.backend === 'auto' &&
      this.#contest !== undefined &&
      this.#contest.workload !== workloadOf(this.origin.experiment)
    );
  }

  /**
   * `auto` decides anew, and moves where another backend is faster now.
   *
   * @returns {Promise<Description | undefined>}
   */
  reconsider() {
    return this.#inTurn(async () => {
      const contest = this.#contest;
      if (!contest || !this.#start || !this.outgrown) return undefined;
      const { experiment } = this.origin;
      // What trains meanwhile would disturb the trial.
      this.#worker?.postMessage({ type: 'hold', held: true });
      const { signal } = this.#start;
      const decision = this.#decide(contest, this.origin, signal);
      const { backend, notice } = await decision.finally(() => this.#order());
      this.handlers.notice(notice);
      this.#contest = { ...contest, workload: workloadOf(experiment) };
      return backend === this.#backend ? undefined : this.#move({ backend: 'auto' });
    });
  }

  /**
   * @param {Pick<Origin, 'backend'> & Partial<Pick<Origin, 'exact' | 'threads'>>} how
   * @returns {Promise<Description>}
   */
  async #move(how) {
    const { backend, exact, threads } = this.origin;
    const alive = this.#worker !== undefined;
    if (alive) {
      const bytes = await this.#send({ type: 'save' });
      this.origin.snapshot = { step: this.#step, bytes };
    }
    Object.assign(this.origin, how);
    this.#failures = [];
    this.#leave();
    try {
      return await this.#open();
    } catch (error) {
      if (this.#disposed) throw error;
      // What was asked for is not there: go on where we were.
      Object.assign(this.origin, { backend, exact, threads });
      if (!alive) return this.#stop(toError(error));
      await this.#openAnywhere();
      throw error;
    }
  }

  /** The worker goes; what it was asked and has not answered, the next one is asked. */
  #leave() {
    this.#close();
    this.#carried.push(...this.#pending.values());
    this.#pending.clear();
  }

  /**
   * Opens a session that had stopped again, as a new run with changed settings. A snapshot would
   * bring back what it died of; it is kept only if the new run does not come about.
   *
   * @param {Experiment} changes
   * @returns {Promise<Description>}
   */
  reopen(changes) {
    return this.#inTurn(async () => {
      const { experiment, snapshot } = this.origin;
      this.#leave();
      this.#failures = [];
      this.origin.experiment = withChanges(experiment, changes);
      this.origin.snapshot = undefined;
      try {
        return await this.#openAnywhere();
      } catch (error) {
        Object.assign(this.origin, { experiment, snapshot });
        throw error;
      }
    });
  }

  get stopped() {
    return this.#stopped !== undefined;
  }

  /** Ends the worker, its memory and its GPU buffers. Training under way counts as paused. */
  dispose() {
    this.#disposed = true;
    this.#close();
    for (const { body, resolve, reject } of [...this.#pending.values(), ...this.#carried]) {
      if (body.type === 'train' && this.#report) resolve(this.#report);
      else reject(gone());
    }
    this.#pending.clear();
    this.#carried = [];
  }

  #close() {
    this.#watch?.();
    this.#watch = undefined;
    this.#start?.abort(gone());
    this.#start = undefined;
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
      case 'pong':
        break;
      case 'reply': {
        const pending = this.#settled(message.id);
        // Points are part of the experiment: they do not take the place of somebody's images.
        if (pending?.body.type === 'load_dataset' && 'images' in pending.body.files) {
          this.origin.files = pending.body.files;
        }
        if (pending?.body.type === 'weights') {
          this.origin.weights = /** @type {import('./protocol.js').Weights} */ (message.value);
        }
        pending?.resolve(message.value);
        break;
      }
      case 'failure':
        this.#settled(message.id)?.reject(toError(message.error));
        break;
      case 'goal': {
        const pending = this.#pending.get(message.id);
        if (pending) pending.until = message.until;
        break;
      }
      case 'described':
        this.#remember(message.description, message.fresh);
        this.handlers.described(message.description);
        break;
      case 'snapshot': {
        const { step, bytes } = message;
        this.origin.snapshot = { step, bytes };
        this.handlers.snapshot({ step, bytes });
        break;
      }
      case 'report':
        this.#report = message.report;
        this.#step = message.report.step;
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
      case 'latents':
        this.handlers.latents(message);
        break;
      case 'pairs':
        this.handlers.pairs(message.images);
        break;
      case 'watched':
        // What was under way when a watch ended is of no use any more.
        if (this.#watched.has(message.what)) {
          this.handlers.watched(message.what, message.value);
        }
        break;
      case 'unwatchable':
        if (this.#watched.has(message.what)) {
          this.handlers.unwatchable(message.what, toError(message.error));
        }
        break;
      case 'notice':
        this.handlers.notice(message.notice);
        break;
      case 'fatal':
        this.#backend = message.backend ?? this.#backend;
        this.#recover(worker, toError(message.error));
        break;
    }
  }

  /**
   * @param {Description} description
   * @param {boolean} fresh another run: the snapshot of the old one must not come back
   */
  #remember(description, fresh) {
    this.origin.experiment = inUse(description.experiment);
    this.#backend = description.backend;
    this.#step = description.step;
    if (fresh) {
      this.origin.snapshot = undefined;
      this.#report = undefined;
    }
  }

  /** @param {number} id */
  #settled(id) {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  /**
   * Rejects what was asked of a worker that is gone; goals of training wait for the next one.
   *
   * @param {Worker} worker
   * @param {GanvasError} error
   */
  #recover(worker, error) {
    if (worker !== this.#worker || this.#disposed) return;
    this.#close();
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of lost) {
      if (pending.body.type === 'train') this.#carried.push(pending);
      else if (pending.body.type !== 'open') pending.reject(error);
    }
    this.handlers.crashed(error);
    // Who opens it meanwhile, in a recovery or in a change, hears of it and tries again.
    const opening = lost.find(({ body }) => body.type === 'open');
    if (opening && (this.#recovery || this.origin.ran)) return opening.reject(error);
    this.#recovery = this.#openAnywhere(error).finally(() => {
      this.#recovery = undefined;
    });
    this.#await(this.#recovery);
    opening?.reject(error);
  }

  /**
   * @param {GanvasError} error
   * @returns {never}
   */
  #stop(error) {
    this.#close();
    this.#stopped = error;
    for (const pending of this.#carried.splice(0)) pending.reject(error);
    this.handlers.stopped(error);
    this.handlers.running(false);
    throw error;
  }
}

/** After these another worker may do better. */
const fatalCodes = ['internal', 'device_lost', 'out_of_memory'];

const gone = () => aborted('The lab was taken off the page');
