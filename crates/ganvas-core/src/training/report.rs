//! The figures of a run.

use std::collections::BTreeMap;

use burn::tensor::Tensor;
use ganvas_kernels::ops::{Figure, gather};
use serde::Serialize;

use super::{Training, read};
use crate::system::{Figures, Losses, Values};
use crate::{Error, ErrorCode, Result};

/// The figures of the latest updates.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Generator updates so far.
    pub step: u64,
    /// How often the discriminator has seen the dataset, the current pass included as a fraction.
    pub epoch: f64,
    /// The discriminator's loss, in nats for the classical losses.
    pub d_loss: f64,
    /// The generator's loss.
    pub g_loss: f64,
    /// Mean D(x) over the latest real batch; see [`crate::Experiment::reading`].
    pub d_real: f64,
    /// Mean D(G(z)) over the latest fake batch of a discriminator update, likewise.
    pub d_fake: f64,
    /// Real images shown so far.
    pub images: u64,
    /// The terms of this system's objective beside the losses, such as
    /// `gradient_penalty`, `wasserstein`, `kl` or `cycle`, and the lengths of the latest
    /// updates' gradients: `d_gradient` is ‖∇L_D‖ by all of D's parameters, `g_gradient`
    /// ‖∇L_G‖ by G's (a VAE's by those of both of its networks), of all that is minimised
    /// but for L2. There is none before an update, also right after a checkpoint, and none
    /// of a gradient whose square no `f32` holds.
    #[serde(flatten)]
    pub terms: BTreeMap<&'static str, f64>,
}

/// The latest updates' figures in one tensor, still on the device.
pub(super) struct Packed {
    /// Of numbers.
    terms: Vec<&'static str>,
    /// Of squared lengths of gradients.
    gradients: Vec<&'static str>,
    /// The named numbers, then D's outputs: as many of real images as of fake ones.
    values: Option<Tensor<1>>,
}

impl Training {
    /// The figures of the latest updates, read from the device in one go.
    ///
    /// Before the first update of a network its figures are 0. A VAE's loss stands
    /// as `g_loss`, and again as the term `loss`.
    ///
    /// # Errors
    ///
    /// `diverged` when a loss or another term is not finite or a gradient holds a NaN,
    /// `device_lost` when the device cannot be read.
    pub async fn report(&self) -> Result<Report> {
        let Packed {
            terms,
            gradients,
            values,
        } = self.figures();
        let numbers: Vec<f64> = match values {
            Some(values) => read(values).await?.into_iter().map(f64::from).collect(),
            None => Vec::new(),
        };
        let mut numbers = numbers.into_iter();
        let terms = terms.into_iter().zip(&mut numbers).collect();
        let squares = gradients.into_iter().zip(&mut numbers).collect();
        let logits: Vec<f64> = numbers.collect();
        let (real, fake) = logits.split_at(logits.len() / 2);
        let values = Values {
            terms,
            squares,
            real_logits: real.to_vec(),
            fake_logits: fake.to_vec(),
        };
        self.report_of(self.system.behaviour().losses(&values))
    }

    /// All that a report reads, put together on the device.
    pub(super) fn figures(&self) -> Packed {
        let Figures {
            terms,
            gradients,
            logits,
        } = self.system.behaviour().figures();
        let (terms, numbers): (Vec<_>, Vec<_>) = terms.into_iter().unzip();
        let (gradients, tensors): (Vec<_>, Vec<_>) = gradients.into_iter().unzip();
        let logits = logits.map(|logits| logits.both.flatten(0, 1));
        let numbers = numbers.into_iter().map(|tensor| (tensor, Figure::Numbers));
        let tensors = tensors.into_iter().map(|tensor| (tensor, Figure::Squares));
        let logits = logits.into_iter().map(|tensor| (tensor, Figure::Numbers));
        let parts: Vec<_> = numbers.chain(tensors).chain(logits).collect();
        Packed {
            terms,
            gradients,
            values: (!parts.is_empty()).then(|| gather(parts)),
        }
    }

    fn report_of(&self, losses: Losses) -> Result<Report> {
        let Losses {
            d_loss,
            g_loss,
            d_real,
            d_fake,
            terms,
        } = losses;
        let report = Report {
            step: self.feed.progress.generator_updates,
            epoch: self.feed.epoch(),
            d_loss,
            g_loss,
            d_real,
            d_fake,
            images: self.feed.images_shown(),
            terms,
        };
        let main = [d_loss, g_loss, d_real, d_fake];
        if main
            .iter()
            .chain(report.terms.values())
            .all(|v| v.is_finite())
        {
            return Ok(report);
        }
        Err(Error::new(
            ErrorCode::Diverged,
            format!(
                "the losses are no longer numbers at step {}: reset, or lower the learning rates",
                report.step
            ),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dataset, Experiment};

    /// The report of a run whose losses are sound, after D's gradient was all of `number`.
    fn reported(number: f32) -> Result<Report> {
        let experiment = Experiment {
            width: 2,
            batch_size: 4,
            ..Experiment::default()
        };
        let device = burn::tensor::Device::flex();
        let digits = Dataset::procedural(12, 5);
        let mut training = Training::new(experiment, digits, &device).unwrap();
        training.step().unwrap();
        let mut players = training.system.players_mut();
        let gradient = players[1].gradient.as_mut().unwrap();
        *gradient = gradient.full_like(number);
        pollster::block_on(training.report())
    }

    #[test]
    fn a_gradient_of_no_number_is_no_sound_run() {
        let error = reported(f32::NAN).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Diverged);
    }

    #[test]
    fn a_gradient_too_long_to_be_squared_has_no_length_to_show() {
        assert!(reported(1.0).unwrap().terms.contains_key("d_gradient"));
        let report = reported(1e30).unwrap();
        assert!(!report.terms.contains_key("d_gradient"));
        assert!(report.terms.contains_key("g_gradient"));
    }
}
