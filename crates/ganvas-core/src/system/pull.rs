//! Where the generator's loss pulls each sample: what D tells G.

use burn::tensor::Tensor;

use super::Adversarial;
use crate::network::{Labelled, Mode};

/// D's word on samples, and what the generator's loss makes of it.
#[derive(Debug, Clone)]
pub struct Pull {
    /// D(x) before the sigmoid, `[batch, 1]`.
    pub outputs: Tensor<2>,
    /// −∂ℓ/∂x of each sample's own loss ℓ, in the samples' shape: the direction in which the
    /// generator's loss falls fastest, and how fast.
    pub pull: Tensor<4>,
}

impl Adversarial {
    /// D's outputs for fakes and −∂L_G/∂x, in one pass of D that changes nothing: neither
    /// parameters, nor running statistics, nor the directions of spectral norms.
    ///
    /// L_G = E\[ℓ(D(x))\] is the adversarial loss alone, without the terms that an objective
    /// adds. It is a mean over the batch; times the batch size its gradient is each sample's
    /// own, and does not depend on how many are looked at. D judges as in training:
    /// BatchNorm takes this batch's statistics, through which samples also act on each
    /// other.
    ///
    /// In PyTorch: `-batch * torch.autograd.grad(loss(D(x)), x)[0]`.
    pub fn pull_on(&self, x_fake: &Labelled) -> Pull {
        let x = x_fake.images.clone().without_autodiff();
        let x = x.autodiff().require_grad();
        let batch = x.dims()[0];
        let player = &self.discriminator;
        let mut bound = player.parameters.bind();
        let outputs: Tensor<2> = player
            .network
            .forward(&mut bound, Mode::Train, x.clone(), x_fake.labels.as_deref())
            .flatten(1, 3);
        let loss = self.objective.loss.generator(outputs.clone());
        let gradients = loss.descent.backward();
        let gradient = x.grad(&gradients).expect("a loss of what D says of x");
        Pull {
            outputs: outputs.without_autodiff(),
            pull: gradient * -(batch as f64),
        }
    }
}
