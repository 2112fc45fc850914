//! Adversarial objectives: from logits to losses.
//!
//! With logits l = D(x) before the sigmoid σ, real logits r and fake logits f,
//! each shaped `[batch, 1]`, every loss is a scalar `[1]` in nats
//! (least squares, hinge and Wasserstein have no unit). Nothing takes the logarithm of a
//! sigmoid: −log σ(l) is softplus(−l) = log(1 + e⁻ˡ), computed without overflow.
//!
//! | loss | discriminator minimises | generator minimises |
//! |---|---|---|
//! | `minimax` | −E\[log σ(r)\] − E\[log(1 − σ(f))\] | E\[log(1 − σ(f))\] |
//! | `non_saturating` | the same | −E\[log σ(f)\] |
//! | `least_squares` | ½E\[(r − 1)²\] + ½E\[f²\] | ½E\[(f − 1)²\] |
//! | `hinge` | E\[max(0, 1 − r)\] + E\[max(0, 1 + f)\] | −E\[f\] |
//! | `wasserstein` | E\[f\] − E\[r\] | −E\[f\] |
//!
//! Sources: Goodfellow et al., *Generative Adversarial Nets*, 2014 (`minimax`,
//! `non_saturating`); Mao et al., *Least Squares Generative Adversarial
//! Networks*, 2017; Lim and Ye, *Geometric GAN*, 2017 (`hinge`); Arjovsky,
//! Chintala and Bottou, *Wasserstein GAN*, 2017. In PyTorch, −E\[log σ(r)\] is
//! `binary_cross_entropy_with_logits(r, ones)`, ½E\[(r − 1)²\] is
//! `0.5 * mse_loss(r, ones)` and E\[max(0, 1 − r)\] is `relu(1 - r).mean()`.
//!
//! The formulas below are the only ones: the CPU evaluates them, and the GPU's kernel
//! is printed from them.

use std::sync::Arc;

use burn::tensor::Tensor;
use ganvas_kernels::formula::{Formula, number, positive, sigmoid, softplus, step};
use ganvas_kernels::loss::{LogitLoss, Pointwise};
use ganvas_kernels::ops::{Evaluated, logit_loss};
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray, VariantNames};

/// Which objective the two networks play.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    IntoStaticStr,
    VariantArray,
    VariantNames,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Loss {
    /// The generator maximises log D(G(z)): the fixed point of the original game, with a
    /// stronger gradient.
    NonSaturating,
    /// The original zero-sum game; the generator's gradient vanishes once D wins.
    Minimax,
    /// Squared distance to 1 for real and 0 for fake: gradients that do not saturate.
    LeastSquares,
    /// D is content with a margin of 1; G raises its logits without bound.
    Hinge,
    /// The difference of means, a Wasserstein distance if D is 1-Lipschitz.
    Wasserstein,
}

/// What is averaged over the logits l: a loss, and its slope beside it.
fn pointwise(value: Formula, slope: Formula) -> Pointwise {
    Pointwise { value, slope }
}

/// −log σ(l): small where D takes the image for real.
fn taken_for_real() -> Pointwise {
    let l = || Formula::Logit;
    pointwise(softplus(-l()), -sigmoid(-l()))
}

/// −log(1 − σ(l)): small where D takes the image for fake.
fn taken_for_fake() -> Pointwise {
    let l = || Formula::Logit;
    pointwise(softplus(l()), sigmoid(l()))
}

/// ½(l − target)².
fn near(target: f32) -> Pointwise {
    let distance = || Formula::Logit - number(target);
    pointwise(0.5 * (distance() * distance()), distance())
}

/// ∓l, by the sign.
fn sign(sign: f32) -> Pointwise {
    pointwise(sign * Formula::Logit, number(sign))
}

