//! A stack's forward and backward pass.

use std::borrow::Cow;

use super::activation;
use super::dense::Dense;
use super::im2col;
use super::layout::{channels_first, channels_last, reshaped};
use super::norm::{self, Affine};
use super::scratch::Scratch;
use super::window::Sliding;
use super::winograd::{self, Transformed};
use crate::stack::{
    Activation, BATCH_NORM_EPSILON, Map, Mode, Norm, STATISTICS_MOMENTUM, Shape, Stack, Stage,
};

/// What a forward pass gives.
#[derive(Debug, Clone)]
pub struct Forward {
    /// `[batch, channels, height, width]`.
    pub output: Vec<f32>,
    /// The running statistics after the pass; as they were, unless it was a training pass.
    pub statistics: Vec<f32>,
    /// What [`backward`] needs, where it was asked for.
    pub saved: Option<Saved>,
}

/// What a backward pass needs of a forward pass.
#[derive(Debug, Clone)]
pub struct Saved {
    batch: usize,
    mode: Mode,
    /// The input of the stack, then the output of each stage, channels last.
    activations: Vec<Scratch>,
    /// For each stage what its normalisation did.
    normalised: Vec<Option<Normalised>>,
    /// For each stage what its convolution left, where it has a fast way.
    transformed: Vec<Option<Transformed>>,
}

/// What a normalisation saw: u before it, and for each group and channel μ and r.
#[derive(Debug, Clone)]
struct Normalised {
    u: Scratch,
    mean: Vec<f32>,
    inverse: Vec<f32>,
}

/// What a backward pass gives.
#[derive(Debug, Clone)]
pub struct Backward {
    /// The gradient of the flat parameters, zero in their gaps.
    pub parameters: Option<Vec<f32>>,
    /// The gradient of the input, `[batch, channels, height, width]`.
    pub input: Option<Vec<f32>>,
}

/// One pass through `stack`: x is `[batch, channels, height, width]`.
///
/// With `keep` the pass also hands back what [`backward`] needs.
///
/// # Panics
///
/// Where a slice has another length than the stack says, or the batch does not
/// divide into the mode's groups.
pub fn forward(
    stack: &Stack,
    parameters: &[f32],
    statistics: &[f32],
    x: &[f32],
    batch: usize,
    mode: Mode,
    keep: bool,
) -> Forward {
    let [input, output] = ends(stack);
    assert_eq!(parameters.len(), stack.parameters, "flat parameters");
    assert_eq!(statistics.len(), stack.statistics, "running statistics");
    assert_eq!(x.len(), batch * input.len(), "input of the stack");
    if let Mode::Train { groups } = mode {
        assert!(
            groups > 0 && batch.is_multiple_of(groups),
            "groups of equal size"
        );
    }
    let mut pass = Pass {
        parameters,
        statistics: statistics.to_vec(),
        batch,
        mode,
        keep,
    };
    let mut saved = Saved {
        batch,
        mode,
        activations: Vec::new(),
        normalised: Vec::new(),
        transformed: Vec::new(),
    };
    let mut x = Scratch::copy_of(&channels_last(x, input));
    let mut before = input;
    for stage in &stack.stages {
        if before != stage.input {
            x = Scratch::copy_of(&reshaped(&x, before, stage.input));
        }
        before = stage.output;
        let (u, transformed) = pass.map(stage, &x);
        let (y, normalised) = pass.finish(stage, u);
        if keep {
            saved.activations.push(x);
            saved.normalised.push(normalised);
            saved.transformed.push(transformed);
        }
        x = y;
    }
    let out = channels_first(&x, output).into_owned();
    // The derivative of the last activation is computed from its value.
    let needed = keep
        && stack
            .stages
            .last()
            .is_some_and(|stage| stage.activation != Activation::Identity);
    if needed {
        saved.activations.push(x);
    }
    Forward {
        output: out,
        statistics: pass.statistics,
        saved: keep.then_some(saved),
    }
}

