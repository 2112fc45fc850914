//! Named experiments.

use serde::Serialize;
use serde_json::{Map, Value, json};

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
    /// It shows something: a sentence says what to watch.
    pub teaches: bool,
    /// What it suffers from, where the page can tell that by the figures.
    pub ailment: Option<Ailment>,
    /// What it takes for the run to recover, made to the run as it is; nothing where nothing
    /// fails. See [`Training::tune`](crate::Training::tune).
    pub cure: Map<String, Value>,
}

/// What can go wrong with a run, so that its figures tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ailment {
    /// G draws few of the classes.
    ModeCollapse,
    /// D is sure, and G learns nothing from it.
    VanishingGradient,
    /// The slope of a critic grows without end.
    RunawayCritic,
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
        teaches: false,
        ailment: None,
        cure: Map::new(),
    };
    let teaches = |name, experiment| Preset {
        teaches: true,
        ..works(name, experiment)
    };
    let fails = |name, experiment| Preset {
        fails_on_purpose: true,
        ..teaches(name, experiment)
    };
    let suffers = |name, experiment, ailment, cure: &[(&str, Value)]| Preset {
        ailment: Some(ailment),
        cure: cure
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
        ..fails(name, experiment)
    };
    let plane = || Experiment::of(Model::Plane);
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
        // Every z is a point of a plane, which can be shown whole: figure 4 of Kingma and
        // Welling, 2014. Two numbers tell little of a digit, so that they are pulled less.
        works(
            "latent_plane",
            Experiment {
                latent_dim: 2,
                kl_weight: 0.3,
                ema_decay: 0.99,
                ..Experiment::of(Model::Vae)
            },
        ),
        works("cyclegan", Experiment::of(Model::Cyclegan)),
        // Of a z of one number, and with six times the steps of its discriminator, the generator
        // makes two digits that pass, others when D has learnt those: one where z is above 0, one
        // where it is below, and smudges about 0. D looks at one image at a time and cannot tell;
        // MMD compares whole batches. A short average keeps most of the digits legible on their
        // way to the next ones.
        suffers(
            "mode_collapse",
            Experiment {
                width: 8,
                latent_dim: 1,
                generator_lr: 3e-3,
                discriminator_lr: 5e-4,
                beta2: 0.99,
                ema_decay: 0.95,
                ..Experiment::default()
            },
            Ailment::ModeCollapse,
            &[("mmd", json!(10.0))],
        ),
        // log(1 − D(G(z))) is flat where D is sure, and this D is soon sure.
        suffers(
            "vanishing_gradient",
            Experiment {
                loss: Loss::Minimax,
                width: 8,
                batch_size: 16,
                discriminator_steps: 3,
                generator_lr: 2e-3,
                discriminator_lr: 1e-3,
                ..Experiment::default()
            },
            Ailment::VanishingGradient,
            &[
                ("loss", json!("non_saturating")),
                ("discriminator_steps", json!(1)),
            ],
        ),
        // Nothing bounds the critic's slope, so its scores run away.
        suffers(
            "critic_without_penalty",
            Experiment {
                gradient_penalty: 0.0,
                discriminator_steps: 5,
                generator_lr: 5e-4,
                discriminator_lr: 5e-4,
                beta2: 0.9,
                ..Experiment::of(Model::WganGp)
            },
            Ailment::RunawayCritic,
            &[("gradient_penalty", json!(10.0))],
        ),
        // Of the seeds 1 to 8 some leave half of the ring out; this one covers it.
        teaches("plane", Experiment { seed: 7, ..plane() }),
        // As in Metz et al., 2017: all points run to one place, D says that it is fake, and
        // they run to the next.
        fails(
            "plane_collapse",
            Experiment {
                generator_lr: 2e-3,
                discriminator_lr: 5e-4,
                ..plane()
            },
        ),
        // The same, but G answers a D that has already answered it.
        teaches(
            "plane_unrolled",
            Experiment {
                generator_lr: 2e-3,
                discriminator_lr: 5e-4,
                unrolled_steps: 8,
                ..plane()
            },
        ),
        // D is five updates ahead and soon sure, and log(1 − D(G(z))) is flat there.
        fails(
            "plane_minimax",
            Experiment {
                loss: Loss::Minimax,
                discriminator_steps: 5,
                ..evenly()
            },
        ),
        // The same D, and a loss that is steep where D is sure.
        teaches(
            "plane_non_saturating",
            Experiment {
                discriminator_steps: 5,
                ..evenly()
            },
        ),
        // Gulrajani et al., 2017, figure 1: a clipped critic knows simple functions only.
        fails(
            "plane_clipping",
            Experiment {
                clip: 0.1,
                ..critic_of_plane()
            },
        ),
        teaches(
            "plane_gradient_penalty",
            Experiment {
                gradient_penalty: 1.0,
                ..critic_of_plane()
            },
        ),
        teaches(
            "plane_spectral_norm",
            Experiment {
                loss: Loss::Hinge,
                spectral_norm: true,
                discriminator_steps: 2,
                ..evenly()
            },
        ),
    ]
}

/// A Wasserstein critic of the plane, not bounded yet.
fn critic_of_plane() -> Experiment {
    Experiment {
        loss: Loss::Wasserstein,
        discriminator_steps: 5,
        beta1: 0.0,
        beta2: 0.9,
        ..evenly()
    }
}

/// A GAN of the plane whose networks take steps of one size.
fn evenly() -> Experiment {
    Experiment {
        generator_lr: 1e-3,
        discriminator_lr: 1e-3,
        ..Experiment::of(Model::Plane)
    }
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

    #[test]
    fn what_fails_has_a_cure_that_a_run_can_take() {
        for preset in presets() {
            assert!(preset.fails_on_purpose || preset.cure.is_empty());
            assert_eq!(preset.ailment.is_some(), !preset.cure.is_empty());
            let cure = Value::Object(preset.cure.clone());
            let cured = preset.experiment.tuned(&cure).unwrap();
            for (name, value) in &preset.cure {
                assert_eq!(cured.to_value()[name], *value);
                assert_ne!(preset.experiment.to_value()[name], *value, "{name}");
            }
            // The page knows a cured run by its settings.
            let others = presets();
            assert!(preset.cure.is_empty() || others.iter().all(|it| it.experiment != cured));
        }
    }
}
