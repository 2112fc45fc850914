//! One pass through a network.

use std::sync::Arc;

use burn::tensor::{Device, Gradients, Tensor, TensorData};
use ganvas_kernels::ops::{self, Figure};
use ganvas_kernels::stack::{self, Stack};

use super::{CLASSES, Conditioning, Network, Parameters};

/// Whether BatchNorm uses the batch's own statistics or the running ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// `module.train()` in PyTorch.
    Train,
    /// As `Train`, after which the running statistics are those of this batch alone.
    Measure,
    /// `module.eval()` in PyTorch.
    Evaluate,
}

/// Images, and their classes where the network is told them.
#[derive(Debug, Clone)]
pub struct Labelled {
    /// `[batch, channels, height, width]`.
    pub images: Tensor<4>,
    /// One class for each image.
    pub labels: Option<Vec<u8>>,
}

impl Labelled {
    /// Other images of the same classes.
    #[must_use]
    pub fn like(&self, images: Tensor<4>) -> Self {
        Self {
            images,
            labels: self.labels.clone(),
        }
    }
}

impl From<Tensor<4>> for Labelled {
    fn from(images: Tensor<4>) -> Self {
        Self {
            images,
            labels: None,
        }
    }
}

/// Parameters made ready for passes, tracked for gradients or not.
///
/// A training pass moves the running statistics and the directions of spectral norms;
/// the next one goes on from there.
#[derive(Debug, Clone)]
pub struct Bound {
    pub(super) flat: Tensor<1>,
    /// Running statistics after the passes so far.
    pub statistics: Tensor<1>,
    /// Directions of the spectral norms after the passes so far.
    pub directions: Vec<Tensor<1>>,
}

impl Parameters {
    /// For passes without gradients of the parameters.
    pub fn bind(&self) -> Bound {
        Bound {
            flat: self.flat.clone(),
            statistics: self.statistics.clone(),
            directions: self.directions.clone(),
        }
    }

    /// For passes whose gradients are wanted.
    pub fn bind_tracked(&self) -> Bound {
        let bound = self.bind();
        Bound {
            flat: bound.flat.autodiff().require_grad(),
            ..bound
        }
    }
}

impl Bound {
    /// With other parameters.
    #[must_use]
    pub fn with_parameters(self, flat: Tensor<1>) -> Self {
        Self { flat, ..self }
    }

    /// The gradient of all parameters as one flat tensor, gaps included. There is none where
    /// they are not [tracked](Parameters::bind_tracked) or the loss depends on none of them.
    pub fn gradient(&self, gradients: &mut Gradients) -> Option<Tensor<1>> {
        self.flat.grad_remove(gradients)
    }
}

impl Network {
    /// The output of one pass: `x` is `[batch, channels, height, width]`, `labels` are the
    /// images' classes where the network is told them.
    ///
    /// # Panics
    ///
    /// For labels of a network that is told no classes, and for another number of labels than
    /// of images.
    pub fn forward(
        &self,
        bound: &mut Bound,
        mode: Mode,
        x: Tensor<4>,
        labels: Option<&[u8]>,
    ) -> Tensor<4> {
        self.pass(&self.stack, bound, mode, x, labels, 1).output
    }

    /// One pass through several batches of one size, whose outputs come one after the
    /// other. In training, BatchNorm does not mix them: they are as many passes. No gradient
    /// flows to the images.
    ///
    /// # Panics
    ///
    /// For images that are tracked, whose gradient would be lost; and as
    /// [`forward`](Self::forward).
    pub fn forward_grouped(
        &self,
        bound: &mut Bound,
        mode: Mode,
        batches: &[&Labelled],
    ) -> Tensor<4> {
        let tracked = batches.iter().position(|batch| batch.images.is_tracked());
        assert_eq!(tracked, None, "tracked images in a pass of several batches");
        if self.spectral {
            // Each pass has a power iteration of its own, and so weights of its own.
            let outputs = batches
                .iter()
                .map(|batch| {
                    let labels = batch.labels.as_deref();
                    self.forward(bound, mode, batch.images.clone(), labels)
                })
                .collect();
            return Tensor::cat(outputs, 0);
        }
        let images = |batch: &&Labelled| (batch.images.clone().flatten(0, 3), Figure::Numbers);
        let together = ops::gather(batches.iter().map(images).collect());
        let labels: Vec<u8> = batches
            .iter()
            .filter_map(|batch| batch.labels.as_deref())
            .flatten()
            .copied()
            .collect();
        let labels = (!labels.is_empty()).then_some(labels.as_slice());
        let batch = batches.iter().map(|batch| batch.images.dims()[0]).sum();
        let [_, channels, height, width] = batches[0].images.dims();
        let x = together.reshape([batch, channels, height, width]);
        self.pass(&self.stack, bound, mode, x, labels, batches.len())
            .output
    }

