//! Named experiments.

use crate::Experiment;
use crate::experiment::{Activation, Conditioning, Model};
use crate::loss::Loss;

/// A named experiment.
#[derive(Debug, Clone, PartialEq)]
pub struct Preset {
    /// The name in URLs and attributes.
    pub name: &'static str,
    /// All of its settings.
    pub experiment: Experiment,
    /// It shows a failure, and is meant to.
    pub fails_on_purpose: bool,
}

/// The preset of a reader who has chosen nothing.
pub const START: &str = "quick";

/// The preset that takes its place where the reader's images have no labels.
pub const WITHOUT_LABELS: &str = "unconditional";

/// Named experiments: a good start for every system, the articles' own settings,
/// and some that fail for a known reason.
pub fn presets() -> Vec<Preset> {
    let works = |name, experiment| Preset {
        name,
        experiment,
        fails_on_purpose: false,
    };
    let fails = |name, experiment| Preset {
        name,
        experiment,
        fails_on_purpose: true,
    };
    vec![
        works("quick", Experiment::of(Model::Conditional)),
        // Without being told the classes, by the same means.
        works(
            "unconditional",
            Experiment {
                model: Model::Dcgan,
                width: 12,
                ..Experiment::of(Model::Conditional)
            },
        ),
        // The best that some minutes on a CPU give: see docs/results.md.
        works(
            "clear",
            Experiment {
                width: 16,
                ema_decay: 0.999,
                ..Experiment::of(Model::Conditional)
            },
        ),
        works("article_004", Experiment::article_004()),
        // Under this loss D must not win early: it takes half of G's steps.
        works(
            "first_gan",
            Experiment {
                loss: Loss::Minimax,
                ..Experiment::of(Model::Gan)
            },
        ),
        // Each of its pixels depends on a shape and two colours: that takes more channels.
        works(
            "coloured_digits",
            Experiment {
                width: 32,
                latent_dim: 32,
                ..Experiment::of(Model::DcganLinear)
            },
        ),
        // Mirza and Osindero's way of telling the classes, with the settings of a DCGAN.
        works(
            "pick_a_digit",
            Experiment {
                model: Model::Conditional,
                conditioning: Conditioning::Concatenation,
                ..Experiment::default()
            },
        ),
        works(
            "wgan_clipping",
            Experiment {
                latent_dim: 16,
                clip: 0.05,
                ..Experiment::of(Model::Wgan)
            },
        ),
        works(
            "wgan_gp",
            Experiment {
                width: 24,
                latent_dim: 12,
                ..Experiment::of(Model::WganGp)
            },
        ),
        works(
            "spectral_norm",
            Experiment {
                loss: Loss::Hinge,
                spectral_norm: true,
                ..Experiment::default()
            },
        ),
        works(
            "least_squares",
            Experiment {
                loss: Loss::LeastSquares,
                ..Experiment::default()
            },
        ),
        works(
            "feature_matching",
            Experiment {
                feature_matching: 0.1,
                ..Experiment::default()
            },
        ),
        // Article 003 §3: LeakyReLU generator, MMD term, weight decay of D.
        works(
            "article_003",
            Experiment {
                generator_activation: Activation::LeakyRelu,
                mmd: 0.5,
                d_l2: 1e-4,
                ..Experiment::default()
            },
        ),
        works(
            "unrolled",
            Experiment {
                unrolled_steps: 3,
                ..Experiment::default()
            },
        ),
        works("vae", Experiment::of(Model::Vae)),
        works("cyclegan", Experiment::of(Model::Cyclegan)),
        // The generator takes ten times the steps of its discriminator, and nothing
        // (BatchNorm, say) keeps its images apart: it runs to whatever passes at the
        // moment, and draws that for every z.
        fails(
            "mode_collapse",
            Experiment {
                width: 8,
                latent_dim: 64,
                batch_size: 32,
                generator_lr: 2e-3,
                discriminator_lr: 2e-4,
                beta1: 0.9,
                ..Experiment::of(Model::Gan)
            },
        ),
        // log(1 − D(G(z))) is flat where D is sure, and this D is soon sure.
        fails(
            "vanishing_gradient",
            Experiment {
                loss: Loss::Minimax,
                discriminator_steps: 10,
                discriminator_lr: 1e-3,
                generator_lr: 1e-4,
                ..Experiment::default()
            },
        ),
        // Nothing bounds the critic's slope, so its scores run away.
        fails(
            "critic_without_penalty",
            Experiment {
                gradient_penalty: 0.0,
                discriminator_steps: 5,
                generator_lr: 5e-4,
                discriminator_lr: 5e-4,
                beta2: 0.9,
                ..Experiment::of(Model::WganGp)
            },
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_valid() {
        for preset in presets() {
            preset.experiment.validate().unwrap();
        }
    }
}
