/**
 * Drives one session: trains in slices, answers requests between them, reports at a bounded rate.
 * One thing happens at a time, because a session is one mutable thing.
 */
import { Budgeted } from '../budget.js';
import { GanvasError, toPlain } from '../errors.js';
import { inUse } from '../settings/experiment.js';
import { experimentWithoutLabels, takesDataset, withChanges } from '../settings/fields.js';
import { traitsOf, traitsOfModel } from '../settings/traits.js';
import { limits } from '../waiting.js';
import { chooseBackend } from './backend.js';
import { Crew } from './crew.js';
import { dataFor, dataOf, dataToStartWith, prefetchDataset } from './dataset.js';
import { blameClassifier, downloadClassifier, relocate } from './download.js';
import { cpuModule, loadEngine, lostSession } from './engine.js';
import { macrotask } from './inbox.js';
import { measure } from './measure.js';
import { Pace } from './pace.js';
import { compileTogether } from './pipelines.js';
import { placeOf, sampleOf } from './samples.js';
import { Turns } from './turns.js';
import { views } from './views.js';
import { Watches } from './watches.js';

/**
 * @typedef {import('../protocol.js').Request} Request
 * @typedef {import('../protocol.js').FromWorker} FromWorker
 * @typedef {import('../protocol.js').Report} Report
 * @typedef {import('../protocol.js').Backend} Backend
 * @typedef {import('../protocol.js').OpenOptions} OpenOptions
 * @typedef {import('../protocol.js').DatasetFiles} DatasetFiles
 * @typedef {import('./engine.js').Engine} Engine
 * @typedef {import('./engine.js').Session} Session
 *
 * @typedef {{ id: number, until: number }} Goal `until` is a step, or Infinity: until paused
 */

const sliceMs = 50;
const gridEveryMs = 1000;
const gridShare = 0.1;
const snapshotEveryMs = 15_000;
const snapshotShare = 0.03;
const realCount = 24;
const pairCount = 12;
/** Requests after which the run, or what is shown of it, is another one. */
const changing = ['step', 'reset', 'tune', 'weights', 'load', 'load_dataset', 'pause', 'open'];

export class Driver {
  /** @type {Engine | undefined} */
  #engine;
  /** @type {Session | undefined} */
  #session;
  /** Kept when the session's pipelines for pictures are compiled. @type {Promise<unknown> | undefined} */
  #canDraw;
  /** Kept when those for a step are. @type {Promise<unknown> | undefined} */
  #canTrain;
  /** @type {Backend | undefined} */
  #backend;
  /** @type {DatasetFiles | undefined} */
  #files;
  /** @type {Goal[]} */
  #goals = [];
  #step = 0;
  /** @type {Report | undefined} */
  #report;
  #pace = new Pace();
  #turns = new Turns();
  #crew = new Crew();
  #grid = new Budgeted(gridEveryMs, gridShare);
  #snapshot = new Budgeted(snapshotEveryMs, snapshotShare);
  #watches = new Watches(views);
  #lastStep = 0;
  #lastReport = Number.NEGATIVE_INFINITY;
  /** The report that was posted last: a newer one that came right after it was not. @type {Report | undefined} */
  #posted;

  #held = false;
  /** Steps per second at most; 0 is no limit. */
  limit = 0;

  /** @param {(message: FromWorker, transfer?: Transferable[]) => void} post */
  constructor(post) {
    this.post = post;
  }

  /** The reader is not looking: hold, without ending any goal. */
  get held() {
    return this.#held;
  }

  /** @param {boolean} held */
  hold(held) {
    this.#held = held;
    this.#rest();
  }