/// The gradients of a pass from that of its output, `[batch, channels, height, width]`.
///
/// # Panics
///
/// Where a slice has another length than the stack and the pass say.
pub fn backward(
    stack: &Stack,
    parameters: &[f32],
    saved: &Saved,
    output_gradient: &[f32],
    want_parameters: bool,
    want_input: bool,
) -> Backward {
    let [input, output] = ends(stack);
    assert_eq!(parameters.len(), stack.parameters, "flat parameters");
    assert_eq!(
        output_gradient.len(),
        saved.batch * output.len(),
        "gradient of the output"
    );
    assert_eq!(saved.normalised.len(), stack.stages.len(), "stages");
    let mut gradient = want_parameters.then(|| vec![0.0; stack.parameters]);
    if !want_parameters && !want_input {
        return Backward {
            parameters: None,
            input: None,
        };
    }
    let mut g = Scratch::copy_of(&channels_last(output_gradient, output));
    for (index, stage) in stack.stages.iter().enumerate().rev() {
        let back = Back {
            stage,
            parameters,
            saved,
            index,
            after: stack.stages.get(index + 1).map(|after| after.input),
        };
        back.finish(&mut g, gradient.as_deref_mut());
        let weight = gradient
            .as_deref_mut()
            .map(|gradient| &mut gradient[stage.weight..][..stage.weight_len()]);
        let mut dx =
            (index > 0 || want_input).then(|| Scratch::new(saved.batch * stage.input.len()));
        back.map(&g, weight, dx.as_deref_mut());
        match dx {
            Some(dx) => g = dx,
            None => break,
        }
        let before = index
            .checked_sub(1)
            .map(|before| stack.stages[before].output);
        if let Some(before) = before.filter(|before| *before != stage.input) {
            g = Scratch::copy_of(&reshaped(&g, stage.input, before));
        }
    }
    Backward {
        parameters: gradient,
        input: want_input.then(|| channels_first(&g, input).into_owned()),
    }
}

/// Shapes of a stack's input and output.
fn ends(stack: &Stack) -> [Shape; 2] {
    let (Some(first), Some(last)) = (stack.stages.first(), stack.stages.last()) else {
        panic!("a stack has stages");
    };
    [first.input, last.output]
}

/// A stage's map, with the large and the small image where it is a convolution.
#[derive(Debug, Clone, Copy)]
enum Linear {
    Gather(Sliding),
    Scatter(Sliding),
    FastGather(Sliding),
    FastScatter(Sliding),
    Dense(Dense),
}

impl Linear {
    fn of(stage: &Stage) -> Self {
        match stage.map {
            Map::Convolution(window) => {
                let sliding = Sliding {
                    large: stage.input,
                    small: stage.output,
                    window,
                };
                if sliding.has_fast_way() {
                    Self::FastGather(sliding)
                } else {
                    Self::Gather(sliding)
                }
            }
            Map::Transposed(window) => {
                let sliding = Sliding {
                    large: stage.output,
                    small: stage.input,
                    window,
                };
                if sliding.has_fast_way() {
                    Self::FastScatter(sliding)
                } else {
                    Self::Scatter(sliding)
                }
            }
            Map::Dense(weights) => Self::Dense(Dense {
                input: stage.input,
                output: stage.output,
                weights,
            }),
        }
    }
}

/// The bias in the order of the images here, one number for each number of a row.
fn bias<'a>(stage: &Stage, parameters: &'a [f32]) -> Option<Cow<'a, [f32]>> {
    let start = stage.bias?;
    let bias = &parameters[start..][..stage.bias_len()];
    Some(match stage.map {
        Map::Dense(_) => channels_last(bias, stage.output),
        Map::Convolution(_) | Map::Transposed(_) => Cow::Borrowed(bias),
    })
}

/// A forward pass under way.
struct Pass<'a> {
    parameters: &'a [f32],
    statistics: Vec<f32>,
    batch: usize,
    mode: Mode,
    keep: bool,
}

