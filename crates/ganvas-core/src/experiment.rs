//! The one description of a training run, behind Rust, JSON, URLs and the page.

use ganvas_kernels::stack::Shape;
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
    /// Fully connected GAN: the first one.
    Gan,
    /// DCGAN with a linear stem, for coloured digits.
    DcganLinear,
    /// DCGAN whose networks are told the digit's class.
    Conditional,
    /// Wasserstein GAN with a clipped critic.
    Wgan,
    /// Wasserstein GAN with a gradient penalty.
    WganGp,
    /// Variational autoencoder.
    Vae,
    /// Unpaired translation between drawn and handwritten digits.
    Cyclegan,
}

impl Model {
    /// Every model, in the order in which choosers list them.
    pub const ALL: &'static [&'static str] = &[
        "dcgan",
        "gan",
        "dcgan_linear",
        "conditional",
        "wgan",
        "wgan_gp",
        "vae",
        "cyclegan",
    ];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Model::Dcgan => "dcgan",
            Model::Gan => "gan",
            Model::DcganLinear => "dcgan_linear",
            Model::Conditional => "conditional",
            Model::Wgan => "wgan",
            Model::WganGp => "wgan_gp",
            Model::Vae => "vae",
            Model::Cyclegan => "cyclegan",
        }
    }

    /// Channels of its images: 3 for colour, 1 for grey.
    pub const fn channels(self) -> usize {
        match self {
            Model::DcganLinear => 3,
            _ => 1,
        }
    }

    /// The adversarial loss that belongs to it; with none, the reader chooses.
    pub const fn own_loss(self) -> Option<Loss> {
        match self {
            Model::Wgan | Model::WganGp => Some(Loss::Wasserstein),
            _ => None,
        }
    }

    /// Whether its networks are told the images' classes.
    pub const fn is_conditional(self) -> bool {
        matches!(self, Model::Conditional)
    }
}

/// How a discriminator's mean output is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// E\[σ(D(x))\]: how likely D takes images for real; ½ is undecided.
    Probability,
    /// E\[D(x)\] as it is: higher is more real.
    Score,
}

/// Activation between a convolutional generator's layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// max(x, 0), as in the DCGAN paper.
    Relu,
    /// x or 0.2x, as in article `003`.
    LeakyRelu,
}

impl Activation {
    /// Every activation.
    pub const ALL: &'static [&'static str] = &["relu", "leaky_relu"];
}

/// How a conditional model is told the classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conditioning {
    /// Embeddings: one is added after the generator's stem, one is projected on by the
    /// discriminator's features. Miyato and Koyama, *cGANs with Projection
    /// Discriminator*, 2018.
    Projection,
    /// One-hot vectors after z and one-hot planes after the image's channels. Mirza and
    /// Osindero, *Conditional Generative Adversarial Nets*, 2014.
    Concatenation,
}

