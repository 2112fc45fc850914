//! What a backend has to bring.

// Without any backend what the macro writes for them uses nothing of it.
#![cfg_attr(not(any(feature = "flex", feature = "wgpu")), allow(unused_variables))]

use std::fmt::Debug;
use std::sync::Arc;

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, backend_extension};

use crate::adam::AdamSettings;
use crate::loss::GanLoss;
use crate::stack::{Mode, Stack};

pub use crate::gpu::Want;

/// Passes through stacks, and losses, that automatic differentiation can follow.
#[backend_extension(Flex: cfg(feature = "flex"), Cube: cfg(feature = "wgpu"), Autodiff)]
pub trait StackOps: Backend {
    /// See [`forward`](super::forward).
    fn stack_forward(
        parameters: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        x: FloatTensor<Self>,
        stack: Arc<Stack>,
        mode: Mode,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// See [`gan_loss`](super::gan_loss).
    fn gan_loss(logits: FloatTensor<Self>, loss: GanLoss) -> FloatTensor<Self>;
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
}

/// Both directions of the operations, on a backend without differentiation.
pub trait StackKernels: Backend {
    /// What a backward pass needs of a forward pass.
    type Saved: Clone + Debug + Send + 'static;

    /// Output, new statistics, and what [`StackKernels::backward`] needs.
    fn forward(
        stack: &Stack,
        parameters: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        x: FloatTensor<Self>,
        mode: Mode,
        keep: bool,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, Option<Self::Saved>);

    /// Gradients of the parameters and of x, those that are wanted.
    fn backward(
        stack: &Stack,
        parameters: FloatTensor<Self>,
        saved: Self::Saved,
        gradient: FloatTensor<Self>,
        want: Want,
    ) -> [Option<FloatTensor<Self>>; 2];

    /// Loss and its gradient.
    fn loss(logits: FloatTensor<Self>, loss: GanLoss) -> [FloatTensor<Self>; 2];
}
