//! One step of Adam over all parameters of a network.

/// The numbers of one step, bias corrections worked out.
///
/// With g the gradient plus 2λθ: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g²,
/// θ ← θ − rate · m / (√v · correction + ε), kept within ± clip.
///
/// Kingma and Ba, *Adam: A Method for Stochastic Optimization*, 2015; ε stands where
/// PyTorch has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdamSettings {
    /// β₁, decay of the mean.
    pub beta1: f64,
    /// β₂, decay of the mean of squares.
    pub beta2: f64,
    /// Step size with the bias correction of the mean: lr / (1 − β₁ᵗ).
    pub rate: f64,
    /// Bias correction of the square's root: 1 / √(1 − β₂ᵗ).
    pub correction: f64,
    /// ε, added to the denominator.
    pub epsilon: f64,
    /// λ of a term λ‖θ‖² in the loss.
    pub l2: f64,
    /// Parameters are kept within ± this; infinite for no limit.
    pub clip: f64,
}

impl AdamSettings {
    /// The numbers of the `update`th step, 1 for the first, without L2 term or limit.
    pub fn of_update(
        update: u64,
        learning_rate: f64,
        [beta1, beta2]: [f64; 2],
        epsilon: f64,
    ) -> Self {
        let t = i32::try_from(update).unwrap_or(i32::MAX);
        Self {
            beta1,
            beta2,
            rate: learning_rate / (1.0 - beta1.powi(t)),
            correction: 1.0 / (1.0 - beta2.powi(t)).sqrt(),
            epsilon,
            l2: 0.0,
            clip: f64::INFINITY,
        }
    }

    /// β₁, β₂, rate, correction, ε, 2λ, clip, 1 − β₂: what the kernels read. 1 − β₂ is
    /// rounded once, not taken from a rounded β₂, of which it would keep few digits.
    pub fn numbers(&self) -> [f32; 8] {
        [
            self.beta1,
            self.beta2,
            self.rate,
            self.correction,
            self.epsilon,
            2.0 * self.l2,
            // Infinity has no spelling that every shader compiler accepts.
            self.clip.min(f64::from(f32::MAX)),
            1.0 - self.beta2,
        ]
        .map(|number| number as f32)
    }

    /// The step on the CPU, in one pass over memory. All slices have the same length.
    pub fn apply(
        &self,
        parameters: &mut [f32],
        mean: &mut [f32],
        square: &mut [f32],
        gradient: &[f32],
    ) {
        let [beta1, beta2, rate, correction, epsilon, decay, clip, rest2] = self.numbers();
        let rest1 = 1.0 - beta1;
        let state = mean.iter_mut().zip(square.iter_mut());
        for ((parameter, (mean, square)), gradient) in
            parameters.iter_mut().zip(state).zip(gradient)
        {
            let old = *parameter;
            let g = gradient + decay * old;
            let m = *mean * beta1 + g * rest1;
            let v = *square * beta2 + g * g * rest2;
            *mean = m;
            *square = v;
            *parameter = (old - rate * (m / (v.sqrt() * correction + epsilon))).clamp(-clip, clip);
        }
    }
}
