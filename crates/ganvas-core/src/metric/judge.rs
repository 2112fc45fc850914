//! An evaluation that goes along with a run, in small parts.

use std::sync::Arc;

use serde::Serialize;

use super::classifier::{CHUNK, Classifier, Judgement};
use super::evaluation::{Evaluation, Standard, drawn_by, halves};
use crate::image::PIXELS;
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
///
/// A look is made in parts of a few images, between which the run may go on. Real images come
/// first, once for each dataset. Then one part copies the run, and what is judged is that copy.
#[derive(Debug, Clone)]
pub struct Judge {
    classifier: Classifier,
    /// Where the real images are from.
    dataset: Option<Arc<Dataset>>,
    standard: Option<Standard>,
    under_way: Option<Reading>,
}

/// Images that are read part by part.
#[derive(Debug, Clone)]
struct Reading {
    subject: Subject,
    count: usize,
    /// What has been read.
    judged: Judgement,
}

#[derive(Debug, Clone)]
enum Subject {
    /// Both [`halves`] of a dataset.
    Real(Vec<u8>),
    /// What a run draws.
    Run(Box<Sitter>),
}

/// A run as it was when a look came to it.
#[derive(Debug, Clone)]
struct Sitter {
    shown: Training,
    slope: Option<f64>,
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
            dataset: None,
            standard: None,
            under_way: None,
        }
    }

    /// Does the next part: reads a few images, of the dataset as long as there are some to be
    /// read, then of the run, which does not change by it. The last part has the verdict.
    ///
    /// # Errors
    ///
    /// `bad_dataset` when there are not two real images, `device_lost` when the device cannot
    /// be read. The look then begins anew.
    pub async fn look(&mut self, training: &Training) -> Result<Option<Verdict>> {
        let real = training.dataset();
        if !self
            .dataset
            .as_ref()
            .is_some_and(|it| Arc::ptr_eq(it, real))
        {
            self.dataset = Some(Arc::clone(real));
            self.standard = None;
            self.under_way = None;
        }
        let Some(mut reading) = self.under_way.take() else {
            self.under_way = Some(self.begin(training).await?);
            return Ok(None);
        };
        reading.go_on(&self.classifier).await?;
        if reading.judged.count() < reading.count {
            self.under_way = Some(reading);
            return Ok(None);
        }
        self.end(reading)
    }

    /// Gives up the look that is under way at a run: the next part is the first of one at the
    /// run as it is by then. Of real images what has been read is kept.
    pub fn forget(&mut self) {
        (self.under_way).take_if(|reading| matches!(reading.subject, Subject::Run(_)));
    }

    /// Gives up a look at an earlier moment of the run.
    pub fn forget_earlier(&mut self, training: &Training) {
        if let Some(Reading {
            subject: Subject::Run(sitter),
            ..
        }) = &self.under_way
            && sitter.shown.progress() != training.progress()
        {
            self.forget();
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

    async fn begin(&self, training: &Training) -> Result<Reading> {
        let (count, subject) = match self.standard {
            None => {
                let real = halves(training.dataset(), JUDGED)?.concat();
                (real.len() / PIXELS, Subject::Real(real))
            }
            Some(_) => {
                let slope = training.critic_slope().await?;
                let shown = training.as_shown();
                (JUDGED, Subject::Run(Box::new(Sitter { shown, slope })))
            }
        };
        Ok(Reading {
            subject,
            count,
            judged: Judgement::default(),
        })
    }

    fn end(&mut self, reading: Reading) -> Result<Option<Verdict>> {
        let Reading {
            subject,
            count,
            mut judged,
        } = reading;
        match (subject, &self.standard) {
            (Subject::Run(sitter), Some(standard)) => {
                let [precision, recall] = standard.precision_and_recall(&judged);
                Ok(Some(Verdict {
                    step: sitter.shown.progress().generator_updates,
                    evaluation: standard.evaluate(&judged)?,
                    precision,
                    recall,
                    slope: sitter.slope,
                }))
            }
            _ => {
                let name = self.dataset.as_ref().map_or("", |dataset| dataset.name());
                let others = judged.split_off(count / 2);
                self.standard = Some(Standard::of(name, judged, &others)?);
                Ok(None)
            }
        }
    }
}

impl Reading {
    /// Reads the next few images.
    async fn go_on(&mut self, classifier: &Classifier) -> Result<()> {
        let start = self.judged.count();
        // The last bits may depend on which images share a batch: each half is split as an
        // evaluation splits it.
        let half = self.count / 2;
        let end = match start < half && matches!(self.subject, Subject::Real(_)) {
            true => half,
            false => self.count,
        };
        let part = start..end.min(start + CHUNK);
        let judged = match &self.subject {
            Subject::Real(images) => {
                let bytes = part.start * PIXELS..part.end * PIXELS;
                classifier.judge(&images[bytes]).await?
            }
            Subject::Run(sitter) => {
                let images = drawn_by(&sitter.shown, part).await?;
                classifier.judge(&images).await?
            }
        };
        self.judged.extend(judged);
        Ok(())
    }
}
