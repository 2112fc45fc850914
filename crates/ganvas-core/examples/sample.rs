//! Draws digits from a checkpoint:
//!
//! ```text
//! cargo run --release -p ganvas-core --example sample -- \
//!     --checkpoint run.safetensors --count 64 --png digits.png
//! ```

mod support;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use ganvas_core::{Dataset, Result, Training, checkpoint, latent};
use pollster::block_on;
use support::device::Backend;
use support::{failure, files, picture, tensors};

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
    /// Seed of the latents.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Keep every coordinate of z within ±this: more typical digits, less variety.
    #[arg(long)]
    truncation: Option<f32>,
    /// Also write the latents and the images as tensors (safetensors), for another program
    /// to draw the same.
    #[arg(long, value_name = "FILE", conflicts_with = "truncation")]
    tensors: Option<PathBuf>,
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
    let dataset = Dataset::procedural(experiment.batch_size, 1);
    let training = Training::load(&bytes, dataset, &options.backend.open()?)?;
    let images = block_on(training.sample(options.count, options.seed, options.truncation))?;
    let size @ [side, channels] = [training.picture_side(), training.channels()];
    picture::write(&options.png, &images, options.count, size)?;
    if let Some(path) = &options.tensors {
        let Options { count, seed, .. } = *options;
        let images = tensors::Images {
            bytes: &images,
            side,
            channels,
        };
        let latents = experiment.model.has_latents().then(|| tensors::Latents {
            values: latent::prior(seed, count, experiment.latent_dim),
            latent_dim: experiment.latent_dim,
        });
        tensors::write(path, &images, latents.as_ref())?;
    }
    let step = training.progress().generator_updates;
    println!(
        "wrote {} digits of step {step} to {}",
        options.count,
        options.png.display()
    );
    Ok(())
}
