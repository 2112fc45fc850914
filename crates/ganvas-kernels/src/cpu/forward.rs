//! A stack's forward pass.

use std::borrow::Cow;

use super::activation;
use super::halving::Transformed;
use super::layout::{channels_first, channels_last, reshaped};
use super::linear::Linear;
use super::norm::{self, Affine};
use super::projection;
use super::scratch::Scratch;
use crate::pass::Operands;
use crate::stack::{Activation, BatchNorm, Map, Mode, NORM_EPSILON, Norm, Stack, Stage};

/// What a forward pass gives.
#[derive(Debug, Clone)]
pub struct Forward {
    /// `[batch, channels, height, width]`.
    pub output: Vec<f32>,
    /// The outputs of the stages that are tapped, in order, laid out alike.
    pub taps: Vec<Vec<f32>>,
    /// The running statistics after the pass; as they were, unless its mode follows the batch.
    pub statistics: Vec<f32>,
    /// What [`backward`](super::backward()) needs, where it was asked for.
    pub saved: Option<Saved>,
}

/// What a backward pass needs of a forward pass.
#[derive(Debug, Clone)]
pub struct Saved {
    pub(super) batch: usize,
    pub(super) mode: Mode,
    pub(super) stages: Vec<SavedStage>,
    /// The last stage's output, channels last, where its activation's derivative needs it.
    pub(super) output: Option<Scratch>,
    pub(super) labels: Vec<f32>,
}

/// What one stage leaves.
#[derive(Debug, Clone)]
pub(super) struct SavedStage {
    /// What went in, channels last.
    pub input: Scratch,
    /// What its normalisation did.
    pub normalised: Option<Normalised>,
    /// What its convolution left, where that has transforms.
    pub transformed: Option<Transformed>,
}

/// What a normalisation saw: u before it, and for each group and channel μ and r.
#[derive(Debug, Clone)]
pub(super) struct Normalised {
    pub u: Scratch,
    pub mean: Vec<f32>,
    pub inverse: Vec<f32>,
}

