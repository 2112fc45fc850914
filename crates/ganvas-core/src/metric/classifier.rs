//! A small convolutional network that reads handwritten digits.
//!
//! Its weights come with the crate (`assets/digit-classifier.safetensors`, half
//! precision, made by `cargo run --release -p ganvas-core --example
//! train_classifier`); `docs/classifier.md` says on what it was trained and how
//! well it reads.
//!
//! | layer | output |
//! |---|---|
//! | image, 28×28 padded with background | 1×32×32 |
//! | convolution 5×5, stride 2; BatchNorm; LeakyReLU 0.1 | 16×16×16 |
//! | convolution 3×3, stride 2; BatchNorm; LeakyReLU 0.1 | 32×8×8 |
//! | convolution 3×3; BatchNorm; LeakyReLU 0.1 | 48×8×8 |
//! | convolution 3×3, stride 2; BatchNorm; LeakyReLU 0.1 | 48×4×4 |
//! | fully connected; BatchNorm; LeakyReLU 0.1: the features | 64 |
//! | fully connected: the logits | 10 |

use std::collections::HashMap;

use burn::tensor::{Device, Tensor, TensorData};

use super::coverage::most_likely;
use crate::data::CLASSES;
use crate::image::{PIXELS, SIDE, SMALLEST_SIDE, enlarge};
use crate::network::{
    Convolution, Mode, Network, Parameters, Plan, Shape, TensorSpec, Unsupported,
};
use crate::tensor_file::{Entry, Precision, gather, open, to_file};
use crate::training::read;
use crate::{Error, Result};

/// Length of a feature vector: the activations before the last layer.
pub const FEATURES: usize = 64;

/// Slope of the LeakyReLUs.
const SLOPE: f32 = 0.1;
/// Images that go through the network at once.
pub(super) const CHUNK: usize = 32;
/// The weights that come with the crate.
const SHIPPED: &[u8] = include_bytes!("../../assets/digit-classifier.safetensors");

/// What the classifier reads: an image as the smallest sample.
const SAMPLE: Shape = Shape::square(1, SMALLEST_SIDE);

/// What the network reads of whole images of 28×28 bytes: `[batch, 1, 32, 32]` in \[-1, 1\].
pub fn samples(images: &[u8], device: &Device) -> Tensor<4> {
    let images = images.chunks_exact(PIXELS);
    let shape = SAMPLE.batch(images.len());
    let mut values = vec![0.0; images.len() * SAMPLE.len()];
    for (image, sample) in images.zip(values.chunks_exact_mut(SAMPLE.len())) {
        enlarge(image, SAMPLE.height, sample);
    }
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// Images `[batch, 1, 32, 32]` in \[-1, 1\] → features `[batch, 64, 1, 1]`.
///
/// # Errors
///
/// None.
pub fn features_network() -> Result<Network, Unsupported> {
    let convolution = |output, kernel, stride| Convolution {
        output,
        kernel,
        stride,
        padding: kernel / 2,
    };
    let layers = [(16, 5, 2), (32, 3, 2), (48, 3, 1), (48, 3, 2)];
    let plan = layers
        .into_iter()
        .fold(Plan::of(SAMPLE), |builder, (output, kernel, stride)| {
            builder
                .conv2d(convolution(output, kernel, stride))
                .batch_norm()
                .leaky_relu(SLOPE)
        })
        .linear(FEATURES)
        .batch_norm()
        .leaky_relu(SLOPE);
    Ok(Network::new(plan.build()?))
}

/// Features `[batch, 64, 1, 1]` → logits `[batch, 10, 1, 1]`.
///
/// # Errors
///
/// None.
pub fn logits_network() -> Result<Network, Unsupported> {
    let plan = Plan::of(Shape::vector(FEATURES)).linear(CLASSES);
    Ok(Network::new(plan.build()?))
}

/// One part of the classifier with its numbers.
#[derive(Debug, Clone)]
struct Part {
    name: &'static str,
    network: Network,
    parameters: Parameters,
}

impl Part {
    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let mut bound = self.parameters.bind();
        self.network.forward(&mut bound, Mode::Evaluate, x, None)
    }
}

/// The digit classifier on a device.
#[derive(Debug, Clone)]
pub struct Classifier {
    features: Part,
    logits: Part,
    device: Device,
}

