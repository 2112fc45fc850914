//! What an experiment is when nobody says otherwise.

use super::{Activation, Conditioning, DatasetName, Experiment, Model};
use crate::image::SMALLEST_SIDE;
use crate::loss::Loss;

impl Default for Experiment {
    /// A small DCGAN with the settings of its paper, but for steps of 1e-3: what the other
    /// models' defaults are measured against. A reader starts elsewhere, see
    /// [`START`](crate::schema::START).
    fn default() -> Self {
        Self {
            model: Model::Dcgan,
            dataset: DatasetName::Mnist,
            drawing: String::new(),
            loss: Loss::NonSaturating,
            width: 16,
            image_size: SMALLEST_SIDE,
            latent_dim: 64,
            batch_size: 32,
            discriminator_steps: 1,
            generator_lr: 1e-3,
            discriminator_lr: 1e-3,
            beta1: 0.5,
            beta2: 0.999,
            epsilon: 1e-8,
            ema_decay: 0.99,
            conditioning: Conditioning::Projection,
            generator_activation: Activation::Relu,
            clip: 0.01,
            gradient_penalty: 0.0,
            spectral_norm: false,
            feature_matching: 0.0,
            feature_matching_only: false,
            mmd: 0.0,
            d_l2: 0.0,
            unrolled_steps: 0,
            kl_weight: 1.0,
            cycle_weight: 10.0,
            identity_weight: 5.0,
            seed: 42,
        }
    }
}

impl Experiment {
    /// The setting of article `004`: width 64, batch 128, Adam with its defaults at 2e-4.
    pub fn article_004() -> Self {
        Self {
            width: 64,
            latent_dim: 100,
            batch_size: 128,
            generator_lr: 2e-4,
            discriminator_lr: 2e-4,
            beta1: 0.9,
            ..Self::default()
        }
    }

    /// The defaults of one model: what a chooser sets when it is picked.
    ///
    /// They differ from [`Experiment::default`] where the model's paper asks for it
    /// (λ = 10 and no momentum for a critic, its clip, one Adam with its own β₁ for
    /// the VAE), and where short runs on MNIST were judged better: of coloured digits,
    /// and without BatchNorm, D wins unless its steps are smaller than G's. The Wasserstein
    /// papers give the critic five updates a step; with one under the gradient
    /// penalty (and β₂ = 0.99, as in Karras et al., *Progressive Growing of GANs*,
    /// 2018) or two under clipping the same time makes clearer digits. What came of
    /// it is in `docs/results.md`.
    pub fn of(model: Model) -> Self {
        let base = Self {
            model,
            ..Self::default()
        };
        match model {
            Model::Dcgan => base,
            // Told the classes, a small network draws readable digits within seconds: with
            // many small steps, a generator that takes the larger ones, no momentum in the
            // gradient's mean and a short memory for its size. See docs/progress.md.
            Model::Conditional => Self {
                width: 8,
                latent_dim: 16,
                batch_size: 16,
                generator_lr: 4e-3,
                discriminator_lr: 2e-3,
                beta1: 0.0,
                beta2: 0.99,
                ..base
            },
            Model::DcganLinear => Self {
                discriminator_lr: 2.5e-4,
                ..base
            },
            Model::Gan => Self {
                latent_dim: 32,
                batch_size: 64,
                generator_lr: 4e-4,
                discriminator_lr: 2e-4,
                ..base
            },
            Model::Wgan => Self {
                loss: Loss::Wasserstein,
                discriminator_steps: 2,
                clip: 0.01,
                discriminator_lr: 5e-4,
                beta1: 0.0,
                beta2: 0.9,
                ..base
            },
            Model::WganGp => Self {
                loss: Loss::Wasserstein,
                gradient_penalty: 10.0,
                beta1: 0.0,
                beta2: 0.99,
                ..base
            },
            Model::Vae => Self {
                latent_dim: 8,
                generator_lr: 2e-3,
                beta1: 0.9,
                ..base
            },
            // Thousands of steps a second on one core. A D that is faster than G finds modes that
            // are left out: two time scales, as in Heusel et al., 2017.
            Model::Plane => Self {
                dataset: DatasetName::Ring,
                width: 32,
                latent_dim: 2,
                batch_size: 128,
                generator_lr: 2e-3,
                discriminator_lr: 4e-3,
                clip: 0.0,
                ..base
            },
            Model::Cyclegan => Self {
                loss: Loss::LeastSquares,
                batch_size: 8,
                generator_lr: 5e-4,
                discriminator_lr: 5e-4,
                ..base
            },
        }
    }
}
