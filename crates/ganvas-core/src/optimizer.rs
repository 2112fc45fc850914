//! Adam over all parameters of a network at once.
//!
//! A network keeps its parameters in one flat tensor (see [`crate::model`]), so
//! one update is one kernel whatever the number of layers, and the optimizer's
//! state is two more tensors of the same shape.

use burn::tensor::{Device, Tensor};
use ganvas_kernels::adam::AdamSettings;
use ganvas_kernels::ops::adam;

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

    /// One update of the flat parameters, for a loss to which λ‖θ‖² is added with
    /// λ = `l2` (its gradient 2λθ goes through the moments: L2, not decoupled decay),
    /// and which then keeps every parameter within ± `clip`, if there is one.
    ///
    /// State and parameters change in place where nobody else holds them.
    pub fn update(
        &mut self,
        config: &AdamConfig,
        parameters: &mut Tensor<1>,
        gradient: Tensor<1>,
        l2: f64,
        clip: Option<f64>,
    ) {
        self.updates += 1;
        let settings = AdamSettings {
            l2,
            clip: clip.unwrap_or(f64::INFINITY),
            ..AdamSettings::of_update(
                self.updates,
                config.learning_rate,
                [config.beta1, config.beta2],
                config.epsilon,
            )
        };
        // Whoever owns a tensor alone may change it in place, so it is moved out;
        // the gradient stands in meanwhile, because a tensor cannot be nothing.
        let take = |tensor: &mut Tensor<1>| std::mem::replace(tensor, gradient.clone());
        let moments = [take(&mut self.mean), take(&mut self.square)];
        let old = take(parameters);
        let (new, [mean, square]) = adam(settings, old, moments, gradient);
        *parameters = new;
        self.mean = mean;
        self.square = square;
    }
}
