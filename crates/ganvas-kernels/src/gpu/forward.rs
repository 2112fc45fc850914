//! The forward pass.

use super::tiles::Tiles;
use super::{Gpu, map};
use crate::pass::Operands;
use crate::stack::{Activation, BatchNorm, Mode, Norm, Stack, Stage};
use crate::wgsl::{
    Activate, BatchNormEvaluate, BatchNormForward, ImageNormForward, Linear, Moments, Project,
    Slope, Whole,
};

/// What a forward pass gives.
#[derive(Debug, Clone)]
pub struct Forward<B> {
    /// The stack's output.
    pub output: B,
    /// The outputs of the stages that are tapped, in order.
    pub taps: Vec<B>,
    /// The running statistics after the pass.
    pub statistics: B,
    /// What a backward pass needs, where it was asked for.
    pub saved: Option<Saved<B>>,
}

/// What a backward pass needs of a forward pass.
#[derive(Debug, Clone)]
pub struct Saved<B> {
    pub(super) stages: Vec<SavedStage<B>>,
    /// What the last stage gave.
    pub(super) output: B,
    pub(super) labels: B,
    pub(super) batch: usize,
    pub(super) groups: usize,
}

/// What one stage leaves.
#[derive(Debug, Clone)]
pub(super) struct SavedStage<B> {
    /// What went in.
    pub input: B,
    /// What its normalisation did.
    pub normalised: Option<Normalised<B>>,
}

/// What went into a normalisation, and the moments that it used.
#[derive(Debug, Clone)]
pub(super) struct Normalised<B> {
    pub u: B,
    pub moments: B,
    pub source: Moments,
}

/// Runs `stack` on `batch` images. With `keep` the pass also hands back what
/// [`backward`](super::backward()) needs.
pub fn forward<G: Gpu>(
    gpu: &mut G,
    stack: &Stack,
    tiles: Tiles,
    operands: Operands<&G::Buffer>,
    batch: usize,
    mode: Mode,
    keep: bool,
) -> Forward<G::Buffer> {
    let trains = mode.momentum().is_some() && stack.has_batch_norm();
    let followed = if trains {
        gpu.allocate(stack.statistics)
    } else {
        operands.statistics.clone()
    };
    let mut pass = UnderWay {
        gpu,
        tiles,
        operands,
        followed: &followed,
        batch,
        mode,
    };
    let mut x = operands.x.clone();
    // The input of each stage, as long as somebody needs it.
    let mut inputs: Vec<Option<G::Buffer>> = Vec::with_capacity(stack.stages.len());
    let mut normalised = Vec::new();
    let mut taps = Vec::new();
    for (index, stage) in stack.stages.iter().enumerate() {
        let added = stack.stages.iter().any(|stage| stage.skip == Some(index));
        inputs.push((keep || added).then(|| x.clone()));
        let skip = stage.skip.and_then(|from| inputs[from].as_ref());
        let (y, norm) = pass.stage(stage, &x, skip);
        if stage.tapped {
            taps.push(y.clone());
        }
        if keep {
            normalised.push(norm);
        }
        x = y;
    }
    let output = match stack.classes {
        None => x.clone(),
        Some(classes) => {
            let sum = pass.gpu.allocate(batch);
            let program = Project {
                classes,
                backward: false,
            };
            pass.gpu
                .launch(program, &[&x, operands.labels, &sum], &[batch]);
            sum
        }
    };
    let saved = keep.then(|| Saved {
        stages: (inputs.into_iter().flatten().zip(normalised))
            .map(|(input, normalised)| SavedStage { input, normalised })
            .collect(),
        output: x,
        labels: operands.labels.clone(),
        batch,
        groups: mode.groups(),
    });
    Forward {
        output,
        taps,
        statistics: followed,
        saved,
    }
}

/// A forward pass under way.
struct UnderWay<'a, G: Gpu> {
    gpu: &'a mut G,
    tiles: Tiles,
    operands: Operands<&'a G::Buffer>,
    /// Where new running statistics go.
    followed: &'a G::Buffer,
    batch: usize,
    mode: Mode,
}

