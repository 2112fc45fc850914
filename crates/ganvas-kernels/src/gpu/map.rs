//! Which kernels a stage's linear map, its way back and its weight's gradient take.

use super::Gpu;
use super::tiles::{Tiles, fit};
use crate::stack::{Activation, Map, Shape, Stage, WeightOrder, Window};
use crate::wgsl::{
    Dense, Direction, HalvingGradient, Left, Linear, Resampling, Right, Slope, SumChannels,
    WindowGradient, Windowed,
};

/// Whether a (transposed) convolution between images of these shapes has kernels of its own.
fn halves(window: Window, small: Shape, large: Shape) -> bool {
    window == Window::HALVING
        && small.width.is_multiple_of(4)
        && [large.height, large.width] == [2 * small.height, 2 * small.width]
}

/// What a kernel of a linear map computes.
struct Job {
    map: Map,
    /// The other way: from the output's gradient to the input's.
    back: bool,
    input: Shape,
    output: Shape,
    weight: usize,
    bias: Option<usize>,
    activation: Slope,
    gate: Option<Slope>,
}

impl Job {
    /// y from x: the linear map and the bias, and then an activation.
    fn forward(stage: &Stage, activation: Activation) -> Self {
        Self {
            map: stage.map,
            back: false,
            input: stage.input,
            output: stage.output,
            weight: stage.weight,
            bias: stage.bias,
            activation: Slope(activation),
            gate: None,
        }
    }

    /// The gradient of a stage's input from that of its linear map.
    fn backward(stage: &Stage, gate: Option<Activation>) -> Self {
        Self {
            map: stage.map,
            back: true,
            input: stage.output,
            output: stage.input,
            weight: stage.weight,
            bias: None,
            activation: Slope(Activation::Identity),
            gate: gate.map(Slope),
        }
    }
}

/// y from x: the linear map and the bias, and then an activation.
pub(super) fn forward<G: Gpu>(
    gpu: &mut G,
    stage: &Stage,
    tiles: Tiles,
    activation: Activation,
    buffers: [&G::Buffer; 3],
    batch: usize,
) {
    let job = Job::forward(stage, activation);
    launch(gpu, &job, tiles, &buffers, batch);
}

/// The linear map and the bias of a stage, where a workgroup can do whole channels of it.
pub(super) fn whole_forward(stage: &Stage, tiles: Tiles, batch: usize) -> Option<Linear> {
    whole(&Job::forward(stage, Activation::Identity), tiles, batch)
}

/// The way back of a linear map to the normalised images of the stage before it, likewise.
pub(super) fn whole_backward(
    stage: &Stage,
    gate: Option<Activation>,
    tiles: Tiles,
    batch: usize,
) -> Option<Linear> {
    whole(&Job::backward(stage, gate), tiles, batch)
}

/// What comes out is normalised in the shape in which it comes.
fn whole(job: &Job, tiles: Tiles, batch: usize) -> Option<Linear> {
    let narrow = Tiles {
        halving: (tiles.halving / tiles.narrower).max(1),
        doubling: (tiles.doubling / tiles.narrower).max(1),
        ..tiles
    };
    let map = match kernel(job, narrow) {
        Kernel::Dense(map) => Linear::dense(map, job.output.pixels(), tiles.tall)?,
        Kernel::Resampling(map) => Linear::Resampling(map),
        Kernel::Windowed(_) => return None,
    };
    let few = map.products(job.output.channels, batch) <= tiles.whole as f64;
    few.then_some(map)
}

/// The gradient of a stage's input from that of its linear map; `buffers` are the gradient,
/// the parameters, the result and, with a gate, the stage's input. The gate is the activation
/// whose value that input is, and whose derivative rides along.
pub(super) fn backward<G: Gpu>(
    gpu: &mut G,
    stage: &Stage,
    tiles: Tiles,
    gate: Option<Activation>,
    buffers: &[&G::Buffer],
    batch: usize,
) {
    let job = Job::backward(stage, gate);
    launch(gpu, &job, tiles, buffers, batch);
}

fn launch<G: Gpu>(gpu: &mut G, job: &Job, tiles: Tiles, buffers: &[&G::Buffer], batch: usize) {
    match kernel(job, tiles) {
        Kernel::Dense(program) => gpu.launch(program, buffers, &[batch]),
        Kernel::Resampling(program) => gpu.launch(program, buffers, &[batch]),
        Kernel::Windowed(program) => gpu.launch(program, buffers, &[batch]),
    }
}

