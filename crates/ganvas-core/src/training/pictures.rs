//! What a run draws, as bytes.

use burn::tensor::{Tensor, TensorData};
use rand::Rng;

use super::{Training, read};
use crate::data::colour::ink_of;
use crate::data::dataset::{coloured_batch, padded_batch};
use crate::image::crop_to_28;
use crate::latent;
use crate::random::{Stream, random};
use crate::trainer::{CLASSES, System};
use crate::{Dataset, Error, Experiment, Result};

/// Images in the grid that shows progress.
pub const GRID_COUNT: usize = 64;
/// Most images that one call samples.
const MAX_SAMPLES: usize = 4096;
/// Images generated at once: shapes stay few, so GPU buffers and pipelines are reused.
const SAMPLE_CHUNK: usize = 64;

impl Training {
    /// Bytes of one pixel: 1 for grey, 3 for red, green and blue.
    pub fn channels(&self) -> usize {
        self.experiment.model.channels()
    }

    /// The first `count` images of the dataset (fewer if it has fewer) as the system
    /// sees them: `count` × 28 × 28 × [`Training::channels`] bytes.
    pub fn real_images(&self, count: usize) -> Vec<u8> {
        let count = count.min(self.dataset.count());
        if self.channels() == 1 {
            return (0..count)
                .flat_map(|index| self.dataset.image(index).iter().copied())
                .collect();
        }
        let indices: Vec<usize> = (0..count).collect();
        let images = coloured_batch(&self.dataset, &indices, self.experiment.seed);
        crop_to_28(&images, count, 3)
    }

    /// The picture grid: [`GRID_COUNT`] images of latents that never change during a run.
    ///
    /// A conditional system draws the classes 0 to 9 in turn. CycleGAN, which has no
    /// latents, shows pairs: a drawn digit and its translation, then a real digit
    /// and its translation, and so on.
    ///
    /// # Errors
    ///
    /// `device_lost` when the device cannot be read.
    pub async fn grid(&self) -> Result<Vec<u8>> {
        if let System::CycleGan(_) = self.system {
            return self.translations(GRID_COUNT / 4, 0).await;
        }
        let Experiment {
            seed, latent_dim, ..
        } = self.experiment;
        let z = latent::draw(seed, Stream::Grid, 0, GRID_COUNT, latent_dim);
        self.images_of(&z, None).await
    }

