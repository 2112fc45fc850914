//! Every kernel and every step against the CPU.

#[path = "../../../crates/ganvas-web/tests/agreement/mod.rs"]
mod agreement;
#[path = "../../../crates/ganvas-web/tests/agreement/steps.rs"]
mod steps;

use std::sync::Arc;

use burn::tensor::Device;
use ganvas_core::experiment::Model;
use ganvas_core::{Dataset, Experiment, Training, own_data};
use ganvas_kernels::ops::{set_tiles, tiles};
use serde_json::{Value, json};

use crate::guard::guarded;
use crate::options::Scope;
use agreement::{Comparison, Devices};
use steps::experiments::experiments;
use steps::{Apart, GRADIENTS, Named, SMOOTH, STEPS};

/// What was compared, and what came of it.
pub struct Check {
    name: String,
    found: Comparison,
}

impl Check {
    /// Runs it.
    fn of(name: &str, check: impl Future<Output = Comparison>) -> Self {
        let found = guarded(|| pollster::block_on(check)).unwrap_or_else(|problem| {
            let mut comparison = Comparison::default();
            comparison.claim(|| problem, false);
            comparison
        });
        let worst = found.worst.as_ref().map_or(0.0, |worst| worst.off);
        let (tried, wrong) = (found.tried, found.wrong.len());
        eprintln!(
            "{name}: {tried} results, {wrong} wrong, the worst off by {worst:.3} of what is allowed"
        );
        for wrong in found.wrong.iter().take(3) {
            eprintln!("  {}", wrong.what);
        }
        let name = name.to_owned();
        Self { name, found }
    }

    /// Whether nothing was wrong, and something was tried.
    pub fn is_right(&self) -> bool {
        self.found.tried > 0 && self.found.wrong.is_empty()
    }

    /// For the file. A number that is none is null there.
    pub fn describe(&self) -> Value {
        let told = |what: &str, off: f64| json!({ "what": what, "off": off });
        let Comparison {
            tried,
            worst,
            wrong,
        } = &self.found;
        let wrong = wrong.iter().map(|wrong| told(&wrong.what, wrong.off));
        json!({
            "name": self.name,
            "tried": tried,
            "worst": worst.as_ref().map(|worst| told(&worst.what, worst.off)),
            "wrong": wrong.collect::<Vec<_>>(),
        })
    }
}

/// Every kernel, with the tiles of GPUs and of software adapters.
pub fn kernels(devices: &Devices, scope: Scope) -> Vec<Check> {
    let chosen = tiles();
    let mut checks = vec![
        Check::of("small stacks", agreement::small_stacks_agree(devices)),
        Check::of(
            "gathered figures",
            agreement::gathered_figures_agree(devices),
        ),
        Check::of("losses", agreement::losses_agree(devices)),
        Check::of("Adam", agreement::adam_agrees(devices)),
        Check::of(
            "what is not a number stays so",
            agreement::what_is_not_a_number_stays_so(devices),
        ),
        Check::of(
            "networks keep what is no number",
            agreement::networks_keep_what_is_no_number(devices),
        ),
        Check::of("slopes at zero", agreement::slopes_at_zero_agree(devices)),
    ];
    let widths: &[usize] = match scope {
        Scope::Quick => &[2, 8],
        Scope::Full => &[2, 8, 16],
    };
    for &width in widths {
        checks.push(Check::of(
            &format!("networks of width {width}"),
            agreement::networks_agree(width, devices),
        ));
    }
    set_tiles(chosen);
    checks
}

/// Steps of every experiment that the schema allows, and of every model at the sizes at which
/// kernels take other paths.
pub fn steps(devices: &Devices, scope: Scope) -> Vec<Check> {
    let mut checks: Vec<Check> = Model::ALL
        .iter()
        .map(|model| {
            let name = format!("steps of {}", model.as_str());
            Check::of(&name, every_experiment(*model, devices))
        })
        .collect();
    let sizes: &[(usize, usize)] = match scope {
        Scope::Quick => &[(8, 32)],
        Scope::Full => &[(8, 32), (16, 32), (2, 64)],
    };
    for &(width, image_size) in sizes {
        let name = format!("steps of width {width}, images of {image_size}");
        let all = steps::of_size(width, image_size);
        checks.push(Check::of(&name, smooth(all, devices)));
    }
    let default = smooth(vec![Experiment::default()], devices);
    checks.push(Check::of("steps of the default experiment", default));
    checks
}

async fn every_experiment(model: Model, devices: &Devices) -> Comparison {
    let mut comparison = Comparison::default();
    for experiment in experiments(model.as_str(), 2, 32) {
        let mut runs = Pair::of(&experiment, devices);
        for step in 1..=STEPS {
            let what = format!("{}, step {step}", experiment.to_record());
            let Apart { what: name, part } = runs.step(&what, &mut comparison).await;
            comparison.add(|| format!("{what}: gradient of {name}"), part / GRADIENTS);
        }
    }
    comparison
}

async fn smooth(all: Vec<Experiment>, devices: &Devices) -> Comparison {
    let mut comparison = Comparison::default();
    for experiment in all {
        let what = experiment.to_record().to_string();
        let least = steps::with_any_seed(&experiment, async |experiment| {
            let mut runs = Pair::of(&experiment, devices);
            let what = format!("{what}, seed {}", experiment.seed);
            runs.step(&what, &mut comparison).await
        });
        let Apart { what: name, part } = least.await;
        comparison.add(|| format!("{what}: gradient of {name}"), part / SMOOTH);
    }
    comparison
}

/// The same run on both devices.
struct Pair([Training; 2]);

impl Pair {
    /// # Panics
    ///
    /// Where the schema allows what no run can begin with.
    fn of(experiment: &Experiment, devices: &Devices) -> Self {
        let points = own_data(experiment).expect("points of the plane");
        let data = Arc::new(points.unwrap_or_else(|| Dataset::procedural(256, 1)));
        Self(devices.each_ref().map(|device| {
            Training::new(experiment.clone(), Arc::clone(&data), device).expect("a run")
        }))
    }

    /// Takes a step on both, compares what they report, and returns how far apart the mean
    /// gradients are.
    async fn step(&mut self, what: &str, comparison: &mut Comparison) -> Apart {
        let mut figures = Vec::new();
        let mut numbers: Vec<Named> = Vec::new();
        for run in &mut self.0 {
            run.step().expect("a whole step is always possible");
            let report = run.report().await.expect("a report");
            let report = serde_json::to_value(&report).and_then(serde_json::from_value);
            figures.push(report.expect("a report of numbers"));
            numbers.push(steps::floats(&run.save().await.expect("a checkpoint")));
        }
        let Apart { what: name, part } = steps::figures_apart(&figures[0], &figures[1]);
        comparison.add(|| format!("{what}: {name}"), part);
        steps::gradients_apart(&numbers[0], &numbers[1])
    }
}

/// Both devices.
pub fn devices(gpu: Device) -> Devices {
    [Device::flex(), gpu]
}
