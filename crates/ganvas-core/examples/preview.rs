//! Makes the file that the page draws its first digits from: the averaged generator of a
//! conditional run in half precision, 64 latents, and a card that says where it is from.
//!
//! Each latent is z with its class's one-hot vector after it, as the rows of the embedding
//! follow those of the first layer's weight.
//!
//! ```text
//! cargo run --release -p ganvas-core --example preview -- \
//!     --checkpoint run.safetensors --out www/assets/first-digits.safetensors
//! ```
//!
//! It judges the digits before and after the rounding, and writes nothing if that
//! changed them.

mod support;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use ganvas_core::checkpoint::Precision;
use ganvas_core::data::CLASSES;
use ganvas_core::experiment::{Conditioning, Model};
use ganvas_core::metric::{Classifier, Evaluation, Judgement, evaluate_against};
use ganvas_core::player::Weights;
use ganvas_core::{Dataset, Error, ErrorCode, Experiment, GRID_COUNT, Result, Training, latent};
use half::f16;
use pollster::block_on;
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};
use serde_json::Value;
use support::device::Backend;
use support::failure::of_file;
use support::{digits, failure, files, picture};

/// Digits by which the two precisions are compared, and their seed.
const COMPARED: (usize, u64) = (2000, 0);
/// The smallest share of them that the classifier must read alike.
const LEAST_AGREEMENT: f64 = 0.98;
/// How far their mean confidence may move.
const LARGEST_CHANGE: f64 = 0.01;

/// Writes the page's preview.
#[derive(Debug, Parser)]
struct Options {
    /// The run, in full precision.
    #[arg(long, value_name = "FILE")]
    checkpoint: PathBuf,
    /// The preview to write.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Folder with MNIST's IDX files (.gz): the run's data, and the test set to compare with.
    #[arg(long, default_value = "../shared/mnist")]
    mnist: PathBuf,
    /// Seed of the 64 latents.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Images to judge for the card.
    #[arg(long, default_value_t = 2000)]
    count: usize,
    /// Also a picture of the 64 digits.
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
    /// What to compute on.
    #[arg(long, value_enum, default_value_t = Backend::Flex)]
    backend: Backend,
}

fn main() -> ExitCode {
    failure::finish(run(&Options::parse()))
}

fn run(options: &Options) -> Result<()> {
    let device = options.backend.open()?;
    let bytes = files::read_checkpoint(&options.checkpoint)?;
    let experiment = ganvas_core::checkpoint::experiment(&bytes)?;
    if (experiment.model, experiment.conditioning) != (Model::Conditional, Conditioning::Projection)
    {
        return Err(Error::experiment(
            "model",
            "the preview draws with a conditional GAN by projection",
        ));
    }
    let (dataset, _) = digits::find(experiment.dataset, Some(&options.mnist))?;
    let images = dataset.count();
    let mut full = Training::load(&bytes, dataset, &device)?;
    full.adopt_averages();
    full.show_weights(Weights::Raw);
    let halved = block_on(full.save_as(Precision::Half))?;
    let mut half = Training::load(&halved, full.dataset().clone(), &device)?;
    half.show_weights(Weights::Raw);

    let classifier = Classifier::shipped(&device)?;
    let rounding = Rounding::of(&full, &half, &classifier)?;
    rounding.check()?;
    let evaluation = judge(options, &half, &classifier)?;
    let card = card(options, &half, images, &evaluation, &rounding);
    for (key, value) in &card {
        println!("{key}: {value}");
    }
    let file = file(options, &halved, &experiment, card)?;
    files::write(ErrorCode::BadCheckpoint, &options.out, &file)?;
    println!("wrote {}, {} bytes", options.out.display(), file.len());
    if let Some(path) = &options.png {
        draw(options, &half, path)?;
    }
    Ok(())
}

/// What half precision does to the digits.
struct Rounding {
    /// The share of digits that the classifier reads alike.
    agreement: f64,
    /// The mean of its largest probability, before and after.
    confidence: [f64; 2],
}

impl Rounding {
    fn of(full: &Training, half: &Training, classifier: &Classifier) -> Result<Self> {
        let (count, seed) = COMPARED;
        let judge = |training: &Training| -> Result<Judgement> {
            let images = block_on(training.sample(count, seed, None))?;
            block_on(classifier.judge(&images))
        };
        let (before, after) = (judge(full)?, judge(half)?);
        let alike = before
            .classes()
            .zip(after.classes())
            .filter(|(a, b)| a == b);
        Ok(Self {
            agreement: alike.count() as f64 / count as f64,
            confidence: [confidence(&before), confidence(&after)],
        })
    }

    fn check(&self) -> Result<()> {
        let [before, after] = self.confidence;
        if self.agreement >= LEAST_AGREEMENT && (before - after).abs() <= LARGEST_CHANGE {
            return Ok(());
        }
        Err(Error::new(
            ErrorCode::BadCheckpoint,
            format!(
                "half precision changes the digits: {:.1} % are read alike, confidence {before:.3} becomes {after:.3}",
                100.0 * self.agreement
            ),
        ))
    }
}

fn confidence(judgement: &Judgement) -> f64 {
    let rows = &judgement.probabilities;
    let sum: f64 = rows
        .iter()
        .map(|row| row.iter().copied().fold(0.0, f64::max))
        .sum();
    sum / rows.len().max(1) as f64
}

