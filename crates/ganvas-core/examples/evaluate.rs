//! Judges the images (or the points of the plane) of a checkpoint, with the same code as the page.
//!
//! `cargo run --release -p ganvas-core --example evaluate -- --checkpoint run.safetensors`

mod support;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use ganvas_core::metric::{Classifier, Evaluation, evaluate_against, evaluate_plane};
use ganvas_core::{Dataset, Error, ErrorCode, Result, Training, checkpoint, own_data};
use support::device::Backend;
use support::failure::{finish, of_file};
use support::files::read_checkpoint;

/// Samples images from a checkpoint and compares them with real digits.
#[derive(Debug, Parser)]
struct Arguments {
    /// The run, as the page or the train example saved it.
    #[arg(long)]
    checkpoint: PathBuf,
    /// Images to sample, from 10 to 10,000.
    #[arg(long, default_value_t = 2000)]
    count: usize,
    /// Folder with MNIST's IDX files (.gz).
    #[arg(long, default_value = "../shared/mnist")]
    mnist: PathBuf,
    /// The real digits to compare with. The page compares with the ones it trains on.
    #[arg(long, value_enum, default_value_t = Against::Auto)]
    against: Against,
    /// What to compute on.
    #[arg(long, value_enum, default_value_t = Backend::Flex)]
    backend: Backend,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Against {
    /// MNIST's test set where the folder has it, otherwise drawn digits.
    Auto,
    /// MNIST's test set.
    T10k,
    /// MNIST's training set.
    Train,
    /// Drawn digits.
    Procedural,
}

/// How many digits are drawn to compare with, and their seed: those of the page.
const DRAWN: (usize, u64) = (10_000, 1);

fn main() -> ExitCode {
    finish(run(&Arguments::parse()))
}

fn run(arguments: &Arguments) -> Result<()> {
    let bytes = read_checkpoint(&arguments.checkpoint)?;
    if let Some(points) = own_data(&checkpoint::experiment(&bytes)?)? {
        let training = Training::load(&bytes, points, &arguments.backend.open()?)?;
        let evaluation = pollster::block_on(evaluate_plane(&training, arguments.count))?;
        return print_json(&evaluation);
    }
    let real = real_digits(arguments)?;
    let device = arguments.backend.open()?;
    // A checkpoint is loaded with some data to go on with; here they are not used.
    let training = Training::load(&bytes, Dataset::procedural(1000, 1), &device)?;
    let classifier = Classifier::shipped(&device)?;
    let evaluation = pollster::block_on(evaluate_against(
        &training,
        &real,
        arguments.count,
        &classifier,
    ))?;
    print(&evaluation, &real, &training);
    print_json(&evaluation)
}

fn print_json(evaluation: &impl serde::Serialize) -> Result<()> {
    let json = serde_json::to_string(evaluation)
        .map_err(|error| Error::new(ErrorCode::Internal, error.to_string()))?;
    println!("{json}");
    Ok(())
}

fn real_digits(arguments: &Arguments) -> Result<Dataset> {
    let folder = &arguments.mnist;
    let drawn = || Dataset::procedural(DRAWN.0, DRAWN.1);
    match arguments.against {
        Against::T10k => mnist(folder, "t10k"),
        Against::Train => mnist(folder, "train"),
        Against::Procedural => Ok(drawn()),
        Against::Auto => mnist(folder, "t10k").or_else(|error| {
            eprintln!("{error}: comparing with drawn digits instead");
            Ok(drawn())
        }),
    }
}

fn mnist(folder: &Path, part: &str) -> Result<Dataset> {
    let path = folder.join(format!("{part}-images-idx3-ubyte.gz"));
    let images =
        std::fs::read(&path).map_err(|error| of_file(ErrorCode::BadDataset, &path, &error))?;
    Dataset::from_idx("mnist", part, &images, None)
}

fn print(evaluation: &Evaluation, real: &Dataset, training: &Training) {
    let line = |name: &str, value: String| println!("{name:<28}{value}");
    line("step", training.progress().generator_updates.to_string());
    line("images", evaluation.count.to_string());
    line(
        "compared with",
        format!(
            "{} of {} ({})",
            evaluation.reference_count,
            real.name(),
            real.source()
        ),
    );
    line(
        "Fréchet distance",
        format!("{:.3}", evaluation.frechet_distance),
    );
    line(
        "  real against real",
        format!("{:.3}", evaluation.frechet_floor),
    );
    line("confidence", format!("{:.3}", evaluation.confidence));
    line(
        "  of real digits",
        format!("{:.3}", evaluation.real_confidence),
    );
    line("modes", format!("{} of 10", evaluation.modes));
    line(
        "KL to uniform",
        format!("{:.4} nats", evaluation.kl_to_uniform),
    );
    for (digit, share) in evaluation.histogram.iter().enumerate() {
        let bar = "#".repeat((share * 100.0).round() as usize);
        line(
            &format!("  {digit}"),
            format!("{:5.1} %  {bar}", 100.0 * share),
        );
    }
}
