//! The one description of a training run, behind Rust, JSON, URLs and the page.

use serde::{Deserialize, Serialize};

use crate::loss::Loss;
use crate::optimizer::AdamConfig;
use crate::schema;
use crate::{Error, Result};

/// Which system is trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// Deep convolutional GAN for 32×32 grey images.
    Dcgan,
}

impl Model {
    /// Every model, in the order in which choosers list them.
    pub const ALL: &'static [&'static str] = &["dcgan"];
}

/// Where the real images come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatasetName {
    /// MNIST, where the site or the command has it.
    Mnist,
    /// The embedded drawn digits.
    Procedural,
    /// IDX files that the reader brings.
    File,
}

impl DatasetName {
    /// Every dataset, in the order in which choosers list them.
    pub const ALL: &'static [&'static str] = &["mnist", "procedural", "file"];
}

/// Everything that decides how a run goes. Same experiment, seed, data and
/// backend: same numbers.
///
/// As JSON, missing fields take the defaults and unknown ones are refused:
///
/// ```
/// use ganvas_core::Experiment;
///
/// let experiment = Experiment::from_json(r#"{ "width": 32, "seed": 7 }"#)?;
/// assert_eq!(experiment.width, 32);
/// assert_eq!(experiment.batch_size, Experiment::default().batch_size);
///
/// let error = Experiment::from_json(r#"{ "batch_size": 0 }"#).unwrap_err();
/// assert_eq!(error.field(), Some("batch_size"));
/// # Ok::<(), ganvas_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Experiment {
    /// Which system is trained.
    pub model: Model,
    /// Where the real images come from.
    pub dataset: DatasetName,
    /// Which objective the two networks play.
    pub loss: Loss,
    /// Channels of the narrowest hidden layer; 64 in the DCGAN of the article.
    pub width: usize,
    /// Length of the latent vector z.
    pub latent_dim: usize,
    /// Real images (and as many fake ones) per update.
    pub batch_size: usize,
    /// Discriminator updates per generator update.
    pub discriminator_steps: usize,
    /// Adam's step size for the generator.
    pub generator_lr: f64,
    /// Adam's step size for the discriminator.
    pub discriminator_lr: f64,
    /// Adam's decay of the mean gradient.
    pub beta1: f64,
    /// Adam's decay of the mean squared gradient.
    pub beta2: f64,
    /// Adam's ε.
    pub epsilon: f64,
    /// Seed of weights, latents and shuffling.
    pub seed: u64,
}

impl Default for Experiment {
    /// The quick preset: small enough to show digits within minutes on a CPU.
    fn default() -> Self {
        Self {
            model: Model::Dcgan,
            dataset: DatasetName::Mnist,
            loss: Loss::NonSaturating,
            width: 16,
            latent_dim: 64,
            batch_size: 32,
            discriminator_steps: 1,
            generator_lr: 5e-4,
            discriminator_lr: 5e-4,
            beta1: 0.5,
            beta2: 0.999,
            epsilon: 1e-8,
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

    /// Reads and validates JSON.
    ///
    /// # Errors
    ///
    /// `bad_experiment`, with the field's name where one is at fault.
    pub fn from_json(json: &str) -> Result<Self> {
        let value = serde_json::from_str(json)
            .map_err(|error| Error::new(crate::ErrorCode::BadExperiment, error.to_string()))?;
        Self::from_value(value)
    }

    /// Reads and validates a JSON value.
    ///
    /// # Errors
    ///
    /// As [`Experiment::from_json`].
    pub fn from_value(value: serde_json::Value) -> Result<Self> {
        schema::check(&value)?;
        let experiment: Self = serde_json::from_value(value)
            .map_err(|error| Error::new(crate::ErrorCode::BadExperiment, error.to_string()))?;
        experiment.validate()?;
        Ok(experiment)
    }

    /// This experiment with some fields replaced.
    ///
    /// # Errors
    ///
    /// As [`Experiment::from_json`].
    pub fn with_changes(&self, changes: &serde_json::Value) -> Result<Self> {
        let changes = changes.as_object().ok_or_else(|| {
            Error::new(
                crate::ErrorCode::BadExperiment,
                "an experiment is a JSON object",
            )
        })?;
        let mut value = self.to_value();
        if let Some(object) = value.as_object_mut() {
            for (name, change) in changes {
                object.insert(name.clone(), change.clone());
            }
        }
        Self::from_value(value)
    }

    /// The experiment as a JSON object with every field.
    pub fn to_value(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The experiment as JSON with every field.
    pub fn to_json(&self) -> String {
        self.to_value().to_string()
    }

    /// Checks ranges and contradictions.
    ///
    /// # Errors
    ///
    /// `bad_experiment`, with the field's name.
    pub fn validate(&self) -> Result<()> {
        schema::check(&self.to_value())
    }

    /// Adam's settings for the generator.
    pub fn generator_adam(&self) -> AdamConfig {
        self.adam(self.generator_lr)
    }

    /// Adam's settings for the discriminator.
    pub fn discriminator_adam(&self) -> AdamConfig {
        self.adam(self.discriminator_lr)
    }

    fn adam(&self, learning_rate: f64) -> AdamConfig {
        AdamConfig {
            learning_rate,
            beta1: self.beta1,
            beta2: self.beta2,
            epsilon: self.epsilon,
        }
    }
}
