//! What one update changes, on a batch that is always the same.

use serde::Serialize;

use super::Training;
use super::samples::{distances, mean, read_first};
use super::walk::{PlayerName, change_of, scores_of};
use crate::Result;
use crate::network::Labelled;
use crate::system::{Adversarial, GRID_COUNT, Update, class_in_turn, grid_latents};

/// What one update has changed, before and after it, on the grid's latents and the first
/// real images. Both networks see them as in training: BatchNorm takes the batch's
/// statistics, and G is as it is trained, no average.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Which network was updated.
    pub player: PlayerName,
    /// The step, which one network's update does not advance.
    pub step: u64,
    /// Mean D(x), before and after; see [`crate::Experiment::reading`].
    pub d_real: [f64; 2],
    /// Mean D(G(z)), likewise.
    pub d_fake: [f64; 2],
    /// D(x) of each real image, before and after.
    pub real_scores: [Vec<f64>; 2],
    /// D(G(z)) of each fake.
    pub fake_scores: [Vec<f64>; 2],
    /// How far each of G's samples has moved: root mean square over its pixels, in ink from
    /// 0 to 1. An update of D moves none.
    pub moved: Vec<f64>,
    /// ‖Δθ‖ of the network that was updated.
    pub change_norm: f64,
}

impl Training {
    /// One update, and what it changes where there is one generator against one
    /// discriminator and one of them is updated. The run is as after [`Training::update`].
    ///
    /// # Errors
    ///
    /// As there; `device_lost` when the device cannot be read.
    pub async fn update_and_compare(&mut self, update: Update) -> Result<Option<Change>> {
        let player = match update {
            Update::Discriminator => PlayerName::Discriminator,
            Update::Generator => PlayerName::Generator,
            Update::Both => {
                self.update(update)?;
                return Ok(None);
            }
        };
        let Some(before) = self.system.duel().cloned() else {
            self.update(update)?;
            return Ok(None);
        };
        self.update(update)?;
        let Some(after) = self.system.duel() else {
            return Ok(None);
        };
        let real = self.first_real();
        let made = [&before, after].map(|system| self.grid_as_in_training(system));
        let judged = [(&before, &made[0]), (after, &made[1])]
            .map(|(system, fake)| system.judges_as_in_training(&real, fake));
        let [first, second] = judged;
        let (real_before, fake_before) = scores_of(self, first).await?;
        let (real_after, fake_after) = scores_of(self, second).await?;
        let from = read_first(&made[0].images, GRID_COUNT).await?;
        let to = read_first(&made[1].images, GRID_COUNT).await?;
        let [old, new] = [&before, after].map(|system| match player {
            PlayerName::Discriminator => &system.discriminator,
            PlayerName::Generator => &system.generator,
        });
        Ok(Some(Change {
            player,
            step: self.feed.progress.generator_updates,
            d_real: [mean(&real_before), mean(&real_after)],
            d_fake: [mean(&fake_before), mean(&fake_after)],
            real_scores: [real_before, real_after],
            fake_scores: [fake_before, fake_after],
            moved: distances(&from, &to, GRID_COUNT, self.feed.sample()),
            change_norm: change_of(old, new).await?,
        }))
    }

    /// As many of the dataset's first images as the grid has, in turn where there are fewer; of a
    /// distribution as many of the points that show it.
    fn first_real(&self) -> Labelled {
        let dataset = self.dataset();
        if dataset.distribution().is_some() {
            let points = self.feed.shown_points(GRID_COUNT);
            return Labelled {
                images: self.feed.samples(points),
                labels: None,
            };
        }
        let indices: Vec<usize> = (0..GRID_COUNT).map(|at| at % dataset.count()).collect();
        let labels = dataset.labels().filter(|_| self.feed.is_conditional());
        Labelled {
            images: self.feed.images_of(dataset, &indices),
            labels: labels.map(|labels| indices.iter().map(|&at| labels[at]).collect()),
        }
    }

    /// The grid as an update of G would make it.
    fn grid_as_in_training(&self, system: &Adversarial) -> Labelled {
        let z = self.feed.latents(&grid_latents(&self.feed));
        let labels = self.grid_labels();
        system.makes_as_in_training(z, labels)
    }

    /// The classes of the grid's digits, where the model is told classes.
    pub(super) fn grid_labels(&self) -> Option<Vec<u8>> {
        let classes = || (0..GRID_COUNT).map(class_in_turn).collect();
        self.feed.is_conditional().then(classes)
    }
}