/// A kernel of a linear map.
enum Kernel {
    Dense(Dense),
    Resampling(Resampling),
    Windowed(Windowed),
}

fn kernel(job: &Job, tiles: Tiles) -> Kernel {
    let &Job {
        input,
        output,
        weight,
        bias,
        activation,
        gate,
        ..
    } = job;
    // A convolution goes from the large image to the small one; so does the way back of a
    // transposed one.
    let (direction, window) = match (job.map, job.back) {
        (Map::Convolution(window), false) | (Map::Transposed(window), true) => {
            (Direction::Gather, window)
        }
        (Map::Convolution(window), true) | (Map::Transposed(window), false) => {
            (Direction::Scatter, window)
        }
        (Map::Dense(weights), back) => {
            return Kernel::Dense(Dense {
                rows: None,
                columns: output.len(),
                depth: Some(input.len()),
                left: Left::Rows,
                right: match (weights, back) {
                    (WeightOrder::OutputMajor, false) | (WeightOrder::InputMajor, true) => {
                        Right::Columns
                    }
                    (WeightOrder::OutputMajor, true) | (WeightOrder::InputMajor, false) => {
                        Right::Rows
                    }
                },
                right_at: weight,
                output_at: 0,
                bias,
                activation,
                gate,
            });
        }
    };
    let (small, large, tile) = match direction {
        Direction::Gather => (output, input, tiles.halving),
        Direction::Scatter => (input, output, tiles.doubling),
    };
    if halves(window, small, large) {
        Kernel::Resampling(Resampling {
            direction,
            input,
            output,
            weight,
            bias,
            activation,
            gate,
            tile: fit(output.channels, tile),
        })
    } else {
        Kernel::Windowed(Windowed {
            direction,
            window,
            input,
            output,
            weight,
            bias,
            activation,
            gate,
            tile: fit(output.channels, tiles.windowed),
        })
    }
}

/// Gradients of a stage's weight and bias; `buffers` are the stage's input, the gradient of
/// its linear map, and the flat gradient that they are written to.
pub(super) fn learn<G: Gpu>(
    gpu: &mut G,
    stage: &Stage,
    tiles: Tiles,
    [x, g, flat]: [&G::Buffer; 3],
    [batch, groups]: [usize; 2],
) {
    if let Some(at) = stage.bias {
        let program = SumChannels {
            channels: stage.bias_len(),
            pixels: stage.output.len() / stage.bias_len(),
            at,
        };
        gpu.launch(program, &[g, flat], &[batch, groups]);
    }
    match stage.map {
        Map::Convolution(window) => {
            let shapes = [stage.output, stage.input];
            learn_window(gpu, stage, tiles, window, shapes, &[g, x, flat], batch);
        }
        Map::Transposed(window) => {
            let shapes = [stage.input, stage.output];
            learn_window(gpu, stage, tiles, window, shapes, &[x, g, flat], batch);
        }
        Map::Dense(weights) => {
            let (rows, columns, left, right) = match weights {
                WeightOrder::OutputMajor => (stage.output, stage.input, g, x),
                WeightOrder::InputMajor => (stage.input, stage.output, x, g),
            };
            let program = Dense {
                rows: Some(rows.len()),
                columns: columns.len(),
                depth: None,
                left: Left::Columns,
                right: Right::Rows,
                right_at: 0,
                output_at: stage.weight,
                bias: None,
                activation: Slope(Activation::Identity),
                gate: None,
            };
            gpu.launch(program, &[left, right, flat], &[batch]);
        }
    }
}

fn learn_window<G: Gpu>(
    gpu: &mut G,
    stage: &Stage,
    tiles: Tiles,
    window: Window,
    [small, large]: [Shape; 2],
    buffers: &[&G::Buffer],
    batch: usize,
) {
    if halves(window, small, large) {
        let program = HalvingGradient {
            small,
            large,
            weight: stage.weight,
            tile: fit(small.channels, tiles.weight),
            split: tiles.split,
        };
        gpu.launch(program, buffers, &[batch]);
    } else {
        let program = WindowGradient {
            window,
            small,
            large,
            weight: stage.weight,
            threads: if tiles.split { 64 } else { 4 },
        };
        gpu.launch(program, buffers, &[batch]);
    }
}