/// The halved generator against MNIST's test set.
fn judge(options: &Options, half: &Training, classifier: &Classifier) -> Result<Evaluation> {
    let path = options.mnist.join("t10k-images-idx3-ubyte.gz");
    let images =
        std::fs::read(&path).map_err(|error| of_file(ErrorCode::BadDataset, &path, &error))?;
    let real = Dataset::from_idx("mnist", "t10k", &images, None)?;
    block_on(evaluate_against(half, &real, options.count, classifier))
}

/// What a reader of the file should know.
fn card(
    options: &Options,
    half: &Training,
    images: usize,
    evaluation: &Evaluation,
    rounding: &Rounding,
) -> BTreeMap<&'static str, String> {
    let experiment = half.experiment();
    let step = half.progress().generator_updates;
    BTreeMap::from([
        ("format", "pt".to_owned()),
        ("ganvas_preview", "1".to_owned()),
        ("experiment", experiment.to_json()),
        ("step", step.to_string()),
        ("seed", experiment.seed.to_string()),
        ("dataset", half.dataset().name().to_owned()),
        ("images", images.to_string()),
        ("latents_seed", options.seed.to_string()),
        ("precision", "half".to_owned()),
        ("confidence", format!("{:.3}", evaluation.confidence)),
        (
            "frechet_distance",
            format!("{:.2}", evaluation.frechet_distance),
        ),
        ("modes", evaluation.modes.to_string()),
        (
            "metric",
            format!(
                "{} images against {} of MNIST's test set: confidence {:.3} (real digits {:.3}), Fréchet distance {:.2} (real against real {:.2}), {} of 10 modes",
                evaluation.count,
                evaluation.reference_count,
                evaluation.confidence,
                evaluation.real_confidence,
                evaluation.frechet_distance,
                evaluation.frechet_floor,
                evaluation.modes,
            ),
        ),
        (
            "rounding",
            format!(
                "of {} images {:.2} % are read alike in full and half precision; confidence {:.4} and {:.4}",
                COMPARED.0,
                100.0 * rounding.agreement,
                rounding.confidence[0],
                rounding.confidence[1],
            ),
        ),
        ("command", command(experiment, step)),
        (
            "licence",
            "MIT OR Apache-2.0; trained on MNIST, by Yann LeCun, Corinna Cortes and Christopher J. C. Burges, CC BY-SA 3.0, of which it holds no image".to_owned(),
        ),
    ])
}

/// How to make it again.
fn command(experiment: &Experiment, step: u64) -> String {
    let values = |of: &Experiment| -> BTreeMap<String, Value> {
        serde_json::from_str(&of.to_json()).unwrap_or_default()
    };
    let usual = values(&Experiment::of(experiment.model));
    let settings: String = values(experiment)
        .into_iter()
        .filter(|(name, value)| name == "model" || usual.get(name) != Some(value))
        .map(|(name, value)| {
            format!(
                " --set {name}={}",
                value.as_str().unwrap_or(&value.to_string())
            )
        })
        .collect();
    format!(
        "cargo run --release -p ganvas-core --example train -- --steps {step}{settings} --out run.safetensors && cargo run --release -p ganvas-core --example preview -- --checkpoint run.safetensors --out www/assets/first-digits.safetensors"
    )
}

/// The generator's tensors out of the halved checkpoint, and the latents.
fn file(
    options: &Options,
    halved: &[u8],
    experiment: &Experiment,
    card: BTreeMap<&'static str, String>,
) -> Result<Vec<u8>> {
    let damaged = |error: safetensors::SafeTensorError| {
        Error::new(ErrorCode::BadCheckpoint, error.to_string())
    };
    let all = SafeTensors::deserialize(halved).map_err(damaged)?;
    let dim = experiment.latent_dim;
    let latents: Vec<u8> = rounded_latents(options.seed, experiment)
        .chunks(dim)
        .zip(classes())
        .flat_map(|(z, class)| {
            let one_hot = (0..CLASSES).map(move |other| f16::from_f32(f32::from(other == class)));
            z.iter().copied().chain(one_hot)
        })
        .flat_map(f16::to_le_bytes)
        .collect();
    let shape = vec![GRID_COUNT, dim + CLASSES];
    let mut views = vec![(
        "latents".to_owned(),
        TensorView::new(Dtype::F16, shape, &latents).map_err(damaged)?,
    )];
    // What counts the passes is for a run that goes on.
    views.extend(
        all.tensors()
            .into_iter()
            .filter(|(name, view)| name.starts_with("generator.") && view.dtype() == Dtype::F16),
    );
    let metadata: HashMap<String, String> = card
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    serialize(views, Some(metadata)).map_err(damaged)
}

/// The classes of the 64 digits, in turn.
fn classes() -> impl Iterator<Item = usize> {
    (0..CLASSES).cycle().take(GRID_COUNT)
}

fn rounded_latents(seed: u64, experiment: &Experiment) -> Vec<f16> {
    latent::prior(seed, GRID_COUNT, experiment.latent_dim)
        .into_iter()
        .map(f16::from_f32)
        .collect()
}

/// The digits as the page will show them.
fn draw(options: &Options, half: &Training, path: &Path) -> Result<()> {
    let z: Vec<f32> = rounded_latents(options.seed, half.experiment())
        .into_iter()
        .map(f16::to_f32)
        .collect();
    let mut images = Vec::new();
    for (z, class) in z.chunks(half.experiment().latent_dim).zip(classes()) {
        images.extend(block_on(half.sample_at(z, Some(class as u8)))?);
    }
    picture::write(path, &images, GRID_COUNT, [ganvas_core::image::SIDE, 1])?;
    println!("wrote {}", path.display());
    Ok(())
}
