//! A run: an experiment, its data, its networks and how far they have come.

mod pictures;
mod report;

pub use pictures::GRID_COUNT;
pub use report::Report;

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};
use rand::Rng;

use crate::assemble::assemble;
use crate::data::dataset::{Shuffle, coloured_batch, padded_batch};
use crate::experiment::Model;
use crate::latent;
use crate::random::{Stream, random};
use crate::trainer::{
    CLASSES, DiscriminatorBatch, DiscriminatorOutcome, GeneratorBatch, GeneratorOutcome, System,
    VaeOutcome,
};
use crate::{Dataset, Error, ErrorCode, Experiment, Result};

/// Drawn digits of CycleGAN's first domain, and their seed: the same for every run.
const DRAWN: (usize, u64) = (2048, 1);

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

    /// A whole step with its report on a copy, which is then thrown away: everything
    /// that a device prepares on first use is prepared. Nothing is read.
    ///
    /// # Errors
    ///
    /// As [`Training::step`].
    pub fn rehearse(&self) -> Result<()> {
        let mut copy = self.clone();
        copy.step()?;
        let _figures = copy.figures();
        Ok(())
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
}

/// Whether a run of `experiment` can use `dataset`.
fn check_dataset(experiment: &Experiment, dataset: &Dataset) -> Result<()> {
    dataset.check_batch_size(experiment.batch_size)?;
    if experiment.model.is_conditional() {
        dataset.digit_labels()?;
    }
    Ok(())
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
