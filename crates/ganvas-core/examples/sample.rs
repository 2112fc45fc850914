//! Draws digits from a checkpoint:
//!
//! ```text
//! cargo run --release -p ganvas-core --example sample -- \
//!     --checkpoint run.safetensors --count 64 --png digits.png
//! ```
//!
//! Of a run on the plane it writes a picture of points, and with `--csv` a table of them.

mod support;

use std::path::PathBuf;
use std::process::ExitCode;

use burn::tensor::TensorData;
use clap::Parser;
use ganvas_core::player::Weights;
use ganvas_core::{Dataset, Error, ErrorCode, Result, Training, checkpoint, latent, own_data};
use pollster::block_on;
use support::device::Backend;
use support::tensors::Named;
use support::{failure, files, picture, points, tensors};

/// Draws digits with a trained generator.
#[derive(Debug, Parser)]
struct Options {
    /// The checkpoint, in full or half precision.
    #[arg(long, value_name = "FILE")]
    checkpoint: PathBuf,
    /// How many digits.
    #[arg(long, default_value_t = 64)]
    count: usize,
    /// The picture to write.
    #[arg(long, value_name = "FILE", default_value = "digits.png")]
    png: PathBuf,
    /// Also write points of the plane as two columns, x and y.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Seed of the latents.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Keep every coordinate of z within ±this: more typical digits, less variety.
    #[arg(long)]
    truncation: Option<f32>,
    /// Also write the images or points as tensors (safetensors), and the latents that they and
    /// the running statistics of an average are made of, for another program to draw the same.
    #[arg(long, value_name = "FILE", conflicts_with = "truncation")]
    tensors: Option<PathBuf>,
    /// Draw with the generator's weights as they are trained, not with their average.
    #[arg(long)]
    raw: bool,
    /// What to compute on.
    #[arg(long, value_enum, default_value_t = Backend::Flex)]
    backend: Backend,
}

fn main() -> ExitCode {
    failure::finish(sample(&Options::parse()))
}

fn sample(options: &Options) -> Result<()> {
    let bytes = files::read_checkpoint(&options.checkpoint)?;
    let experiment = checkpoint::experiment(&bytes)?;
    // A run has data, but nothing will be learnt from these.
    let dataset = match own_data(&experiment)? {
        Some(points) => points,
        None => Dataset::procedural(experiment.batch_size, 1),
    };
    let mut training = Training::load(&bytes, dataset, &options.backend.open()?)?;
    if options.raw {
        training.show_weights(Weights::Raw);
    }
    if experiment.model.has_points() {
        return sample_points(options, &training);
    }
    let images = block_on(training.sample(options.count, options.seed, options.truncation))?;
    let size @ [side, channels] = [training.picture_side(), training.channels()];
    picture::write(&options.png, &images, options.count, size)?;
    if let Some(path) = &options.tensors {
        let count = options.count;
        let shape = [count, side, side, channels];
        let mut parts = vec![Named::bytes("images", &shape, &images)];
        if experiment.model.has_latents() {
            let measuring = numbers(training.feed().measuring_latents().images.into_data())?;
            let columns = experiment.latent_dim;
            parts.push(latents(options, columns));
            parts.push(Named::rows("measuring_latents", &measuring, columns));
        }
        tensors::write(path, &parts)?;
    }
    let step = training.progress().generator_updates;
    println!(
        "wrote {} digits of step {step} to {}",
        options.count,
        options.png.display()
    );
    Ok(())
}

/// What is drawn is drawn of these.
fn latents(options: &Options, columns: usize) -> Named {
    let values = latent::prior(options.seed, options.count, columns);
    Named::rows("latents", &values, columns)
}

/// Points of the plane.
fn sample_points(options: &Options, training: &Training) -> Result<()> {
    let fake = block_on(training.sample_points(options.count, options.seed))?;
    points::write_picture(
        &options.png,
        &training.feed().shown_points(options.count),
        &fake,
    )?;
    if let Some(path) = &options.csv {
        points::write_table(path, &fake)?;
    }
    if let Some(path) = &options.tensors {
        let columns = training.experiment().latent_dim;
        let parts = [Named::rows("points", &fake, 2), latents(options, columns)];
        tensors::write(path, &parts)?;
    }
    let step = training.progress().generator_updates;
    println!(
        "wrote {} points of step {step} to {}",
        options.count,
        options.png.display()
    );
    Ok(())
}

fn numbers(data: TensorData) -> Result<Vec<f32>> {
    data.try_into_vec()
        .map_err(|error| Error::new(ErrorCode::Internal, format!("{error:?}")))
}
