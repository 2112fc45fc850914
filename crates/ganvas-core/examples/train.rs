//! Trains on the command line:
//!
//! ```text
//! cargo run --release -p ganvas-core --example train -- \
//!     --steps 2000 --set width=32 --out run.safetensors --png grid.png
//! ```
//!
//! On the plane (`--set model=plane`) the picture shows points, real ones teal and generated
//! ones orange.

mod support;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use ganvas_core::checkpoint::{self, Precision};

use ganvas_core::{ErrorCode, GRID_COUNT, Result, Training, own_data};
use indicatif::{ProgressBar, ProgressStyle};
use pollster::block_on;
use support::device::Backend;
use support::{digits, failure, files, picture, points};

/// Points of the plane in a picture.
const POINTS: usize = 2000;

/// How often losses are read from the device and shown.
const REPORT_EVERY: Duration = Duration::from_millis(500);

/// Trains a generative adversarial network.
#[derive(Debug, Parser)]
struct Options {
    /// Folder with IDX files; else data/mnist, then ../shared/mnist, then drawn digits.
    #[arg(long, value_name = "DIR")]
    mnist: Option<PathBuf>,
    /// Steps to train.
    #[arg(long, default_value_t = 2000)]
    steps: u64,
    /// The experiment as JSON, or a file with it.
    #[arg(long, value_name = "JSON|FILE")]
    experiment: Option<String>,
    /// One setting of the experiment; may be repeated.
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// A checkpoint to go on from.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["experiment", "set"])]
    resume: Option<PathBuf>,
    /// What to compute on.
    #[arg(long, value_enum, default_value_t = Backend::Flex)]
    backend: Backend,
    /// Checkpoint to write in the end.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the checkpoint in half precision, weights only.
    #[arg(long, requires = "out")]
    half: bool,
    /// Picture of 64 digits, or of points of the plane, to write in the end.
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
    /// Also write a numbered picture every so many steps.
    #[arg(long, value_name = "STEPS", requires = "png", value_parser = clap::value_parser!(u64).range(1..))]
    every: Option<u64>,
}

fn main() -> ExitCode {
    failure::finish(train(&Options::parse()))
}

fn train(options: &Options) -> Result<()> {
    let mut training = prepare(options)?;
    describe(&training);
    let started = Instant::now();
    let result = run(options, &mut training);
    let seconds = started.elapsed().as_secs_f64();
    result?;
    println!(
        "{} steps in {seconds:.1} s, {:.1} a second",
        options.steps,
        options.steps as f64 / seconds
    );
    save(options, &training)
}

/// The run, fresh or resumed.
fn prepare(options: &Options) -> Result<Training> {
    let folder = options.mnist.as_deref();
    match &options.resume {
        Some(path) => {
            let bytes = files::read_checkpoint(path)?;
            let experiment = checkpoint::experiment(&bytes)?;
            let dataset = match own_data(&experiment)? {
                Some(points) => points,
                None => digits::find(experiment.dataset, folder)?.0,
            };
            Training::load(&bytes, dataset, &options.backend.open()?)
        }
        None => {
            let mut experiment = files::experiment(options.experiment.as_deref(), &options.set)?;
            let dataset = match own_data(&experiment)? {
                Some(points) => points,
                None => {
                    let (dataset, found) = digits::find(experiment.dataset, folder)?;
                    experiment.dataset = found;
                    dataset
                }
            };
            Training::new(experiment, dataset, &options.backend.open()?)
        }
    }
}

fn describe(training: &Training) {
    let dataset = training.dataset();
    match dataset.distribution() {
        Some(_) => println!("data: {}, {}", dataset.name(), dataset.source()),
        None => println!(
            "data: {} {} images, {}",
            dataset.count(),
            dataset.name(),
            dataset.source()
        ),
    }
    println!("experiment: {}", training.experiment().to_json());
    println!("{} parameters", training.parameter_count());
}

fn run(options: &Options, training: &mut Training) -> Result<()> {
    let bar = ProgressBar::new(options.steps);
    if let Ok(style) = ProgressStyle::with_template("{pos}/{len} {wide_bar} {per_sec} {eta} {msg}")
    {
        bar.set_style(style);
    }
    let mut reported = Instant::now();
    for done in 1..=options.steps {
        training.step()?;
        bar.inc(1);
        if reported.elapsed() >= REPORT_EVERY || done == options.steps {
            reported = Instant::now();
            report(training, &bar)?;
        }
        if let (Some(every), Some(png)) = (options.every, &options.png)
            && done % every == 0
        {
            let step = training.progress().generator_updates;
            draw(training, &numbered(png, step))?;
        }
    }
    bar.finish();
    Ok(())
}

fn report(training: &Training, bar: &ProgressBar) -> Result<()> {
    let r = block_on(training.report())?;
    let line = format!(
        "D {:.3} G {:.3} D(x) {:.2} D(G(z)) {:.2}",
        r.d_loss, r.g_loss, r.d_real, r.d_fake
    );
    if bar.is_hidden() {
        // No terminal: a line from time to time, for the log.
        println!("step {} epoch {:.2} {line}", r.step, r.epoch);
    } else {
        bar.set_message(line);
    }
    Ok(())
}

fn save(options: &Options, training: &Training) -> Result<()> {
    if let Some(path) = &options.out {
        let precision = if options.half {
            Precision::Half
        } else {
            Precision::Full
        };
        let bytes = block_on(training.save_as(precision))?;
        files::write(ErrorCode::BadCheckpoint, path, &bytes)?;
        println!("wrote {}, {} bytes", path.display(), bytes.len());
    }
    if let Some(path) = &options.png {
        draw(training, path)?;
        println!("wrote {}", path.display());
    }
    Ok(())
}

fn draw(training: &Training, path: &Path) -> Result<()> {
    if training.experiment().model.has_points() {
        let fake = block_on(training.sample_points(POINTS, 0))?;
        return points::write_picture(path, &training.feed().shown_points(POINTS), &fake);
    }
    let images = block_on(training.grid())?;
    let size = [training.picture_side(), training.channels()];
    picture::write(path, &images, GRID_COUNT, size)
}

/// `grid.png` → `grid-000500.png`.
fn numbered(path: &Path, step: u64) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path.extension().unwrap_or("png".as_ref()).to_string_lossy();
    path.with_file_name(format!("{stem}-{step:06}.{extension}"))
}
