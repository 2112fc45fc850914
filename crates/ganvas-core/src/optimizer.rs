//! Adam over all parameters of a network at once.
//!
//! A network keeps its parameters in one flat tensor (see [`crate::network`]), so
//! one update is one kernel whatever the number of layers, and the optimizer's
//! state is two or three more tensors of the same shape.

use burn::tensor::{Device, Tensor};
use ganvas_kernels::adam::AdamSettings;
use ganvas_kernels::ops::{AdamState, adam};

/// Adam's settings, with the meaning and the defaults of `torch.optim.Adam`, and what
/// else an update does to parameters.
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
    /// λ of a term λ‖θ‖² in the loss. Its gradient 2λθ goes through the moments: L2, not
    /// decoupled decay.
    pub l2: f64,
    /// Every parameter is kept within ± this after an update; infinite for no limit.
    pub clip: f64,
    /// Largest decay d of the average of the parameters; 0 keeps none. The `t`th update,
    /// counted from 0, uses min(d, (1 + t)/(10 + t)): the average forgets a run's
    /// beginning quickly. Yazıcı et al., *The Unusual Effectiveness of Averaging in GAN
    /// Training*, 2019.
    pub average_decay: f64,
}

impl Default for AdamConfig {
    fn default() -> Self {
        Self {
            learning_rate: 1e-3,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            l2: 0.0,
            clip: f64::INFINITY,
            average_decay: 0.0,
        }
    }
}

impl AdamConfig {
    /// The numbers of the `update`th step, 1 for the first.
    fn settings(&self, update: u64) -> AdamSettings {
        let t = update.saturating_sub(1) as f64;
        AdamSettings {
            l2: self.l2,
            clip: self.clip,
            follow: 1.0 - self.average_decay.min((1.0 + t) / (10.0 + t)),
            ..AdamSettings::of_update(
                update,
                self.learning_rate,
                [self.beta1, self.beta2],
                self.epsilon,
            )
        }
    }
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
    /// The average of the parameters, where one is kept.
    pub average: Option<Tensor<1>>,
    /// Number of updates made.
    pub updates: u64,
}

impl Adam {
    /// State for `length` parameters before the first update, without an average.
    pub fn new(length: usize, device: &Device) -> Self {
        Self {
            mean: Tensor::zeros([length], device),
            square: Tensor::zeros([length], device),
            average: None,
            updates: 0,
        }
    }

    /// State before the first update of `parameters`, whose average they begin.
    pub fn of(config: &AdamConfig, parameters: &Tensor<1>) -> Self {
        let device = parameters.device();
        Self {
            average: (config.average_decay > 0.0).then(|| parameters.clone()),
            ..Self::new(parameters.dims()[0], &device)
        }
    }

    /// One update of the flat parameters.
    ///
    /// State and parameters change in place where nobody else holds them.
    pub fn update(&mut self, config: &AdamConfig, parameters: &mut Tensor<1>, gradient: Tensor<1>) {
        self.updates += 1;
        let settings = config.settings(self.updates);
        // Whoever owns a tensor alone may change it in place, so it is moved out;
        // the gradient stands in meanwhile, because a tensor cannot be nothing.
        let take = |tensor: &mut Tensor<1>| std::mem::replace(tensor, gradient.clone());
        let state = AdamState {
            parameters: take(parameters),
            mean: take(&mut self.mean),
            square: take(&mut self.square),
            average: self.average.take(),
        };
        let new = adam(settings, state, gradient);
        *parameters = new.parameters;
        self.mean = new.mean;
        self.square = new.square;
        self.average = new.average;
    }
}
