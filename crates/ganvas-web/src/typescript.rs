//! The types of what crosses the boundary, for `tsc`: wasm-bindgen puts them into the
//! declarations of the module, which the front end checks itself against.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** The experiment as plain JSON, or a part of it. */
export type Experiment = Record<string, string | number | boolean>;

/** Which updates a step makes. */
export type Which = 'discriminator' | 'generator' | 'both';

/** Which weights of the generator are shown: their average, or as they are trained. */
export type Weights = 'averaged' | 'raw';

/** The dataset in use. */
export interface DatasetInfo {
  name: string;
  count: number;
  source: string;
}

/** What runs. */
export interface Description {
  backend: 'webgpu' | 'cpu';
  adapter: string;
  software: boolean;
  /** Whether this is the CPU module with relaxed SIMD, whose rounding is the machine's. */
  relaxed: boolean;
  /** How many threads share the work; 1 but in the CPU module with threads. */
  threads: number;
  model: string;
  parameters: number;
  dataset: DatasetInfo;
  experiment: Experiment;
  step: number;
  /** Whether the run keeps an average of the generator's weights. */
  averaged: boolean;
  weights: Weights;
}

/** The figures of the latest step; beside these, the terms of the model's objective. */
export interface Figures {
  [term: string]: number;
  step: number;
  epoch: number;
  d_loss: number;
  g_loss: number;
  d_real: number;
  d_fake: number;
  images: number;
}

/** Samples to be shown: pictures, or points. */
export interface Samples {
  count: number;
  /** Columns of a picture; 1 for points. */
  width: number;
  height: number;
  /** Bytes of a pixel; coordinates of a point. */
  channels: number;
  /** Of pictures, row by row, 0 background to 255 ink; none of points. */
  pixels: Uint8Array;
  /** Of points, one after the other; none of pictures. */
  values: number[];
}

/** What one update has changed on a batch that is always the same; pairs are before and after. */
export interface Change {
  player: 'discriminator' | 'generator';
  step: number;
  d_real: [number, number];
  d_fake: [number, number];
  real_scores: [number[], number[]];
  fake_scores: [number[], number[]];
  /** How far each of the grid's samples has moved: root mean square over its pixels, in ink. */
  moved: number[];
  change_norm: number;
}

/** A report, and what the update before it has changed. */
export type Stepped = Figures & { change?: Change };

/** What happens in an update, in order. */
export type PhaseName = 'draw' | 'make' | 'judge' | 'loss' | 'gradient' | 'update';

/** A phase of an update, and all that is known by then of its batch. */
export interface Phase {
  phase: PhaseName;
  /** Which network this update teaches. */
  player: 'discriminator' | 'generator';
  /** The round, 1 for a run's first. */
  round: number;
  /** Which of the round's updates of this network, and how many there are. */
  update: number;
  updates: number;
  /** Samples in the batch; the first of them are shown. */
  batch: number;
  latent_dim: number;
  /** The first z, row after row. */
  z: number[];
  /** Classes of those that are shown. */
  labels?: number[];
  real?: Samples;
  fake?: Samples;
  /** What D says of each of the batch. */
  real_scores?: number[];
  fake_scores?: number[];
  d_real?: number;
  d_fake?: number;
  /** The loss and its terms, as in a report. */
  terms?: Record<string, number>;
  gradient_norm?: number;
  layers?: { name: string; norm: number }[];
  /** Of G: where its loss pulls the fakes, in the order of their pixels. */
  pull?: { values: number[]; norms: number[] };
  after?: {
    change_norm: number;
    real_scores?: number[];
    fake_scores: number[];
    d_real?: number;
    d_fake: number;
    fake?: Samples;
    moved?: number[];
  };
}

/** What of the grid is looked at. */
export interface Gaze {
  index?: number;
  z?: number[];
}

/** What D sees in the grid. */
export interface Eyes {
  step: number;
  scores: number[];
  d_fake: number;
  chosen?: {
    index: number;
    z: number[];
    label?: number;
    score: number;
    picture: Samples;
    /** Where its loss wants ink (above 0) and where it does not, in the order of its pixels. */
    pull: number[];
    pull_norm: number;
    nearest?: { index: number; label?: number; distance: number; picture: Samples };
  };
}

/** What is wanted of the plane: 1 to 1024 points, 0 to 96 cells of the field, 0 to 32 of the lattice. */
export interface PlaneOptions {
  points: number;
  field: number;
  lattice: number;
}

/** A run on the plane at one moment; points are x and y in turn. */
export interface PlaneFrame {
  step: number;
  /** The square that is shown is [-extent, extent]². */
  extent: number;
  reading: 'probability' | 'score';
  /** Points of the data, the same ones in every frame. */
  real: Float32Array;
  /** G(z) of z that stay the same. */
  fake: Float32Array;
  /** D's raw output at each fake. */
  outputs: Float32Array;
  /** The negative gradient of each fake's own loss of G. */
  pull: Float32Array;
  /** D's raw output at the centres of field × field cells, row by row from the top. */
  field: Float32Array;
  /** G at (lattice + 1)^latent_dim nodes of z over [-2, 2]^latent_dim, row by row. */
  lattice: Float32Array;
  latent_dim: 1 | 2;
  metrics: PlaneMetrics;
}

/** How close the points come to the data; modes where the data have some. */
export interface PlaneMetrics {
  modes?: number;
  modes_of?: number;
  /** The share of points within three standard deviations of a mode. */
  good?: number;
  /** Jensen-Shannon divergence in nats. */
  js: number;
}

/** How good a model's points of the plane are. */
export interface PlaneEvaluation extends PlaneMetrics {
  count: number;
  js_floor: number;
  reference: string;
}

/** A point of the latent space, and the class that is drawn there, where there are classes. */
export interface Place {
  z: number[];
  label: number | null;
}

/** What one look at a run has found: an evaluation of few images, always of the same latents. */
export interface Verdict extends Evaluation {
  step: number;
  /** The share of its images that could be real, of few images. */
  precision: number;
  /** The share of the real images that its images reach. */
  recall: number;
  /** A Wasserstein critic's mean slope between real and generated images. */
  slope?: number;
}

/** How good a model's images are. */
export interface Evaluation {
  count: number;
  frechet_distance: number;
  frechet_floor: number;
  confidence: number;
  real_confidence: number;
  modes: number;
  histogram: number[];
  kl_to_uniform: number;
  entropy: number;
  reference: string;
  reference_count: number;
}
"#;
