//! Writes what the benchmark of other libraries starts from, so that every contestant
//! does the same work:
//!
//! ```text
//! cargo run --release -p ganvas-core --example bench_inputs -- \
//!     --sizes 16x32,64x64 --out target/bench-inputs
//! ```
//!
//! One safetensors file a size (width × batch): the initial weights under their names in
//! a checkpoint, and for the first steps the real images `real` `[steps, batch, 1, 32, 32]`
//! and the latents `latent.discriminator` and `latent.generator` `[steps, batch, latent_dim]`.
//! The metadata hold the experiment and the losses of these steps on the CPU.

mod support;

use std::error::Error;
use std::path::{Path, PathBuf};

use burn::tensor::{Device, Tensor, TensorData};
use clap::Parser;
use ganvas_core::experiment::DatasetName;
use ganvas_core::image::enlarge;
use ganvas_core::system::Adversarial;
use ganvas_core::system::adversarial::{DiscriminatorBatch, GeneratorBatch};
use ganvas_core::{Dataset, Experiment, Training};
use pollster::block_on;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

/// Steps whose inputs are written; contestants begin again after them.
const STEPS: u64 = 8;
/// Steps whose losses are compared: later ones drift apart, since a run may round in another
/// way than single updates do.
const COMPARED: usize = 3;
/// Streams of random numbers, as `random.rs` counts them.
const DISCRIMINATOR_LATENT: u64 = 3;
const GENERATOR_LATENT: u64 = 4;
const SHUFFLE: u64 = 5;

/// Writes weights, images, latents and losses for the benchmark of other libraries.
#[derive(Debug, Parser)]
struct Options {
    /// Sizes as WIDTHxBATCH.
    #[arg(long, value_delimiter = ',', default_value = "16x32,64x64", value_parser = size)]
    sizes: Vec<(usize, usize)>,
    /// Folder to write to.
    #[arg(long, value_name = "DIR", default_value = "target/bench-inputs")]
    out: PathBuf,
}

/// Real images and latents of one step.
struct Inputs {
    real: Vec<f32>,
    discriminator_latent: Vec<f32>,
    generator_latent: Vec<f32>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    std::fs::create_dir_all(&options.out)?;
    let digits = support::digits::drawn();
    for (width, batch_size) in options.sizes {
        let path = options
            .out
            .join(format!("{width}x{batch_size}.safetensors"));
        let experiment = Experiment {
            dataset: DatasetName::Procedural,
            width,
            batch_size,
            generator_lr: 2e-4,
            discriminator_lr: 2e-4,
            ..Experiment::default()
        };
        write(&path, experiment, &digits)?;
        println!("wrote {}", path.display());
    }
    Ok(())
}

fn size(text: &str) -> Result<(usize, usize), String> {
    text.split_once('x')
        .and_then(|(width, batch)| Some((width.parse().ok()?, batch.parse().ok()?)))
        .ok_or_else(|| format!("a size is WIDTHxBATCH, not {text:?}"))
}

fn write(path: &Path, experiment: Experiment, digits: &Dataset) -> Result<(), Box<dyn Error>> {
    let mut training = Training::new(experiment.clone(), digits.clone(), &Device::flex())?;
    let start = block_on(training.save())?;
    let inputs: Vec<Inputs> = (0..STEPS)
        .map(|step| inputs_of(&experiment, digits, step))
        .collect();

    let mut replay = training
        .system()
        .duel()
        .ok_or("a DCGAN is an adversarial system")?
        .clone();
    let mut losses = Vec::new();
    for input in &inputs {
        training.step()?;
        let report = block_on(training.report())?;
        let found = [report.d_loss, report.g_loss];
        // These are the numbers that the run itself draws, or the comparison is worth nothing.
        let again = replayed(&mut replay, &experiment, input)?;
        if losses.len() < COMPARED && !agree(found, again) {
            return Err(
                format!("a run has the losses {found:?}, its inputs give {again:?}").into(),
            );
        }
        losses.push(found);
    }

    let start = SafeTensors::deserialize(&start)?;
    let batch = experiment.batch_size;
    let latent = vec![STEPS as usize, batch, experiment.latent_dim];
    let mut images = vec![STEPS as usize];
    images.extend(experiment.sample_shape().batch(batch));
    let (real, for_discriminator, for_generator) = (
        bytes(&inputs, |input| &input.real),
        bytes(&inputs, |input| &input.discriminator_latent),
        bytes(&inputs, |input| &input.generator_latent),
    );
    let mut tensors: Vec<(String, TensorView)> = start
        .tensors()
        .into_iter()
        .filter(|(name, view)| view.dtype() == Dtype::F32 && !name.starts_with("optimizer."))
        .collect();
    for (name, shape, data) in [
        ("real", images, &real),
        ("latent.discriminator", latent.clone(), &for_discriminator),
        ("latent.generator", latent, &for_generator),
    ] {
        tensors.push((name.into(), TensorView::new(Dtype::F32, shape, data)?));
    }
    let metadata = [
        ("experiment".to_owned(), experiment.to_json()),
        ("losses".to_owned(), serde_json::to_string(&losses)?),
    ];
    std::fs::write(
        path,
        safetensors::serialize(tensors, Some(metadata.into_iter().collect()))?,
    )?;
    Ok(())
}

