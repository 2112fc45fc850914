//! Figures of images, against MNIST's test set.

use std::path::Path;

use burn::tensor::Device;
use ganvas_core::metric::{Classifier, Evaluation, compare, evaluate_against};
use ganvas_core::{Dataset, ErrorCode, Result, Training};
use pollster::block_on;

use crate::support::failure::of_file;

/// Images of each run that are judged, and real ones that they are compared with:
/// half of the test set, so that the other half can give the floor.
pub const COUNT: usize = 5000;
/// Seed of the drawn digits, that of CycleGAN's.
const DRAWN_SEED: u64 = 1;

/// The classifier that comes with the crate, and the test set.
pub struct Judge {
    classifier: Classifier,
    real: Dataset,
}

impl Judge {
    /// Reads the test set from `folder`.
    ///
    /// # Errors
    ///
    /// `bad_dataset` when it is not there or cannot be read.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join("t10k-images-idx3-ubyte.gz");
        let bytes =
            std::fs::read(&path).map_err(|error| of_file(ErrorCode::BadDataset, &path, &error))?;
        Ok(Self {
            classifier: Classifier::shipped(&Device::flex())?,
            real: Dataset::from_idx("mnist", "t10k", &bytes, None)?,
        })
    }

    /// Of new images of a run.
    ///
    /// # Errors
    ///
    /// As [`evaluate_against`].
    pub fn run(&self, training: &Training) -> Result<Evaluation> {
        block_on(evaluate_against(
            training,
            &self.real,
            COUNT,
            &self.classifier,
        ))
    }

    /// Of drawn digits as they are: what CycleGAN starts from.
    ///
    /// # Errors
    ///
    /// As [`compare`].
    pub fn drawn(&self) -> Result<Evaluation> {
        let drawn = Dataset::procedural(COUNT, DRAWN_SEED);
        let images: Vec<u8> = (0..COUNT)
            .flat_map(|index| drawn.image(index))
            .copied()
            .collect();
        self.images(&images)
    }

    /// Of any grey images, 28×28 bytes each.
    ///
    /// # Errors
    ///
    /// As [`compare`].
    pub fn images(&self, images: &[u8]) -> Result<Evaluation> {
        block_on(compare(images, &self.real, &self.classifier))
    }
}
