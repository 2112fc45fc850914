//! What a training is fed: batches of images, labels and random numbers, by their number.

use std::sync::{Arc, OnceLock};

use burn::tensor::{Device, Tensor, TensorData};
use ganvas_kernels::stack::Shape;
use rand::Rng;

use crate::data::colour::Palette;
use crate::data::dataset::Shuffle;
use crate::data::distribution;
use crate::experiment::Space;
use crate::image;
use crate::latent;
use crate::network::{CLASSES, Labelled};
use crate::random::{Stream, random};
use crate::{Dataset, Error, Experiment, Result};

/// Drawn digits of the second domain, and their seed: the same for every run.
const DRAWN: (usize, u64) = (2048, 1);

/// Images by which running statistics are measured, for each picture anew. Beside 4,096 of
/// them a pixel differs by 1 to 4 of 255 (root mean square) and the Fréchet distance by 2 %
/// at most; with more, a grid of 64 digits would cost several times as much.
const MEASURED: usize = 64;

/// Points at which a critic's slope is measured.
const SLOPES: usize = 64;

/// How far a run has come; with the experiment it decides all random numbers to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Discriminator updates so far.
    pub discriminator_updates: u64,
    /// Generator updates so far: the step that people see.
    pub generator_updates: u64,
}

/// Datasets, their orders and all random streams of one run.
#[derive(Debug, Clone)]
pub struct Feed {
    /// How far the run has come.
    pub progress: Progress,
    seed: u64,
    batch_size: usize,
    latent_dim: usize,
    space: Space,
    sample: Shape,
    conditional: bool,
    dataset: Arc<Dataset>,
    shuffle: Shuffle,
    /// A second domain, drawn when a system first asks for it.
    drawn: OnceLock<Arc<Dataset>>,
    drawn_shuffle: Shuffle,
    device: Device,
}

impl Feed {
    /// The feed of a fresh run.
    ///
    /// # Errors
    ///
    /// `bad_experiment` when a batch is larger than the dataset, `bad_dataset` when a
    /// conditional model gets no labels.
    pub(crate) fn new(
        experiment: &Experiment,
        dataset: Arc<Dataset>,
        device: &Device,
    ) -> Result<Self> {
        let Experiment {
            seed,
            batch_size,
            latent_dim,
            ..
        } = *experiment;
        let conditional = experiment.model.is_conditional();
        let space = experiment.model.space();
        check(&dataset, space, batch_size, conditional)?;
        Ok(Self {
            progress: Progress::default(),
            seed,
            batch_size,
            latent_dim,
            space,
            sample: experiment.sample_shape(),
            conditional,
            shuffle: Shuffle::new(seed, dataset.count(), batch_size),
            dataset,
            drawn: OnceLock::new(),
            drawn_shuffle: Shuffle::of(Stream::SecondShuffle, seed, DRAWN.0, batch_size),
            device: device.clone(),
        })
    }

    /// The dataset in use.
    pub fn dataset(&self) -> &Arc<Dataset> {
        &self.dataset
    }

    /// Goes on with other data of the same kind.
    ///
    /// # Errors
    ///
    /// As [`Feed::new`]; the old data stay.
    pub(crate) fn set_dataset(&mut self, dataset: Arc<Dataset>) -> Result<()> {
        check(&dataset, self.space, self.batch_size, self.conditional)?;
        self.shuffle = Shuffle::new(self.seed, dataset.count(), self.batch_size);
        self.dataset = dataset;
        Ok(())
    }

    /// Drawn digits as a second domain: the same for every run.
    pub fn drawn(&self) -> &Arc<Dataset> {
        self.drawn.get_or_init(|| {
            let (count, seed) = DRAWN;
            Arc::new(Dataset::procedural(count, seed))
        })
    }

    /// What a sample is.
    pub fn sample(&self) -> Shape {
        self.sample
    }

    /// The experiment's seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Length of a latent.
    pub fn latent_dim(&self) -> usize {
        self.latent_dim
    }

