//! One step of Adam over all parameters of a network, and their average.

#![expect(unsafe_code, reason = "a task has one range of several slices")]

use crate::threads::{self, Shared};

/// The numbers of one step, bias corrections worked out.
///
/// With g the gradient plus 2λθ: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g²,
/// θ ← θ − rate · m / (√v · correction + ε), kept within ± clip; then, where an average θ̄
/// is kept, θ̄ ← θ̄ + follow · (θ − θ̄).
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
    /// How far the average follows the new parameters: 1 − its decay.
    pub follow: f64,
}

/// What a step changes. All slices have the same length.
#[derive(Debug)]
pub struct State<'a> {
    /// θ.
    pub parameters: &'a mut [f32],
    /// m.
    pub mean: &'a mut [f32],
    /// v.
    pub square: &'a mut [f32],
    /// θ̄, where one is kept.
    pub average: Option<&'a mut [f32]>,
}

impl AdamSettings {
    /// The numbers of the `update`th step, 1 for the first, without L2 term, limit or average.
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
            follow: 0.0,
        }
    }

    /// β₁, β₂, rate, correction, ε, 2λ, clip, 1 − β₂, follow and three unused numbers:
    /// what the kernels read. 1 − β₂ is rounded once, not taken from a rounded β₂, of
    /// which it would keep few digits.
    pub fn numbers(&self) -> [f32; 12] {
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
            self.follow,
            0.0,
            0.0,
            0.0,
        ]
        .map(|number| number as f32)
    }

    /// The step on the CPU, in one pass over memory.
    pub fn apply(&self, state: State<'_>, gradient: &[f32]) {
        let State {
            parameters,
            mean,
            square,
            average,
        } = state;
        let count = parameters.len();
        assert!(mean.len() == count && square.len() == count && gradient.len() == count);
        let [parameters, mean, square] = [parameters, mean, square].map(Shared::new);
        let average = average.map(Shared::new);
        threads::ranges(count, 1, |range| {
            // SAFETY: ranges do not overlap.
            let state = unsafe {
                State {
                    parameters: parameters.part(range.clone()),
                    mean: mean.part(range.clone()),
                    square: square.part(range.clone()),
                    average: average.map(|average| average.part(range.clone())),
                }
            };
            self.apply_to(state, &gradient[range.clone()]);
        });
    }

    fn apply_to(&self, state: State<'_>, gradient: &[f32]) {
        let [
            beta1,
            beta2,
            rate,
            correction,
            epsilon,
            decay,
            clip,
            rest2,
            follow,
            ..,
        ] = self.numbers();
        let rest1 = 1.0 - beta1;
        let step = |old: f32, mean: &mut f32, square: &mut f32, gradient: f32| {
            let g = gradient + decay * old;
            let m = *mean * beta1 + g * rest1;
            let v = *square * beta2 + g * g * rest2;
            *mean = m;
            *square = v;
            old - rate * (m / (v.sqrt() * correction + epsilon))
        };
        let State {
            parameters,
            mean,
            square,
            average,
        } = state;
        let moments = mean.iter_mut().zip(square.iter_mut());
        let all = parameters.iter_mut().zip(moments).zip(gradient);
        // Without a limit nothing is clamped: that would make a number of an infinite one.
        match (self.clip.is_finite(), average) {
            (false, None) => {
                for ((parameter, (mean, square)), gradient) in all {
                    *parameter = step(*parameter, mean, square, *gradient);
                }
            }
            (false, Some(average)) => {
                for (((parameter, (mean, square)), gradient), average) in all.zip(average) {
                    *parameter = step(*parameter, mean, square, *gradient);
                    *average += follow * (*parameter - *average);
                }
            }
            (true, average) => {
                for ((parameter, (mean, square)), gradient) in all {
                    *parameter = step(*parameter, mean, square, *gradient).clamp(-clip, clip);
                }
                for (average, parameter) in average.into_iter().flatten().zip(&*parameters) {
                    *average += follow * (*parameter - *average);
                }
            }
        }
    }
}
