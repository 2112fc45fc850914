//! A run: an experiment, its data, its networks and how far they have come.

use std::collections::BTreeMap;
use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};
use rand::Rng;
use serde::Serialize;

use crate::assemble::assemble;
use crate::data::colour::ink_of;
use crate::data::dataset::{Shuffle, coloured_batch, padded_batch};
use crate::experiment::{Model, Verdict};
use crate::image::crop_to_28;
use crate::latent;
use crate::loss::Loss;
use crate::random::{Stream, random};
use crate::trainer::{
    CLASSES, DiscriminatorBatch, DiscriminatorOutcome, GeneratorBatch, GeneratorOutcome, System,
    Term, VaeOutcome,
};
use crate::{Dataset, Error, ErrorCode, Experiment, Result};

/// Images in the grid that shows progress.
pub const GRID_COUNT: usize = 64;
/// Most images that one call samples.
const MAX_SAMPLES: usize = 4096;
/// Drawn digits of CycleGAN's first domain, and their seed: the same for every run.
const DRAWN: (usize, u64) = (2048, 1);
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
    /// Mean D(x) over the latest real batch; see [`Experiment::verdict`].
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
#[derive(Debug, Clone)]
pub struct Training {
    pub(crate) experiment: Experiment,
    pub(crate) system: System,
    pub(crate) progress: Progress,
    dataset: Arc<Dataset>,
    shuffle: Shuffle,
    /// CycleGAN's first domain, and its order.
    drawn: Option<(Arc<Dataset>, Shuffle)>,
    device: Device,
    discriminator_outcome: Option<DiscriminatorOutcome>,
    generator_outcome: Option<GeneratorOutcome>,
}