  /** What is still asked of a lab that nobody sees takes one core, and so does what is faster so. */
  #rest() {
    const shared = /** @type {Partial<import('./threads.js').Shared> | undefined} */ (this.#engine);
    shared?.rest?.(this.#held || this.#crew.resting);
  }

  get training() {
    return this.#goals.length > 0 && !this.held;
  }

  /**
   * @param {string} what
   * @param {Record<string, any> | null} options
   */
  watch(what, options) {
    this.#watches.set(what, options);
  }

  /** Nothing trains, somebody looks, and what he sees is out of date. */
  get outdated() {
    return this.#session !== undefined && !this.held && this.#watches.stale;
  }

  /** Milliseconds until the speed limit allows the next step. */
  get wait() {
    if (this.limit <= 0) return 0;
    return Math.max(0, this.#lastStep + 1000 / this.limit - performance.now());
  }

  /**
   * Answers a request. An error that leaves the session whole is posted as the answer; one that
   * does not is thrown on.
   *
   * @param {Request} request
   */
  async answer(request) {
    try {
      if (request.type === 'train') return await this.#startTraining(request);
      const training = this.#goals.length > 0;
      const value = await this.#perform(request);
      if (changing.includes(request.type)) this.#watches.outdate();
      this.post({ type: 'reply', id: request.id, value });
      // Who pauses shall not have to wait for pictures.
      if (request.type === 'pause' && training) await this.#showPaused();
    } catch (error) {
      const lost = lostSession(error, this.#engine);
      if (lost) throw error;
      this.post({ type: 'failure', id: request.id, error: toPlain(error) });
    }
  }

  /**
   * @param {Exclude<Request, { type: 'train' }>} request
   * @returns {Promise<unknown>}
   */
  async #perform(request) {
    if (request.type === 'open') return this.#open(request);
    if (request.type === 'trial') return measure(request);
    const session = this.#opened();
    switch (request.type) {
      case 'pause':
        await this.#pause(session);
        return this.#report;
      case 'step': {
        const { change, ...report } = await session.step(request.which);
        this.#stepped(/** @type {import('../generated/ganvas_web.js').Figures} */ (report));
        await this.#postGrid();
        return { ...this.#report, change };
      }
      case 'next':
        return this.#next(session);
      case 'look':
        return session.eyes(request.gaze);
      case 'reset':
        return this.#reset(session, request.changes);
      case 'tune':
        return this.#tune(session, request.changes);
      case 'sample':
        return this.#images(await sampleOf(session, request));
      case 'weights':
        return this.#showWeights(session, request.which);
      case 'walk': {
        const { from, to, count } = request;
        return this.#images(await session.walk(from, to, count));
      }
      case 'plane': {
        const { seed, side, extent } = request;
        return this.#images(await session.plane(seed, side, extent));
      }
      case 'place': {
        const { z, label, pixels } = await placeOf(session, request);
        return { z, label, images: this.#images(pixels) };
      }
      case 'evaluate':
        return this.#evaluate(session, request.count);
      case 'save':
        return this.#save(session);
      case 'load': {
        const asked = await session.load(request.bytes);
        this.#restarted(session);
        const description = this.#describe(true);
        await this.#takeSnapshot();
        await this.#show();
        const { dataset } = description.experiment;
        if (asked !== dataset) this.post({ type: 'notice', notice: otherData(asked, dataset) });
        return description;
      }
      case 'load_dataset': {
        const { step, experiment } = session.describe();
        const { files } = request;
        const data = dataOf(this.#module(), files);
        const unlabelled = 'images' in files && files.labels === undefined;
        const untold = unlabelled && traitsOf(experiment).conditional;
        const fresh = untold && step === 0;
        if (fresh) {
          // Nothing is lost yet: the model that needs no labels takes the place of this one.
          await session.reset_on(inUse(experimentWithoutLabels()), data).finally(() => data.free());
          this.#restarted(session);
          this.post({ type: 'notice', notice: { name: 'without_labels' } });
          await this.#show();
        } else {
          this.#use(session, data);
        }
        if ('images' in files) this.#files = files;
        this.#postReal();
        return this.#describe(fresh);
      }
    }
  }

  /**
   * @param {Session} session
   * @param {number} count
   */
  async #evaluate(session, count) {
    if (this.#space === 'plane') return session.evaluate_plane(count);
    const classifier = await downloadClassifier();
    try {
      return await session.evaluate(count, classifier, macrotask);
    } catch (error) {
      throw blameClassifier(error);
    }
  }

  /**
   * @param {Session} session
   * @param {import('../protocol.js').Weights} [which] those of now are named without it
   */
  async #showWeights(session, which) {
    if (which !== undefined && which !== session.describe().weights) {
      session.show_weights(which);
      await this.#postGrid();
    }
    return session.describe().weights;
  }

  /** An update by hand has been made. @param {import('../generated/ganvas_web.js').Figures} report */
  #stepped(report) {
    this.#step = report.step;
    this.#accept(report);
    this.#postReport();
  }

  /** Who walks through a round looks closely: nothing trains meanwhile. @param {Session} session */
  async #next(session) {
    if (this.#goals.length > 0) await this.#pause(session);
    const phase = await session.next();
    if (phase.phase === 'update') {
      this.#stepped(await session.report());
      await this.#postGrid();
      this.#watches.outdate();
    }
    return phase;
  }

  /** A file holds whole steps: saving may complete one. @param {Session} session */
  async #save(session) {
    const start = performance.now();
    const bytes = await session.save();
    this.#complete(session, start);
    return bytes;
  }

  /**
   * A step that was under way may have been completed since `start`.
   *
   * @param {Session} session
   * @param {number} start
   */
  #complete(session, start) {
    const { step } = session.describe();
    if (step > this.#step) this.#pace.add(step - this.#step, performance.now() - start);
    this.#step = step;
  }

  /** @param {Session} session */
  async #pause(session) {
    try {
      await this.#readLast(session);
    } catch (error) {
      if (!lostSession(error, this.#engine)) this.#failGoals(toPlain(error));
      throw error;
    }
    this.#endGoals();
  }

  async #showPaused() {
    await this.#postGrid();
    if (this.#step > 0 && this.#snapshot.due) await this.#takeSnapshot();
  }

  /**
   * @param {OpenOptions} options
   * @returns {Promise<import('../protocol.js').Description | import('../protocol.js').Contested>}
   */
  async #open(options) {
    if (options.stall !== undefined) limits.stall = options.stall;
    relocate(options.moved);
    prefetchDataset(options.experiment);
    // A module that is asked for by name loads while the browser looks for an adapter.
    const named = options.winner ?? (options.backend === 'auto' ? undefined : options.backend);
    const early = named && loadEngine(named, options);
    // Whoever awaits it hears of a failure; without an adapter nobody will.
    early?.catch(() => {});
    /** @type {import('./backend.js').Choice} */
    const choice = options.winner
      ? { backend: options.winner }
      : await chooseBackend(options.backend);
    // The page has it tried where nothing of a run is, and asks again.
    if (choice.contested !== undefined) {
      // What is faster depends on the way that the CPU would go.
      const { name, count } = cpuModule(options);
      return { contested: choice.contested, cpu: `${name} ${count}` };
    }
    let because = choice.because;
    try {
      await this.#create(choice.backend, options, early);
    } catch (error) {
      // A trap in `create` is fatal for this worker; the page then starts one on the CPU itself.
      const mayFallBack = options.backend === 'auto' && choice.backend === 'webgpu';
      const blamesBackend = toPlain(error).code !== 'bad_experiment';
      if (!mayFallBack || !blamesBackend || error instanceof WebAssembly.RuntimeError) throw error;
      because = 'cpu_webgpu_failed';
      await this.#create('cpu', options);
    }
    if (because) this.post({ type: 'notice', notice: { name: because } });
    await this.#turns.prepare(this.#backend === 'webgpu');

    const session = this.#opened();
    if (options.weights) session.show_weights(options.weights);
    this.#files = options.files;
    this.post({ type: 'loading', stage: 'dataset' });
    const { experiment } = options;
    const { data, notice } = await dataToStartWith(this.#module(), experiment, options.files);
    this.#use(session, data);
    if (notice) this.post({ type: 'notice', notice });
    await this.#canDraw;
    if (options.snapshot) await session.load(options.snapshot);
    this.#restarted(session);
    // The browser goes on compiling meanwhile.
    await this.#show();
    await this.#canTrain;
    return this.#describe();
  }

  /**
   * @param {Session} session
   * @param {import('./engine.js').Data} data
   */
  #use(session, data) {
    try {
      session.use_data(data);
    } finally {
      data.free();
    }
  }

  /**
   * @param {Backend} backend
   * @param {OpenOptions} options
   * @param {Promise<import('./engine.js').Engine>} [engine] that is loading already
   */
  async #create(backend, options, engine = loadEngine(backend, options)) {
    this.#backend = backend;
    this.post({ type: 'loading', stage: 'module' });
    this.#engine = await engine;
    this.#crew = new Crew();
    this.#rest();
    this.post({ type: 'loading', stage: 'session' });
    this.#session = await this.#engine.Session.create(backend, options.experiment);
    // The browser compiles while this worker goes on to read the dataset.
    const session = this.#session;
    this.#canDraw = compileTogether(() => session.warm_up_pictures());
    this.#canTrain = compileTogether(() => session.warm_up());
    // Whoever awaits them hears of a failure.
    this.#canDraw.catch(() => {});
    this.#canTrain.catch(() => {});
  }

  /**
   * Other data are fetched and parsed before anything is replaced; the session checks them together
   * with the settings.
   *
   * @param {Session} session
   * @param {import('../protocol.js').Experiment} changes
   */
  async #reset(session, changes) {
    const { experiment } = session.describe();
    const wanted = withChanges(experiment, changes);
    // The session itself has the points of the plane, and the data in use.
    const { model, dataset } = wanted;
    const images = traitsOf(wanted).space === 'image' && takesDataset(String(model), dataset);
    /** @type {import('../protocol.js').Notice | undefined} */
    let missing;
    if (images && dataset !== experiment.dataset) {
      // What nobody asked for by name may be replaced.
      const { data, notice } =
        changes.dataset === undefined
          ? await dataToStartWith(this.#module(), wanted, this.#files)
          : { data: await dataFor(this.#module(), wanted, this.#files) };
      missing = notice;
      try {
        await session.reset_on(changes, data);
      } finally {
        data.free();
      }
    } else {
      await session.reset(changes);
    }
    this.#restarted(session);
    if (missing) this.post({ type: 'notice', notice: missing });
    // Whose pictures they are is said before they are shown.
    const description = this.#describe(true);
    await this.#show();
    return description;
  }

  /**
   * The run goes on with other settings. What was kept of it before would bring the old ones back,
   * also at step 0: a file may have been loaded there.
   *
   * @param {Session} session
   * @param {import('../protocol.js').Experiment} changes
   */
  async #tune(session, changes) {
    const start = performance.now();
    session.tune(changes);
    this.#complete(session, start);
    const description = this.#describe();
    await this.#takeSnapshot();
    return description;
  }

  /** The weights are others now: what ran before is over. @param {Session} session */
  #restarted(session) {
    this.#endGoals();
    this.#report = undefined;
    this.#pace = new Pace();
    this.#step = session.describe().step;
    this.#snapshot.postpone();
  }

  /** @param {Extract<Request, { type: 'train' }>} request */
  async #startTraining({ id, steps, until }) {
    this.#opened();
    const goal = { id, until: until ?? (steps === undefined ? Infinity : this.#step + steps) };
    if (goal.until <= this.#step) {
      this.post({ type: 'reply', id, value: this.#report });
      return;
    }
    this.#goals.push(goal);
    this.post({ type: 'goal', id, until: goal.until });
    this.post({ type: 'running', running: true });
  }

  /** One slice of training and what is due after it. */
  async slice() {
    const session = this.#opened();
    const atGoal = () => this.#goals.some((goal) => goal.until <= this.#step);
    try {
      // What was asked for in between may have completed its last step.
      if (!atGoal()) await this.#turns.take(() => this.#trainSlice(session));
      const reached = atGoal();
      if (reached) await this.#readLast(session);
      else if (this.#pace.due) await this.#readBack(session, false);
      if (reached) this.#finishGoals();
      if (this.#grid.due || this.#goals.length === 0) await this.#postGrid();
      if (this.#snapshot.due) await this.#takeSnapshot();
    } catch (error) {
      if (lostSession(error, this.#engine)) throw error;
      this.#failGoals(toPlain(error));
    }
    this.#watches.outdate();
    await this.look();
    const reason = session.device_lost();
    if (reason !== undefined) throw new GanvasError('device_lost', reason);
    await macrotask();
  }

  /** Shows the page what it watches; a view that fails costs the run nothing. */
  async look() {
    const { training } = this;
    const scene = {
      session: this.#opened(),
      engine: this.#module(),
      step: this.#step,
      training,
      prepare: compileTogether,
    };
    for await (const sight of this.#watches.look(scene, training)) {
      const { what } = sight;
      if ('error' in sight) {
        if (lostSession(sight.error, this.#engine)) throw sight.error;
        this.post({ type: 'unwatchable', what, error: toPlain(sight.error) });
      } else {
        this.post({ type: 'watched', what, value: sight.value }, sight.transfer);
      }
    }
  }

  /** @param {Session} session */
  async #trainSlice(session) {
    const next = Math.min(...this.#goals.map((goal) => goal.until));
    const allowed = this.limit > 0 ? 1 : this.#pace.allowance - this.#pace.taken;
    const steps = Math.max(1, Math.min(allowed, next - this.#step));
    const start = performance.now();
    this.#lastStep = start;
    // A long step is taken update by update, and each is waited for: a GPU that has its orders
    // cannot be stopped.
    const { slow } = this.#pace;
    // Who watches does not wait for a slice's end.
    const budget = Math.min(sliceMs, Math.max(1, this.#watches.wait));
    const done = await session.train(slow ? 1 : steps, slow ? 0 : budget);
    this.#step += done;
    if (slow && done === 0) await session.report();
    const spent = performance.now() - start;
    this.#pace.add(done, spent);
    const { resting } = this.#crew;
    this.#crew.took(done, spent);
    if (resting !== this.#crew.resting) this.#rest();
  }

  /**
   * @param {Session} session
   * @param {boolean} post always, even right after another
   */
  async #readBack(session, post) {
    const start = performance.now();
    const report = await session.report();
    this.#pace.settle(performance.now() - start);
    this.#accept(report);
    if (post || performance.now() - this.#lastReport >= 240) this.#postReport();
  }

  /** The report of the last step, posted once. @param {Session} session */
  async #readLast(session) {
    if (this.#pace.taken > 0) await this.#readBack(session, true);
    else if (this.#report !== this.#posted) this.#postReport();
  }

  /** @param {import('../generated/ganvas_web.js').Figures} report */
  #accept(report) {
    const measured = this.#pace.stepsPerSecond;
    const steps_per_second = this.limit > 0 ? Math.min(this.limit, measured) : measured;
    this.#report = { ...report, steps_per_second };
  }

  #postReport() {
    if (!this.#report) return;
    this.#posted = this.#report;
    this.#lastReport = performance.now();
    this.post({ type: 'report', report: this.#report });
  }

  #finishGoals() {
    const open = this.#goals.filter((goal) => goal.until > this.#step);
    for (const { id, until } of this.#goals) {
      if (until <= this.#step) this.post({ type: 'reply', id, value: this.#report });
    }
    this.#goals = open;
    if (open.length === 0) this.post({ type: 'running', running: false });
  }

  /** Paused: whoever waited gets the last report, whose step says how far it came. */
  #endGoals() {
    if (this.#goals.length === 0) return;
    for (const { id } of this.#goals) this.post({ type: 'reply', id, value: this.#report });
    this.#goals = [];
    this.post({ type: 'running', running: false });
  }

  /** @param {import('../errors.js').PlainError} error */
  #failGoals(error) {
    for (const { id } of this.#goals) this.post({ type: 'failure', id, error });
    this.#goals = [];
    this.post({ type: 'running', running: false });
  }

  /** Only a state that reported finite losses is worth keeping. */
  async #takeSnapshot() {
    const session = this.#opened();
    if (this.#pace.taken > 0) await this.#readBack(session, false);
    const bytes = await this.#snapshot.run(() => this.#save(session));
    this.post({ type: 'snapshot', step: this.#step, bytes }, [bytes.buffer]);
  }

  async #postGrid() {
    const session = this.#opened();
    // Points are watched, as a view.
    if (this.#space === 'plane') return;
    const { panels } = traitsOfModel(session.describe().model);
    const encodes = panels.includes('reconstructions');
    const { grid, pairs } = await this.#grid.run(async () => ({
      grid: await session.grid(),
      pairs: encodes ? await session.reconstruct(pairCount) : undefined,
    }));
    this.post({ type: 'grid', images: this.#images(grid) }, [grid.buffer]);
    if (pairs) {
      const images = this.#images(pairs);
      this.post({ type: 'pairs', images }, [pairs.buffer]);
    }
  }

  /** What the grid is made from. */
  #postLatents() {
    const session = this.#opened();
    const z = session.latents();
    const length = Number(session.describe().experiment.latent_dim);
    if (z.length > 0) this.post({ type: 'latents', z, length, step: this.#step }, [z.buffer]);
  }

  #postReal() {
    const session = this.#opened();
    if (this.#space === 'plane') return;
    const pixels = session.real(realCount);
    this.post({ type: 'real', images: this.#images(pixels) }, [pixels.buffer]);
  }

  async #show() {
    this.#postReal();
    this.#postLatents();
    await this.#postGrid();
  }

  /** @param {Uint8Array} pixels @returns {import('../protocol.js').Images} */
  #images(pixels) {
    const session = this.#opened();
    const side = session.picture_side();
    const channels = session.channels();
    const count = pixels.length / (side * side * channels);
    return { width: side, height: side, count, channels, step: this.#step, pixels };
  }

  /** @param {boolean} [fresh] another run has begun */
  #describe(fresh = false) {
    const description = this.#opened().describe();
    this.post({ type: 'described', description, fresh });
    return description;
  }

  get #space() {
    return traitsOfModel(this.#opened().describe().model).space;
  }

  /** Whether it has a module, which can break. */
  get computes() {
    return this.#engine !== undefined;
  }

  #module() {
    if (!this.#engine) throw new GanvasError('internal', 'The module is not loaded');
    return this.#engine;
  }

  #opened() {
    if (!this.#session) throw new GanvasError('internal', 'The session is not open');
    return this.#session;
  }

  /** @param {unknown} error @returns {FromWorker} */
  obituary(error) {
    const lost = lostSession(error, this.#engine) ?? toPlain(error);
    return { type: 'fatal', error: lost, backend: this.#backend };
  }
}

/**
 * @param {string} asked
 * @param {import('../protocol.js').Experiment[string]} used
 */
const otherData = (asked, used) => ({ name: 'other_data', params: { asked, used: String(used) } });
