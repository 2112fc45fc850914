//! What a run draws, as bytes.

use std::ops::Range;

use burn::tensor::Tensor;

use super::{Training, read};
use crate::data::colour::ink_of;
use crate::error::within;
use crate::image;
use crate::latent;
use crate::player::Weights;
use crate::schema::SAMPLED;
use crate::system::{Classes, Request};
use crate::{Error, Result};

impl Training {
    /// Bytes of one pixel: 1 for grey, 3 for red, green and blue.
    pub fn channels(&self) -> usize {
        self.feed.sample().channels
    }

    /// Rows and columns of a picture: 28 for samples of 32×32, 56 for 64×64.
    pub fn picture_side(&self) -> usize {
        image::picture_side(self.feed.sample().height)
    }

    /// Whether an average of the generator's weights is kept, which pictures can show.
    pub fn is_averaged(&self) -> bool {
        let mut players = self.system.players().into_iter();
        players.any(|player| player.adam.average.is_some())
    }

    /// Which weights pictures and evaluations show.
    pub fn weights(&self) -> Weights {
        self.weights
    }

    /// Shows other weights from now on. Training does not change.
    pub fn show_weights(&mut self, weights: Weights) {
        self.weights = weights;
    }

    /// Whether the system makes pictures; otherwise it makes points of the plane.
    fn has_pictures(&self) -> bool {
        !self.system.behaviour().shows().is_empty()
    }

    /// Bytes of one picture.
    fn picture_len(&self) -> usize {
        self.picture_side().pow(2) * self.channels()
    }

    /// The first `count` images of the dataset (fewer if it has fewer, none of points) as the
    /// system sees them: pictures row by row, [`Training::channels`] bytes a pixel.
    pub fn real_images(&self, count: usize) -> Vec<u8> {
        if !self.has_pictures() {
            return Vec::new();
        }
        let count = count.min(self.dataset().count());
        let indices: Vec<usize> = (0..count).collect();
        let values = self.feed.values_of(self.dataset(), &indices);
        image::to_pictures(&values, count, self.feed.sample())
    }

    /// The picture grid: [`GRID_COUNT`](crate::GRID_COUNT) images of latents that never
    /// change during a run.
    ///
    /// A conditional system draws the classes 0 to 9 in turn. CycleGAN, which has no
    /// latents, shows pairs: a drawn digit and its translation, then a real digit
    /// and its translation, and so on.
    ///
    /// # Errors
    ///
    /// `device_lost` when the device cannot be read.
    pub async fn grid(&self) -> Result<Vec<u8>> {
        self.draw(Request::Grid).await
    }

    /// `count` new images; the same `seed` gives the same latents again.
    ///
    /// `truncation` keeps every coordinate of z within ±truncation.
    ///
    /// # Errors
    ///
    /// `bad_experiment` when `count` is 0 or above 4096, when `truncation` is below 0.01, or
    /// when the model makes points and no images; `device_lost` when the device cannot be read.
    pub async fn sample(
        &self,
        count: usize,
        seed: u64,
        truncation: Option<f32>,
    ) -> Result<Vec<u8>> {
        self.sample_label(count, seed, None, truncation).await
    }

    /// As [`Training::sample`], all of one class where `label` names one. Without a
    /// label a conditional system draws the classes 0 to 9 in turn.
    ///
    /// # Errors
    ///
    /// As [`Training::sample`]; `bad_experiment` for a label of a system that knows
    /// none or for a label above 9.
    pub async fn sample_label(
        &self,
        count: usize,
        seed: u64,
        label: Option<u8>,
        truncation: Option<f32>,
    ) -> Result<Vec<u8>> {
        within("count", &SAMPLED, count)?;
        let mut bytes = self
            .draw(Request::Sample {
                count,
                seed,
                label,
                truncation,
            })
            .await?;
        // Pairs come in fours.
        bytes.truncate(count * self.picture_len());
        Ok(bytes)
    }

    /// Images of chosen latents, row after row of `latent_dim` numbers, for walks
    /// through the latent space; of class `label` where the system has classes.
    ///
    /// # Errors
    ///
    /// `bad_experiment` when `z` does not hold 1 to 4096 whole rows or the system
    /// has no latents, `device_lost` when the device cannot be read.
    pub async fn sample_at(&self, z: &[f32], label: Option<u8>) -> Result<Vec<u8>> {
        self.check_latents(z)?;
        self.draw(Request::Latents {
            z: z.to_vec(),
            label,
        })
        .await
    }

    /// Images of chosen latents as chosen [classes](Classes), also between two of them. A
    /// single latent is drawn for each class that is asked for; without any, a conditional
    /// system draws the classes 0 to 9 in turn.
    ///
    /// # Errors
    ///
    /// As [`Training::sample_at`]; `bad_experiment` for classes of a system that knows none,
    /// a label above 9, or a mixture that is not from 0 to 1.
    pub async fn sample_as(&self, z: &[f32], classes: Option<Classes>) -> Result<Vec<u8>> {
        if let Some(classes) = &classes {
            classes.check(self.experiment().model.is_conditional())?;
            within("count", &SAMPLED, classes.len())?;
        }
        self.check_latents(z)?;
        let z = z.to_vec();
        self.draw(Request::Chosen { z, classes }).await
    }

