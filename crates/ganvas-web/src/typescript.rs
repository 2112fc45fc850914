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
