//! Adam as one pass over memory.

/// The settings of one update, with the meaning they have in `torch.optim.Adam`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdamStep {
    /// Step size.
    pub learning_rate: f64,
    /// Decay of the running mean of gradients.
    pub beta1: f64,
    /// Decay of the running mean of squared gradients.
    pub beta2: f64,
    /// Added to the denominator, after the square root.
    pub epsilon: f64,
    /// Which update this is: 1 for the first.
    pub update: u64,
}

/// m ← β₁m + (1−β₁)g,  v ← β₂v + (1−β₂)g²,
/// θ ← θ − lr · (m / (1−β₁ᵗ)) / (√(v / (1−β₂ᵗ)) + ε)
///
/// Kingma and Ba, *Adam: A Method for Stochastic Optimization*, 2015; ε stands where
/// PyTorch has it. All slices have the same length.
pub fn adam(
    step: &AdamStep,
    parameters: &mut [f32],
    mean: &mut [f32],
    square: &mut [f32],
    gradient: &[f32],
) {
    let length = parameters.len();
    assert!(
        [mean.len(), square.len(), gradient.len()] == [length; 3],
        "Adam's state has the length of the parameters"
    );
    let t = i32::try_from(step.update).unwrap_or(i32::MAX);
    let mean_correction = 1.0 - step.beta1.powi(t);
    let square_correction = 1.0 - step.beta2.powi(t);
    let (beta1, rest1) = (step.beta1 as f32, (1.0 - step.beta1) as f32);
    let (beta2, rest2) = (step.beta2 as f32, (1.0 - step.beta2) as f32);
    let root_scale = (1.0 / square_correction.sqrt()) as f32;
    let epsilon = step.epsilon as f32;
    let rate = (step.learning_rate / mean_correction) as f32;

    let state = mean.iter_mut().zip(square.iter_mut());
    for ((parameter, (mean, square)), g) in parameters.iter_mut().zip(state).zip(gradient) {
        let m = *mean * beta1 + g * rest1;
        let v = *square * beta2 + g * g * rest2;
        *mean = m;
        *square = v;
        *parameter -= rate * (m / (v.sqrt() * root_scale + epsilon));
    }
}