/// What the classifier says about a set of images.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Judgement {
    /// [`FEATURES`] numbers an image, one image after the other.
    pub features: Vec<f32>,
    /// The probability of each digit, for each image.
    pub probabilities: Vec<[f64; CLASSES]>,
}

impl Judgement {
    /// Images that it is about.
    pub fn count(&self) -> usize {
        self.probabilities.len()
    }

    /// Goes on with what is said about further images.
    pub(super) fn extend(&mut self, further: Self) {
        self.features.extend(further.features);
        self.probabilities.extend(further.probabilities);
    }

    /// Keeps what is said about the first `count` images, and returns the rest.
    pub(super) fn split_off(&mut self, count: usize) -> Self {
        Self {
            features: self.features.split_off(count * FEATURES),
            probabilities: self.probabilities.split_off(count),
        }
    }

    /// The most probable digit of each image.
    pub fn classes(&self) -> impl Iterator<Item = u8> + '_ {
        self.probabilities
            .iter()
            .map(|row| most_likely(row).0 as u8)
    }

    /// The share of images whose most probable digit is the given one.
    pub fn accuracy(&self, labels: &[u8]) -> f64 {
        let right = self.classes().zip(labels).filter(|(a, b)| a == *b).count();
        right as f64 / labels.len().max(1) as f64
    }
}

impl Classifier {
    /// The one that comes with the crate.
    ///
    /// # Errors
    ///
    /// None, unless the crate was built with a damaged weights file.
    pub fn shipped(device: &Device) -> Result<Self> {
        Self::load(SHIPPED, device)
    }

    /// From the bytes that [`Classifier::save`] makes.
    ///
    /// # Errors
    ///
    /// `bad_checkpoint` when the bytes are not a safetensors file or when a tensor
    /// is missing, misshapen or not finite.
    pub fn load(bytes: &[u8], device: &Device) -> Result<Self> {
        let file = open(bytes)?;
        let part = |name, network: Result<Network, Unsupported>| -> Result<Parameters> {
            let network = network.map_err(|problem| Error::internal(problem.to_string()))?;
            let named = |spec: &TensorSpec| format!("{name}.{}", spec.name);
            Ok(Parameters::from_vecs(
                gather(&file, network.parameters(), network.flat_len(), named)?,
                gather(&file, network.statistics(), network.statistics_len(), named)?,
                device,
            ))
        };
        Self::new(
            part("features", features_network())?,
            part("logits", logits_network())?,
            device,
        )
    }

    /// With the given parameters of [`features_network`] and [`logits_network`].
    ///
    /// # Errors
    ///
    /// None.
    pub fn new(features: Parameters, logits: Parameters, device: &Device) -> Result<Self> {
        let part = |name, network: Result<Network, Unsupported>, parameters| -> Result<Part> {
            Ok(Part {
                name,
                network: network.map_err(|problem| Error::internal(problem.to_string()))?,
                parameters,
            })
        };
        Ok(Self {
            features: part("features", features_network(), features)?,
            logits: part("logits", logits_network(), logits)?,
            device: device.clone(),
        })
    }

    /// Half-precision safetensors bytes, with `metadata` for people.
    ///
    /// # Errors
    ///
    /// `device_lost` when the device cannot be read.
    pub async fn save(&self, metadata: HashMap<String, String>) -> Result<Vec<u8>> {
        let mut entries = Vec::new();
        for part in [&self.features, &self.logits] {
            let flat = read(part.parameters.flat.clone()).await?;
            let statistics = read(part.parameters.statistics.clone()).await?;
            for (specs, values) in [
                (part.network.parameters(), &flat),
                (part.network.statistics(), &statistics),
            ] {
                for spec in specs {
                    entries.push(Entry::floats(
                        format!("{}.{}", part.name, spec.name),
                        spec.shape.clone(),
                        &values[spec.range()],
                        Precision::Half,
                    )?);
                }
            }
        }
        to_file(&entries, metadata)
    }

    /// How many numbers were learnt.
    pub fn parameter_count(&self) -> usize {
        self.features.network.parameter_count() + self.logits.network.parameter_count()
    }

    /// The passes of [`Classifier::judge`] for an empty image; nothing is read.
    pub(super) fn rehearse(&self) {
        let features = self.features.forward(samples(&[0; PIXELS], &self.device));
        let logits = self.logits.forward(features.clone());
        let parts = vec![features.flatten(0, 3), logits.flatten(0, 3)];
        let _both: Tensor<1> = Tensor::cat(parts, 0);
    }