    /// Whether the model is told classes.
    pub fn is_conditional(&self) -> bool {
        self.conditional
    }

    /// How often the discriminator has seen the dataset, the pass under way as a fraction.
    pub fn epoch(&self) -> f64 {
        let per_epoch = (self.dataset.count() / self.batch_size).max(1);
        self.progress.discriminator_updates as f64 / per_epoch as f64
    }

    /// Real images shown so far.
    pub fn images_shown(&self) -> u64 {
        self.progress.discriminator_updates * self.batch_size as u64
    }

    /// The batch number of the step's latest discriminator update, whose real images a
    /// generator update may look at again.
    pub fn latest_batch(&self) -> u64 {
        self.progress.discriminator_updates.saturating_sub(1)
    }

    /// Real samples of batch `index`.
    pub fn real(&mut self, index: u64) -> Labelled {
        if let Some(distribution) = self.dataset.distribution() {
            let points = distribution.draw(self.seed, Stream::Points, index, self.batch_size);
            return self.samples(points).into();
        }
        let chosen = self.shuffle.batch(index).to_vec();
        let labels = self.dataset.labels().filter(|_| self.conditional);
        Labelled {
            labels: labels.map(|labels| chosen.iter().map(|&image| labels[image]).collect()),
            images: self.images_of(&self.dataset, &chosen),
        }
    }

    /// Images of the second domain of batch `index`.
    pub fn second(&mut self, index: u64) -> Tensor<4> {
        let chosen = self.drawn_shuffle.batch(index).to_vec();
        self.images_of(self.drawn(), &chosen)
    }

    /// Images `indices` of a dataset as samples on the device.
    pub fn images_of(&self, dataset: &Dataset, indices: &[usize]) -> Tensor<4> {
        self.samples(self.values_of(dataset, indices))
    }

    /// Samples on the device, one after the other in `values`.
    pub fn samples(&self, values: Vec<f32>) -> Tensor<4> {
        let shape = self.sample.batch(values.len() / self.sample.len());
        Tensor::from_data(TensorData::new(values, shape), &self.device)
    }

    /// Points of the plane that show what is real: the same ones throughout a run, and of
    /// more the first. None where the data are images.
    pub fn shown_points(&self, count: usize) -> Vec<f32> {
        let distribution = self.dataset.distribution();
        let draw =
            |it: &distribution::Distribution| it.draw(self.seed, Stream::Reference, 0, count);
        distribution.map(draw).unwrap_or_default()
    }

    /// Images `indices` of a dataset as samples, in this run's colours if samples have
    /// some: `[images, channels, height, width]`; nothing of points.
    pub fn values_of(&self, dataset: &Dataset, indices: &[usize]) -> Vec<f32> {
        if dataset.distribution().is_some() {
            return Vec::new();
        }
        let side = self.sample.height;
        let mut values = vec![0.0; indices.len() * self.sample.len()];
        let mut grey = vec![0.0; self.sample.pixels()];
        for (out, &index) in values.chunks_exact_mut(self.sample.len()).zip(indices) {
            if self.sample.channels == 1 {
                image::enlarge(dataset.image(index), side, out);
            } else {
                image::enlarge(dataset.image(index), side, &mut grey);
                Palette::of(self.seed, index).apply(&grey, out);
            }
        }
        values
    }

    /// What a byte of 0 and one of 255 of image `index` become in each channel of a sample.
    pub(crate) fn shades_of(&self, index: usize) -> Vec<[f32; 2]> {
        match self.sample.channels {
            1 => vec![[image::to_signed(0), image::to_signed(255)]],
            _ => Palette::of(self.seed, index).ends().to_vec(),
        }
    }

    /// The latents of discriminator update `index`, `[batch, latent_dim, 1, 1]`.
    pub fn discriminator_latents(&self, index: u64) -> Tensor<4> {
        self.prior(Stream::DiscriminatorLatent, index)
    }

    /// The latents (or the noise) of generator update `index`.
    pub fn generator_latents(&self, index: u64) -> Tensor<4> {
        self.prior(Stream::GeneratorLatent, index)
    }

