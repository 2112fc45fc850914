//! What D sees in the grid's digits: its score of each and, of a chosen one, what it is made
//! of, what it resembles, and where the generator's loss wants ink.

use serde::{Deserialize, Serialize};

use super::samples::{mean, norm, shown_numbers};
use super::{Nearest, Samples, Training, read};
use crate::error::within;
use crate::network::Labelled;
use crate::system::{GRID_COUNT, Request, grid_latents};
use crate::{Error, Result};

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Gaze {
    /// A digit of the grid to look at closely.
    pub index: Option<usize>,
    /// Another z for it than the grid's.
    pub z: Option<Vec<f32>>,
}

/// What D sees in the grid.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Eyes {
    /// The step that it belongs to.
    pub step: u64,
    /// D(G(z)) of each digit; see [`crate::Experiment::reading`]. D judges them as in
    /// training, as one batch.
    pub scores: Vec<f64>,
    /// Their mean.
    pub d_fake: f64,
    /// The digit that was looked at closely.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chosen: Option<Chosen>,
}

/// One digit of the grid.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chosen {
    /// Its place in the grid.
    pub index: usize,
    /// What it is made from.
    pub z: Vec<f32>,
    /// The class that it is made with, where the model is told classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<u8>,
    /// D(G(z)).
    pub score: f64,
    /// The digit.
    pub picture: Samples,
    /// −∂ℓ/∂x of its own loss, in the order of its picture's bytes: above 0 the loss falls
    /// with more ink.
    pub pull: Vec<f32>,
    /// The norm of that over all numbers of the sample, margin included. Under the
    /// Wasserstein loss it is ‖∇D‖ there.
    pub pull_norm: f64,
    /// The nearest real image of the dataset in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<Nearest>,
}

impl Training {
    /// The latents of the grid, row after row; none for a system that draws from no latents.
    pub fn grid_latents(&self) -> Vec<f32> {
        match self.experiment.model.has_latents() {
            true => grid_latents(&self.feed),
            false => Vec::new(),
        }
    }

    /// What D sees in the grid as it is shown, in one pass that changes nothing.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for a system that is no generator against one discriminator, or a
    /// gaze at what is not in the grid; `device_lost` when the device cannot be read.
    pub async fn eyes(&self, gaze: &Gaze) -> Result<Eyes> {
        let Some(system) = self.system.duel() else {
            return Err(Error::experiment(
                "model",
                "only a generator against one discriminator can be looked at so",
            ));
        };
        let z = self.looked_at(gaze)?;
        let request = Request::Latents {
            z: z.clone(),
            label: None,
        };
        let drawn = self
            .system
            .behaviour()
            .draw(&self.feed, request, self.weights)?;
        let labels = self.grid_labels();
        let fake = Labelled {
            images: burn::tensor::Tensor::cat(drawn.collect(), 0),
            labels: labels.clone(),
        };
        let seen = system.pull_on(&fake);
        let outputs = read(seen.outputs.flatten(0, 1)).await?;
        let scores = self.scores(&outputs);
        let chosen = match gaze.index {
            None => None,
            Some(index) => {
                let one = |tensor: burn::tensor::Tensor<4>| {
                    read(tensor.narrow(0, index, 1).flatten(0, 3))
                };
                let sample = self.feed.sample();
                let picture = one(fake.images).await?;
                let pull = one(seen.pull).await?;
                let latent_dim = self.feed.latent_dim();
                Some(Chosen {
                    index,
                    z: z[index * latent_dim..(index + 1) * latent_dim].to_vec(),
                    label: labels.map(|labels| labels[index]),
                    score: scores[index],
                    pull: shown_numbers(&pull, 1, sample),
                    pull_norm: norm(&pull),
                    nearest: self.nearest_to(&picture),
                    picture: Samples::of(&picture, 1, sample),
                })
            }
        };
        Ok(Eyes {
            step: self.feed.progress.generator_updates,
            d_fake: mean(&scores),
            scores,
            chosen,
        })
    }

    /// The grid's latents, with the one that a gaze puts in.
    fn looked_at(&self, gaze: &Gaze) -> Result<Vec<f32>> {
        let mut latents = grid_latents(&self.feed);
        let latent_dim = self.feed.latent_dim();
        let Gaze { index, z } = gaze;
        if let Some(index) = *index {
            within("index", &(0..=GRID_COUNT - 1), index)?;
        }
        if let (Some(index), Some(z)) = (index, z) {
            if z.len() != latent_dim || z.iter().any(|value| !value.is_finite()) {
                return Err(Error::experiment(
                    "z",
                    format!("must be {latent_dim} finite numbers"),
                ));
            }
            latents[index * latent_dim..(index + 1) * latent_dim].copy_from_slice(z);
        }
        Ok(latents)
    }
}
