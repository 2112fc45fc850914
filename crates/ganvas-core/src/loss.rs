//! Adversarial objectives: pure functions from logits to losses.
//!
//! With logits l = D(x) before the sigmoid σ, real logits r and fake logits f,
//! each shaped `[batch, 1]`, every function returns a scalar `[1]` in nats
//! (least squares, hinge and Wasserstein have no unit). Nothing takes the logarithm of a
//! sigmoid: the kernels compute log σ(l) in one stable expression.
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

use burn::tensor::Tensor;
use ganvas_kernels::loss::{GanLoss, Side};
use ganvas_kernels::ops::gan_loss;
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
    /// The generator maximises log D(G(z)) instead of minimising log(1 − D(G(z))):
    /// same fixed point, stronger gradient.
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

impl Loss {
    /// Every loss, in the order in which choosers list them.
    pub const ALL: &'static [Loss] = <Self as VariantArray>::VARIANTS;
    /// Their names.
    pub const NAMES: &'static [&'static str] = <Self as VariantNames>::VARIANTS;

    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The discriminator's loss of real logits and as many fake ones after them,
    /// `[2 · batch, 1]`, in one kernel with its gradient.
    pub fn discriminator_of_both(self, logits: Tensor<2>) -> Tensor<1> {
        gan_loss(self.kernel(Side::Discriminator), logits)
    }

    /// The generator's loss of fake logits, `[batch, 1]`, in one kernel with its gradient.
    pub fn generator_of(self, fake_logits: Tensor<2>) -> Tensor<1> {
        gan_loss(self.kernel(Side::Generator), fake_logits)
    }

    fn kernel(self, side: Side) -> GanLoss {
        match self {
            Loss::Minimax => GanLoss::Minimax(side),
            Loss::NonSaturating => GanLoss::NonSaturating(side),
            Loss::LeastSquares => GanLoss::LeastSquares(side),
            Loss::Hinge => GanLoss::Hinge(side),
            Loss::Wasserstein => GanLoss::Wasserstein(side),
        }
    }
}
