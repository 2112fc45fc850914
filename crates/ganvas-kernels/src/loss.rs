//! GAN losses and their gradients in closed form.

/// Whose loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The batch is real logits, then as many fake ones.
    Discriminator,
    /// The batch is fake logits.
    Generator,
}

/// Which objective; see `Loss` in the core crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GanLoss {
    /// log(1 − σ(f)) for the generator.
    Minimax(Side),
    /// −log σ(f) for the generator.
    NonSaturating(Side),
    /// Half the squared distance to 1 and 0.
    LeastSquares(Side),
    /// max(0, 1 ∓ logit) for the discriminator.
    Hinge(Side),
    /// Difference of means.
    Wasserstein(Side),
}

/// What is summed over logits f.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Term {
    /// log(1 + eᶠ) = −log σ(−f).
    Softplus,
    /// log(1 + e⁻ᶠ) = −log σ(f).
    SoftplusNegated,
    /// −log(1 + eᶠ) = log(1 − σ(f)).
    MinusSoftplus,
    /// (f − 1)²/2.
    SquareToOne,
    /// f²/2.
    SquareToZero,
    /// max(0, 1 − f).
    HingeAbove,
    /// max(0, 1 + f).
    HingeBelow,
    /// −f.
    Minus,
    /// f.
    Plus,
}

impl GanLoss {
    /// Whose loss it is.
    pub fn side(self) -> Side {
        match self {
            GanLoss::Minimax(side)
            | GanLoss::NonSaturating(side)
            | GanLoss::LeastSquares(side)
            | GanLoss::Hinge(side)
            | GanLoss::Wasserstein(side) => side,
        }
    }

    /// What is averaged over the real or the fake logits. A generator's batch is fake.
    pub(crate) fn term(self, real: bool) -> Term {
        let judge = self.side() == Side::Discriminator;
        match self {
            GanLoss::Minimax(_) | GanLoss::NonSaturating(_) if judge && real => {
                Term::SoftplusNegated
            }
            GanLoss::Minimax(_) | GanLoss::NonSaturating(_) if judge => Term::Softplus,
            GanLoss::Minimax(_) => Term::MinusSoftplus,
            GanLoss::NonSaturating(_) => Term::SoftplusNegated,
            GanLoss::LeastSquares(_) if judge && !real => Term::SquareToZero,
            GanLoss::LeastSquares(_) => Term::SquareToOne,
            GanLoss::Hinge(_) if judge && real => Term::HingeAbove,
            GanLoss::Hinge(_) if judge => Term::HingeBelow,
            GanLoss::Wasserstein(_) if judge && !real => Term::Plus,
            GanLoss::Hinge(_) | GanLoss::Wasserstein(_) => Term::Minus,
        }
    }

    /// The loss of `logits` and its gradient, on the CPU.
    pub fn evaluate(self, logits: &[f32]) -> (f32, Vec<f32>) {
        let images = match self.side() {
            Side::Discriminator => logits.len() / 2,
            Side::Generator => logits.len(),
        };
        let share = 1.0 / images.max(1) as f32;
        let mut sum = 0.0;
        let gradient = logits
            .iter()
            .enumerate()
            .map(|(index, &f)| {
                let real = self.side() == Side::Discriminator && index < images;
                let (value, slope) = self.term(real).at(f);
                sum += value;
                slope * share
            })
            .collect();
        (sum * share, gradient)
    }
}

impl Term {
    /// Value and slope.
    fn at(self, f: f32) -> (f32, f32) {
        match self {
            Term::Softplus => (softplus(f), sigmoid(f)),
            Term::SoftplusNegated => (softplus(-f), -sigmoid(-f)),
            Term::MinusSoftplus => (-softplus(f), -sigmoid(f)),
            Term::SquareToOne => (0.5 * (f - 1.0) * (f - 1.0), f - 1.0),
            Term::SquareToZero => (0.5 * f * f, f),
            Term::HingeAbove => ((1.0 - f).max(0.0), if f < 1.0 { -1.0 } else { 0.0 }),
            Term::HingeBelow => ((1.0 + f).max(0.0), if f > -1.0 { 1.0 } else { 0.0 }),
            Term::Minus => (-f, -1.0),
            Term::Plus => (f, 1.0),
        }
    }
}

/// log(1 + eˣ) without overflow.
fn softplus(x: f32) -> f32 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// 1 / (1 + e⁻ˣ) without overflow.
fn sigmoid(x: f32) -> f32 {
    let e = (-x.abs()).exp();
    (if x >= 0.0 { 1.0 } else { e }) / (1.0 + e)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_the_differences_of_the_values() {
        for loss in [
            GanLoss::Minimax,
            GanLoss::NonSaturating,
            GanLoss::LeastSquares,
            GanLoss::Hinge,
            GanLoss::Wasserstein,
        ] {
            for side in [Side::Discriminator, Side::Generator] {
                let loss = loss(side);
                let logits = [0.3_f32, -1.7, 2.5, -0.4];
                let (_, gradient) = loss.evaluate(&logits);
                for (index, slope) in gradient.iter().enumerate() {
                    let step = 1e-2;
                    let moved = |by: f32| {
                        let mut logits = logits;
                        logits[index] += by;
                        loss.evaluate(&logits).0
                    };
                    let difference = (moved(step) - moved(-step)) / (2.0 * step);
                    assert!((difference - slope).abs() < 1e-3, "{loss:?} {index}");
                }
            }
        }
    }

    #[test]
    fn extreme_logits_stay_finite() {
        let (value, gradient) =
            GanLoss::NonSaturating(Side::Discriminator).evaluate(&[-100.0, 100.0, 100.0, -100.0]);
        assert!((value - 100.0).abs() < 1e-3);
        assert!(gradient.iter().all(|g| g.is_finite()));
        assert!((gradient[0] + 0.5).abs() < 1e-6 && (gradient[2] - 0.5).abs() < 1e-6);
    }
}
