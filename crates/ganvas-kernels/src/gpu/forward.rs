//! The forward pass.

use super::tiles::{Tiles, fit};
use super::{Gpu, halves};
use crate::stack::{Activation, Map, Mode, Stack, Stage, Weights, Window};
use crate::wgsl::{
    Convolution, Dense, Direction, Left, NormEvaluate, NormForward, Right, Slope, Transposed,
    Windowed,
};

/// What a forward pass gives.
#[derive(Debug, Clone)]
pub struct Forward<B> {
    /// The last stage's output.
    pub output: B,
    /// The running statistics after the pass.
    pub statistics: B,
    /// What a backward pass needs.
    pub saved: Saved<B>,
}

/// What a backward pass needs of a forward pass.
#[derive(Debug, Clone)]
pub struct Saved<B> {
    pub(super) stages: Vec<SavedStage<B>>,
    pub(super) output: B,
    pub(super) batch: usize,
    pub(super) groups: usize,
}

#[derive(Debug, Clone)]
pub(super) struct SavedStage<B> {
    /// What went in.
    pub input: B,
    /// What went into the normalisation, and the moments that it found.
    pub norm: Option<(B, B)>,
}

/// Runs `stack` on `batch` images `x`.
pub fn forward<G: Gpu>(
    gpu: &mut G,
    stack: &Stack,
    tiles: Tiles,
    [parameters, statistics, x]: [&G::Buffer; 3],
    batch: usize,
    mode: Mode,
) -> Forward<G::Buffer> {
    let groups = match mode {
        Mode::Train { groups } => groups,
        Mode::Evaluate => 1,
    };
    let trains = mode != Mode::Evaluate && stack.stages.iter().any(|stage| stage.norm.is_some());
    let followed = if trains {
        gpu.allocate(stack.statistics)
    } else {
        statistics.clone()
    };
    let mut x = x.clone();
    let mut stages = Vec::with_capacity(stack.stages.len());
    for stage in &stack.stages {
        let mapped = gpu.allocate(batch * stage.output.len());
        map(gpu, stage, tiles, [&x, parameters, &mapped], batch);
        let (output, saved) = match (stage.norm, mode) {
            (None, _) => (mapped, None),
            (Some(norm), Mode::Train { .. }) => {
                let output = gpu.allocate(batch * stage.output.len());
                let moments = gpu.allocate(2 * groups * stage.output.channels);
                let program = NormForward {
                    channels: stage.output.channels,
                    pixels: stage.output.pixels(),
                    norm,
                    activation: Slope(stage.activation),
                    threads: tiles.norm,
                };
                gpu.launch(
                    program,
                    &[
                        &mapped, parameters, statistics, &output, &moments, &followed,
                    ],
                    &[batch, groups],
                );
                (output, Some((mapped, moments)))
            }
            (Some(norm), Mode::Evaluate) => {
                let output = gpu.allocate(batch * stage.output.len());
                let program = NormEvaluate {
                    channels: stage.output.channels,
                    pixels: stage.output.pixels(),
                    norm,
                    activation: Slope(stage.activation),
                };
                gpu.launch(
                    program,
                    &[&mapped, parameters, statistics, &output],
                    &[batch],
                );
                (output, None)
            }
        };
        stages.push(SavedStage {
            input: std::mem::replace(&mut x, output),
            norm: saved,
        });
    }
    Forward {
        output: x.clone(),
        statistics: followed,
        saved: Saved {
            stages,
            output: x,
            batch,
            groups,
        },
    }
}

/// The linear map and the bias; the activation too where no normalisation stands between.
fn map<G: Gpu>(
    gpu: &mut G,
    stage: &Stage,
    tiles: Tiles,
    [x, parameters, y]: [&G::Buffer; 3],
    batch: usize,
) {
    let activation = Slope(if stage.norm.is_some() {
        Activation::Identity
    } else {
        stage.activation
    });
    match stage.map {
        Map::Convolution(window) if !halves(window, stage.output, stage.input) => {
            let program = windowed(Direction::Gather, window, stage, activation);
            gpu.launch(program, &[x, parameters, y], &[batch]);
        }
        Map::Transposed(window) if !halves(window, stage.input, stage.output) => {
            let program = windowed(Direction::Scatter, window, stage, activation);
            gpu.launch(program, &[x, parameters, y], &[batch]);
        }
        Map::Convolution(_) => {
            let program = Convolution {
                input: stage.input,
                output: stage.output,
                weight: stage.weight,
                bias: stage.bias,
                activation,
                gate: None,
                tile: fit(stage.output.channels, tiles.convolution),
            };
            gpu.launch(program, &[x, parameters, y], &[batch]);
        }
        Map::Transposed(_) => {
            let program = Transposed {
                input: stage.input,
                output: stage.output,
                weight: stage.weight,
                bias: stage.bias,
                activation,
                gate: None,
                tile: fit(stage.output.channels, tiles.transposed),
            };
            gpu.launch(program, &[x, parameters, y], &[batch]);
        }
        Map::Dense(weights) => {
            let program = Dense {
                rows: None,
                columns: stage.output.len(),
                depth: Some(stage.input.len()),
                left: Left::Rows,
                right: match weights {
                    Weights::OutputMajor => Right::Columns,
                    Weights::InputMajor => Right::Rows,
                },
                right_at: stage.weight,
                output_at: 0,
                bias: stage.bias,
                activation,
                gate: None,
            };
            gpu.launch(program, &[x, parameters, y], &[batch]);
        }
    }
}

/// A convolution of any geometry.
fn windowed(direction: Direction, window: Window, stage: &Stage, activation: Slope) -> Windowed {
    Windowed {
        direction,
        window,
        input: stage.input,
        output: stage.output,
        weight: stage.weight,
        bias: stage.bias,
        activation,
        gate: None,
        tile: fit(stage.output.channels, 4),
    }
}