impl Training {
    /// Builds the networks with fresh parameters.
    ///
    /// # Errors
    ///
    /// `bad_experiment` when a setting is out of range or a batch is larger than the
    /// dataset, `bad_dataset` when a conditional model gets no labels.
    pub fn new(
        experiment: Experiment,
        dataset: impl Into<Arc<Dataset>>,
        device: &Device,
    ) -> Result<Self> {
        let dataset = dataset.into();
        experiment.validate()?;
        check_dataset(&experiment, &dataset)?;
        let shuffle = Shuffle::new(experiment.seed, dataset.count(), experiment.batch_size);
        let drawn = (experiment.model == Model::Cyclegan).then(|| {
            let (count, seed) = DRAWN;
            let drawn = Dataset::procedural(count, seed);
            let batch = experiment.batch_size;
            let shuffle = Shuffle::of(Stream::SecondShuffle, experiment.seed, count, batch);
            (Arc::new(drawn), shuffle)
        });
        Ok(Self {
            system: assemble(&experiment, device),
            experiment,
            drawn,
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
    pub fn system(&self) -> &System {
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
    /// `bad_experiment` when a batch is larger than the dataset, `bad_dataset` when a
    /// conditional model gets no labels; the old data stay.
    pub fn set_dataset(&mut self, dataset: impl Into<Arc<Dataset>>) -> Result<()> {
        let dataset = dataset.into();
        let experiment = &self.experiment;
        check_dataset(experiment, &dataset)?;
        self.shuffle = Shuffle::new(experiment.seed, dataset.count(), experiment.batch_size);
        self.dataset = dataset;
        Ok(())
    }

    /// One whole step.
    ///
    /// # Errors
    ///
    /// None: a whole step is always possible.
    pub fn step(&mut self) -> Result<()> {
        self.update(Update::Both)
    }

    /// A whole step on a copy, which is then thrown away: everything that a device
    /// prepares on first use is prepared.
    ///
    /// # Errors
    ///
    /// As [`Training::step`].
    pub fn rehearse(&self) -> Result<()> {
        self.clone().step()
    }

    /// One update of one network, or a whole step.
    ///
    /// # Errors
    ///
    /// `bad_experiment` for one network's update in a system that has a single
    /// optimizer, the VAE.
    pub fn update(&mut self, update: Update) -> Result<()> {
        if let System::Vae(_) = self.system {
            if update != Update::Both {
                return Err(Error::experiment(
                    "step",
                    "a VAE's networks train together: step both",
                ));
            }
            self.update_vae();
            return Ok(());
        }
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
        let (real_images, labels) = self.real_batch(index);
        let drawn = self.drawn_batch(index);
        let z = self.training_latent(Stream::DiscriminatorLatent, index);
        let interpolation = self.interpolation(index);
        self.discriminator_outcome = match (&mut self.system, drawn) {
            (System::Adversarial(system), _) => {
                Some(system.update_discriminator_on(DiscriminatorBatch {
                    real_images,
                    z,
                    labels,
                    interpolation,
                }))
            }
            (System::CycleGan(system), Some(drawn)) => {
                Some(system.update_discriminators(drawn, real_images))
            }
            _ => None,
        };
        self.progress.discriminator_updates += 1;
    }

    fn update_generator(&mut self) {
        let index = self.progress.generator_updates;
        // The step's real images are those of its last discriminator update.
        let seen = self.progress.discriminator_updates.saturating_sub(1);
        let needs_real = match &self.system {
            System::Adversarial(system) => system.objective.needs_real_images(),
            _ => true,
        };
        let real = needs_real.then(|| self.real_batch(seen));
        let drawn = self.drawn_batch(seen);
        let z = self.training_latent(Stream::GeneratorLatent, index);
        let labels = self.experiment.model.is_conditional().then(|| {
            let mut rng = random(self.experiment.seed, Stream::Labels, index);
            (0..self.experiment.batch_size)
                .map(|_| rng.random_range(0..CLASSES as u8))
                .collect()
        });
        self.generator_outcome = match (&mut self.system, drawn, real) {
            (System::Adversarial(system), _, real) => {
                Some(system.update_generator_on(GeneratorBatch { z, labels, real }))
            }
            (System::CycleGan(system), Some(drawn), Some((real_images, _))) => {
                Some(system.update_generators(drawn, real_images))
            }
            _ => None,
        };
        self.progress.generator_updates += 1;
    }

    fn update_vae(&mut self) {
        let index = self.progress.generator_updates;
        let (images, _) = self.real_batch(index);
        let noise = self.training_latent(Stream::GeneratorLatent, index);
        if let System::Vae(system) = &mut self.system {
            let VaeOutcome { loss, terms } = system.update(images, noise);
            self.generator_outcome = Some(GeneratorOutcome { loss, terms });
        }
        self.progress.generator_updates += 1;
        self.progress.discriminator_updates += 1;
    }

    /// Real images of batch `index` on the device, and their labels where they are used.
    fn real_batch(&mut self, index: u64) -> (Tensor<4>, Option<Vec<u8>>) {
        let Experiment {
            seed,
            batch_size,
            model,
            ..
        } = self.experiment;
        let indices = self.shuffle.batch(index);
        let channels = model.channels();
        let batch = match channels {
            1 => padded_batch(&self.dataset, indices),
            _ => coloured_batch(&self.dataset, indices, seed),
        };
        let labels = self
            .dataset
            .labels()
            .filter(|_| model.is_conditional())
            .map(|labels| indices.iter().map(|&index| labels[index]).collect());
        let shape = [batch_size, channels, 32, 32];
        let images = Tensor::from_data(TensorData::new(batch, shape), &self.device);
        (images, labels)
    }

    /// Images of CycleGAN's drawn domain.
    fn drawn_batch(&mut self, index: u64) -> Option<Tensor<4>> {
        let (drawn, shuffle) = self.drawn.as_mut()?;
        let batch = padded_batch(drawn, shuffle.batch(index));
        let shape = [self.experiment.batch_size, 1, 32, 32];
        Some(Tensor::from_data(
            TensorData::new(batch, shape),
            &self.device,
        ))
    }

    /// ε of the gradient penalty, one number from U(0, 1) per image.
    fn interpolation(&self, index: u64) -> Option<Tensor<1>> {
        let Experiment {
            seed,
            batch_size,
            gradient_penalty,
            ..
        } = self.experiment;
        (gradient_penalty > 0.0).then(|| {
            let mut rng = random(seed, Stream::Interpolation, index);
            let epsilon: Vec<f32> = (0..batch_size).map(|_| rng.random()).collect();
            Tensor::from_data(TensorData::new(epsilon, [batch_size]), &self.device)
        })
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
    /// Before the first update of a network its figures are 0. A VAE's loss stands
    /// as `g_loss`, and again as the term `loss`.
    ///
    /// # Errors
    ///
    /// `diverged` when a loss is not finite, `device_lost` when the device cannot be read.
    pub async fn report(&self) -> Result<Report> {
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
        let values: Vec<f64> = if parts.is_empty() {
            Vec::new()
        } else {
            let values = read(Tensor::cat(parts, 0)).await?;
            values.into_iter().map(f64::from).collect()
        };
        let (scalars, logits) = values.split_at(names.len().min(values.len()));
        let (real, fake) = logits.split_at(batch.min(logits.len()));
        let mut terms: BTreeMap<&'static str, f64> =
            names.into_iter().zip(scalars.iter().copied()).collect();
        let d_loss = terms.remove("d_loss").unwrap_or(0.0);
        let g_loss = terms.remove("g_loss").unwrap_or(0.0);
        if batch > 0 && self.experiment.objective_loss() == Loss::Wasserstein {
            // The critic's estimate: what it maximises.
            terms.insert("wasserstein", mean(real) - mean(fake));
        }
        if self.experiment.model == Model::Vae && self.generator_outcome.is_some() {
            terms.insert("loss", g_loss);
        }
        let verdict = match self.experiment.verdict() {
            Verdict::Probability => mean_probability,
            Verdict::Score => mean,
        };
        let report = Report {
            step: self.progress.generator_updates,
            epoch: self.epoch(),
            d_loss,
            g_loss,
            d_real: verdict(real),
            d_fake: verdict(fake),
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

/// Whether a run of `experiment` can use `dataset`.
fn check_dataset(experiment: &Experiment, dataset: &Dataset) -> Result<()> {
    dataset.check_batch_size(experiment.batch_size)?;
    if experiment.model.is_conditional() {
        dataset.digit_labels()?;
    }
    Ok(())
}

fn put_terms(put: &mut impl FnMut(&'static str, &Tensor<1>), terms: &[Term]) {
    for (name, value) in terms {
        put(name, value);
    }
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

/// Of none, 0.
fn mean(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |sum, value| sum + value) / values.len().max(1) as f64
}

fn mean_probability(logits: &[f64]) -> f64 {
    let probabilities: Vec<f64> = logits.iter().map(|l| 1.0 / (1.0 + (-l).exp())).collect();
    mean(&probabilities)
}