    /// Reads grey images of 28×28 bytes, 0 background to 255 ink, one after the other.
    ///
    /// # Errors
    ///
    /// `internal` when the last image is incomplete, `device_lost` when the device
    /// cannot be read.
    pub async fn judge(&self, images: &[u8]) -> Result<Judgement> {
        if !images.len().is_multiple_of(PIXELS) {
            return Err(Error::internal(format!(
                "{} bytes are not whole images of {SIDE}×{SIDE}",
                images.len()
            )));
        }
        let mut judgement = Judgement::default();
        for chunk in images.chunks(CHUNK * PIXELS) {
            let count = chunk.len() / PIXELS;
            let features = self.features.forward(samples(chunk, &self.device));
            let logits = self.logits.forward(features.clone());
            // Both in one readback.
            let both = Tensor::cat(
                vec![
                    features.reshape([count * FEATURES]),
                    logits.reshape([count * CLASSES]),
                ],
                0,
            );
            let values = read(both).await?;
            let (features, logits) = values.split_at(count * FEATURES);
            judgement.extend(Judgement {
                features: features.to_vec(),
                probabilities: logits
                    .as_chunks::<CLASSES>()
                    .0
                    .iter()
                    .map(softmax)
                    .collect(),
            });
        }
        Ok(judgement)
    }
}

fn softmax(logits: &[f32; CLASSES]) -> [f64; CLASSES] {
    let largest = logits.iter().copied().fold(f32::MIN, f32::max);
    let powers = logits.map(|logit| f64::from(logit - largest).exp());
    let sum: f64 = powers.iter().sum();
    powers.map(|power| power / sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dataset, ErrorCode};

    #[test]
    fn the_weights_are_small() {
        let classifier = Classifier::shipped(&Device::flex()).unwrap();
        assert!(classifier.parameter_count() < 95_000);
        assert!(SHIPPED.len() < 200_000, "{} bytes", SHIPPED.len());
    }

    #[test]
    fn a_saved_classifier_reads_the_same() {
        let device = Device::flex();
        let classifier = Classifier::shipped(&device).unwrap();
        let bytes = pollster::block_on(classifier.save(HashMap::new())).unwrap();
        let again = Classifier::load(&bytes, &device).unwrap();
        let digits = Dataset::procedural(7, 1);
        let judge = |classifier: &Classifier| {
            pollster::block_on(classifier.judge(digits.image(3))).unwrap()
        };
        assert_eq!(judge(&classifier), judge(&again));
    }

    #[test]
    fn an_image_is_read_the_same_in_any_company() {
        let classifier = Classifier::shipped(&Device::flex()).unwrap();
        let digits = Dataset::procedural(CHUNK + 3, 1);
        let all: Vec<u8> = (0..digits.count())
            .flat_map(|i| digits.image(i))
            .copied()
            .collect();
        let together = pollster::block_on(classifier.judge(&all)).unwrap();
        assert_eq!(together.probabilities.len(), CHUNK + 3);
        assert_eq!(together.features.len(), (CHUNK + 3) * FEATURES);
        for row in &together.probabilities {
            assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
        let last = pollster::block_on(classifier.judge(digits.image(CHUNK + 2))).unwrap();
        for (a, b) in last
            .features
            .iter()
            .zip(&together.features[(CHUNK + 2) * FEATURES..])
        {
            assert!((a - b).abs() < 1e-4, "{a} {b}");
        }
    }

    #[test]
    fn no_images_and_broken_ones() {
        let classifier = Classifier::shipped(&Device::flex()).unwrap();
        let none = pollster::block_on(classifier.judge(&[])).unwrap();
        assert!(none.features.is_empty() && none.accuracy(&[]) == 0.0);
        assert!(pollster::block_on(classifier.judge(&[0; 783])).is_err());
    }

    #[test]
    fn damaged_weights_are_refused() {
        let device = Device::flex();
        for bytes in [&b""[..], b"nonsense", &SHIPPED[..SHIPPED.len() - 1]] {
            let error = Classifier::load(bytes, &device).unwrap_err();
            assert_eq!(error.code(), ErrorCode::BadCheckpoint);
        }
    }

    #[test]
    fn softmax_is_stable() {
        let mut logits = [-1000.0; CLASSES];
        logits[4] = 1000.0;
        assert_eq!(softmax(&logits)[4], 1.0);
        assert_eq!(softmax(&[7.0; CLASSES]), [0.1; CLASSES]);
    }
}