impl Conditioning {
    /// Every way, in the order in which choosers list them.
    pub const ALL: &'static [&'static str] = &["projection", "concatenation"];
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
    /// Which objective the two networks play; Wasserstein GANs and CycleGAN have their own.
    pub loss: Loss,
    /// Channels of the narrowest hidden layer; 64 in the DCGAN of the article.
    pub width: usize,
    /// Rows and columns of a sample: 32, or 64, where each network has one more stage.
    pub image_size: usize,
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
    /// Largest decay of the average of the generator's weights, which pictures show; 0
    /// keeps none. See [`AdamConfig::average_decay`].
    pub ema_decay: f64,
    /// How a conditional model is told the classes.
    pub conditioning: Conditioning,
    /// Activation between the layers of a convolutional generator.
    pub generator_activation: Activation,
    /// Clipped Wasserstein GAN: the critic's parameters stay in \[−clip, clip\].
    pub clip: f64,
    /// Weight λ of the critic's gradient penalty; see [`crate::regularizer::gradient_penalty`].
    pub gradient_penalty: f64,
    /// Divides the discriminator's weights by their spectral norm;
    /// see [`crate::regularizer::spectral_norm`].
    pub spectral_norm: bool,
    /// Weight of feature matching in the generator's loss;
    /// see [`crate::regularizer::feature_matching`].
    pub feature_matching: f64,
    /// The generator minimises feature matching alone.
    pub feature_matching_only: bool,
    /// Weight λ of λ·MMD² in the generator's loss; see [`crate::regularizer::mmd_squared`].
    pub mmd: f64,
    /// Weight λ of λ‖θ_D‖² in the discriminator's loss.
    pub d_l2: f64,
    /// Look-ahead discriminator updates before each generator update (Metz et al.,
    /// *Unrolled Generative Adversarial Networks*, 2017). The generator's gradient is
    /// taken at the discriminator that looked ahead, held constant: the further term
    /// through the look-ahead updates themselves is a second derivative, which automatic
    /// differentiation of first order does not give, and is left out. What stays is that
    /// G answers a discriminator that has already answered it.
    pub unrolled_steps: usize,
    /// Weight β of a VAE's KL term; 1 is the evidence lower bound.
    pub kl_weight: f64,
    /// Weight of CycleGAN's cycle losses.
    pub cycle_weight: f64,
    /// Weight of CycleGAN's identity losses.
    pub identity_weight: f64,
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
            image_size: 32,
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
            Model::Dcgan | Model::Conditional => base,
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
            Model::Cyclegan => Self {
                loss: Loss::LeastSquares,
                batch_size: 8,
                generator_lr: 5e-4,
                discriminator_lr: 5e-4,
                ..base
            },
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
        let named = value.clone();
        let experiment = Self::from_record(value)?;
        experiment.check_unused(&named)?;
        Ok(experiment)
    }

    /// Reads and validates what [`Experiment::to_value`] wrote, maybe long ago: a setting
    /// that its model does not use may have another default by now.
    pub(crate) fn from_record(value: serde_json::Value) -> Result<Self> {
        schema::check(&value)?;
        let model = value
            .get("model")
            .and_then(|model| serde_json::from_value(model.clone()).ok())
            .unwrap_or(Self::default().model);
        let mut whole = Self::of(model).to_value();
        if let (Some(whole), serde_json::Value::Object(given)) = (whole.as_object_mut(), value) {
            whole.extend(given);
        }
        let experiment: Self = serde_json::from_value(whole)
            .map_err(|error| Error::new(crate::ErrorCode::BadExperiment, error.to_string()))?;
        experiment.validate()?;
        Ok(experiment)
    }

    /// Reads and validates the record of a checkpoint. One from before there were averages
    /// and projections had neither.
    pub(crate) fn from_checkpoint(mut value: serde_json::Value) -> Result<Self> {
        if let Some(fields) = value.as_object_mut() {
            fields.entry("ema_decay").or_insert_with(|| 0.0.into());
            fields
                .entry("conditioning")
                .or_insert_with(|| "concatenation".into());
        }
        Self::from_record(value)
    }

    /// This experiment with some fields replaced.
    ///
    /// Another `model` brings its own defaults with it; of the old experiment only
    /// the dataset and the seed stay.
    ///
    /// # Errors
    ///
    /// As [`Experiment::from_json`].
    pub fn with_changes(&self, changes: &serde_json::Value) -> Result<Self> {
        let changed = changes.as_object().ok_or_else(|| {
            Error::new(
                crate::ErrorCode::BadExperiment,
                "an experiment is a JSON object",
            )
        })?;
        let model = changed
            .get("model")
            .and_then(|model| serde_json::from_value(model.clone()).ok())
            .unwrap_or(self.model);
        let base = if model == self.model {
            self.clone()
        } else {
            Self {
                dataset: self.dataset,
                seed: self.seed,
                ..Self::of(model)
            }
        };
        let mut value = base.to_value();
        if let Some(object) = value.as_object_mut() {
            for (name, change) in changed {
                object.insert(name.clone(), change.clone());
            }
        }
        let experiment = Self::from_record(value)?;
        experiment.check_unused(changes)?;
        Ok(experiment)
    }

    /// The experiment as a JSON object with every field.
    pub fn to_value(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The experiment as a JSON object with the fields that its model uses.
    pub fn to_record(&self) -> serde_json::Value {
        let mut value = self.to_value();
        if let Some(fields) = value.as_object_mut() {
            fields.retain(|name, _| schema::applies(name, self.model));
        }
        value
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
        schema::check(&self.to_value())?;
        self.check_contradictions()
    }

    fn check_contradictions(&self) -> Result<()> {
        let model = self.model.as_str();
        let default = Self::default();
        // What is added to a training objective, and whether it is.
        let added = [
            ("gradient_penalty", self.gradient_penalty > 0.0),
            ("spectral_norm", self.spectral_norm),
            ("feature_matching", self.feature_matching > 0.0),
            ("feature_matching_only", self.feature_matching_only),
            ("mmd", self.mmd > 0.0),
            ("d_l2", self.d_l2 > 0.0),
            ("unrolled_steps", self.unrolled_steps > 0),
            (
                "generator_activation",
                self.generator_activation != default.generator_activation,
            ),
            ("loss", self.loss != Self::of(self.model).loss),
        ];
        for (name, used) in added {
            if used && !schema::applies(name, self.model) {
                let why = match (name, self.model) {
                    ("gradient_penalty", Model::Wgan) => "its critic is clipped instead",
                    ("gradient_penalty", Model::Vae) => "it has no critic",
                    ("gradient_penalty", Model::Gan) => {
                        "the penalty belongs to the Wasserstein critic of wgan_gp"
                    }
                    ("gradient_penalty", _) => {
                        "its discriminator has BatchNorm, which ties the images of a batch \
                         together; take wgan_gp"
                    }
                    ("spectral_norm", Model::Vae) => "it has no discriminator",
                    ("loss", _) => "its objective is fixed",
                    _ => "it has no place for it",
                };
                return Err(Error::experiment(
                    name,
                    format!("cannot be used with {model}: {why}"),
                ));
            }
        }
        if self.spectral_norm && self.gradient_penalty > 0.0 {
            return Err(Error::experiment(
                "spectral_norm",
                "cannot be used with a gradient penalty: both bound the critic's slope; \
                 set gradient_penalty to 0",
            ));
        }
        if self.feature_matching_only && self.feature_matching <= 0.0 {
            return Err(Error::experiment(
                "feature_matching_only",
                "needs a feature_matching weight above 0",
            ));
        }
        if self.feature_matching_only && self.mmd > 0.0 {
            return Err(Error::experiment(
                "mmd",
                "cannot be used with feature_matching_only, which leaves the generator \
                 no other term; set one of them to nothing",
            ));
        }
        if self.gradient_penalty > 0.0 && self.unrolled_steps > 0 {
            return Err(Error::experiment(
                "unrolled_steps",
                "cannot be used with a gradient penalty: the look-ahead has no interpolates",
            ));
        }
        Ok(())
    }

    /// Refuses a named setting that the model does not use, unless it has the value that
    /// it has anyway: whoever names it expects that it does something.
    fn check_unused(&self, named: &serde_json::Value) -> Result<()> {
        let usual = Self::of(self.model).to_value();
        let given = named.as_object().into_iter().flatten();
        for (name, value) in given {
            let idle = !schema::applies(name, self.model);
            if idle && !same(value, &usual[name.as_str()]) {
                let model = self.model.as_str();
                return Err(Error::experiment(
                    name,
                    format!("does nothing in {model}: leave it out, or take another model"),
                ));
            }
        }
        Ok(())
    }

    /// What D's mean output says: a probability where the loss takes its logit for one.
    /// The other losses have no sigmoid, and one of their optimum (½ for least squares)
    /// would mean nothing.
    pub fn verdict(&self) -> Verdict {
        match self.objective_loss() {
            Loss::Minimax | Loss::NonSaturating => Verdict::Probability,
            Loss::LeastSquares | Loss::Hinge | Loss::Wasserstein => Verdict::Score,
        }
    }

    /// The loss that is played: a model's own, or the chosen one.
    pub fn objective_loss(&self) -> Loss {
        self.model.own_loss().unwrap_or(self.loss)
    }

    /// What a sample is: channels × side × side.
    pub fn sample_shape(&self) -> Shape {
        Shape::square(self.model.channels(), self.image_size)
    }

    /// The generator's optimizer.
    pub fn generator_adam(&self) -> AdamConfig {
        AdamConfig {
            average_decay: self.ema_decay,
            ..self.adam(self.generator_lr)
        }
    }

    /// The discriminator's optimizer, with L2 and the limit of a clipped critic.
    pub fn discriminator_adam(&self) -> AdamConfig {
        AdamConfig {
            l2: self.d_l2,
            clip: match self.model {
                Model::Wgan => self.clip,
                _ => f64::INFINITY,
            },
            ..self.adam(self.discriminator_lr)
        }
    }

    fn adam(&self, learning_rate: f64) -> AdamConfig {
        AdamConfig {
            learning_rate,
            beta1: self.beta1,
            beta2: self.beta2,
            epsilon: self.epsilon,
            ..AdamConfig::default()
        }
    }
}

/// Whether two JSON values mean the same, 1 and 1.0 too.
fn same(a: &serde_json::Value, b: &serde_json::Value) -> bool {
    a == b || (a.is_number() && a.as_f64() == b.as_f64())
}