    /// The latents that [`Training::sample`] draws images of, row after row.
    ///
    /// # Errors
    ///
    /// `bad_experiment` as there.
    pub fn latents(&self, count: usize, seed: u64, truncation: Option<f32>) -> Result<Vec<f32>> {
        within("count", &SAMPLED, count)?;
        latent::sample(seed, count, self.feed.latent_dim(), truncation)
    }

    fn check_latents(&self, z: &[f32]) -> Result<()> {
        let latent_dim = self.feed.latent_dim();
        let rows = z.len() / latent_dim;
        if !z.len().is_multiple_of(latent_dim) || !SAMPLED.contains(&rows) {
            let (least, most) = SAMPLED.into_inner();
            return Err(Error::experiment(
                "z",
                format!("must hold {least} to {most} rows of {latent_dim} numbers"),
            ));
        }
        if z.iter().any(|it| !it.is_finite()) {
            return Err(Error::experiment("z", "must hold finite numbers"));
        }
        Ok(())
    }

    /// New grey images of 28×28 for the metrics, some of the row that `seed` names: coloured
    /// ones as the ink that they hold, CycleGAN's as drawn digits turned into handwritten ones.
    pub(crate) async fn grey_samples(&self, rows: Range<usize>, seed: u64) -> Result<Vec<u8>> {
        let bytes = self.draw(Request::Judged { rows, seed }).await?;
        let bytes = image::shrink(&bytes, self.picture_side(), self.channels());
        Ok(match self.channels() {
            1 => bytes,
            _ => ink_of(&bytes),
        })
    }

    /// The run as its pictures show it now, to be drawn from while it goes on: the weights that
    /// are shown are its weights, with their running statistics. It cannot learn: gradients and
    /// Adam's moments are let go, since they would be kept for it alone.
    pub(crate) fn as_shown(&self) -> Self {
        let mut shown = self.clone();
        if self.weights == Weights::Averaged {
            shown.adopt_averages();
            shown.weights = Weights::Raw;
        }
        for player in shown.system.players_mut() {
            player.gradient = None;
            player.adam.average = None;
            // A tensor cannot be nothing.
            player.adam.mean = player.parameters.flat.clone();
            player.adam.square = player.parameters.flat.clone();
        }
        shown
    }

    /// What its pictures launch, so that what a device prepares on first use is prepared.
    /// Nothing is read. A model of points has none.
    ///
    /// # Errors
    ///
    /// None in practice: these can always be drawn.
    pub fn rehearse_pictures(&self) -> Result<()> {
        let mut requests = self.system.behaviour().shows().into_iter();
        requests.try_for_each(|request| self.rehearse_drawing(request))
    }

    /// What drawing images to judge and measuring a critic's slope launch; nothing is read.
    pub(crate) fn rehearse_judged(&self) -> Result<()> {
        self.rehearse_drawing(Request::Judged {
            rows: 0..1,
            seed: 0,
        })?;
        self.system.behaviour().slope(&self.feed).transpose()?;
        Ok(())
    }

    fn rehearse_drawing(&self, request: Request) -> Result<()> {
        let behaviour = self.system.behaviour();
        for images in behaviour.draw(&self.feed, request, self.weights)? {
            drop(images);
        }
        Ok(())
    }

    /// The first `count` images of the dataset, each followed by what a VAE makes
    /// of it, decoded from the mean of its latent.
    ///
    /// # Errors
    ///
    /// `bad_experiment` when the system is not a VAE, `device_lost` when the device
    /// cannot be read.
    pub async fn reconstruct(&self, count: usize) -> Result<Vec<u8>> {
        let count = count.clamp(1, self.dataset().count().min(*SAMPLED.end()));
        self.draw(Request::Reconstructions { count }).await
    }

    /// The pictures of a request.
    pub(crate) async fn draw(&self, request: Request) -> Result<Vec<u8>> {
        if !self.has_pictures() {
            return Err(Error::experiment(
                "model",
                "this model makes points of the plane, and no pictures",
            ));
        }
        let mut bytes = Vec::new();
        for images in self
            .system
            .behaviour()
            .draw(&self.feed, request, self.weights)?
        {
            bytes.extend(self.pictures_of(images).await?);
        }
        Ok(bytes)
    }

    /// Samples on the device as pictures.
    async fn pictures_of(&self, images: Tensor<4>) -> Result<Vec<u8>> {
        let count = images.dims()[0];
        let values = read(images.flatten(0, 3)).await?;
        Ok(image::to_pictures(&values, count, self.feed.sample()))
    }
}
