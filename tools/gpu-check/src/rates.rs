//! Steps per second of the article's DCGAN, as `bench.html` measures them.

use std::time::Instant;

use burn::tensor::Device;
use ganvas_core::{Dataset, Experiment, Training};
use serde_json::{Value, json};

/// Steps between two read-backs, as the page's pace allows a fast device.
const SLICE: usize = 50;

/// Trains on drawn digits for about `seconds`; the first step, which compiles, is not counted.
pub fn measure(width: usize, batch_size: usize, seconds: f64, device: &Device) -> Value {
    let experiment = Experiment {
        width,
        batch_size,
        ..Experiment::default()
    };
    let rate = rate(experiment, seconds, device);
    match rate {
        Ok(rate) => {
            eprintln!("width {width}, batch {batch_size}: {rate:.1} steps a second");
            json!({ "width": width, "batch_size": batch_size, "steps_per_second": rate })
        }
        Err(problem) => {
            eprintln!("width {width}, batch {batch_size}: {problem}");
            json!({ "width": width, "batch_size": batch_size, "error": problem.code().as_str() })
        }
    }
}

fn rate(experiment: Experiment, seconds: f64, device: &Device) -> ganvas_core::Result<f64> {
    let dataset = Dataset::procedural(1000, 1);
    let mut training = Training::new(experiment, dataset, device)?;
    training.step()?;
    pollster::block_on(training.report())?;
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
            return Ok(steps as f64 / passed);
        }
        // As many as a quarter of a second holds, but for the read-back.
        slice = ((0.25 * steps as f64 / passed) as usize).clamp(1, SLICE);
    }
}
