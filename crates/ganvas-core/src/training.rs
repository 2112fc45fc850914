//! A run: an experiment, its data, its networks and how far they have come.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};
use serde::Serialize;

use crate::data::dataset::{Shuffle, padded_batch};
use crate::experiment::Model;
use crate::image::crop_to_28;
use crate::latent;
use crate::model::{dcgan_discriminator, dcgan_generator};
use crate::random::{Stream, random};
use crate::trainer::{Adversarial, DiscriminatorOutcome, GeneratorOutcome, Player};
use crate::{Dataset, Error, ErrorCode, Experiment, Result};

/// Images in the grid that shows progress.
pub const GRID_COUNT: usize = 64;
/// Most images that one call samples.
const MAX_SAMPLES: usize = 4096;
/// Images generated at once: shapes stay few, so GPU buffers and pipelines are reused.
const SAMPLE_CHUNK: usize = 64;

/// Which network an update changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    /// One discriminator update.
    Discriminator,
    /// One generator update.
    Generator,
    /// One whole step: `discriminator_steps` of the first, then one of the second.
    Both,
}

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
    /// Mean D(x) over the latest real batch, a probability.
    pub d_real: f64,
    /// Mean D(G(z)) over the latest fake batch, a probability.
    pub d_fake: f64,
    /// Real images shown so far.
    pub images: u64,
}

/// How far a run has come; with the experiment it decides all random numbers to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Discriminator updates so far.
    pub discriminator_updates: u64,
    /// Generator updates so far: the step that people see.
    pub generator_updates: u64,
}

/// A run of one experiment on one dataset and device.
///
/// Updates put work on the device and read nothing back; [`Training::report`]
/// and the sampling functions read, asynchronously, because a browser cannot wait.
#[derive(Debug)]
pub struct Training {
    pub(crate) experiment: Experiment,
    pub(crate) system: Adversarial,
    pub(crate) progress: Progress,
    dataset: Arc<Dataset>,
    shuffle: Shuffle,
    device: Device,
    discriminator_outcome: Option<DiscriminatorOutcome>,
    generator_outcome: Option<GeneratorOutcome>,
}

impl Training {
    /// Builds the networks with fresh parameters.
    ///
    /// # Errors
    ///
    /// `bad_experiment` when a setting is out of range or a batch is larger than the dataset.
    pub fn new(
        experiment: Experiment,
        dataset: impl Into<Arc<Dataset>>,
        device: &Device,
    ) -> Result<Self> {
        let dataset = dataset.into();
        experiment.validate()?;
        dataset.check_batch_size(experiment.batch_size)?;
        let shuffle = Shuffle::new(experiment.seed, dataset.count(), experiment.batch_size);
        Ok(Self {
            system: build(&experiment, device),
            experiment,
            progress: Progress::default(),
            dataset,
            shuffle,
            device: device.clone(),
            discriminator_outcome: None,
            generator_outcome: None,
        })
    }

    /// The experiment that runs.
    pub fn experiment(&self) -> &Experiment {
        &self.experiment
    }

