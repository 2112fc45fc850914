//! All figures about the images of one run.

use std::ops::Range;

use rand::seq::SliceRandom;
use serde::Serialize;

use super::classifier::{Classifier, FEATURES, Judgement};
use super::coverage::Coverage;
use super::frechet::{Moments, Reference};
use super::precision::Region;
use crate::data::CLASSES;
use crate::error::within;
use crate::image::PIXELS;
use crate::random::{Stream, random};
use crate::schema::EVALUATED;
use crate::{Dataset, Error, ErrorCode, Result, Training};

/// Images sampled in one call: below the limit of [`Training::sample`], and always
/// the same, so that the first images of a larger evaluation are those of a smaller one.
const BLOCK: usize = 1000;
/// Images between two rests.
const PART: usize = 32;
/// Chooses the real images to compare with: the same for every run and experiment.
const REFERENCE_SEED: u64 = 0;

/// How good the images of a run are.
///
/// The Fréchet distance of finite sets is never 0, and grows as the sets shrink.
/// `frechet_floor` is what real images get: compare the distance with it, and
/// distances with each other only when `count` is the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// Generated images that were judged.
    pub count: usize,
    /// Fréchet distance between the classifier's features of the generated images
    /// and those of `reference_count` real ones.
    pub frechet_distance: f64,
    /// The same distance between those real images and as many other real ones.
    pub frechet_floor: f64,
    /// Mean over the generated images of the classifier's largest probability.
    pub confidence: f64,
    /// The same over the real images.
    pub real_confidence: f64,
    /// How many of the ten digits are covered; see [`Coverage::modes`].
    pub modes: usize,
    /// The share of the generated images that look most like each digit.
    pub histogram: [f64; CLASSES],
    /// KL(histogram ‖ uniform) in nats.
    pub kl_to_uniform: f64,
    /// Entropy of the histogram in nats.
    pub entropy: f64,
    /// Name of the dataset that the real images are from.
    pub reference: String,
    /// How many of its images were compared with: `count`, or half of the dataset
    /// where that is less.
    pub reference_count: usize,
}

/// Judges `count` new images of a run against the dataset that it learns.
///
/// The latents depend on the experiment's seed alone, so the figures of two
/// moments of one run are comparable. It does not change the run. Coloured images
/// are judged by the ink that they hold, CycleGAN by what it makes of drawn digits. The
/// classifier reads *digits*: for other 28×28 images only the Fréchet distance
/// means something.
///
/// # Errors
///
/// `bad_experiment`, naming `count`, when it is not from 10 to 10,000, or `model`, when that
/// makes points and no images; `bad_dataset` when there are not two real images; `device_lost`
/// when the device cannot be read.
pub async fn evaluate(
    training: &Training,
    count: usize,
    classifier: &Classifier,
) -> Result<Evaluation> {
    evaluate_against(training, training.dataset(), count, classifier).await
}

/// As [`evaluate`], with a rest after every few images: where there is one thread, it can do
/// something else then. Figures are the same to the last bit.
///
/// # Errors
///
/// As [`evaluate`].
pub async fn evaluate_with_rests(
    training: &Training,
    count: usize,
    classifier: &Classifier,
    rest: impl AsyncFnMut(),
) -> Result<Evaluation> {
    evaluated(training, training.dataset(), count, classifier, rest).await
}

/// The same against other real images, such as a test set.
///
/// # Errors
///
/// As [`evaluate`].
pub async fn evaluate_against(
    training: &Training,
    real: &Dataset,
    count: usize,
    classifier: &Classifier,
) -> Result<Evaluation> {
    evaluated(training, real, count, classifier, async || ()).await
}

async fn evaluated(
    training: &Training,
    real: &Dataset,
    count: usize,
    classifier: &Classifier,
    mut rest: impl AsyncFnMut(),
) -> Result<Evaluation> {
    within("count", &EVALUATED, count)?;
    let mut images = Vec::with_capacity(count * PIXELS);
    for start in (0..count).step_by(PART) {
        images.extend(drawn_by(training, start..count.min(start + PART)).await?);
        rest().await;
    }
    compare_with_rests(&images, real, classifier, rest).await
}

