//! The figures of a run.

use std::collections::BTreeMap;

use burn::tensor::Tensor;
use serde::Serialize;

use super::{Training, read};
use crate::experiment::{Model, Reading};
use crate::loss::Loss;
use crate::trainer::Term;
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
    /// Mean D(G(z)) over the latest fake batch, likewise.
    pub d_fake: f64,
    /// Real images shown so far.
    pub images: u64,
    /// The terms of this system's objective beside the losses, such as
    /// `gradient_penalty`, `wasserstein`, `kl` or `cycle`.
    #[serde(flatten)]
    pub terms: BTreeMap<&'static str, f64>,
}

/// The latest updates' figures, still on the device.
pub(super) struct Figures {
    /// What the first numbers are.
    names: Vec<&'static str>,
    /// Those, then D's outputs: as many of real images as of fake ones.
    values: Option<Tensor<1>>,
    /// How many of each.
    batch: usize,
}

impl Training {
    /// The figures of the latest updates, read from the device in one go.
    ///
    /// Before the first update of a network its figures are 0. A VAE's loss stands
    /// as `g_loss`, and again as the term `loss`.
    ///
    /// # Errors
    ///
    /// `diverged` when a loss is not finite, `device_lost` when the device cannot be read.
    pub async fn report(&self) -> Result<Report> {
        let Figures {
            names,
            values,
            batch,
        } = self.figures();
        let values: Vec<f64> = match values {
            Some(values) => read(values).await?.into_iter().map(f64::from).collect(),
            None => Vec::new(),
        };
        self.report_of(&names, &values, batch)
    }

    /// All that a report reads, put together on the device.
    pub(super) fn figures(&self) -> Figures {
        let mut names: Vec<&'static str> = Vec::new();
        let mut parts = Vec::new();
        let mut put = |name: &'static str, value: &Tensor<1>| {
            names.push(name);
            parts.push(value.clone());
        };
        if let Some(outcome) = &self.generator_outcome {
            put("g_loss", &outcome.loss);
            put_terms(&mut put, &outcome.terms);
        }
        let mut batch = 0;
        if let Some(outcome) = &self.discriminator_outcome {
            put("d_loss", &outcome.loss);
            put_terms(&mut put, &outcome.terms);
            let both = outcome.logits.dims()[0];
            batch = both / 2;
            parts.push(outcome.logits.clone().reshape([both]));
        }
        Figures {
            names,
            values: (!parts.is_empty()).then(|| Tensor::cat(parts, 0)),
            batch,
        }
    }

    fn report_of(&self, names: &[&'static str], values: &[f64], batch: usize) -> Result<Report> {
        let (scalars, logits) = values.split_at(names.len().min(values.len()));
        let (real, fake) = logits.split_at(batch.min(logits.len()));
        let mut terms: BTreeMap<&'static str, f64> =
            names.iter().copied().zip(scalars.iter().copied()).collect();
        let d_loss = terms.remove("d_loss").unwrap_or(0.0);
        let g_loss = terms.remove("g_loss").unwrap_or(0.0);
        if batch > 0 && self.experiment.objective_loss() == Loss::Wasserstein {
            // The critic's estimate: what it maximises.
            terms.insert("wasserstein", mean(real) - mean(fake));
        }
        if self.experiment.model == Model::Vae && self.generator_outcome.is_some() {
            terms.insert("loss", g_loss);
        }
        let mean_output = match self.experiment.reading() {
            Reading::Probability => mean_probability,
            Reading::OneOrZero | Reading::Higher => mean,
        };
        let report = Report {
            step: self.progress.generator_updates,
            epoch: self.epoch(),
            d_loss,
            g_loss,
            d_real: mean_output(real),
            d_fake: mean_output(fake),
            images: self.progress.discriminator_updates * self.experiment.batch_size as u64,
            terms,
        };
        let losses = [d_loss, g_loss, report.d_real, report.d_fake];
        if losses
            .iter()
            .chain(report.terms.values())
            .all(|v| v.is_finite())
        {
            Ok(report)
        } else {
            Err(Error::new(
                ErrorCode::Diverged,
                format!(
                    "the losses are no longer numbers at step {}: reset, or lower the learning rates",
                    report.step
                ),
            ))
        }
    }

    fn epoch(&self) -> f64 {
        let per_epoch = (self.dataset.count() / self.experiment.batch_size).max(1);
        self.progress.discriminator_updates as f64 / per_epoch as f64
    }
}

fn put_terms(put: &mut impl FnMut(&'static str, &Tensor<1>), terms: &[Term]) {
    for (name, value) in terms {
        put(name, value);
    }
}

/// Of none, 0.
fn mean(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |sum, value| sum + value) / values.len().max(1) as f64
}

fn mean_probability(logits: &[f64]) -> f64 {
    let probabilities: Vec<f64> = logits.iter().map(|l| 1.0 / (1.0 + (-l).exp())).collect();
    mean(&probabilities)
}