    /// The output of one pass, and the features that the last linear map reads.
    pub fn forward_with_features(
        &self,
        bound: &mut Bound,
        mode: Mode,
        x: Tensor<4>,
        labels: Option<&[u8]>,
    ) -> (Tensor<4>, Tensor<4>) {
        let mut stack = Stack::clone(&self.stack);
        let before_last = stack.stages.len().checked_sub(2);
        match before_last.and_then(|index| stack.stages.get_mut(index)) {
            Some(stage) => stage.tapped = true,
            // A network of a single map reads its own input.
            None => {
                let output = self.forward(bound, mode, x.clone(), labels);
                return (output, x);
            }
        }
        let mut pass = self.pass(&Arc::new(stack), bound, mode, x, labels, 1);
        let features = pass.taps.swap_remove(0);
        (pass.output, features)
    }

    /// The running statistics that BatchNorm would have if every batch were this one.
    pub fn measure(&self, bound: &Bound, batch: &Labelled) -> Tensor<1> {
        let mut fresh = bound.clone();
        let images = batch.images.clone();
        self.forward(&mut fresh, Mode::Measure, images, batch.labels.as_deref());
        fresh.statistics
    }

    /// Each head's output, `[batch, outputs]`, on the output of a pass.
    pub fn heads(&self, bound: &Bound, x: &Tensor<4>) -> Vec<Tensor<2>> {
        let run = |head: &Arc<Stack>| {
            let pass = ops::forward(
                head,
                bound.flat.clone(),
                bound.statistics.clone(),
                x.clone(),
                None,
                stack::Mode::Evaluate,
            );
            pass.output.flatten(1, 3)
        };
        self.heads.iter().map(run).collect()
    }

    /// One pass through `stack`, which is the network's own but for its taps.
    pub(super) fn pass(
        &self,
        stack: &Arc<Stack>,
        bound: &mut Bound,
        mode: Mode,
        x: Tensor<4>,
        labels: Option<&[u8]>,
        groups: usize,
    ) -> ops::Pass {
        if let Some(labels) = labels {
            let told = self.conditioning != Conditioning::Unconditional;
            assert!(told, "labels for a network that is told no classes");
            assert_eq!(labels.len(), x.dims()[0], "one label for each image");
        }
        let x = match (self.conditioning, labels) {
            (Conditioning::Planes, Some(labels)) => with_planes(x, one_hot(labels)),
            _ => x,
        };
        let device = x.device().without_autodiff();
        let classes = labels
            .filter(|_| self.conditioning == Conditioning::Projection)
            .map(|labels| class_numbers(labels, &device));
        let weights = self.normalised(bound, mode);
        let pass = ops::forward(
            stack,
            weights,
            bound.statistics.clone(),
            x,
            classes,
            match mode {
                Mode::Train => stack::Mode::Train { groups },
                Mode::Measure => stack::Mode::Measure,
                Mode::Evaluate => stack::Mode::Evaluate,
            },
        );
        if mode != Mode::Evaluate && !self.statistics.is_empty() {
            bound.statistics = pass.statistics.clone().without_autodiff();
        }
        pass
    }
}

/// Labels as numbers, `[batch]`.
fn class_numbers(labels: &[u8], device: &Device) -> Tensor<1> {
    let values: Vec<f32> = labels.iter().map(|&label| f32::from(label)).collect();
    Tensor::from_data(TensorData::new(values, [labels.len()]), device)
}

/// One row of [`CLASSES`] numbers for each label: 1 for the class, 0 for the others.
fn one_hot(labels: &[u8]) -> Vec<f32> {
    let mut values = vec![0.0f32; labels.len() * CLASSES];
    for (row, &label) in values.chunks_exact_mut(CLASSES).zip(labels) {
        if let Some(value) = row.get_mut(usize::from(label)) {
            *value = 1.0;
        }
    }
    values
}

/// Images with a constant plane for each class after their channels, as a network reads them
/// that is told classes by [planes](Conditioning::Planes): `shares` are `[batch, CLASSES]`, row
/// after row, a one-hot vector where an image is of one class.
pub(crate) fn with_planes(images: Tensor<4>, shares: Vec<f32>) -> Tensor<4> {
    let [batch, channels, height, width] = images.dims();
    let pixels = height * width;
    let shares: Tensor<3> = Tensor::from_data(
        TensorData::new(shares, [batch, CLASSES, 1]),
        &images.device().without_autodiff(),
    );
    // Rows and columns as one axis: burn's CPU backend copies what repeats along two of them
    // number by number.
    let planes = shares.expand([batch, CLASSES, pixels]);
    let images = images.reshape([batch, channels, pixels]);
    Tensor::cat(vec![images, planes], 1).reshape([batch, channels + CLASSES, height, width])
}
