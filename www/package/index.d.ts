/** The contract of <ganvas-lab>: docs/element.md in types. */
import type {
  Change,
  DatasetInfo,
  Description,
  Evaluation,
  Experiment,
  Eyes,
  Figures,
  Gaze,
  Phase,
  PlaneEvaluation,
  Samples,
  Verdict,
  Weights,
  Which,
} from '../src/generated/ganvas_web.js';
import type { GanvasLabAttributes } from './attributes.js';

export type {
  Change,
  DatasetInfo,
  Evaluation,
  Experiment,
  Eyes,
  GanvasLabAttributes,
  Gaze,
  Phase,
  PlaneEvaluation,
  Samples,
  Verdict,
  Weights,
  Which,
};

/**
 * Defines <ganvas-lab>, once. With `site`, everything is loaded from there. `page` is where links to
 * an experiment lead, with its settings as a query: a page with `<ganvas-lab from-url>`. Without it
 * that is the site's `embed.html`, and in a bundle there are no such links.
 */
export function define(options?: { site?: string | URL; page?: string | URL }): Promise<void>;

export type Bytes = Blob | ArrayBuffer | Uint8Array;

/** What only some objectives have, and the norms of the latest updates' gradients. */
export type Term =
  | 'wasserstein'
  | 'gradient_penalty'
  | 'mmd'
  | 'd_l2'
  | 'feature_matching'
  | 'reconstruction'
  | 'kl'
  | 'cycle'
  | 'identity'
  | 'd_gradient'
  | 'g_gradient';

/** Without what is open to any name. */
type Named<T> = { [K in keyof T as string extends K ? never : K]: T[K] };

export type Report = Named<Figures> & { [K in Term]?: number } & { steps_per_second: number };

export type About = Pick<
  Description,
  'backend' | 'adapter' | 'software' | 'relaxed' | 'threads' | 'dataset' | 'model' | 'parameters'
>;

/** Square pictures, one after another. */
export interface Images {
  width: number;
  height: number;
  count: number;
  channels: number;
  step: number;
  /** One byte a pixel and channel, 0 background to 255 ink. */
  pixels: Uint8Array;
}

export type ErrorCode =
  | 'webgpu_unavailable'
  | 'insecure_context'
  | 'device_lost'
  | 'out_of_memory'
  | 'bad_experiment'
  | 'bad_dataset'
  | 'bad_checkpoint'
  | 'bad_run'
  | 'diverged'
  | 'network'
  | 'unsupported'
  | 'internal'
  | 'aborted';

/** What a promise of the element's rejects with. `field` names the setting or argument to blame. */
export interface GanvasError extends Error {
  code: ErrorCode;
  field?: string;
}

export type State = 'idle' | 'loading' | 'running' | 'held' | 'paused' | 'recovering' | 'stopped';

export interface GanvasLabEventMap {
  /** Losses and other figures, about four times a second; `judge` while the live judge is open. */
  report: CustomEvent<Report & { judge?: Verdict }>;
  /** The grid of digits, about once a second. */
  sample: CustomEvent<Images>;
  /** What the lab does now, on what and with which data. */
  state: CustomEvent<{
    state: State;
    backend?: Description['backend'];
    adapter?: string;
    dataset?: DatasetInfo;
    notices: { name: string; code?: string }[];
  }>;
  /** An error, with a stable code. What was given up is none. */
  error: CustomEvent<{ code: Exclude<ErrorCode, 'aborted'>; message: string; field?: string }>;
}

/** How a listener of the element's is called. */
type Listener<K extends keyof GanvasLabEventMap> = (
  this: GanvasLabElement,
  event: GanvasLabEventMap[K],
) => unknown;

export interface GanvasLabElement extends HTMLElement {
  /** What runs, and on what. Asking for it loads the lab, and starts no training. */
  readonly ready: Promise<About>;
  /** The experiment as plain JSON. */
  readonly experiment: Experiment;
  /** Starts or continues: for so many steps, or until paused. Gives the last report. */
  train(options?: { steps?: number }): Promise<Report | undefined>;
  /** Gives the last report. */
  pause(): Promise<Report | undefined>;
  /** New weights from the seed, with changed settings. */
  reset(changes?: Experiment): Promise<Experiment>;
  /** Goes on with other settings of losses and optimizers. */
  tune(changes: Experiment): Promise<Experiment>;
  /** A whole round, or one network's update and what it has changed. */
  step(which?: Which): Promise<Report & { change?: Change }>;
  /** Pauses, and goes on by one phase of a round. */
  next(): Promise<Phase>;
  /** What D sees in the grid, and in one of its digits. */
  look(gaze?: Gaze): Promise<Eyes>;
  /** New images of drawn latents or of chosen ones. */
  sample(options?: {
    count?: number;
    seed?: number;
    label?: number;
    truncation?: number;
    z?: ArrayLike<number> | ArrayLike<number>[];
    labels?: ArrayLike<number>;
    mix?: number | ArrayLike<number>;
  }): Promise<Images>;
  /** Judges new images, or new points of the plane, against the data in use. */
  evaluate(options?: { count?: number }): Promise<Evaluation | PlaneEvaluation>;
  /** Which of the generator's weights are shown, changed first where told. */
  weights(which?: Weights): Promise<Weights>;
  /** A checkpoint, as a .safetensors file. */
  save(): Promise<Blob>;
  /** Goes on from a checkpoint. */
  load(source: Bytes | string | URL): Promise<{ step: number; experiment: Experiment }>;
  /** Goes on with one's own images (IDX, gzip or plain), or with x, y pairs in [-2, 2]² on the plane. */
  loadDataset(
    files:
      | { images: Bytes; labels?: Bytes; name?: string }
      | { points: Float32Array; name?: string },
  ): Promise<DatasetInfo>;

  addEventListener<K extends keyof GanvasLabEventMap>(
    type: K,
    listener: Listener<K>,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof GanvasLabEventMap>(
    type: K,
    listener: Listener<K>,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'ganvas-lab': GanvasLabElement;
  }
}
