//! The choices among names that are no model and no loss.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantNames};

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

/// What a sample is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Space {
    /// An image: channels × side × side.
    Image,
    /// A point of the plane: two numbers.
    Plane,
}

/// Where the real samples come from.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DatasetName {
    /// MNIST, where the site or the command has it.
    Mnist,
    /// The embedded drawn digits.
    Procedural,
    /// IDX files that the reader brings.
    File,
    /// Eight Gaussians on a circle.
    Ring,
    /// Twenty-five Gaussians in five rows.
    Grid,
    /// Two half circles that reach into each other.
    Moons,
    /// A spiral.
    Spiral,
    /// A straight line.
    Line,
    /// Two Gaussians, of which one is drawn three times as often.
    Clusters,
    /// Points that the reader draws: [`Experiment::drawing`](super::Experiment::drawing).
    Points,
}

impl DatasetName {
    /// The name of every dataset, in the order in which choosers list them.
    pub const NAMES: &'static [&'static str] = Self::VARIANTS;
    /// The names of those in a space.
    pub const fn names_in(space: Space) -> &'static [&'static str] {
        match space {
            Space::Image => &["mnist", "procedural", "file"],
            Space::Plane => &[
                "ring", "grid", "moons", "spiral", "line", "clusters", "points",
            ],
        }
    }

    /// The one of a name.
    pub fn named(name: &str) -> Option<Self> {
        name.parse().ok()
    }

    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// What its samples are.
    pub const fn space(self) -> Space {
        match self {
            Self::Mnist | Self::Procedural | Self::File => Space::Image,
            _ => Space::Plane,
        }
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantNames;

    use super::*;

    #[test]
    fn every_dataset_is_in_one_space() {
        let all = [Space::Image, Space::Plane]
            .map(DatasetName::names_in)
            .concat();
        assert_eq!(all, DatasetName::VARIANTS);
        for space in [Space::Image, Space::Plane] {
            for name in DatasetName::names_in(space) {
                let name: DatasetName = serde_json::from_value((*name).into()).unwrap();
                assert_eq!(name.space(), space, "{name:?}");
            }
        }
    }
}
