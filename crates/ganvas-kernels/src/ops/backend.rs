//! What a backend has to bring.

// Without any backend what the macro writes for them uses nothing of it.
#![cfg_attr(not(any(feature = "flex", feature = "wgpu")), allow(unused_variables))]

use std::fmt::Debug;
use std::sync::Arc;

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, FloatDType, TensorMetadata, backend_extension};

use crate::adam::AdamSettings;
use crate::loss::LogitLoss;
use crate::stack::{Mode, Stack};

pub use crate::pass::Want;

/// Passes through stacks, and losses, that automatic differentiation can follow.
#[backend_extension(Flex: cfg(feature = "flex"), Cube: cfg(feature = "wgpu"), Autodiff)]
pub trait StackOps: Backend {
    /// See [`forward`](super::forward). `labels` is any tensor where the stack has no
    /// classes. The output is `[batch, numbers]`: for each image the stack's output and
    /// then its taps, channels first; with it come the new statistics.
    fn stack_forward(
        parameters: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        x: FloatTensor<Self>,
        labels: FloatTensor<Self>,
        stack: Arc<Stack>,
        mode: Mode,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// See [`logit_loss`](super::logit_loss): the value `[1]`, through which no gradient flows,
    /// and the root `[0]` of its [`Descent`](super::Descent).
    fn logit_loss(
        logits: FloatTensor<Self>,
        loss: Arc<LogitLoss>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// The root `[0]` of a sum: each of the two is a root, or a term `[1]`.
    fn join(one: FloatTensor<Self>, other: FloatTensor<Self>) -> FloatTensor<Self>;
}

/// Optimizer steps.
#[backend_extension(Flex: cfg(feature = "flex"), Cube: cfg(feature = "wgpu"))]
pub trait Optimise: Backend {
    /// See [`adam`](super::adam).
    fn adam(
        parameters: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        square: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        settings: AdamSettings,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);

    /// See [`adam`](super::adam), with an average.
    fn adam_averaged(
        parameters: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        square: FloatTensor<Self>,
        average: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        settings: AdamSettings,
    ) -> (
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
    );
}

/// Several tensors as one.
#[backend_extension(Flex: cfg(feature = "flex"), Cube: cfg(feature = "wgpu"))]
pub trait Gather: Backend {
    /// See [`gather`](super::gather). As many of the tensors are read as there are `figures`.
    fn gather(
        a: FloatTensor<Self>,
        b: FloatTensor<Self>,
        c: FloatTensor<Self>,
        d: FloatTensor<Self>,
        e: FloatTensor<Self>,
        f: FloatTensor<Self>,
        figures: Vec<Figure>,
    ) -> FloatTensor<Self>;
}

/// What is gathered of a tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// Its numbers.
    Numbers,
    /// The sum of their squares.
    Squares,
}

/// Everything that a pass reads.
#[derive(Debug, Clone)]
pub struct Call<B: Backend> {
    /// What runs.
    pub stack: Arc<Stack>,
    /// `[stack.parameters]`.
    pub parameters: FloatTensor<B>,
    /// `[stack.statistics]`; any where it has none.
    pub statistics: FloatTensor<B>,
    /// `[batch, …]`.
    pub x: FloatTensor<B>,
    /// `[batch]`, whole numbers from 0 on, where the stack has classes; any otherwise.
    pub labels: FloatTensor<B>,
    /// How a normalisation over the batch works.
    pub mode: Mode,
}

/// What a pass gives.
#[derive(Debug, Clone)]
pub struct Passed<B: Backend> {
    /// `[batch, numbers]`: the stack's output, then its taps, channels first.
    pub outputs: Vec<FloatTensor<B>>,
    /// The running statistics after the pass.
    pub statistics: FloatTensor<B>,
}

/// Both directions of the operations, on a backend without differentiation.
pub trait StackKernels: Backend {
    /// What a backward pass needs of a forward pass.
    type Saved: Clone + Debug + Send + 'static;

    /// A pass of which nothing is kept.
    fn evaluate(call: Call<Self>) -> Passed<Self>;

    /// A pass with what [`StackKernels::backward`] needs. There is no pass whose
    /// gradient a backend cannot give.
    fn record(call: Call<Self>) -> (Passed<Self>, Self::Saved);

    /// Gradients of the parameters `[stack.parameters]` and of x `[batch, numbers]`, those
    /// that are wanted, from the gradients of the outputs.
    fn backward(
        stack: &Stack,
        parameters: FloatTensor<Self>,
        saved: Self::Saved,
        gradients: Vec<FloatTensor<Self>>,
        want: Want,
    ) -> [Option<FloatTensor<Self>>; 2];

    /// Loss `[1]` and its gradient, in the shape of the logits.
    fn loss(logits: FloatTensor<Self>, loss: &LogitLoss) -> [FloatTensor<Self>; 2];
}

/// Without differentiation a pass keeps nothing, and a loss gives its value alone.
impl<B: StackKernels> StackOps for B {
    fn stack_forward(
        parameters: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        x: FloatTensor<Self>,
        labels: FloatTensor<Self>,
        stack: Arc<Stack>,
        mode: Mode,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let passed = Self::evaluate(Call {
            stack,
            parameters,
            statistics,
            x,
            labels,
            mode,
        });
        (packed::<Self>(passed.outputs), passed.statistics)
    }

    fn logit_loss(
        logits: FloatTensor<Self>,
        loss: Arc<LogitLoss>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let [value, _] = Self::loss(logits, &loss);
        (value.clone(), root::<Self>(&value))
    }

    fn join(one: FloatTensor<Self>, _other: FloatTensor<Self>) -> FloatTensor<Self> {
        root::<Self>(&one)
    }
}

/// A tensor of no numbers.
pub(super) fn root<B: Backend>(like: &FloatTensor<B>) -> FloatTensor<B> {
    B::float_empty([0].into(), &like.device(), FloatDType::F32)
}

/// The output and the taps as `[batch, numbers]`, side by side.
pub(super) fn packed<B: Backend>(mut outputs: Vec<FloatTensor<B>>) -> FloatTensor<B> {
    match outputs.len() {
        1 => outputs.remove(0),
        _ => B::float_cat(outputs, 1),
    }
}
