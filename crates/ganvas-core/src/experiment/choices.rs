//! The choices among names that are no model and no loss.

use serde::{Deserialize, Serialize};
use strum::VariantNames;

/// Activation between a convolutional generator's layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Activation {
    /// max(x, 0), as in the DCGAN paper.
    Relu,
    /// x or 0.2x, as in article `003`.
    LeakyRelu,
}

impl Activation {
    /// The name of every activation.
    pub const NAMES: &'static [&'static str] = Self::VARIANTS;
}

/// How a conditional model is told the classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
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
    /// The name of every way, in the order in which choosers list them.
    pub const NAMES: &'static [&'static str] = Self::VARIANTS;
}

/// Where the real images come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DatasetName {
    /// MNIST, where the site or the command has it.
    Mnist,
    /// The embedded drawn digits.
    Procedural,
    /// IDX files that the reader brings.
    File,
}

impl DatasetName {
    /// The name of every dataset, in the order in which choosers list them.
    pub const NAMES: &'static [&'static str] = Self::VARIANTS;
}