    /// Latents (of all classes alike) by which a generator's running statistics are
    /// measured: always the same.
    pub fn measuring_latents(&self) -> Labelled {
        let z = latent::draw(self.seed, Stream::Measure, 0, MEASURED, self.latent_dim);
        let classes = (0..MEASURED).map(|index| (index % CLASSES) as u8);
        Labelled {
            images: self.latents(&z),
            labels: self.conditional.then(|| classes.collect()),
        }
    }

    /// Real images for the same purpose: the first of the dataset.
    pub fn measuring_images(&self) -> Labelled {
        let indices: Vec<usize> = (0..MEASURED.min(self.dataset.count())).collect();
        self.images_of(&self.dataset, &indices).into()
    }

    /// Real samples, latents and ε between which a critic's slope is measured: always the
    /// same, so that another slope is another critic's or another generator's.
    pub fn interpolation(&self) -> (Tensor<4>, Tensor<4>, Tensor<1>) {
        let count = SLOPES.min(self.dataset.count());
        let real = if self.dataset.distribution().is_some() {
            self.samples(self.shown_points(count))
        } else {
            self.images_of(&self.dataset, &(0..count).collect::<Vec<_>>())
        };
        let z = latent::draw(self.seed, Stream::Measure, 0, count, self.latent_dim);
        let mut rng = random(self.seed, Stream::Measure, 1);
        let epsilon: Vec<f32> = (0..count).map(|_| rng.random()).collect();
        (
            real,
            self.latents(&z),
            Tensor::from_data(TensorData::new(epsilon, [count]), &self.device),
        )
    }

    fn prior(&self, stream: Stream, index: u64) -> Tensor<4> {
        let z = latent::draw(self.seed, stream, index, self.batch_size, self.latent_dim);
        self.latents(&z)
    }

    /// Latents, row after row of `latent_dim` numbers, on the device.
    pub fn latents(&self, z: &[f32]) -> Tensor<4> {
        let shape = Shape::vector(self.latent_dim).batch(z.len() / self.latent_dim);
        Tensor::from_data(TensorData::new(z.to_vec(), shape), &self.device)
    }

    /// ε of a gradient penalty, one number from U(0, 1) per image, `[batch]`.
    pub fn epsilon(&self, index: u64) -> Tensor<1> {
        let mut rng = random(self.seed, Stream::Interpolation, index);
        let epsilon: Vec<f32> = (0..self.batch_size).map(|_| rng.random()).collect();
        Tensor::from_data(TensorData::new(epsilon, [self.batch_size]), &self.device)
    }

    /// Classes for the fakes of a generator update, where the model is told classes.
    pub fn fake_labels(&self, index: u64) -> Option<Vec<u8>> {
        self.conditional.then(|| {
            let mut rng = random(self.seed, Stream::Labels, index);
            (0..self.batch_size)
                .map(|_| rng.random_range(0..CLASSES as u8))
                .collect()
        })
    }
}

/// The data that an experiment holds itself: those of the plane. None for images.
///
/// # Errors
///
/// `bad_dataset` for drawn points without a sound drawing.
pub fn own_data(experiment: &Experiment) -> Result<Option<Dataset>> {
    let Experiment {
        model,
        dataset,
        drawing,
        ..
    } = experiment;
    model
        .has_points()
        .then(|| distribution::named(dataset.as_str(), drawing).map(Dataset::plane))
        .transpose()
}

/// Whether a run can use `dataset`.
fn check(dataset: &Dataset, space: Space, batch_size: usize, conditional: bool) -> Result<()> {
    match (space, dataset.distribution()) {
        (Space::Image, Some(_)) => {
            return Err(Error::dataset(
                "this model learns images, and the data are points of the plane",
            ));
        }
        (Space::Plane, None) => {
            return Err(Error::dataset(
                "this model learns points of the plane, and the data are images",
            ));
        }
        _ => {}
    }
    dataset.check_batch_size(batch_size)?;
    if conditional {
        dataset.digit_labels()?;
    }
    Ok(())
}