impl Pass<'_> {
    /// The linear map, without bias.
    fn map(&self, stage: &Stage, x: &[f32]) -> (Scratch, Option<Transformed>) {
        let weight = &self.parameters[stage.weight..][..stage.weight_len()];
        let mut u = Scratch::new(self.batch * stage.output.len());
        let transformed = match Linear::of(stage) {
            Linear::Gather(sliding) => {
                im2col::gather(&sliding, weight, x, &mut u);
                None
            }
            Linear::Scatter(sliding) => {
                im2col::scatter(&sliding, weight, x, &mut u);
                None
            }
            Linear::FastGather(sliding) => {
                Some(winograd::gather(&sliding, weight, x, &mut u, self.batch))
            }
            Linear::FastScatter(sliding) => {
                Some(winograd::scatter(&sliding, weight, x, &mut u, self.batch))
            }
            Linear::Dense(dense) => {
                dense.forward(&dense.reordered(weight), x, &mut u);
                None
            }
        };
        (u, transformed)
    }

    /// Bias, normalisation and activation.
    fn finish(&mut self, stage: &Stage, mut u: Scratch) -> (Scratch, Option<Normalised>) {
        let bias = bias(stage, self.parameters);
        let Some(norm) = stage.norm else {
            activation::apply(&mut u, bias.as_deref(), stage.activation);
            return (u, None);
        };
        if bias.is_some() {
            activation::apply(&mut u, bias.as_deref(), Activation::Identity);
        }
        let channels = stage.output.channels;
        let (mean, inverse) = self.moments(norm, channels, &u);
        let gamma = &self.parameters[norm.gamma..][..channels];
        let shift = &self.parameters[norm.beta..][..channels];
        let mut y = Scratch::new(u.len());
        let group = u.len() / (mean.len() / channels);
        let parts = u.chunks_exact(group).zip(y.chunks_exact_mut(group));
        let groups = mean
            .chunks_exact(channels)
            .zip(inverse.chunks_exact(channels));
        for ((u, y), (mean, inverse)) in parts.zip(groups) {
            let scale: Vec<f32> = gamma.iter().zip(inverse).map(|(a, b)| a * b).collect();
            let affine = Affine {
                mean,
                scale: &scale,
                shift,
            };
            norm::normalise(u, y, affine, stage.activation);
        }
        let normalised = self.keep.then_some(Normalised { u, mean, inverse });
        (y, normalised)
    }

    /// μ and r for each group and channel; a training pass moves the running statistics.
    fn moments(&mut self, norm: Norm, channels: usize, u: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let inverse = |variance: &f32| 1.0 / (variance + BATCH_NORM_EPSILON).sqrt();
        let Mode::Train { groups } = self.mode else {
            let variance = &self.statistics[norm.variance..][..channels];
            return (
                self.statistics[norm.mean..][..channels].to_vec(),
                variance.iter().map(inverse).collect(),
            );
        };
        let mut means = vec![0.0; groups * channels];
        let mut inverses = Vec::with_capacity(groups * channels);
        let mut variance = vec![0.0; channels];
        let length = u.len() / groups;
        let samples = length / channels;
        // PyTorch normalises with the biased variance, and remembers the unbiased one.
        let unbiased = samples as f32 / (samples.max(2) - 1) as f32;
        for (u, mean) in u.chunks_exact(length).zip(means.chunks_exact_mut(channels)) {
            norm::moments(u, mean, &mut variance);
            inverses.extend(variance.iter().map(inverse));
            let mut follow = |start: usize, new: &[f32], factor: f32| {
                for (running, new) in self.statistics[start..].iter_mut().zip(new) {
                    *running =
                        *running * (1.0 - STATISTICS_MOMENTUM) + new * factor * STATISTICS_MOMENTUM;
                }
            };
            follow(norm.mean, mean, 1.0);
            follow(norm.variance, &variance, unbiased);
        }
        (means, inverses)
    }
}

/// The backward pass of one stage.
struct Back<'a> {
    stage: &'a Stage,
    parameters: &'a [f32],
    saved: &'a Saved,
    index: usize,
    /// In which shape the next stage takes what this one gives.
    after: Option<Shape>,
}