impl Loss {
    /// Every loss, in the order in which choosers list them.
    pub const ALL: &'static [Loss] = <Self as VariantArray>::VARIANTS;
    /// Their names.
    pub const NAMES: &'static [&'static str] = <Self as VariantNames>::VARIANTS;

    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// What the discriminator averages over real logits and over fake ones.
    pub fn of_discriminator(self) -> [Pointwise; 2] {
        let l = || Formula::Logit;
        let one = || number(1.0);
        match self {
            Loss::Minimax | Loss::NonSaturating => [taken_for_real(), taken_for_fake()],
            Loss::LeastSquares => [near(1.0), near(0.0)],
            Loss::Hinge => [
                pointwise(positive(one() - l()), -step(one() - l())),
                pointwise(positive(one() + l()), step(one() + l())),
            ],
            Loss::Wasserstein => [sign(-1.0), sign(1.0)],
        }
    }

    /// What the generator averages over fake logits.
    pub fn of_generator(self) -> Pointwise {
        match self {
            Loss::NonSaturating => taken_for_real(),
            Loss::Minimax => {
                let Pointwise { value, slope } = taken_for_fake();
                pointwise(-value, -slope)
            }
            Loss::LeastSquares => near(1.0),
            Loss::Hinge | Loss::Wasserstein => sign(-1.0),
        }
    }

    /// The discriminator's loss.
    pub fn discriminator(self, logits: &PairLogits) -> Evaluated {
        let [real, fake] = self.of_discriminator();
        let loss = LogitLoss {
            real: Some(real),
            fake,
        };
        logit_loss(&Arc::new(loss), logits.both.clone())
    }

    /// The generator's loss of fake logits `[batch, 1]`.
    pub fn generator(self, fake_logits: Tensor<2>) -> Evaluated {
        let loss = LogitLoss {
            real: None,
            fake: self.of_generator(),
        };
        logit_loss(&Arc::new(loss), fake_logits)
    }
}

/// What D says about real images and as many fake ones, before the sigmoid.
#[derive(Debug, Clone)]
pub struct PairLogits {
    /// The real ones, then the fake ones, `[2 · batch, 1]`.
    pub both: Tensor<2>,
}

impl PairLogits {
    /// D(x), `[batch, 1]`.
    pub fn real(&self) -> Tensor<2> {
        let batch = self.both.dims()[0] / 2;
        self.both.clone().narrow(0, 0, batch)
    }

    /// D(G(z)), `[batch, 1]`.
    pub fn fake(&self) -> Tensor<2> {
        let batch = self.both.dims()[0] / 2;
        self.both.clone().narrow(0, batch, batch)
    }

    /// The same numbers as constants.
    #[must_use]
    pub fn without_gradients(self) -> Self {
        Self {
            both: self.both.without_autodiff(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slope_is_the_derivative_of_its_loss() {
        for &loss in Loss::ALL {
            let [real, fake] = loss.of_discriminator();
            for Pointwise { value, slope } in [real, fake, loss.of_generator()] {
                for l in [-7.0f32, -1.7, -0.4, 0.3, 2.5] {
                    let step = 1e-2;
                    let difference = (value.at(l + step) - value.at(l - step)) / (2.0 * step);
                    assert!(
                        (difference - slope.at(l)).abs() < 2e-3,
                        "{loss:?} at {l}: {difference} and {}",
                        slope.at(l)
                    );
                }
            }
        }
    }

    #[test]
    fn wide_logits_stay_finite_and_others_stay_what_they_are() {
        for &loss in Loss::ALL {
            let [real, fake] = loss.of_discriminator();
            for Pointwise { value, slope } in [real, fake, loss.of_generator()] {
                for l in [-100.0, 100.0] {
                    assert!(
                        value.at(l).is_finite() && slope.at(l).is_finite(),
                        "{loss:?}"
                    );
                }
                assert!(value.at(f32::NAN).is_nan(), "{loss:?}");
            }
        }
        assert!((taken_for_real().value.at(-100.0) - 100.0).abs() < 1e-3);
    }
}