impl<G: Gpu> UnderWay<'_, G> {
    /// One stage, and what its normalisation did.
    fn stage(
        &mut self,
        stage: &Stage,
        x: &G::Buffer,
        skip: Option<&G::Buffer>,
    ) -> (G::Buffer, Option<Normalised<G::Buffer>>) {
        let numbers = self.batch * stage.output.len();
        // The activation rides along with what stands before it, unless that is the skip.
        let fused = match skip {
            None => stage.activation,
            Some(_) => Activation::Identity,
        };
        let with_map = match stage.norm {
            Norm::None => fused,
            Norm::Batch(_) | Norm::Image => Activation::Identity,
        };
        let mapped = self.gpu.allocate(numbers);
        let whole = match (stage.norm, self.mode) {
            (Norm::Batch(_), Mode::Train { .. } | Mode::Measure) => {
                map::whole_forward(stage, self.tiles, self.batch)
            }
            _ => None,
        };
        if whole.is_none() {
            let buffers = [x, self.operands.parameters, &mapped];
            map::forward(self.gpu, stage, self.tiles, with_map, buffers, self.batch);
        }
        let (y, normalised) = match stage.norm {
            Norm::None => (mapped, None),
            Norm::Batch(norm) => {
                let before = whole.map(|map| (map, x));
                self.batch_norm(stage, norm, Slope(fused), mapped, before)
            }
            Norm::Image => self.image_norm(stage, Slope(fused), mapped),
        };
        let Some(skip) = skip else {
            return (y, normalised);
        };
        let sum = self.gpu.allocate(numbers);
        let program = Activate {
            activation: Slope(stage.activation),
            added: true,
            backward: false,
            len: stage.output.len(),
        };
        self.gpu.launch(program, &[&y, skip, &sum], &[self.batch]);
        (sum, normalised)
    }

    /// Normalises u, which the linear map `before` is yet to make of its x, if there is one.
    fn batch_norm(
        &mut self,
        stage: &Stage,
        norm: BatchNorm,
        activation: Slope,
        u: G::Buffer,
        before: Option<(Linear, &G::Buffer)>,
    ) -> (G::Buffer, Option<Normalised<G::Buffer>>) {
        let (channels, pixels) = (stage.output.channels, stage.output.pixels());
        let Operands {
            parameters,
            statistics,
            ..
        } = self.operands;
        let y = self.gpu.allocate(self.batch * stage.output.len());
        let groups = self.mode.groups();
        let (moments, source) = match self.mode.momentum() {
            Some(momentum) => {
                let moments = self.gpu.allocate(2 * groups * channels);
                let norm = BatchNormForward {
                    channels,
                    pixels,
                    norm,
                    activation,
                    threads: self.tiles.norm,
                };
                let info = [self.batch, groups, momentum.to_bits() as usize];
                let results = [&y, &moments, self.followed];
                match before {
                    None => {
                        let buffers = [&[&u, parameters, statistics][..], &results].concat();
                        self.gpu.launch(norm, &buffers, &info);
                    }
                    Some((map, x)) => {
                        let buffers = [&[x, parameters, &u, statistics][..], &results].concat();
                        self.gpu.launch(Whole { map, norm }, &buffers, &info);
                    }
                }
                (moments, Moments::Batch)
            }
            None => {
                let program = BatchNormEvaluate {
                    channels,
                    pixels,
                    norm,
                    activation,
                };
                let buffers = [&u, parameters, statistics, &y];
                self.gpu.launch(program, &buffers, &[self.batch]);
                (statistics.clone(), Moments::Running)
            }
        };
        let normalised = Normalised { u, moments, source };
        (y, Some(normalised))
    }

    fn image_norm(
        &mut self,
        stage: &Stage,
        activation: Slope,
        u: G::Buffer,
    ) -> (G::Buffer, Option<Normalised<G::Buffer>>) {
        let (channels, pixels) = (stage.output.channels, stage.output.pixels());
        let y = self.gpu.allocate(self.batch * stage.output.len());
        let moments = self.gpu.allocate(2 * self.batch * channels);
        let program = ImageNormForward {
            channels,
            pixels,
            activation,
            threads: self.tiles.norm,
        };
        self.gpu.launch(program, &[&u, &y, &moments], &[self.batch]);
        let source = Moments::Batch;
        (y, Some(Normalised { u, moments, source }))
    }
}