impl Back<'_> {
    /// Activation, normalisation and bias: takes g from the stage's output to that of
    /// its linear map, and writes the gradients of γ, β and bias.
    fn finish(&self, g: &mut [f32], mut gradient: Option<&mut [f32]>) {
        let stage = self.stage;
        let y = match self.saved.activations.get(self.index + 1) {
            // The next stage may have kept it in another shape.
            Some(y) => reshaped(y, self.after.unwrap_or(stage.output), stage.output),
            None => Cow::Borrowed(&[][..]),
        };
        let y = &*y;
        match (stage.norm, &self.saved.normalised[self.index]) {
            (Some(norm), Some(normalised)) => {
                self.norm(norm, normalised, g, y, gradient.as_deref_mut());
            }
            _ => activation::apply_slope(g, y, stage.activation),
        }
        if let (Some(start), Some(gradient)) = (stage.bias, gradient) {
            let length = stage.bias_len();
            let mut sums = vec![0.0; length];
            // Group by group: where real and fake images weigh the same with opposite
            // signs, their sums cancel to the last bit, and Adam does not turn
            // rounding errors into steps.
            let groups = match self.saved.mode {
                Mode::Train { groups } => groups,
                Mode::Evaluate => 1,
            };
            for g in g.chunks_exact(g.len() / groups) {
                let mut part = vec![0.0; length];
                norm::column_sums(g, &mut part);
                sums.iter_mut()
                    .zip(part)
                    .for_each(|(sum, part)| *sum += part);
            }
            let sums = match stage.map {
                Map::Dense(_) => channels_first(&sums, stage.output),
                Map::Convolution(_) | Map::Transposed(_) => Cow::Owned(sums),
            };
            gradient[start..][..length].copy_from_slice(&sums);
        }
    }

    /// With g the gradient before the activation and m the values of a group:
    /// du = γr · (g − Σg/m − x̂ · Σ(g·x̂)/m), or γr · g where the statistics were given.
    fn norm(
        &self,
        norm: Norm,
        normalised: &Normalised,
        g: &mut [f32],
        y: &[f32],
        mut gradient: Option<&mut [f32]>,
    ) {
        let stage = self.stage;
        let channels = stage.output.channels;
        let groups = normalised.mean.len() / channels;
        let length = g.len() / groups;
        let samples = (length / channels) as f32;
        let gamma = &self.parameters[norm.gamma..][..channels];
        for group in 0..groups {
            let range = group * length..(group + 1) * length;
            let g = &mut g[range.clone()];
            let u = &normalised.u[range.clone()];
            // The identity keeps no values, nor needs them.
            let y = if y.is_empty() { u } else { &y[range] };
            let mean = &normalised.mean[group * channels..][..channels];
            let inverse = &normalised.inverse[group * channels..][..channels];
            let [sum, product] = norm::reduce(g, y, u, mean, stage.activation);
            let mut scale = vec![0.0; channels];
            let (mut slope, mut shift) = (scale.clone(), scale.clone());
            let train = matches!(self.saved.mode, Mode::Train { .. });
            for c in 0..channels {
                scale[c] = gamma[c] * inverse[c];
                if train {
                    let r = inverse[c];
                    slope[c] = -scale[c] * r * r * product[c] / samples;
                    shift[c] = -scale[c] * sum[c] / samples;
                }
                if let Some(gradient) = &mut gradient {
                    gradient[norm.gamma + c] += product[c] * inverse[c];
                    gradient[norm.beta + c] += sum[c];
                }
            }
            norm::input_gradient(g, u, mean, [&scale, &slope, &shift]);
        }
    }

    /// The gradients of the weight and of the stage's input from that of the linear
    /// map's output, where there is a place for them.
    fn map(&self, g: &[f32], gradient: Option<&mut [f32]>, dx: Option<&mut [f32]>) {
        let stage = self.stage;
        let weight = &self.parameters[stage.weight..][..stage.weight_len()];
        let x = &self.saved.activations[self.index];
        let batch = self.saved.batch;
        let transformed = &self.saved.transformed[self.index];
        match (Linear::of(stage), transformed) {
            (Linear::FastGather(sliding), Some(kept)) => {
                winograd::gather_back(&sliding, kept, g, gradient, dx, batch);
            }
            (Linear::FastScatter(sliding), Some(kept)) => {
                winograd::scatter_back(&sliding, kept, g, gradient, dx, batch);
            }
            (Linear::Gather(sliding) | Linear::FastGather(sliding), _) => {
                if let Some(gradient) = gradient {
                    im2col::weight(&sliding, x, g, gradient);
                }
                if let Some(dx) = dx {
                    im2col::scatter(&sliding, weight, g, dx);
                }
            }
            (Linear::Scatter(sliding) | Linear::FastScatter(sliding), _) => {
                if let Some(gradient) = gradient {
                    im2col::weight(&sliding, g, x, gradient);
                }
                if let Some(dx) = dx {
                    im2col::gather(&sliding, weight, g, dx);
                }
            }
            (Linear::Dense(dense), _) => {
                if let Some(gradient) = gradient {
                    dense.weight_gradient(x, g, gradient);
                }
                if let Some(dx) = dx {
                    dense.input_gradient(&dense.reordered(weight), g, dx);
                }
            }
        }
    }
}
