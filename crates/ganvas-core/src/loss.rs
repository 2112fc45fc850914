//! Adversarial objectives: pure functions from logits to losses.
//!
//! With logits l = D(x) before the sigmoid σ, real logits r and fake logits f,
//! each shaped `[batch, 1]`, every function returns a scalar `[1]` in nats
//! (least squares, hinge and Wasserstein have no unit). Nothing here takes the
//! logarithm of a sigmoid: log σ(l) is computed in one stable operation.
//!
//! | loss | discriminator minimises | generator minimises |
//! |---|---|---|
//! | `minimax` | −E\[log σ(r)\] − E\[log(1 − σ(f))\] | E\[log(1 − σ(f))\] |
//! | `non_saturating` | the same | −E\[log σ(f)\] |
//!
//! Source: Goodfellow et al., *Generative Adversarial Nets*, 2014. In PyTorch,
//! −E\[log σ(r)\] is `binary_cross_entropy_with_logits(r, ones)`.

use burn::tensor::Tensor;
use burn::tensor::activation::log_sigmoid;
use serde::{Deserialize, Serialize};

/// Which objective the two networks play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// The original zero-sum game; the generator's gradient vanishes once D wins.
    Minimax,
    /// The generator maximises log D(G(z)) instead: same fixed point, stronger gradient.
    NonSaturating,
}

impl Loss {
    /// Every loss, in the order in which choosers list them.
    pub const ALL: &'static [&'static str] = &["non_saturating", "minimax"];

    /// The discriminator's loss.
    pub fn discriminator(self, real_logits: Tensor<2>, fake_logits: Tensor<2>) -> Tensor<1> {
        match self {
            Loss::Minimax | Loss::NonSaturating => {
                -log_sigmoid(real_logits).mean() - log_sigmoid(-fake_logits).mean()
            }
        }
    }

    /// The generator's loss.
    pub fn generator(self, fake_logits: Tensor<2>) -> Tensor<1> {
        match self {
            // log(1 − σ(f)) = log σ(−f)
            Loss::Minimax => log_sigmoid(-fake_logits).mean(),
            Loss::NonSaturating => -log_sigmoid(fake_logits).mean(),
        }
    }
}
