//! The rows of the table: what is trained, for how long, from which seeds.

use ganvas_core::experiment::{DatasetName, Model};
use ganvas_core::loss::Loss;
use ganvas_core::schema::presets;
use ganvas_core::{Error, Experiment, Result};

/// The first seed, of the picture too.
const ONE: &[u64] = &[1];
/// Where the spread is of interest.
const THREE: &[u64] = &[1, 2, 3];
/// Where another implementation stands beside it: fewer tell chance from a difference badly.
const EIGHT: &[u64] = &[1, 2, 3, 4, 5, 6, 7, 8];

/// Every row must be this readable: mean confidence of the classifier.
pub const READABLE: f64 = 0.85;
/// The rows that must be better than that.
pub const GOOD: f64 = 0.93;
/// Every row must draw all of the digits.
pub const MODES: usize = 10;

/// The row that the reference implementations stand beside.
pub const ARTICLE: &str = "article_dcgan";

/// Another implementation of that row.
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    /// The framework, as its script writes it beside the samples.
    pub framework: &'static str,
    /// The name of its records and picture.
    pub name: &'static str,
    /// What trains it.
    pub script: &'static str,
}

/// Every one, in the order of the page.
pub const REFERENCES: &[Reference] = &[
    Reference {
        framework: "JAX",
        name: "reference_dcgan",
        script: "tools/reference_dcgan.py",
    },
    Reference {
        framework: "PyTorch",
        name: "reference_dcgan_torch",
        script: "tools/reference_dcgan_torch.py",
    },
];

/// One row.
#[derive(Debug, Clone)]
pub struct Row {
    /// Name on the command line, of records and of the picture.
    pub name: &'static str,
    /// What people read.
    pub title: &'static str,
    /// Generator updates.
    pub steps: u64,
    /// Seeds; the first one's images are shown.
    pub seeds: &'static [u64],
    /// The mean confidence that it must reach.
    pub threshold: f64,
    experiment: Experiment,
}

impl Row {
    /// The experiment of one seed.
    pub fn experiment(&self, seed: u64) -> Experiment {
        Experiment {
            seed,
            dataset: DatasetName::Mnist,
            ..self.experiment.clone()
        }
    }

    /// The preset that it trains, if it is one.
    pub fn preset(&self) -> Option<&'static str> {
        presets()
            .into_iter()
            .find(|preset| {
                let Experiment { seed, dataset, .. } = preset.experiment;
                let same = Experiment {
                    seed,
                    dataset,
                    ..self.experiment.clone()
                };
                same == preset.experiment
            })
            .map(|preset| preset.name)
    }
}

/// Every row, in the order of the page.
///
/// # Errors
///
/// `bad_experiment` when a row names a preset that is not there.
pub fn all() -> Result<Vec<Row>> {
    let row = |name, title, experiment, steps| Row {
        name,
        title,
        experiment,
        steps,
        seeds: ONE,
        threshold: READABLE,
    };
    let of_preset =
        |name, title, steps| -> Result<Row> { Ok(row(name, title, preset(name)?, steps)) };
    // Told the classes or not, with averaged weights: the presets of the page.
    let averaged = [
        Row {
            seeds: THREE,
            threshold: GOOD,
            ..of_preset("clear", "Conditional GAN by projection, wider", 12_000)?
        },
        Row {
            seeds: THREE,
            threshold: GOOD,
            ..of_preset("quick", "Conditional GAN by projection, the default", 3500)?
        },
        Row {
            seeds: THREE,
            ..of_preset("unconditional", "DCGAN, not told the classes", 2000)?
        },
    ];
    let as_trained = [
        Row {
            seeds: THREE,
            threshold: GOOD,
            ..row(
                "dcgan_wide",
                "DCGAN, wider",
                Experiment {
                    width: 32,
                    latent_dim: 16,
                    ..Experiment::default()
                },
                4000,
            )
        },
        Row {
            seeds: THREE,
            ..row("dcgan", "DCGAN", Experiment::default(), 3000)
        },
        Row {
            seeds: EIGHT,
            ..row(
                ARTICLE,
                "DCGAN of article 004, smaller, with larger steps",
                small_article(),
                2000,
            )
        },
        of_preset(
            "article_003",
            "DCGAN of article 003: LeakyReLU, MMD, L2 on D",
            2500,
        )?,
        of_preset(
            "coloured_digits",
            "DCGAN with a linear stem, coloured digits",
            4000,
        )?,
        Row {
            seeds: THREE,
            threshold: GOOD,
            ..of_preset("pick_a_digit", "Conditional GAN by concatenation", 3000)?
        },
        of_preset("first_gan", "Fully connected GAN, minimax loss", 8000)?,
        row(
            "gan_non_saturating",
            "Fully connected GAN, non-saturating loss",
            Experiment::of(Model::Gan),
            8000,
        ),
        of_preset("least_squares", "Least squares GAN", 2500)?,
        row(
            "hinge",
            "Hinge loss",
            Experiment {
                loss: Loss::Hinge,
                ..Experiment::default()
            },
            2500,
        ),
        of_preset("spectral_norm", "Spectral normalisation, hinge loss", 2500)?,
        of_preset("feature_matching", "Feature matching", 2500)?,
        of_preset("unrolled", "Unrolled GAN, 3 look-ahead steps", 2000)?,
        of_preset("wgan_clipping", "WGAN, clipped critic", 6000)?,
        Row {
            seeds: THREE,
            threshold: GOOD,
            ..of_preset("wgan_gp", "WGAN with gradient penalty", 6000)?
        },
        Row {
            seeds: THREE,
            ..of_preset("vae", "Variational autoencoder", 2500)?
        },
        Row {
            seeds: THREE,
            ..of_preset(
                "latent_plane",
                "Variational autoencoder, z of two numbers",
                5000,
            )?
        },
        of_preset("cyclegan", "CycleGAN, drawn to handwritten digits", 600)?,
    ];
    let raw = |row: Row| Row {
        experiment: Experiment {
            ema_decay: 0.0,
            ..row.experiment
        },
        ..row
    };
    Ok(averaged.into_iter().chain(as_trained.map(raw)).collect())
}

/// Article 004's networks, latents and loss. At the article's own width and batch a step
/// is some sixty times the arithmetic, too much for three seeds of two implementations;
/// networks this small do not get far with its Adam.
fn small_article() -> Experiment {
    Experiment {
        width: 16,
        batch_size: 32,
        generator_lr: 1e-3,
        discriminator_lr: 1e-3,
        beta1: 0.5,
        ..Experiment::article_004()
    }
}

fn preset(name: &str) -> Result<Experiment> {
    presets()
        .into_iter()
        .find(|preset| preset.name == name)
        .map(|preset| preset.experiment)
        .ok_or_else(|| Error::experiment("preset", format!("there is no preset {name}")))
}
