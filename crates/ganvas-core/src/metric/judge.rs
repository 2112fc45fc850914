//! An evaluation that goes along with a run, in small parts.

use std::sync::Arc;

use serde::Serialize;

use super::classifier::Classifier;
use super::evaluation::{Evaluation, Standard, drawn_by};
use crate::{Dataset, Result, Training};

/// Images of each look: enough to see which digits there are, few enough to be drawn every
/// few seconds.
pub const JUDGED: usize = 256;

/// Judges a run again and again: [`JUDGED`] images of latents that stay the same, so that
/// another figure is another generator's, never another draw's.
///
/// The figures are those of [`evaluate`](super::evaluate) for that count, to the last bit.
/// The Fréchet distance of so few images is far above 0 even for real ones, which is what
/// `frechet_floor` says: it compares with other looks, not with evaluations of more images.
/// Real images are read once for each dataset, in parts of their own.
#[derive(Debug, Clone)]
pub struct Judge {
    classifier: Classifier,
    standard: Option<(Arc<Dataset>, Standard)>,
}

/// What one look at a run has found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// The step that the generator is of.
    pub step: u64,
    /// Its images, judged.
    #[serde(flatten)]
    pub evaluation: Evaluation,
    /// The share of its images that could be real, by [`super::precision`]; of so few images
    /// real ones have about three quarters of both.
    pub precision: f64,
    /// The share of the real images that its images reach.
    pub recall: f64,
    /// The critic's mean slope, where there is one; see [`Training::critic_slope`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slope: Option<f64>,
}

impl Judge {
    /// One that has seen nothing yet.
    pub fn new(classifier: Classifier) -> Self {
        Self {
            classifier,
            standard: None,
        }
    }

    /// Does the next part: reads real images, as long as some are to be read, or else judges
    /// the run, which does not change by it.
    ///
    /// # Errors
    ///
    /// `bad_dataset` when there are not two real images, `device_lost` when the device cannot
    /// be read.
    pub async fn look(&mut self, training: &Training) -> Result<Option<Verdict>> {
        let real = training.dataset();
        let standard = self
            .standard
            .take_if(|(dataset, _)| Arc::ptr_eq(dataset, real));
        match standard {
            None => {
                let standard = Standard::of(real, JUDGED, &self.classifier).await?;
                self.standard = Some((Arc::clone(real), standard));
                Ok(None)
            }
            Some((dataset, mut standard)) if !standard.has_floor() => {
                standard.set_floor(real, &self.classifier).await?;
                self.standard = Some((dataset, standard));
                Ok(None)
            }
            Some((dataset, standard)) => {
                let verdict = self.judge(training, &standard).await;
                self.standard = Some((dataset, standard));
                verdict.map(Some)
            }
        }
    }

    /// What a look launches, on as few images as it takes: everything that a device prepares
    /// on first use is prepared. Nothing is read.
    ///
    /// # Errors
    ///
    /// `internal` for a run that cannot be judged.
    pub fn rehearse(&self, training: &Training) -> Result<()> {
        training.rehearse_judged()?;
        self.classifier.rehearse();
        Ok(())
    }

    async fn judge(&self, training: &Training, standard: &Standard) -> Result<Verdict> {
        let images = drawn_by(training, JUDGED).await?;
        let generated = self.classifier.judge(&images).await?;
        let [precision, recall] = standard.precision_and_recall(&generated);
        Ok(Verdict {
            step: training.progress().generator_updates,
            evaluation: standard.evaluate(&generated)?,
            precision,
            recall,
            slope: training.critic_slope().await?,
        })
    }
}
