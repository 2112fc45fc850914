//! Which classes chosen latents are drawn as, also between two of them.

use crate::error::within;
use crate::network::CLASSES;
use crate::{Error, Result};

/// The classes of images, where the model is told them.
///
/// A generator is told a class by a one-hot vector e, beside z (`concatenation`) or as the row
/// Eᵀe of an embedding E that is added to what its first layer grows (`projection`). Either is
/// linear in e, so that (1 − t)·eₐ + t·e_b is half of both at t = ½, and exactly one of them at
/// t = 0 and t = 1: the mixture of two one-hot vectors is that of two embeddings.
#[derive(Debug, Clone, PartialEq)]
pub enum Classes {
    /// These, in turn.
    InTurn(Vec<u8>),
    /// Between two classes: image i is told (1 − t)·e\[from\] + t·e\[to\] with t = mix\[i\], in turn.
    Between {
        /// The class at t = 0.
        from: u8,
        /// The class at t = 1.
        to: u8,
        /// How far from one to the other, each from 0 to 1.
        mix: Vec<f32>,
    },
}

impl Classes {
    /// How many images differ by it.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::InTurn(labels) => labels.len(),
            Self::Between { mix, .. } => mix.len(),
        }
    }

    /// The share of each class in image `index`, `[CLASSES]`.
    fn shares(&self, index: usize) -> [f32; CLASSES] {
        let mut shares = [0.0; CLASSES];
        match self {
            Self::InTurn(labels) => shares[usize::from(labels[index % labels.len()])] = 1.0,
            Self::Between { from, to, mix } => {
                let t = mix[index % mix.len()];
                shares[usize::from(*from)] += 1.0 - t;
                shares[usize::from(*to)] += t;
            }
        }
        shares
    }

    /// The shares of images `rows`, row after row.
    pub(super) fn shares_of(&self, rows: std::ops::Range<usize>) -> Vec<f32> {
        rows.flat_map(|index| self.shares(index)).collect()
    }

    /// Whether a model can be told them.
    ///
    /// # Errors
    ///
    /// `bad_experiment`, naming `labels` or `mix`.
    pub(crate) fn check(&self, conditional: bool) -> Result<()> {
        if !conditional {
            return Err(Error::experiment("labels", "this model knows no labels"));
        }
        let labels = match self {
            Self::InTurn(labels) => labels.as_slice(),
            Self::Between { from, to, .. } => &[*from, *to],
        };
        if labels.is_empty() {
            return Err(Error::experiment("labels", "must hold a label"));
        }
        for label in labels {
            within("labels", &(0..=CLASSES - 1), usize::from(*label))?;
        }
        if let Self::Between { mix, .. } = self {
            if mix.is_empty() {
                return Err(Error::experiment("mix", "must hold a number"));
            }
            for t in mix {
                within("mix", &(0.0..=1.0), *t)?;
            }
        }
        Ok(())
    }
}
