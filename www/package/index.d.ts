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
  Samples,
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
  Samples,
  Weights,
  Which,
};

/** Defines <ganvas-lab>, once. With `site`, everything is loaded from there. */
export function define(options?: { site?: string | URL }): Promise<void>;

export type Bytes = Blob | ArrayBuffer | Uint8Array;
export type Report = Figures & { steps_per_second: number };
export type About = Pick<
  Description,
  'backend' | 'adapter' | 'software' | 'relaxed' | 'dataset' | 'model' | 'parameters'
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
  | 'diverged'
  | 'network'
  | 'unsupported'
  | 'internal';

export type State = 'idle' | 'loading' | 'running' | 'held' | 'paused' | 'recovering' | 'stopped';

export interface GanvasLabEventMap {
  report: CustomEvent<Report>;
  sample: CustomEvent<Images>;
  state: CustomEvent<{
    state: State;
    backend?: Description['backend'];
    adapter?: string;
    dataset?: DatasetInfo;
    notices: { name: string; code?: string }[];
  }>;
  error: CustomEvent<{ code: ErrorCode; message: string; field?: string }>;
}

export interface GanvasLabElement extends HTMLElement {
  readonly ready: Promise<About>;
  readonly experiment: Experiment;
  train(options?: { steps?: number }): Promise<Report | undefined>;
  pause(): Promise<Report | undefined>;
  reset(changes?: Experiment): Promise<Experiment>;
  tune(changes: Experiment): Promise<Experiment>;
  step(which?: Which): Promise<Report & { change?: Change }>;
  next(): Promise<Phase>;
  look(gaze?: Gaze): Promise<Eyes>;
  sample(options?: {
    count?: number;
    seed?: number;
    label?: number;
    truncation?: number;
    z?: ArrayLike<number> | ArrayLike<number>[];
    labels?: ArrayLike<number>;
    mix?: number | ArrayLike<number>;
  }): Promise<Images>;
  evaluate(options?: { count?: number }): Promise<Evaluation>;
  weights(which?: Weights): Promise<Weights>;
  save(): Promise<Blob>;
  load(source: Bytes | string | URL): Promise<{ step: number; experiment: Experiment }>;
  loadDataset(
    files:
      | { images: Bytes; labels?: Bytes; name?: string }
      /** Of the plane: x, y pairs in [-2, 2]². */
      | { points: Float32Array; name?: string },
  ): Promise<DatasetInfo>;

  addEventListener<K extends keyof GanvasLabEventMap>(
    type: K,
    listener: (this: GanvasLabElement, event: GanvasLabEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'ganvas-lab': GanvasLabElement;
  }
}
