//! Trains the digit classifier behind the metrics and writes its weights.
//!
//! `cargo run --release -p ganvas-core --example train_classifier -- --mnist DIR`
//!
//! The test set is only measured, never trained on, and nothing is chosen by it:
//! the weights are those after the last step. See `docs/classifier.md`.

mod augment;

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use augment::{Strength, distort};
use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Tensor, TensorData};
use clap::Parser;
use ganvas_core::Dataset;
use ganvas_core::data::CLASSES;
use ganvas_core::image::PIXELS;
use ganvas_core::metric::classifier::{features_network, logits_network, samples};
use ganvas_core::metric::{Classifier, Coverage};
use ganvas_core::network::Unsupported;
use ganvas_core::optimizer::AdamConfig;
use ganvas_core::player::{Player, minimise};
use ganvas_kernels::ops::Descent;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// Trains the digit classifier on MNIST's IDX files and writes its weights.
#[derive(Debug, Parser)]
struct Arguments {
    /// Folder with train-images-idx3-ubyte.gz and the other three files of MNIST.
    #[arg(long, default_value = "../shared/mnist")]
    mnist: PathBuf,
    /// File to write.
    #[arg(
        long,
        default_value = "crates/ganvas-core/assets/digit-classifier.safetensors"
    )]
    out: PathBuf,
    /// Passes over the training set.
    #[arg(long, default_value_t = 40)]
    epochs: usize,
    /// Images in a batch.
    #[arg(long, default_value_t = 64)]
    batch_size: usize,
    /// Step size at the start; it falls to 0 along half a cosine.
    #[arg(long, default_value_t = 3e-3)]
    learning_rate: f64,
    /// Decides initial weights, order and distortions.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let device = Device::flex();
    let train = load(&arguments.mnist, "train")?;
    let test = load(&arguments.mnist, "t10k")?;
    println!(
        "{} images to train on, {} to test",
        train.count(),
        test.count()
    );

    let mut student = Student::new(&arguments, &device)?;
    println!("{} parameters", student.classifier()?.parameter_count());
    let per_epoch = train.count() / arguments.batch_size;
    let start = Instant::now();
    for epoch in 0..arguments.epochs {
        let loss = student.epoch(&train, epoch, arguments.epochs * per_epoch);
        println!(
            "epoch {:3}  loss {loss:.4}  {:.0} s",
            epoch + 1,
            start.elapsed().as_secs_f64()
        );
        if (epoch + 1).is_multiple_of(10) {
            report("t10k, as it is", &student.classifier()?, &test)?;
        }
    }

    let metadata = HashMap::from([
        ("format".to_owned(), "pt".to_owned()),
        ("ganvas".to_owned(), "digit-classifier 1".to_owned()),
    ]);
    let bytes = pollster::block_on(student.classifier()?.save(metadata))?;
    let written = Classifier::load(&bytes, &device)?;
    report("t10k, as written", &written, &test)?;
    report("drawn digits", &written, &Dataset::procedural(2000, 7))?;
    if let Some(folder) = arguments.out.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&arguments.out, &bytes)?;
    println!("{}: {} bytes", arguments.out.display(), bytes.len());
    Ok(())
}

fn load(folder: &Path, part: &str) -> Result<Dataset, Box<dyn Error>> {
    let read = |kind: &str| {
        let path = folder.join(format!("{part}-{kind}-ubyte.gz"));
        fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let (images, labels) = (read("images-idx3")?, read("labels-idx1")?);
    Ok(Dataset::from_idx("mnist", part, &images, Some(&labels))?)
}

fn labels(dataset: &Dataset) -> &[u8] {
    dataset.labels().unwrap_or_default()
}

fn report(name: &str, classifier: &Classifier, test: &Dataset) -> Result<(), Box<dyn Error>> {
    let images: Vec<u8> = (0..test.count())
        .flat_map(|index| test.image(index))
        .copied()
        .collect();
    let judgement = pollster::block_on(classifier.judge(&images))?;
    println!(
        "{name}: accuracy {:.2} %, mean confidence {:.4}",
        100.0 * judgement.accuracy(labels(test)),
        Coverage::of(&judgement.probabilities).confidence,
    );
    Ok(())
}

/// The classifier while it learns.
struct Student {
    features: Player,
    logits: Player,
    device: Device,
    batch_size: usize,
    learning_rate: f64,
    seed: u64,
    step: usize,
}

impl Student {
    fn new(arguments: &Arguments, device: &Device) -> Result<Self, Unsupported> {
        let config = AdamConfig {
            learning_rate: arguments.learning_rate,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            ..AdamConfig::default()
        };
        let player = |name, network, stream| {
            let rng = random(arguments.seed, stream);
            Player::new(name, network, config, rng, device)
        };
        Ok(Self {
            features: player("features", features_network()?, 1),
            logits: player("logits", logits_network()?, 2),
            device: device.clone(),
            batch_size: arguments.batch_size,
            learning_rate: arguments.learning_rate,
            seed: arguments.seed,
            step: 0,
        })
    }

    fn classifier(&self) -> ganvas_core::Result<Classifier> {
        Classifier::new(
            self.features.parameters.clone(),
            self.logits.parameters.clone(),
            &self.device,
        )
    }

    /// One pass over `dataset`, number `epoch`; returns the mean loss.
    fn epoch(&mut self, dataset: &Dataset, epoch: usize, total_steps: usize) -> f32 {
        let mut rng = random(self.seed, 3 + epoch as u64);
        let mut order: Vec<usize> = (0..dataset.count()).collect();
        order.shuffle(&mut rng);
        let mut total = Tensor::zeros([1], &self.device);
        let mut batches = 0.0;
        for batch in order.chunks_exact(self.batch_size) {
            let progress = self.step as f64 / total_steps as f64;
            let rate = self.learning_rate * 0.5 * (1.0 + (std::f64::consts::PI * progress).cos());
            total = total + self.update(dataset, batch, rate, &mut rng);
            batches += 1.0;
        }
        total.into_scalar::<f32>() / batches
    }

    fn update(
        &mut self,
        dataset: &Dataset,
        batch: &[usize],
        rate: f64,
        rng: &mut ChaCha8Rng,
    ) -> Tensor<1> {
        let count = batch.len();
        let mut distorted = vec![0; count * PIXELS];
        let mut targets = vec![0.0; count * CLASSES];
        for (position, &index) in batch.iter().enumerate() {
            let out = &mut distorted[position * PIXELS..(position + 1) * PIXELS];
            distort(dataset.image(index), Strength::FULL, rng, out);
            targets[position * CLASSES + usize::from(labels(dataset)[index])] = 1.0f32;
        }
        let x = samples(&distorted, &self.device);
        let targets: Tensor<2> =
            Tensor::from_data(TensorData::new(targets, [count, CLASSES]), &self.device);

        for player in [&mut self.features, &mut self.logits] {
            player.config.learning_rate = rate;
        }
        let (mut features, mut logits) = (self.features.learns(), self.logits.learns());
        let said: Tensor<2> = logits.makes(features.makes(x, None), None).flatten(1, 3);
        // Cross-entropy, `torch.nn.functional.cross_entropy`.
        let loss = -(log_softmax(said, 1) * targets).sum() / count as f64;
        minimise(&Descent::of(loss.clone()), [features, logits]);
        self.step += 1;
        loss.without_autodiff()
    }
}

fn random(seed: u64, stream: u64) -> ChaCha8Rng {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&stream.to_le_bytes());
    ChaCha8Rng::from_seed(key)
}
