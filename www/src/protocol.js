/**
 * The messages between the page and its worker: two discriminated unions, told apart by `type`.
 * There is no code here on purpose; both sides are checked against these types.
 *
 * @typedef {import('./errors.js').PlainError} PlainError
 * @typedef {import('./generated/ganvas_web.js').Experiment} Experiment
 * @typedef {import('./generated/ganvas_web.js').Which} Which
 * @typedef {import('./generated/ganvas_web.js').Weights} Weights
 * @typedef {import('./generated/ganvas_web.js').DatasetInfo} DatasetInfo
 * @typedef {import('./generated/ganvas_web.js').Samples} Samples
 * @typedef {import('./generated/ganvas_web.js').Change} Change
 * @typedef {import('./generated/ganvas_web.js').Phase} Phase
 * @typedef {import('./generated/ganvas_web.js').Gaze} Gaze
 * @typedef {import('./generated/ganvas_web.js').Eyes} Eyes
 * @typedef {import('./generated/ganvas_web.js').Verdict} Verdict
 * @typedef {import('./generated/ganvas_web.js').Description} Description what runs; shown to the
 *   reader, always
 * @typedef {import('./generated/ganvas_web.js').Figures & { steps_per_second: number }} Report
 * @typedef {'auto' | 'webgpu' | 'cpu'} BackendChoice
 * @typedef {Description['backend']} Backend
 * @typedef {'auto' | number} Threads how many cores the CPU's work is shared by
 *
 * IDX bytes as the reader gave them, gzip or plain.
 * @typedef {{ name: string, source: string, images: Uint8Array, labels?: Uint8Array }} ImageFiles
 * Points of the plane, as x, y pairs.
 * @typedef {{ name: string, source: string, points: Float32Array }} PointData
 * @typedef {ImageFiles | PointData} DatasetFiles the reader's own data
 *
 * @typedef {object} Images pictures of one size, one after another
 * @property {number} width
 * @property {number} height
 * @property {number} count
 * @property {number} channels
 * @property {number} step
 * @property {Uint8Array} pixels row by row
 *
 * @typedef {object} Notice
 * @property {string} name
 * @property {string} [code]
 * @property {Record<string, string | number>} [params]
 * @property {import('./idx-files.js').Unused[]} [unused] files that were not used
 * @property {'data'} [place] beside what the reader used, instead of on top
 *   something the reader should know that stopped nothing; worded by `notice.<name>`
 *
 * @typedef {object} OpenOptions
 * @property {Experiment} experiment
 * @property {BackendChoice} backend
 * @property {boolean} [exact] the CPU's numbers shall be those of every other browser
 * @property {Threads} [threads]
 * @property {DatasetFiles} [files]
 * @property {Uint8Array} [snapshot]
 * @property {Weights} [weights] which are shown
 * @property {number} [stall] milliseconds without a byte after which a download has failed
 * @property {Record<string, string>} [moved] addresses of files that are not beside worker.js
 *
 * @property {Backend} [winner] what a trial has decided for `auto`
 *
 * The answer to `open` where both backends will do: what a trial's outcome belongs to, the device and
 * how its CPU would compute.
 * @typedef {{ contested: string, cpu: string }} Contested
 *
 * @typedef {object} TrialOptions how fast an experiment trains, in a worker that does nothing else
 * @property {Backend} backend
 * @property {boolean} [exact] as in `open`
 * @property {Threads} [threads]
 * @property {Experiment} experiment
 * @property {number} milliseconds of training that are timed, at least
 * @property {number} longest milliseconds that the first step may take for others to follow
 * @property {number} patience milliseconds without an answer after which a GPU has failed
 * @property {number} [stall] as in `open`
 * @property {Record<string, string>} [moved] as in `open`
 *
 * `whole` is false where there was time for a part of a step: it is slower than that.
 * @typedef {{ steps_per_second: number, whole: boolean }} Rate
 * @typedef {Rate & Pick<Description, 'adapter' | 'software' | 'relaxed' | 'threads' | 'parameters'>} Speed
 *
 * @typedef {object} SampleOptions
 * @property {number} [count]
 * @property {number} [seed]
 * @property {number} [label]
 * @property {number} [truncation]
 * @property {Float32Array} [z] latents, row after row, in the place of drawn ones
 * @property {Uint8Array} [labels] classes in turn; two of them where they are mixed
 * @property {Float32Array} [mix] how far from the first label to the second, in turn
 *
 * Images on the great circle between the latents of two seeds.
 * @typedef {{ from: number, to: number, count: number }} Walk
 * Images around the latent of a seed: `side` × `side` points of a plane, out to `extent` from the
 * middle, each scaled to the length that latents have (in two dimensions, the plane itself around 0).
 * @typedef {{ seed: number, side: number, extent: number }} Plane
 *
 * A point of a walk or of a plane, whose z and picture are wanted: `at` is a share of the way, `right`
 * and `down` are standard deviations.
 * @typedef {{ from: number, to: number, at: number }} WalkPlace
 * @typedef {{ seed: number, right: number, down: number }} PlanePlace
 *
 * Requests carry an `id` and are answered by exactly one `reply` or `failure`; `train` is answered
 * when its goal is reached or training stops.
 * @typedef {(
 *   | ({ type: 'open' } & OpenOptions)
 *   | ({ type: 'trial' } & TrialOptions)
 *   | { type: 'train', steps?: number, until?: number }
 *   | { type: 'pause' }
 *   | { type: 'step', which: Which }
 *   | { type: 'next' }
 *   | { type: 'look', gaze: Gaze }
 *   | { type: 'reset', changes: Experiment }
 *   | { type: 'tune', changes: Experiment }
 *   | ({ type: 'sample' } & SampleOptions)
 *   | { type: 'weights', which?: Weights }
 *   | ({ type: 'walk' } & Walk)
 *   | ({ type: 'plane' } & Plane)
 *   | { type: 'place', walk?: WalkPlace, plane?: PlanePlace }
 *   | { type: 'evaluate', count: number }
 *   | { type: 'save' }
 *   | { type: 'load', bytes: Uint8Array }
 *   | { type: 'load_dataset', files: DatasetFiles }
 * )} RequestBody
 * @typedef {RequestBody & { id: number }} Request
 *
 * Asked of a worker that is there for nothing else: it runs `module`, by the bindings at `glue`, on
 * the memory of the worker that asks.
 * @typedef {{ type: 'help', glue: string, module: WebAssembly.Module, memory: WebAssembly.Memory }} Help
 *
 * Orders have no answer.
 * @typedef {(
 *   | { type: 'hold', held: boolean }
 *   | { type: 'speed', limit: number }
 *   | { type: 'watch', what: string, options: Record<string, any> | null }
 *   | { type: 'ping' }
 * )} Order
 * @typedef {Request | Order | Help} ToWorker
 *
 * @typedef {(
 *   | { type: 'hello', build: string }
 *   | { type: 'pong' }
 *   | { type: 'helping' }
 *   | { type: 'reply', id: number, value: unknown }
 *   | { type: 'failure', id: number, error: PlainError }
 *   | { type: 'goal', id: number, until: number }
 *   | { type: 'loading', stage: 'module' | 'trial' | 'dataset' | 'session' }
 *   | { type: 'described', description: Description, fresh: boolean }
 *   | { type: 'running', running: boolean }
 *   | { type: 'report', report: Report }
 *   | { type: 'grid', images: Images }
 *   | { type: 'real', images: Images }
 *   | { type: 'latents', z: Float32Array, length: number, step: number }
 *   | { type: 'pairs', images: Images }
 *   | { type: 'watched', what: string, value: unknown }
 *   | { type: 'unwatchable', what: string, error: PlainError }
 *   | { type: 'snapshot', step: number, bytes: Uint8Array }
 *   | { type: 'notice', notice: Notice }
 *   | { type: 'fatal', error: PlainError, backend?: Backend }
 * )} FromWorker
 */

export {};