/// What step `step` of a run gets.
fn inputs_of(experiment: &Experiment, digits: &Dataset, step: u64) -> Inputs {
    let Experiment {
        seed,
        batch_size,
        latent_dim,
        ..
    } = *experiment;
    let latent = |stream| {
        let mut rng = random(seed, stream, step);
        (0..batch_size * latent_dim)
            .map(|_| StandardNormal.sample(&mut rng))
            .collect()
    };
    // All these steps are in the first epoch.
    let mut order: Vec<usize> = (0..digits.count()).collect();
    order.shuffle(&mut random(seed, SHUFFLE, 0));
    let first = step as usize * batch_size;
    let sample = experiment.sample_shape();
    let mut real = vec![0.0; batch_size * sample.len()];
    for (image, &index) in real
        .chunks_exact_mut(sample.len())
        .zip(&order[first..first + batch_size])
    {
        enlarge(digits.image(index), sample.height, image);
    }
    Inputs {
        real,
        discriminator_latent: latent(DISCRIMINATOR_LATENT),
        generator_latent: latent(GENERATOR_LATENT),
    }
}

/// As in `random.rs`: the key is (seed, stream, index).
fn random(seed: u64, stream: u64, index: u64) -> ChaCha8Rng {
    let mut key = [0u8; 32];
    for (part, value) in key.chunks_exact_mut(8).zip([seed, stream, index]) {
        part.copy_from_slice(&value.to_le_bytes());
    }
    ChaCha8Rng::from_seed(key)
}

/// The losses of one step on these inputs.
fn replayed(
    system: &mut Adversarial,
    experiment: &Experiment,
    input: &Inputs,
) -> Result<[f64; 2], Box<dyn Error>> {
    let Experiment {
        batch_size,
        latent_dim,
        ..
    } = *experiment;
    let upload = |values: &[f32], shape: [usize; 4]| {
        Tensor::<4>::from_data(TensorData::new(values.to_vec(), shape), &Device::flex())
    };
    let latent = |values: &[f32]| upload(values, [batch_size, latent_dim, 1, 1]);
    let real = upload(&input.real, experiment.sample_shape().batch(batch_size));
    let d = system.update_discriminator(DiscriminatorBatch {
        real: real.into(),
        z: latent(&input.discriminator_latent),
        epsilon: None,
    })?;
    let g = system.update_generator(GeneratorBatch {
        z: latent(&input.generator_latent),
        labels: None,
        real: None,
    });
    let number = |loss: Tensor<1>| -> Result<f64, Box<dyn Error>> {
        let values: Vec<f32> = loss
            .into_data()
            .try_to_vec()
            .map_err(|e| format!("{e:?}"))?;
        Ok(f64::from(*values.first().ok_or("a loss is one number")?))
    };
    Ok([number(d.loss)?, number(g.loss)?])
}

fn agree(a: [f64; 2], b: [f64; 2]) -> bool {
    a.iter()
        .zip(b)
        .all(|(a, b)| (a - b).abs() < 1e-2 * b.abs().max(1.0))
}

fn bytes(inputs: &[Inputs], part: impl Fn(&Inputs) -> &Vec<f32>) -> Vec<u8> {
    inputs
        .iter()
        .flat_map(part)
        .flat_map(|value| value.to_le_bytes())
        .collect()
}
