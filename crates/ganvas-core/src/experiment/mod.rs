//! The one description of a training run, behind Rust, JSON, URLs and the page.
//!
//! Here are its types and their defaults. What values a field takes, which settings go
//! together and how an experiment is read from JSON is in [`crate::schema`].

mod choices;
mod defaults;
mod model;
mod reading;

use ganvas_kernels::stack::Shape;
use serde::{Deserialize, Serialize};

pub use choices::{Activation, Conditioning, DatasetName, Space};
pub use model::{Family, Model, Panel};
pub use reading::{Reading, has_critic, saturates};

use crate::loss::Loss;
use crate::optimizer::AdamConfig;

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
    /// Where the real samples come from.
    pub dataset: DatasetName,
    /// The points of the dataset `points`, each in three characters: see
    /// [`crate::data::point_text`]. Empty for the others.
    pub drawing: String,
    /// Which objective the two networks play; Wasserstein GANs have their own, a VAE
    /// has none.
    pub loss: Loss,
    /// Channels of the narrowest hidden layer; 64 in the DCGAN of the article. On the plane,
    /// neurons of each hidden layer.
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
    /// Clipped Wasserstein GAN: the critic's parameters stay in \[−clip, clip\]. On the plane
    /// any discriminator's can; 0 leaves them free.
    pub clip: f64,
    /// Weight λ of the critic's gradient penalty; see [`crate::regularizer::gradient_penalty`].
    pub gradient_penalty: f64,
    /// Divides the discriminator's weights by their spectral norm;
    /// see [`crate::network::spectral_norm`].
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

impl Experiment {
    /// The experiment as a JSON object with every field.
    pub fn to_value(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The experiment as JSON with every field.
    pub fn to_json(&self) -> String {
        self.to_value().to_string()
    }

    /// The loss that is played: a model's own, or the chosen one.
    pub fn objective_loss(&self) -> Loss {
        self.model.own_loss().unwrap_or(self.loss)
    }

    /// How D's mean output is to be read under the loss that is played.
    pub fn reading(&self) -> Reading {
        Reading::under(self.objective_loss())
    }

    /// What a sample is: channels × side × side, or the two numbers of a point.
    pub fn sample_shape(&self) -> Shape {
        match self.model.space() {
            Space::Image => Shape::square(self.model.channels(), self.image_size),
            Space::Plane => Shape::vector(2),
        }
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
            clip: match self.model.has_clip() && self.clip > 0.0 {
                true => self.clip,
                false => f64::INFINITY,
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
