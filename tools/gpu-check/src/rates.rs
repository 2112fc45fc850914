//! Steps per second of the article's DCGAN, as `bench.html` measures them.

use std::time::Instant;

use burn::tensor::Device;
use ganvas_core::{Dataset, Experiment, Training};
use serde_json::{Value, json};

/// Steps between two read-backs, as the page's pace allows a fast device.
const SLICE: usize = 50;

/// Trains on drawn digits for about `seconds`; the first step, which compiles, is told apart.
pub fn measure(
    backend: &str,
    (width, batch_size): (usize, usize),
    seconds: f64,
    device: &Device,
) -> Value {
    let experiment = Experiment {
        width,
        batch_size,
        ..Experiment::default()
    };
    let what = format!("width {width}, batch {batch_size}, {backend}");
    match rate(experiment, seconds, device) {
        Ok((first, steps, passed)) => {
            let rate = steps as f64 / passed;
            eprintln!("{what}: {rate:.2} steps a second");
            json!({
                "backend": backend,
                "width": width,
                "batch_size": batch_size,
                "first_step_ms": 1e3 * first,
                "steps": steps,
                "step_ms": 1e3 / rate,
                "steps_per_second": rate,
            })
        }
        Err(problem) => {
            eprintln!("{what}: {problem}");
            json!({
                "backend": backend,
                "width": width,
                "batch_size": batch_size,
                "error": problem.code().as_str(),
            })
        }
    }
}

/// Seconds of the first step, how many were timed after it, and for how long.
fn rate(
    experiment: Experiment,
    seconds: f64,
    device: &Device,
) -> ganvas_core::Result<(f64, usize, f64)> {
    let dataset = Dataset::procedural(1000, 1);
    let mut training = Training::new(experiment, dataset, device)?;
    let start = Instant::now();
    training.step()?;
    pollster::block_on(training.report())?;
    let first = start.elapsed().as_secs_f64();
    let mut steps = 0;
    let mut slice = 1;
    let start = Instant::now();
    loop {
        for _ in 0..slice {
            training.step()?;
        }
        pollster::block_on(training.report())?;
        steps += slice;
        let passed = start.elapsed().as_secs_f64();
        if passed >= seconds {
            return Ok((first, steps, passed));
        }
        // As many as a quarter of a second holds, but for the read-back.
        slice = ((0.25 * steps as f64 / passed) as usize).clamp(1, SLICE);
    }
}