/// Judges any images: grey 28×28 bytes, one image after the other.
///
/// # Errors
///
/// As [`evaluate`].
pub async fn compare(images: &[u8], real: &Dataset, classifier: &Classifier) -> Result<Evaluation> {
    compare_with_rests(images, real, classifier, async || ()).await
}

async fn compare_with_rests(
    images: &[u8],
    real: &Dataset,
    classifier: &Classifier,
    mut rest: impl AsyncFnMut(),
) -> Result<Evaluation> {
    let count = images.len() / PIXELS;
    within("count", &EVALUATED, count)?;
    let mut judge = async |images: &[u8]| {
        let mut judgement = Judgement::default();
        for part in images.chunks(PART * PIXELS) {
            judgement.extend(classifier.judge(part).await?);
            rest().await;
        }
        Ok::<_, Error>(judgement)
    };
    let [reference, others] = halves(real, count)?;
    let [reference, others] = [judge(&reference).await?, judge(&others).await?];
    let standard = Standard::of(real.name(), reference, &others)?;
    standard.evaluate(&judge(images).await?)
}

/// The real images that as many generated ones are compared with, read once.
#[derive(Debug, Clone)]
pub(super) struct Standard {
    name: String,
    reference_count: usize,
    reference: Reference,
    features: Vec<f32>,
    region: Region,
    confidence: f64,
    floor: f64,
}

impl Standard {
    /// Of both [`halves`] of a dataset: the images to compare with, and others, which show
    /// how far from them real images are.
    pub fn of(name: &str, real: Judgement, others: &Judgement) -> Result<Self> {
        let reference = Reference::of(Moments::of(&real.features, FEATURES)?)?;
        Ok(Self {
            name: name.to_owned(),
            reference_count: real.count(),
            floor: reference.distance_to(&Moments::of(&others.features, FEATURES)?)?,
            reference,
            region: Region::of(&real.features, FEATURES),
            confidence: Coverage::of(&real.probabilities).confidence,
            features: real.features,
        })
    }

    /// The share of generated images that could be real, and the share of real ones that
    /// the generated ones reach; see [`super::precision`].
    pub fn precision_and_recall(&self, generated: &Judgement) -> [f64; 2] {
        let region = Region::of(&generated.features, FEATURES);
        [
            self.region.share_of(&generated.features),
            region.share_of(&self.features),
        ]
    }

    /// Judges generated images.
    pub fn evaluate(&self, generated: &Judgement) -> Result<Evaluation> {
        let coverage = Coverage::of(&generated.probabilities);
        let moments = Moments::of(&generated.features, FEATURES)?;
        Ok(Evaluation {
            count: generated.count(),
            frechet_distance: self.reference.distance_to(&moments)?,
            frechet_floor: self.floor,
            confidence: coverage.confidence,
            real_confidence: self.confidence,
            modes: coverage.modes,
            histogram: coverage.histogram,
            kl_to_uniform: coverage.kl_to_uniform,
            entropy: coverage.entropy,
            reference: self.name.clone(),
            reference_count: self.reference_count,
        })
    }
}

/// Some of the new images of a run that evaluations judge, always of the same latents.
pub(super) async fn drawn_by(training: &Training, images: Range<usize>) -> Result<Vec<u8>> {
    let mut pixels = Vec::with_capacity(images.len() * PIXELS);
    let mut next = images.start;
    while next < images.end {
        let block = next / BLOCK;
        // Far from the seeds that people type in.
        let seed = training.experiment().seed ^ (block as u64 + 1) << 40;
        let end = images.end.min((block + 1) * BLOCK);
        let rows = next - block * BLOCK..end - block * BLOCK;
        pixels.extend(training.grey_samples(rows, seed).await?);
        next = end;
    }
    Ok(pixels)
}