    /// The dataset that it learns.
    pub fn dataset(&self) -> &Arc<Dataset> {
        &self.dataset
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// The networks.
    pub fn system(&self) -> &Adversarial {
        &self.system
    }

    /// How many numbers are learnt.
    pub fn parameter_count(&self) -> usize {
        self.system
            .players()
            .iter()
            .map(|player| player.network.parameter_count())
            .sum()
    }

    /// Goes on with other data of the same kind.
    ///
    /// # Errors
    ///
    /// `bad_experiment` when a batch is larger than the dataset; the old data stay.
    pub fn set_dataset(&mut self, dataset: impl Into<Arc<Dataset>>) -> Result<()> {
        let dataset = dataset.into();
        let experiment = &self.experiment;
        dataset.check_batch_size(experiment.batch_size)?;
        self.shuffle = Shuffle::new(experiment.seed, dataset.count(), experiment.batch_size);
        self.dataset = dataset;
        Ok(())
    }

    /// One whole step.
    ///
    /// # Errors
    ///
    /// None today; systems that can fail will say so here.
    pub fn step(&mut self) -> Result<()> {
        self.update(Update::Both)
    }

    /// One update of one network, or a whole step.
    ///
    /// # Errors
    ///
    /// As [`Training::step`].
    pub fn update(&mut self, update: Update) -> Result<()> {
        match update {
            Update::Discriminator => self.update_discriminator(),
            Update::Generator => self.update_generator(),
            Update::Both => {
                for _ in 0..self.experiment.discriminator_steps {
                    self.update_discriminator();
                }
                self.update_generator();
            }
        }
        Ok(())
    }

    fn update_discriminator(&mut self) {
        let index = self.progress.discriminator_updates;
        let batch = padded_batch(&self.dataset, self.shuffle.batch(index));
        let shape = [self.experiment.batch_size, 1, 32, 32];
        let real = Tensor::from_data(TensorData::new(batch, shape), &self.device);
        let z = self.training_latent(Stream::DiscriminatorLatent, index);
        self.discriminator_outcome = Some(self.system.update_discriminator(real, z));
        self.progress.discriminator_updates += 1;
    }

    fn update_generator(&mut self) {
        let z = self.training_latent(Stream::GeneratorLatent, self.progress.generator_updates);
        self.generator_outcome = Some(self.system.update_generator(z));
        self.progress.generator_updates += 1;
    }

    fn training_latent(&self, stream: Stream, index: u64) -> Tensor<4> {
        let Experiment {
            seed,
            batch_size,
            latent_dim,
            ..
        } = self.experiment;
        self.upload_latent(&latent::draw(seed, stream, index, batch_size, latent_dim))
    }

    fn upload_latent(&self, z: &[f32]) -> Tensor<4> {
        let latent_dim = self.experiment.latent_dim;
        let shape = [z.len() / latent_dim, latent_dim, 1, 1];
        Tensor::from_data(TensorData::new(z.to_vec(), shape), &self.device)
    }

    /// The figures of the latest updates, read from the device in one go.
    ///
    /// Before the first update of a network its figures are 0.
    ///
    /// # Errors
    ///
    /// `diverged` when a loss is not finite, `device_lost` when the device cannot be read.
    pub async fn report(&self) -> Result<Report> {
        let batch = self.experiment.batch_size;
        let mut parts = Vec::new();
        if let Some(outcome) = &self.generator_outcome {
            parts.push(outcome.loss.clone());
        }
        if let Some(outcome) = &self.discriminator_outcome {
            parts.push(outcome.loss.clone());
            parts.push(outcome.real_logits.clone().reshape([batch]));
            parts.push(outcome.fake_logits.clone().reshape([batch]));
        }
        let values = if parts.is_empty() {
            Vec::new()
        } else {
            read(Tensor::cat(parts, 0)).await?
        };

        let mut values = values.into_iter().map(f64::from);
        let g_loss = match self.generator_outcome {
            Some(_) => values.next().unwrap_or(f64::NAN),
            None => 0.0,
        };
        let (d_loss, d_real, d_fake) = match self.discriminator_outcome {
            Some(_) => {
                let loss = values.next().unwrap_or(f64::NAN);
                let logits: Vec<f64> = values.collect();
                let (real, fake) = logits.split_at(batch.min(logits.len()));
                (loss, mean_probability(real), mean_probability(fake))
            }
            None => (0.0, 0.0, 0.0),
        };
        let report = Report {
            step: self.progress.generator_updates,
            epoch: self.epoch(),
            d_loss,
            g_loss,
            d_real,
            d_fake,
            images: self.progress.discriminator_updates * batch as u64,
        };
        if [d_loss, g_loss, d_real, d_fake]
            .iter()
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

    /// The picture grid: [`GRID_COUNT`] images of latents that never change during a run.
    ///
    /// # Errors
    ///
    /// `device_lost` when the device cannot be read.
    pub async fn grid(&self) -> Result<Vec<u8>> {
        let Experiment {
            seed, latent_dim, ..
        } = self.experiment;
        let z = latent::draw(seed, Stream::Grid, 0, GRID_COUNT, latent_dim);
        self.images_of(&z).await
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
        if !(1..=MAX_SAMPLES).contains(&count) {
            return Err(Error::experiment(
                "count",
                format!("must be from 1 to {MAX_SAMPLES}, not {count}"),
            ));
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
        self.images_of(&z).await
    }

    /// 28×28 bytes of the images of latents `z`, row after row of `latent_dim` numbers.
    pub(crate) async fn images_of(&self, z: &[f32]) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for chunk in z.chunks(SAMPLE_CHUNK * self.experiment.latent_dim) {
            let images = self.system.generate(self.upload_latent(chunk));
            let [count, channels, _, _] = images.dims();
            let values = read(images.reshape([count * channels * 32 * 32])).await?;
            bytes.extend(crop_to_28(&values, count, channels));
        }
        Ok(bytes)
    }
}

/// The networks of an experiment with fresh parameters.
fn build(experiment: &Experiment, device: &Device) -> Adversarial {
    let Experiment {
        width,
        latent_dim,
        seed,
        loss,
        ..
    } = *experiment;
    let (generator, discriminator) = match experiment.model {
        Model::Dcgan => (
            dcgan_generator(width, latent_dim, 1),
            dcgan_discriminator(width, 1),
        ),
    };
    Adversarial {
        generator: Player::new(
            "generator",
            generator,
            experiment.generator_adam(),
            random(seed, Stream::GeneratorWeights, 0),
            device,
        ),
        discriminator: Player::new(
            "discriminator",
            discriminator,
            experiment.discriminator_adam(),
            random(seed, Stream::DiscriminatorWeights, 0),
            device,
        ),
        loss,
    }
}

/// Numbers from the device.
pub(crate) async fn read(tensor: Tensor<1>) -> Result<Vec<f32>> {
    let data = tensor.into_data_async().await.map_err(|error| {
        Error::new(
            ErrorCode::DeviceLost,
            format!("cannot read the device: {error:?}"),
        )
    })?;
    data.try_into_vec::<f32>()
        .map_err(|error| Error::internal(format!("unexpected number type: {error:?}")))
}

fn mean_probability(logits: &[f64]) -> f64 {
    logits.iter().map(|l| 1.0 / (1.0 + (-l).exp())).sum::<f64>() / logits.len().max(1) as f64
}
