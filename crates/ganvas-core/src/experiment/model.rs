//! The systems that can be trained, and what sets them apart.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray, VariantNames};

use super::Space;
use crate::loss::Loss;

/// Which system is trained.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    IntoStaticStr,
    VariantArray,
    VariantNames,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Model {
    /// Deep convolutional GAN for grey images.
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
    /// Small fully connected GAN for distributions in the plane.
    Plane,
}

/// What kind of system a model is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// A generator that makes samples of latents, against a discriminator.
    Adversarial,
    /// An encoder and a decoder.
    Autoencoder,
    /// Two generators that translate between sets of images, each with its discriminator.
    Translation,
}

/// A part of the page that only some models have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Panel {
    /// What the discriminator says of real and of generated images, on a scale.
    Meters,
    /// A choice of the digit to draw.
    Digit,
    /// Walks and planes through the latent space.
    Explorer,
    /// Real images, each beside its reconstruction.
    Reconstructions,
    /// Images, each beside its translation, in the place of a grid of latents.
    Translations,
    /// The plane: points, D as a field, G as a grid, in the place of pictures.
    Plane,
}

impl Model {
    /// Every model, in the order in which choosers list them.
    pub const ALL: &'static [Model] = <Self as VariantArray>::VARIANTS;
    /// Their names.
    pub const NAMES: &'static [&'static str] = <Self as VariantNames>::VARIANTS;

    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// What kind of system it is.
    pub const fn family(self) -> Family {
        match self {
            Model::Dcgan
            | Model::Gan
            | Model::DcganLinear
            | Model::Conditional
            | Model::Wgan
            | Model::WganGp
            | Model::Plane => Family::Adversarial,
            Model::Vae => Family::Autoencoder,
            Model::Cyclegan => Family::Translation,
        }
    }

    /// What its samples are.
    pub const fn space(self) -> Space {
        match self {
            Model::Plane => Space::Plane,
            _ => Space::Image,
        }
    }

    /// Whether its samples are images.
    pub const fn has_images(self) -> bool {
        matches!(self.space(), Space::Image)
    }

    /// Whether its samples are points of the plane.
    pub const fn has_points(self) -> bool {
        matches!(self.space(), Space::Plane)
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

    /// Whether it has one generator against one discriminator.
    pub const fn is_adversarial(self) -> bool {
        matches!(self.family(), Family::Adversarial)
    }

    /// Whether it encodes and decodes.
    pub const fn is_autoencoder(self) -> bool {
        matches!(self.family(), Family::Autoencoder)
    }

    /// Whether it translates between two sets of images.
    pub const fn is_translation(self) -> bool {
        matches!(self.family(), Family::Translation)
    }

    /// Whether it draws samples from latents.
    pub const fn has_latents(self) -> bool {
        !self.is_translation()
    }

    /// Whether it has discriminators, with updates of their own.
    pub const fn has_discriminator(self) -> bool {
        !self.is_autoencoder()
    }

    /// Whether the loss that its networks play can be chosen.
    pub const fn has_choice_of_loss(self) -> bool {
        self.has_discriminator() && self.own_loss().is_none()
    }

    /// Whether the activation between its generator's layers can be chosen.
    pub const fn has_choice_of_activation(self) -> bool {
        self.is_adversarial() && !matches!(self, Model::Gan)
    }

    /// Whether its critic's parameters are clipped, whatever is set.
    pub const fn is_clipped(self) -> bool {
        matches!(self, Model::Wgan)
    }

    /// Whether its discriminator's parameters can be clipped.
    pub const fn has_clip(self) -> bool {
        matches!(self, Model::Wgan | Model::Plane)
    }

    /// Whether its critic's gradient can be penalised.
    pub const fn has_gradient_penalty(self) -> bool {
        matches!(self, Model::WganGp | Model::Plane)
    }

    /// Whether its discriminators have BatchNorm.
    pub const fn has_batch_norm_in_discriminator(self) -> bool {
        matches!(
            self,
            Model::Dcgan | Model::DcganLinear | Model::Conditional | Model::Cyclegan
        )
    }

    /// The parts of the page that it has, beside those that all have.
    pub fn panels(self) -> Vec<Panel> {
        [
            (Panel::Meters, self.has_discriminator()),
            (Panel::Digit, self.is_conditional()),
            (Panel::Explorer, self.has_latents() && self.has_images()),
            (Panel::Reconstructions, self.is_autoencoder()),
            (Panel::Translations, self.is_translation()),
            (Panel::Plane, self.has_points()),
        ]
        .into_iter()
        .filter_map(|(panel, present)| present.then_some(panel))
        .collect()
    }
}
