//! Adam over all parameters of a network at once.
//!
//! A network keeps its parameters in one flat tensor (see [`crate::model`]), so
//! one update is about ten element-wise operations whatever the number of
//! layers, and the optimizer's state is two more tensors of the same shape.

use burn::tensor::{Device, Tensor};

/// Adam's settings, with the meaning and the defaults of `torch.optim.Adam`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdamConfig {
    /// Step size.
    pub learning_rate: f64,
    /// Decay of the running mean of gradients.
    pub beta1: f64,
    /// Decay of the running mean of squared gradients.
    pub beta2: f64,
    /// Added to the denominator, after the square root.
    pub epsilon: f64,
}

/// Adam's state for one flat parameter tensor.
///
/// m ← β₁m + (1−β₁)g,  v ← β₂v + (1−β₂)g²,
/// θ ← θ − lr · (m / (1−β₁ᵗ)) / (√(v / (1−β₂ᵗ)) + ε)
///
/// Kingma and Ba, *Adam: A Method for Stochastic Optimization*, 2015; ε stands
/// where PyTorch has it. The numbers are PyTorch's, not burn's (whose default
/// epsilon is 1e-5).
#[derive(Debug, Clone)]
pub struct Adam {
    /// Running mean of gradients, `exp_avg` in PyTorch.
    pub mean: Tensor<1>,
    /// Running mean of squared gradients, `exp_avg_sq` in PyTorch.
    pub square: Tensor<1>,
    /// Number of updates made.
    pub updates: u64,
}

impl Adam {
    /// State for `length` parameters before the first update.
    pub fn new(length: usize, device: &Device) -> Self {
        Self {
            mean: Tensor::zeros([length], device),
            square: Tensor::zeros([length], device),
            updates: 0,
        }
    }

    /// One update of the flat parameters.
    ///
    /// It consumes the old state, so that burn may reuse its memory.
    #[must_use]
    pub fn update(
        self,
        config: &AdamConfig,
        parameters: Tensor<1>,
        gradient: Tensor<1>,
    ) -> (Self, Tensor<1>) {
        let updates = self.updates + 1;
        let t = i32::try_from(updates).unwrap_or(i32::MAX);
        let mean_correction = 1.0 - config.beta1.powi(t);
        let square_correction = 1.0 - config.beta2.powi(t);

        let mean = self.mean * config.beta1 + gradient.clone() * (1.0 - config.beta1);
        let square =
            self.square * config.beta2 + gradient.clone() * gradient * (1.0 - config.beta2);
        let denominator = square.clone().sqrt() * (1.0 / square_correction.sqrt()) + config.epsilon;
        let direction = mean.clone() / denominator;
        let parameters = parameters - direction * (config.learning_rate / mean_correction);
        let state = Self {
            mean,
            square,
            updates,
        };
        (state, parameters)
    }
}
