//! Every model with every loss and every further term that the schema allows: two steps of
//! a training against the same from burn's own operations.

mod plain;
mod support;

use burn::tensor::Tensor;
use ganvas_core::experiment::Model;
use ganvas_core::network::TensorSpec;
use ganvas_core::{Dataset, Experiment, Training};
use support::experiments::{experiments, plainest};
use support::golden::read;
use support::runs::{device, wait};

/// Losses, relative to themselves.
const LOSS: f64 = 1e-4;
/// Gradients, parameters and averages after each step: the length of the difference, as a
/// part of the length of the change, tensor by tensor. A value that rounding pushes over
/// the kink of a ReLU moves a gradient by some hundredths; a wrong one is off by a good part
/// of itself.
const NUMBERS: f64 = 5e-2;

/// Some steps of both.
fn check(experiment: &Experiment, steps: usize) {
    let what = experiment.to_record().to_string();
    let digits = Dataset::procedural(12, 5);
    let mut training = Training::new(experiment.clone(), digits, &device()).unwrap();
    let mut players = plain::players_of(training.system());
    let mut feed = training.feed().clone();
    let start: Vec<Vec<f32>> = players.iter().map(|p| read(p.flat.clone())).collect();
    for step in 1..=steps {
        training.step().unwrap();
        let report = wait(training.report()).unwrap();
        let [d_loss, g_loss] = plain::step(experiment, &mut players, &mut feed);
        for (name, actual, expected) in [
            ("d_loss", report.d_loss, d_loss),
            ("g_loss", report.g_loss, g_loss),
        ] {
            let tolerance = LOSS * expected.abs().max(1.0);
            assert!(
                (actual - expected).abs() <= tolerance,
                "{what}, step {step}: {name} is {actual}, not {expected}"
            );
        }
        for ((tested, plain), start) in training
            .system()
            .players()
            .into_iter()
            .zip(&players)
            .zip(&start)
        {
            let near = |name: &str, both: [&Tensor<1>; 2], specs: &[TensorSpec], from: &[f32]| {
                let [actual, expected] = both.map(|tensor| read(tensor.clone()));
                let all = distance(&expected, from);
                for spec in specs {
                    let range = spec.range();
                    assert_near(
                        &format!(
                            "{what}, step {step}: {name} of {}.{}",
                            tested.name, spec.name
                        ),
                        [&actual[range.clone()], &expected[range.clone()]],
                        &from[range],
                        NUMBERS,
                        all,
                    );
                }
            };
            let zeros = vec![0.0; start.len()];
            let learnt = tested.network.parameters();
            near(
                "mean gradient",
                [&tested.adam.mean, &plain.mean],
                learnt,
                &zeros,
            );
            near(
                "number",
                [&tested.parameters.flat, &plain.flat],
                learnt,
                start,
            );
            let statistics = [&tested.parameters.statistics, &plain.statistics];
            let none = vec![0.0; tested.network.statistics_len()];
            near("statistic", statistics, tested.network.statistics(), &none);
            match (&tested.adam.average, &plain.average) {
                (Some(actual), Some(expected)) => {
                    near("average", [actual, expected], learnt, start);
                }
                (None, None) => {}
                _ => panic!("{what}: one keeps an average"),
            }
        }
    }
}

/// Both have moved alike from where they were.
fn assert_near(
    what: &str,
    [actual, expected]: [&[f32]; 2],
    from: &[f32],
    tolerance: f64,
    all: f64,
) {
    let mut missed = 0.0f64;
    for ((actual, expected), from) in actual.iter().zip(expected).zip(from) {
        // Float32 has no number in between.
        let size = expected.abs().max(from.abs());
        let rounding = 2.0 * f64::from(size.next_up() - size);
        let apart = (f64::from(*actual) - f64::from(*expected)).abs();
        missed += (apart - rounding).max(0.0).powi(2);
    }
    // What is zero but for rounding (a bias before BatchNorm) has the size of that rounding.
    let length = distance(expected, from).max(1e-3 * all);
    let missed = missed.sqrt();
    assert!(
        missed <= tolerance * length,
        "{what} is off by {missed:e}, where it moved by {length:e}"
    );
}

/// The length of the difference.
fn distance(a: &[f32], b: &[f32]) -> f64 {
    let squares = a
        .iter()
        .zip(b)
        .map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2));
    squares.sum::<f64>().sqrt()
}

fn check_model(model: Model, least: usize) {
    let found = experiments(model.as_str(), 2, 32);
    assert!(found.len() >= least, "{} experiments", found.len());
    for experiment in &found {
        check(experiment, 2);
    }
}

#[test]
fn dcgan() {
    check_model(Model::Dcgan, 45);
}

#[test]
fn fully_connected() {
    check_model(Model::Gan, 40);
}

#[test]
fn linear_stem() {
    check_model(Model::DcganLinear, 45);
}

#[test]
fn conditional() {
    check_model(Model::Conditional, 45);
}

#[test]
fn wgan() {
    check_model(Model::Wgan, 6);
}

#[test]
fn wgan_gp() {
    check_model(Model::WganGp, 8);
}

#[test]
fn vae() {
    check_model(Model::Vae, 1);
}

#[test]
fn cyclegan() {
    check_model(Model::Cyclegan, 15);
}

/// The kernels that begin at eight channels, and one more stage. With so many values some
/// are at a kink, and a second update begins apart.
#[test]
fn wider_networks_and_larger_images() {
    for model in Model::NAMES {
        for (width, image_size) in [(8, 32), (16, 32), (2, 64), (8, 64)] {
            check(&plainest(model, width, image_size), 1);
        }
    }
}