    /// `count` new images; the same `seed` gives the same latents again.
    ///
    /// `truncation` keeps every coordinate of z within ±truncation.
    ///
    /// # Errors
    ///
    /// `bad_experiment` when `count` is 0 or above 4096 or when `truncation` is
    /// not above 0, `device_lost` when the device cannot be read.
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
        if !(1..=MAX_SAMPLES).contains(&count) {
            return Err(Error::experiment(
                "count",
                format!("must be from 1 to {MAX_SAMPLES}, not {count}"),
            ));
        }
        self.check_label(label)?;
        if let System::CycleGan(_) = self.system {
            let mut bytes = self.translations(count.div_ceil(4), seed).await?;
            bytes.truncate(count * 28 * 28);
            return Ok(bytes);
        }
        let latent_dim = self.experiment.latent_dim;
        let z = match truncation {
            None => latent::draw(seed, Stream::Sample, 0, count, latent_dim),
            // Below this nearly every draw would be thrown away.
            Some(limit) if limit >= 0.01 => {
                latent::draw_truncated(seed, 0, count, latent_dim, limit)
            }
            Some(limit) => {
                return Err(Error::experiment(
                    "truncation",
                    format!("must be at least 0.01, not {limit}"),
                ));
            }
        };
        self.images_of(&z, label).await
    }

    /// Images of chosen latents, row after row of `latent_dim` numbers, for walks
    /// through the latent space; of class `label` where the system has classes.
    ///
    /// # Errors
    ///
    /// `bad_experiment` when `z` does not hold 1 to 4096 whole rows or the system
    /// has no latents, `device_lost` when the device cannot be read.
    pub async fn sample_at(&self, z: &[f32], label: Option<u8>) -> Result<Vec<u8>> {
        let latent_dim = self.experiment.latent_dim;
        let rows = z.len() / latent_dim;
        let whole = z.len().is_multiple_of(latent_dim) && (1..=MAX_SAMPLES).contains(&rows);
        if !whole || matches!(self.system, System::CycleGan(_)) {
            return Err(Error::experiment(
                "z",
                format!("must hold 1 to {MAX_SAMPLES} rows of {latent_dim} numbers"),
            ));
        }
        self.check_label(label)?;
        self.images_of(z, label).await
    }

    fn check_label(&self, label: Option<u8>) -> Result<()> {
        let problem = match label {
            None => return Ok(()),
            Some(_) if !self.experiment.model.is_conditional() => {
                "this model knows no labels".to_owned()
            }
            Some(label) if usize::from(label) >= CLASSES => {
                format!("must be from 0 to 9, not {label}")
            }
            Some(_) => return Ok(()),
        };
        Err(Error::experiment("label", problem))
    }

    /// `count` new grey images for the metrics: coloured ones as the ink that they
    /// hold, CycleGAN's as drawn digits turned into handwritten ones.
    pub(crate) async fn grey_samples(&self, count: usize, seed: u64) -> Result<Vec<u8>> {
        let (System::CycleGan(system), Some((drawn, _))) = (&self.system, &self.drawn) else {
            let bytes = self.sample(count, seed, None).await?;
            return Ok(match self.channels() {
                1 => bytes,
                _ => ink_of(&bytes),
            });
        };
        let mut rng = random(seed, Stream::Sample, 0);
        let mut bytes = Vec::new();
        for chunk in chunks(count) {
            let chosen: Vec<usize> = chunk.map(|_| rng.random_range(0..drawn.count())).collect();
            let a = self.upload_images(padded_batch(drawn, &chosen));
            let b = system.translate(a.clone(), a).fake_b;
            let values = read(b.reshape([chosen.len() * 32 * 32])).await?;
            bytes.extend(crop_to_28(&values, chosen.len(), 1));
        }
        Ok(bytes)
    }

    /// The first `count` images of the dataset, each followed by what a VAE makes
    /// of it, decoded from the mean of its latent.
    ///
    /// # Errors
    ///
    /// `bad_experiment` when the system is not a VAE, `device_lost` when the device
    /// cannot be read.
    pub async fn reconstruct(&self, count: usize) -> Result<Vec<u8>> {
        let System::Vae(system) = &self.system else {
            return Err(Error::experiment("model", "only a VAE reconstructs images"));
        };
        let count = count.clamp(1, self.dataset.count().min(MAX_SAMPLES));
        let mut bytes = Vec::new();
        for chunk in chunks(count) {
            let indices: Vec<usize> = chunk.collect();
            let images = self.upload_images(padded_batch(&self.dataset, &indices));
            let made = system.decode(system.encode(images.clone()));
            bytes.extend(interleaved(&[images, made]).await?);
        }
        Ok(bytes)
    }

    /// `count` drawn digits from number `first` on, their translations, as many real
    /// digits and theirs, in turn.
    async fn translations(&self, count: usize, first: u64) -> Result<Vec<u8>> {
        let (System::CycleGan(system), Some((drawn, _))) = (&self.system, &self.drawn) else {
            return Err(Error::internal("this system does not translate"));
        };
        let mut bytes = Vec::new();
        for chunk in chunks(count) {
            let images = |dataset: &Dataset| {
                let first = (first % dataset.count() as u64) as usize;
                let indices: Vec<usize> = chunk
                    .clone()
                    .map(|index| (first + index) % dataset.count())
                    .collect();
                self.upload_images(padded_batch(dataset, &indices))
            };
            let (a, b) = (images(drawn), images(&self.dataset));
            let made = system.translate(a.clone(), b.clone());
            bytes.extend(interleaved(&[a, made.fake_b, b, made.fake_a]).await?);
        }
        Ok(bytes)
    }

    fn upload_images(&self, grey: Vec<f32>) -> Tensor<4> {
        let shape = [grey.len() / (32 * 32), 1, 32, 32];
        Tensor::from_data(TensorData::new(grey, shape), &self.device)
    }

    /// 28×28 bytes of the images of latents `z`, row after row of `latent_dim` numbers.
    pub(crate) async fn images_of(&self, z: &[f32], label: Option<u8>) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut drawn = 0;
        for chunk in z.chunks(SAMPLE_CHUNK * self.experiment.latent_dim) {
            let count = chunk.len() / self.experiment.latent_dim;
            let latents = self.upload_latent(chunk);
            let images = match &self.system {
                System::Adversarial(system) => {
                    let labels: Option<Vec<u8>> =
                        self.experiment.model.is_conditional().then(|| {
                            (drawn..drawn + count)
                                .map(|index| label.unwrap_or((index % CLASSES) as u8))
                                .collect()
                        });
                    system.generate(latents, labels.as_deref())
                }
                System::Vae(system) => system.decode(latents),
                System::CycleGan(_) => {
                    return Err(Error::experiment(
                        "model",
                        "cyclegan has no latents to draw from",
                    ));
                }
            };
            drawn += count;
            let [count, channels, _, _] = images.dims();
            let values = read(images.reshape([count * channels * 32 * 32])).await?;
            bytes.extend(crop_to_28(&values, count, channels));
        }
        Ok(bytes)
    }
}

/// 0 to `count` in pieces of at most [`SAMPLE_CHUNK`].
fn chunks(count: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    (0..count)
        .step_by(SAMPLE_CHUNK)
        .map(move |start| start..count.min(start + SAMPLE_CHUNK))
}

/// Bytes of grey images: the first of each batch, the second of each, and so on.
async fn interleaved(batches: &[Tensor<4>]) -> Result<Vec<u8>> {
    let parts = batches
        .iter()
        .map(|batch| {
            let count = batch.dims()[0];
            batch.clone().reshape([count, 1, 32 * 32])
        })
        .collect();
    let together: Tensor<3> = Tensor::cat(parts, 1);
    let [count, each, _] = together.dims();
    let values = read(together.reshape([count * each * 32 * 32])).await?;
    Ok(crop_to_28(&values, count * each, 1))
}
