//! Training steps of every model on the GPU and on the CPU.

#[path = "../../../crates/ganvas-core/tests/support/experiments.rs"]
#[allow(dead_code)]
mod experiments;

use std::sync::Arc;

use burn::tensor::Device;
use experiments::experiments;
use ganvas_core::experiment::Model;
use ganvas_core::{Dataset, Experiment, Training};
use serde_json::Value;

use crate::Comparison;

const STEPS: usize = 2;
/// What a report says, relative to itself, or to 1 where it is smaller.
const ALLOWED: f64 = 1e-3;

/// Compares the figures of two steps of every experiment that the schema allows.
pub fn check(gpu: &Device) -> Comparison {
    let mut comparison = Comparison::new();
    let dataset = Arc::new(Dataset::procedural(256, 1));
    for model in Model::NAMES {
        for experiment in experiments(model, 8, 32) {
            let runs = [Device::flex(), gpu.clone()]
                .map(|device| figures(&experiment, &dataset, &device));
            let what = |detail: &str| format!("{}: {detail}", experiment.to_json());
            match runs {
                [Ok(expected), Ok(found)] => {
                    for (step, (expected, found)) in expected.iter().zip(&found).enumerate() {
                        for (name, a) in expected {
                            let b = found.get(name).copied().unwrap_or(f64::NAN);
                            let off = (a - b).abs() / (ALLOWED * a.abs().max(1.0));
                            comparison.add(|| what(&format!("{name} at step {step}")), off);
                        }
                    }
                }
                [expected, found] => {
                    let problem = expected.err().or(found.err()).unwrap_or_default();
                    comparison.add(|| what(&problem), f64::INFINITY);
                }
            }
        }
    }
    comparison
}

/// The figures of each step, by name.
type Figures = std::collections::BTreeMap<String, f64>;

fn figures(
    experiment: &Experiment,
    dataset: &Arc<Dataset>,
    device: &Device,
) -> Result<Vec<Figures>, String> {
    let told = |error: ganvas_core::Error| error.to_string();
    let mut training =
        Training::new(experiment.clone(), Arc::clone(dataset), device).map_err(told)?;
    (0..STEPS)
        .map(|_| {
            training.step().map_err(told)?;
            let report = pollster::block_on(training.report()).map_err(told)?;
            let report = serde_json::to_value(&report).map_err(|error| error.to_string())?;
            let numbers = report.as_object().into_iter().flatten();
            let numbers = numbers.filter_map(|(name, value)| number(name, value));
            Ok(numbers.collect())
        })
        .collect()
}

fn number(name: &str, value: &Value) -> Option<(String, f64)> {
    value.as_f64().map(|value| (name.to_owned(), value))
}
