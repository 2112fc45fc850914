//! Takes training steps for the benchmark beside other libraries, as a native program:
//!
//! ```text
//! cargo run --release -p ganvas-core --example bench_steps -- \
//!     target/bench-inputs/16x32.safetensors
//! ```
//!
//! It says `{"version": …}` when it is ready. For each line that it reads it takes a step and
//! says `{"ms": …, "losses": [d_loss, g_loss]}`. The run's own batches and latents are those of
//! the inputs, whose losses prove it.

use std::error::Error;
use std::io::{BufRead, Write, stdin, stdout};
use std::path::PathBuf;
use std::time::Instant;

use burn::tensor::Device;
use clap::Parser;
use ganvas_core::{Experiment, Training};
use pollster::block_on;
use safetensors::tensor::SafeTensors;
use serde_json::{Value, json};

mod support;

/// Takes a training step for each line of the standard input.
#[derive(Debug, Parser)]
struct Options {
    /// A file that `bench_inputs` has written.
    inputs: PathBuf,
}

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::fs::read(Options::parse().inputs)?;
    let (_, header) = SafeTensors::read_metadata(&file)?;
    let experiment = header
        .metadata()
        .as_ref()
        .and_then(|texts| texts.get("experiment"))
        .ok_or("the inputs hold no experiment")?;
    let experiment = Experiment::from_json(experiment)?;
    let mut training = Training::new(experiment, support::digits::drawn(), &Device::flex())?;

    say(&json!({ "version": env!("CARGO_PKG_VERSION") }))?;
    for line in stdin().lock().lines() {
        line?;
        let start = Instant::now();
        training.step()?;
        let report = block_on(training.report())?;
        let ms = 1000.0 * start.elapsed().as_secs_f64();
        say(&json!({ "ms": ms, "losses": [report.d_loss, report.g_loss] }))?;
    }
    Ok(())
}

fn say(answer: &Value) -> std::io::Result<()> {
    let mut out = stdout().lock();
    writeln!(out, "{answer}")?;
    out.flush()
}
