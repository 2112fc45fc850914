//! Losses of logits with their gradients, one pass for both.

use crate::formula::Formula;

/// A function of a logit and its slope.
#[derive(Debug, Clone, PartialEq)]
pub struct Pointwise {
    /// The loss of one logit.
    pub value: Formula,
    /// Its derivative.
    pub slope: Formula,
}

/// The mean of `real` over the real logits plus the mean of `fake` over the fake ones.
#[derive(Debug, Clone, PartialEq)]
pub struct LogitLoss {
    /// Of the first half of the batch. Without it, the whole batch is fake.
    pub real: Option<Pointwise>,
    /// Of the rest.
    pub fake: Pointwise,
}

impl LogitLoss {
    /// How many of `logits` are real.
    pub fn real_count(&self, logits: usize) -> usize {
        if self.real.is_some() { logits / 2 } else { 0 }
    }

    /// The loss of `logits` and its gradient, on the CPU.
    pub fn evaluate(&self, logits: &[f32]) -> (f32, Vec<f32>) {
        let (real, fake) = logits.split_at(self.real_count(logits.len()));
        let mut gradient = Vec::with_capacity(logits.len());
        let mut total = 0.0;
        for (part, pointwise) in [(real, self.real.as_ref()), (fake, Some(&self.fake))] {
            let Some(Pointwise { value, slope }) = pointwise else {
                continue;
            };
            let share = 1.0 / part.len().max(1) as f32;
            total += share * part.iter().map(|&l| value.at(l)).sum::<f32>();
            gradient.extend(part.iter().map(|&l| slope.at(l) * share));
        }
        (total, gradient)
    }
}

#[cfg(test)]
mod tests {
    use super::{LogitLoss, Pointwise};
    use crate::formula::{Formula, number};

    fn square(target: f32) -> Pointwise {
        let distance = || Formula::Logit - number(target);
        Pointwise {
            value: 0.5 * (distance() * distance()),
            slope: distance(),
        }
    }

    #[test]
    fn real_and_fake_logits_are_averaged_by_themselves() {
        let both = LogitLoss {
            real: Some(square(1.0)),
            fake: square(0.0),
        };
        let (loss, gradient) = both.evaluate(&[3.0, 1.0, 2.0, 4.0]);
        assert_eq!(loss, (2.0 + 0.0) / 2.0 + (2.0 + 8.0) / 2.0);
        assert_eq!(gradient, [1.0, 0.0, 1.0, 2.0]);
    }

    #[test]
    fn without_real_ones_the_whole_batch_is_fake() {
        let fake = LogitLoss {
            real: None,
            fake: square(0.0),
        };
        let (loss, gradient) = fake.evaluate(&[2.0, 4.0]);
        assert_eq!(loss, 5.0);
        assert_eq!(gradient, [1.0, 2.0]);
    }
}
