//! Trains on the plane from several seeds, and prints how that goes:
//!
//! ```text
//! cargo run --release -p ganvas-core --example plane -- \
//!     --set loss=hinge --set dataset=grid --seeds 1,2 --steps 10000 --every 2000
//! ```

mod support;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use ganvas_core::metric::modes::evaluate_plane;
use ganvas_core::player::Weights;
use ganvas_core::schema::presets;
use ganvas_core::{Error, Experiment, PlaneRequest, Result, Training, own_data};
use pollster::block_on;
use serde_json::{Map, Value, json};
use support::device::Backend;
use support::{failure, points};

/// Points that are judged.
const JUDGED: usize = 2500;

/// Trains on the plane and prints its metrics.
#[derive(Debug, Parser)]
struct Options {
    /// Settings of this preset instead of the defaults.
    #[arg(long, value_name = "NAME")]
    preset: Option<String>,
    /// One setting of the experiment; may be repeated.
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// Seeds, one run for each.
    #[arg(long, value_delimiter = ',', default_value = "1,2")]
    seeds: Vec<u64>,
    /// Steps of a run.
    #[arg(long, default_value_t = 5000)]
    steps: u64,
    /// Prints a line every so many steps.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..))]
    every: u64,
    /// The weights as they are trained, not their average.
    #[arg(long)]
    raw: bool,
    /// Picture of the last run's points.
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
    let experiment = experiment(options)?;
    println!("{}", experiment.to_record());
    let device = options.backend.open()?;
    for &seed in &options.seeds {
        let experiment = Experiment {
            seed,
            ..experiment.clone()
        };
        let data =
            own_data(&experiment)?.ok_or_else(|| Error::experiment("model", "must be plane"))?;
        let mut training = Training::new(experiment, data, &device)?;
        if options.raw {
            training.show_weights(Weights::Raw);
        }
        let started = Instant::now();
        for step in 1..=options.steps {
            training.step()?;
            if step % options.every == 0 {
                print(&training, started.elapsed().as_secs_f64())?;
            }
        }
        if let Some(png) = &options.png {
            let fake = block_on(training.sample_points(JUDGED, 0))?;
            points::write_picture(png, &training.feed().shown_points(JUDGED), &fake)?;
        }
    }
    Ok(())
}

/// The preset's settings, or the defaults, with changes.
fn experiment(options: &Options) -> Result<Experiment> {
    let base = match &options.preset {
        None => Experiment::from_value(json!({ "model": "plane" }))?,
        Some(name) => {
            let found = presets().into_iter().find(|preset| preset.name == name);
            found
                .ok_or_else(|| Error::experiment("preset", format!("there is no {name}")))?
                .experiment
        }
    };
    let mut changes = Map::new();
    for setting in &options.set {
        let (name, value) = setting
            .split_once('=')
            .ok_or_else(|| Error::experiment(setting, "a setting looks like width=32"))?;
        let value: Value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
        changes.insert(name.to_owned(), value);
    }
    base.with_changes(&Value::Object(changes))
}

fn print(training: &Training, seconds: f64) -> Result<()> {
    let report = block_on(training.report())?;
    let judged = block_on(evaluate_plane(training, JUDGED))?;
    let frame = block_on(training.plane_frame(PlaneRequest {
        points: 512,
        field: 48,
        lattice: 0,
    }))?;
    // Lengths of the pull: how much of G's loss each fake feels.
    let mut lengths: Vec<f32> = frame
        .pull
        .chunks_exact(2)
        .map(|pair| (pair[0] * pair[0] + pair[1] * pair[1]).sqrt())
        .collect();
    lengths.sort_by(f32::total_cmp);
    let quantile = |share: usize| lengths[(lengths.len() - 1) * share / 10];
    let modes = judged.coverage.map_or(String::new(), |it| {
        format!("modes {}/{} good {:.2} ", it.modes, it.modes_of, it.good)
    });
    println!(
        "seed {} step {:>6} {modes}js {:.3} (floor {:.3}) D {:.3} G {:.3} D(x) {:.2} D(G) {:.2} \
         pull {:.1e} {:.1e} {:.1e} | {:.0} steps/s",
        training.experiment().seed,
        report.step,
        judged.js,
        judged.js_floor,
        report.d_loss,
        report.g_loss,
        report.d_real,
        report.d_fake,
        quantile(1),
        quantile(5),
        quantile(9),
        report.step as f64 / seconds,
    );
    Ok(())
}
