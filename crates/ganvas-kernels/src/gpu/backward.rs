//! The backward pass.

use super::forward::Saved;
use super::tiles::{Tiles, fit};
use super::{Gpu, halves};
use crate::stack::{Activation, Map, Shape, Stack, Stage, Weights};
use crate::wgsl::{
    Activate, Convolution, Dense, Direction, Left, NormBackward, Right, Slope, SumChannels,
    Transposed, WeightGradient, WindowGradient, Windowed,
};

/// The gradients that were asked for.
#[derive(Debug, Clone)]
pub struct Backward<B> {
    /// Of all parameters, laid out as they are, zeros between them.
    pub parameters: Option<B>,
    /// Of the images that went in.
    pub input: Option<B>,
}

/// Gradients from the `gradient` of the output, after a forward pass in training mode.
pub fn backward<G: Gpu>(
    gpu: &mut G,
    stack: &Stack,
    tiles: Tiles,
    parameters: &G::Buffer,
    saved: &Saved<G::Buffer>,
    gradient: &G::Buffer,
    want: Want,
) -> Backward<G::Buffer> {
    let (batch, groups) = (saved.batch, saved.groups);
    let flat = want.parameters.then(|| gpu.zeros(stack.parameters));
    let mut g = gradient.clone();
    if let Some(last) = stack.stages.last()
        && last.activation != Activation::Identity
    {
        let gated = gpu.allocate(batch * last.output.len());
        let program = Activate {
            activation: Slope(last.activation),
            backward: true,
            len: last.output.len(),
        };
        gpu.launch(program, &[&g, &saved.output, &gated], &[batch]);
        g = gated;
    }
    // From here on g is the gradient of what goes into a stage's activation.
    for (index, (stage, kept)) in stack.stages.iter().zip(&saved.stages).enumerate().rev() {
        if let (Some(norm), Some((u, moments))) = (stage.norm, &kept.norm) {
            let program = NormBackward {
                channels: stage.output.channels,
                pixels: stage.output.pixels(),
                norm,
                learn: flat.is_some(),
                threads: tiles.norm,
            };
            let next = gpu.allocate(batch * stage.output.len());
            let mut buffers = vec![&g, u, moments, parameters, &next];
            buffers.extend(&flat);
            gpu.launch(program, &buffers, &[batch, groups]);
            g = next;
        }
        if let Some(flat) = &flat {
            learn(gpu, stage, tiles, [&kept.input, &g, flat], [batch, groups]);
        }
        let before = index.checked_sub(1).map(|before| &stack.stages[before]);
        if before.is_none() && !want.input {
            return Backward {
                parameters: flat,
                input: None,
            };
        }
        // The derivative of the activation before rides along.
        let gate = before
            .map(|before| before.activation)
            .filter(|activation| *activation != Activation::Identity)
            .map(Slope);
        let next = gpu.allocate(batch * stage.input.len());
        let mut buffers = vec![&g, parameters, &next];
        if gate.is_some() {
            buffers.push(&kept.input);
        }
        unmap(gpu, stage, tiles, gate, &buffers, batch);
        g = next;
    }
    Backward {
        parameters: flat,
        input: want.input.then_some(g),
    }
}

/// Which gradients are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Want {
    /// Those of the parameters.
    pub parameters: bool,
    /// That of the images.
    pub input: bool,
}

/// Gradients of a stage's weight and bias.
fn learn<G: Gpu>(
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
    let window = |window, [small, large]: [Shape; 2], buffers: [&G::Buffer; 3], gpu: &mut G| {
        if !halves(window, small, large) {
            let program = WindowGradient {
                window,
                small,
                large,
                weight: stage.weight,
                threads: if tiles.split { 64 } else { 4 },
            };
            gpu.launch(program, &buffers, &[batch]);
            return;
        }
        let program = WeightGradient {
            small,
            large,
            weight: stage.weight,
            tile: fit(small.channels, tiles.weight),
            split: tiles.split,
        };
        gpu.launch(program, &buffers, &[batch]);
    };
    match stage.map {
        Map::Convolution(geometry) => {
            window(geometry, [stage.output, stage.input], [g, x, flat], gpu);
        }
        Map::Transposed(geometry) => {
            window(geometry, [stage.input, stage.output], [x, g, flat], gpu);
        }
        Map::Dense(weights) => {
            let (rows, columns, left, right) = match weights {
                Weights::OutputMajor => (stage.output, stage.input, g, x),
                Weights::InputMajor => (stage.input, stage.output, x, g),
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

/// The gradient of a stage's input; `buffers` are g, parameters, result and the gate.
fn unmap<G: Gpu>(
    gpu: &mut G,
    stage: &Stage,
    tiles: Tiles,
    gate: Option<Slope>,
    buffers: &[&G::Buffer],
    batch: usize,
) {
    let activation = Slope(Activation::Identity);
    let windowed = |direction, window| Windowed {
        direction,
        window,
        input: stage.output,
        output: stage.input,
        weight: stage.weight,
        bias: None,
        activation,
        gate,
        tile: fit(stage.input.channels, 4),
    };
    match stage.map {
        Map::Convolution(window) if !halves(window, stage.output, stage.input) => {
            gpu.launch(windowed(Direction::Scatter, window), buffers, &[batch]);
        }
        Map::Transposed(window) if !halves(window, stage.input, stage.output) => {
            gpu.launch(windowed(Direction::Gather, window), buffers, &[batch]);
        }
        Map::Convolution(_) => {
            let program = Transposed {
                input: stage.output,
                output: stage.input,
                weight: stage.weight,
                bias: None,
                activation,
                gate,
                tile: fit(stage.input.channels, tiles.transposed),
            };
            gpu.launch(program, buffers, &[batch]);
        }
        Map::Transposed(_) => {
            let program = Convolution {
                input: stage.output,
                output: stage.input,
                weight: stage.weight,
                bias: None,
                activation,
                gate,
                tile: fit(stage.input.channels, tiles.convolution),
            };
            gpu.launch(program, buffers, &[batch]);
        }
        Map::Dense(weights) => {
            let program = Dense {
                rows: None,
                columns: stage.input.len(),
                depth: Some(stage.output.len()),
                left: Left::Rows,
                right: match weights {
                    Weights::OutputMajor => Right::Rows,
                    Weights::InputMajor => Right::Columns,
                },
                right_at: stage.weight,
                output_at: 0,
                bias: None,
                activation,
                gate,
            };
            gpu.launch(program, buffers, &[batch]);
        }
    }
}
