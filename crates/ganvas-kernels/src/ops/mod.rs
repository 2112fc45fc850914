//! The operations as burn sees them: functions on tensors, on any device, with gradients.

mod autodiff;
mod backend;
#[cfg(feature = "wgpu")]
mod cube;
#[cfg(feature = "flex")]
mod flex;
mod tiles;

use std::sync::Arc;

use burn::backend::Dispatch;
use burn::tensor::Tensor;

use crate::adam::AdamSettings;
use crate::loss::GanLoss;
use crate::stack::{Mode, Stack};

pub use backend::{Optimise, StackKernels, StackOps, Want};
#[cfg(feature = "wgpu")]
pub use cube::compile_only;
pub use tiles::{set_tiles, tiles};

/// One pass through `stack`: its output and the running statistics after it.
///
/// - `parameters` `[stack.parameters]`, `statistics` `[stack.statistics]` (or one unused
///   number), `x` `[batch, channels, height, width]`.
/// - Gradients flow to `parameters` and `x` where they are tracked, in training mode.
pub fn forward(
    stack: &Arc<Stack>,
    parameters: Tensor<1>,
    statistics: Tensor<1>,
    x: Tensor<4>,
    mode: Mode,
) -> (Tensor<4>, Tensor<1>) {
    let (output, statistics) = Dispatch::stack_forward(
        parameters.into_dispatch(),
        statistics.into_dispatch(),
        x.into_dispatch(),
        stack.clone(),
        mode,
    );
    (
        Tensor::from_dispatch(output),
        Tensor::from_dispatch(statistics),
    )
}

/// A GAN loss `[1]` of logits `[batch, 1]`.
pub fn gan_loss(loss: GanLoss, logits: Tensor<2>) -> Tensor<1> {
    Tensor::from_dispatch(Dispatch::gan_loss(logits.into_dispatch(), loss))
}

/// One step of Adam; parameters, mean and square of the gradients come back changed,
/// in place where nobody else holds them.
pub fn adam(
    settings: AdamSettings,
    parameters: Tensor<1>,
    [mean, square]: [Tensor<1>; 2],
    gradient: Tensor<1>,
) -> (Tensor<1>, [Tensor<1>; 2]) {
    let (parameters, mean, square) = Dispatch::adam(
        parameters.into_dispatch(),
        mean.into_dispatch(),
        square.into_dispatch(),
        gradient.into_dispatch(),
        settings,
    );
    (
        Tensor::from_dispatch(parameters),
        [Tensor::from_dispatch(mean), Tensor::from_dispatch(square)],
    )
}