/// One pass through `stack`: x is `[batch, channels, height, width]`.
///
/// With `keep` the pass also hands back what [`backward`](super::backward()) needs.
///
/// # Panics
///
/// Where a slice has another length than the stack says, or the batch does not
/// divide into the mode's groups.
pub fn forward(stack: &Stack, operands: Operands<&[f32]>, mode: Mode, keep: bool) -> Forward {
    let Operands {
        parameters,
        statistics,
        x,
        labels,
    } = operands;
    let batch = x.len() / stack.input.len();
    assert!(parameters.len() == stack.parameters, "flat parameters");
    assert!(
        statistics.len() == stack.statistics || !stack.has_batch_norm(),
        "running statistics"
    );
    assert!(x.len() == batch * stack.input.len(), "whole images");
    assert!(
        mode.groups() > 0 && batch.is_multiple_of(mode.groups()),
        "groups of equal size"
    );
    if stack.classes.is_some() {
        assert!(labels.len() == batch, "one label for each image");
    }
    let mut pass = UnderWay {
        parameters,
        statistics: statistics.to_vec(),
        batch,
        mode,
    };
    let mut saved = Saved {
        batch,
        mode,
        stages: Vec::with_capacity(stack.stages.len()),
        output: None,
        labels: Vec::new(),
    };
    let mut taps = Vec::new();
    let mut x = Scratch::copy_of(&channels_last(x, stack.input));
    let mut before = stack.input;
    for (index, stage) in stack.stages.iter().enumerate() {
        if before != stage.input {
            x = Scratch::copy_of(&reshaped(&x, before, stage.input));
        }
        before = stage.output;
        let (u, transformed) = pass.map(stage, &x);
        // Its input stays as long as somebody may need it.
        let added = stack.stages.iter().any(|stage| stage.skip == Some(index));
        saved.stages.push(SavedStage {
            input: if keep || added { x } else { Scratch::new(0) },
            normalised: None,
            transformed: transformed.filter(|_| keep),
        });
        let skip = stage.skip.map(|from| &*saved.stages[from].input);
        let (y, normalised) = pass.finish(stage, u, skip);
        saved.stages[index].normalised = normalised.filter(|_| keep);
        if stage.tapped {
            taps.push(channels_first(&y, stage.output).into_owned());
        }
        x = y;
    }
    let mut output = channels_first(&x, before).into_owned();
    if stack.classes.is_some() {
        output = projection::project(&output, before.len(), labels);
        saved.labels = labels.to_vec();
    }
    // The derivative of the last activation is computed from its value.
    let last = stack.stages.last().map(|stage| stage.activation);
    if last != Some(Activation::Identity) {
        saved.output = Some(x);
    }
    Forward {
        output,
        taps,
        statistics: pass.statistics,
        saved: keep.then_some(saved),
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
struct UnderWay<'a> {
    parameters: &'a [f32],
    statistics: Vec<f32>,
    batch: usize,
    mode: Mode,
}

impl UnderWay<'_> {
    /// The linear map, without bias.
    fn map(&self, stage: &Stage, x: &[f32]) -> (Scratch, Option<Transformed>) {
        let weight = &self.parameters[stage.weight..][..stage.weight_len()];
        let mut u = Scratch::new(self.batch * stage.output.len());
        let transformed = Linear::of(stage).forward(weight, x, &mut u, self.batch);
        (u, transformed)
    }

    /// Bias, normalisation, skip and activation.
    fn finish(
        &mut self,
        stage: &Stage,
        mut u: Scratch,
        skip: Option<&[f32]>,
    ) -> (Scratch, Option<Normalised>) {
        // The activation rides along with what stands before it, unless that is the skip.
        let fused = match skip {
            None => stage.activation,
            Some(_) => Activation::Identity,
        };
        let bias = bias(stage, self.parameters);
        let (mut y, normalised) = if stage.norm == Norm::None {
            activation::apply(&mut u, bias.as_deref(), fused);
            (u, None)
        } else {
            activation::apply(&mut u, bias.as_deref(), Activation::Identity);
            self.normalise(stage, u, fused)
        };
        if let Some(skip) = skip {
            activation::apply_sum(&mut y, skip, stage.activation);
        }
        (y, normalised)
    }

    fn normalise(
        &mut self,
        stage: &Stage,
        u: Scratch,
        activation: Activation,
    ) -> (Scratch, Option<Normalised>) {
        let channels = stage.output.channels;
        let (ones, zeros);
        let (mean, inverse, gamma, shift) = match stage.norm {
            Norm::Batch(norm) => {
                let (mean, inverse) = self.batch_moments(norm, channels, &u);
                let gamma = &self.parameters[norm.gamma..][..channels];
                let beta = &self.parameters[norm.beta..][..channels];
                (mean, inverse, gamma, beta)
            }
            Norm::Image | Norm::None => {
                let [mean, variance] = group_moments(&u, self.batch, channels);
                let inverse = variance.iter().map(inverse).collect();
                (ones, zeros) = (vec![1.0; channels], vec![0.0; channels]);
                (mean, inverse, &ones[..], &zeros[..])
            }
        };
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
            norm::normalise(u, y, affine, activation);
        }
        (y, Some(Normalised { u, mean, inverse }))
    }

    /// μ and r for each group and channel; a training pass moves the running statistics.
    fn batch_moments(
        &mut self,
        norm: BatchNorm,
        channels: usize,
        u: &[f32],
    ) -> (Vec<f32>, Vec<f32>) {
        let Some(momentum) = self.mode.momentum() else {
            let variance = &self.statistics[norm.variance..][..channels];
            return (
                self.statistics[norm.mean..][..channels].to_vec(),
                variance.iter().map(inverse).collect(),
            );
        };
        let groups = self.mode.groups();
        let [means, variances] = group_moments(u, groups, channels);
        let samples = u.len() / groups / channels;
        // PyTorch normalises with the biased variance, and remembers the unbiased one.
        let unbiased = samples as f32 / (samples.max(2) - 1) as f32;
        let mut follow = |start: usize, new: &[f32], factor: f32| {
            for (running, new) in self.statistics[start..].iter_mut().zip(new) {
                *running = *running * (1.0 - momentum) + new * factor * momentum;
            }
        };
        for (mean, variance) in means
            .chunks_exact(channels)
            .zip(variances.chunks_exact(channels))
        {
            follow(norm.mean, mean, 1.0);
            follow(norm.variance, variance, unbiased);
        }
        (means, variances.iter().map(inverse).collect())
    }
}

/// r from σ².
fn inverse(variance: &f32) -> f32 {
    1.0 / (variance + NORM_EPSILON).sqrt()
}

/// Mean and biased variance of each channel in each of `groups` equal parts of u.
fn group_moments(u: &[f32], groups: usize, channels: usize) -> [Vec<f32>; 2] {
    let [mut means, mut variances] = [0, 1].map(|_| vec![0.0; groups * channels]);
    let places = means
        .chunks_exact_mut(channels)
        .zip(variances.chunks_exact_mut(channels));
    for (u, (mean, variance)) in u.chunks_exact(u.len() / groups).zip(places) {
        norm::moments(u, mean, variance);
    }
    [means, variances]
}