/// Two disjoint sets of at most `count` real images each, mixed whatever the
/// dataset's order.
pub(super) fn halves(real: &Dataset, count: usize) -> Result<[Vec<u8>; 2]> {
    Ok(chosen(real, count)?.map(|indices| pixels(real, &indices)))
}

fn chosen(real: &Dataset, count: usize) -> Result<[Vec<usize>; 2]> {
    let size = count.min(real.count() / 2);
    if size == 0 {
        return Err(Error::new(
            ErrorCode::BadDataset,
            "at least two real images are needed to compare with",
        ));
    }
    let mut order: Vec<usize> = (0..real.count()).collect();
    order.shuffle(&mut random(REFERENCE_SEED, Stream::Shuffle, 0));
    let others = order[size..2 * size].to_vec();
    order.truncate(size);
    Ok([order, others])
}

fn pixels(dataset: &Dataset, indices: &[usize]) -> Vec<u8> {
    indices
        .iter()
        .flat_map(|&index| dataset.image(index))
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::Experiment;

    fn training() -> Training {
        let experiment = Experiment {
            width: 2,
            latent_dim: 4,
            batch_size: 2,
            ..Experiment::default()
        };
        Training::new(experiment, Dataset::procedural(100, 1), &Device::flex()).unwrap()
    }

    #[test]
    fn the_count_has_bounds() {
        let classifier = Classifier::shipped(&Device::flex()).unwrap();
        let training = training();
        for count in [0, 9, 10_001, usize::MAX] {
            let error = pollster::block_on(evaluate(&training, count, &classifier)).unwrap_err();
            assert_eq!(error.code(), ErrorCode::BadExperiment);
            assert_eq!(error.field(), Some("count"));
        }
    }

    #[test]
    fn a_fresh_run_repeats_and_is_far_from_real() {
        let classifier = Classifier::shipped(&Device::flex()).unwrap();
        let training = training();
        let first = pollster::block_on(evaluate(&training, 60, &classifier)).unwrap();
        assert_eq!(
            first,
            pollster::block_on(evaluate(&training, 60, &classifier)).unwrap()
        );
        assert_eq!((first.count, first.reference_count), (60, 50));
        assert_eq!(first.reference, "procedural");
        assert!((first.histogram.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(
            first.frechet_distance > 2.0 * first.frechet_floor,
            "{first:?}"
        );
        assert!(serde_json::to_value(&first).unwrap()["histogram"].is_array());
    }

    #[test]
    fn real_images_come_close_to_the_floor() {
        let classifier = Classifier::shipped(&Device::flex()).unwrap();
        let real = Dataset::procedural(2000, 1);
        let other = Dataset::procedural(1000, 2);
        let images = pixels(&other, &(0..1000).collect::<Vec<_>>());
        let evaluation = pollster::block_on(compare(&images, &real, &classifier)).unwrap();
        // Closer than the floor, even: drawn sets hold each digit equally often, the
        // halves of the floor only nearly.
        let ratio = evaluation.frechet_distance / evaluation.frechet_floor;
        assert!((0.1..1.3).contains(&ratio), "{evaluation:?}");
        assert_eq!(evaluation.modes, 10);
        assert!(evaluation.kl_to_uniform < 0.01, "{evaluation:?}");
    }

    #[test]
    fn the_two_sets_of_real_images_are_disjoint() {
        let real = Dataset::procedural(25, 1);
        let [a, b] = chosen(&real, 10_000).unwrap();
        assert_eq!((a.len(), b.len()), (12, 12));
        assert!(a.iter().all(|index| !b.contains(index)));
        let [few, _] = chosen(&real, 5).unwrap();
        assert_eq!(few, a[..5]);
        assert!(chosen(&Dataset::procedural(1, 1), 10).is_err());
    }
}
