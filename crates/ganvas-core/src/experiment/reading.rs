//! How a discriminator's output is to be read under a loss.

use serde::Serialize;

use crate::loss::Loss;

/// How a discriminator's mean output is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// E\[σ(D(x))\]: how likely D takes images for real; ½ is undecided.
    Probability,
    /// E\[D(x)\] as it is: 1 stands for real and 0 for fake.
    OneOrZero,
    /// E\[D(x)\] as it is: higher is more real, and the number alone means nothing.
    Higher,
}

impl Reading {
    /// A probability where the loss takes D's logit for one. The other losses have no
    /// sigmoid, and one of their optimum (½ for least squares) would mean nothing.
    pub const fn under(loss: Loss) -> Self {
        match loss {
            Loss::Minimax | Loss::NonSaturating => Self::Probability,
            Loss::LeastSquares => Self::OneOrZero,
            Loss::Hinge | Loss::Wasserstein => Self::Higher,
        }
    }

    /// What D says of one image, from its output: σ(D(x)) or D(x) itself.
    pub fn score(self, output: f64) -> f64 {
        match self {
            Self::Probability => 1.0 / (1.0 + (-output).exp()),
            Self::OneOrZero | Self::Higher => output,
        }
    }
}

/// Whether the generator's loss goes flat where D is sure of its images: that of log(1 − D),
/// whose slope at the logit is −D.
pub const fn saturates(loss: Loss) -> bool {
    matches!(loss, Loss::Minimax)
}

/// Whether a loss makes a critic of the discriminator: it then estimates a distance.
pub const fn has_critic(loss: Loss) -> bool {
    matches!(loss, Loss::Wasserstein)
}
