//! Every model with every loss and every further term that the schema allows: two steps of
//! a training against the same from burn's own operations.

mod plain;
mod support;

use burn::tensor::Tensor;
use ganvas_core::experiment::Model;
use ganvas_core::network::TensorSpec;
use ganvas_core::schema::{FIELDS, Field};
use ganvas_core::{Dataset, Experiment, Training, own_data};
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
/// The same where hardly a value is at a kink.
const SMOOTH: f64 = 5e-3;

/// Numbers that differ, and by which part of the way that they moved.
#[derive(Default)]
struct Apart {
    what: String,
    part: f64,
}

impl Apart {
    fn assert_within(&self, tolerance: f64) {
        let Self { what, part } = self;
        assert!(*part <= tolerance, "{what} is off by {part:e} of its way");
    }
}

/// Some steps of both, and the numbers that are furthest apart after any of them. The losses
/// have to be the same.
fn follow(experiment: &Experiment, steps: usize) -> Apart {
    let what = experiment.to_record().to_string();
    let points = own_data(experiment).unwrap();
    let data = points.unwrap_or_else(|| Dataset::procedural(12, 5));
    let mut training = Training::new(experiment.clone(), data, &device()).unwrap();
    let mut players = plain::players_of(training.system());
    let mut feed = training.feed().clone();
    let start: Vec<Vec<f32>> = players.iter().map(|p| read(p.flat.clone())).collect();
    let mut furthest = Apart::default();
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
            let mut compare =
                |name: &str, both: [&Tensor<1>; 2], specs: &[TensorSpec], from: &[f32]| {
                    let [actual, expected] = both.map(|tensor| read(tensor.clone()));
                    let all = distance(&expected, from);
                    for spec in specs {
                        let range = spec.range();
                        let part = apart(
                            [&actual[range.clone()], &expected[range.clone()]],
                            &from[range],
                            all,
                        );
                        let what = || {
                            format!(
                                "{what}, step {step}: {name} of {}.{}",
                                tested.name, spec.name
                            )
                        };
                        assert!(part.is_finite(), "{}", what());
                        if part > furthest.part {
                            furthest = Apart { what: what(), part };
                        }
                    }
                };
            let zeros = vec![0.0; start.len()];
            let learnt = tested.network.parameters();
            compare(
                "mean gradient",
                [&tested.adam.mean, &plain.mean],
                learnt,
                &zeros,
            );
            compare(
                "number",
                [&tested.parameters.flat, &plain.flat],
                learnt,
                start,
            );
            let statistics = [&tested.parameters.statistics, &plain.statistics];
            let none = vec![0.0; tested.network.statistics_len()];
            compare("statistic", statistics, tested.network.statistics(), &none);
            match (&tested.adam.average, &plain.average) {
                (Some(actual), Some(expected)) => {
                    compare("average", [actual, expected], learnt, start);
                }
                (None, None) => {}
                _ => panic!("{what}: one keeps an average"),
            }
        }
    }
    furthest
}

/// How far apart they are, as a part of the way from where they were.
fn apart([actual, expected]: [&[f32]; 2], from: &[f32], all: f64) -> f64 {
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
    if missed == 0.0 {
        0.0
    } else {
        missed.sqrt() / length
    }
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
        follow(experiment, 2).assert_within(NUMBERS);
    }
}

#[test]
fn dcgan() {
    check_model(Model::Dcgan, 60);
}

#[test]
fn fully_connected() {
    check_model(Model::Gan, 55);
}

#[test]
fn linear_stem() {
    check_model(Model::DcganLinear, 60);
}

#[test]
fn conditional() {
    check_model(Model::Conditional, 75);
}

#[test]
fn wgan() {
    check_model(Model::Wgan, 9);
}

#[test]
fn wgan_gp() {
    check_model(Model::WganGp, 12);
}

#[test]
fn vae() {
    check_model(Model::Vae, 4);
}

#[test]
fn plane() {
    check_model(Model::Plane, 80);
}

#[test]
fn cyclegan() {
    check_model(Model::Cyclegan, 35);
}

/// The kernels that begin at eight channels, and one more stage. With so many values some
/// may be at a kink, and a second update begins apart: one step, with the first seed that
/// keeps clear of them. A wrong kernel is wrong with each.
#[test]
fn wider_networks_and_larger_images() {
    for model in Model::NAMES {
        for (width, image_size) in [(8, 32), (16, 32), (2, 64), (8, 64)] {
            let experiment = plainest(model, width, image_size);
            let mut least = Apart {
                part: f64::INFINITY,
                ..Apart::default()
            };
            for seed in 3..=8 {
                let found = follow(
                    &Experiment {
                        seed,
                        ..experiment.clone()
                    },
                    1,
                );
                if found.part < least.part {
                    least = found;
                }
                if least.part <= SMOOTH {
                    break;
                }
            }
            least.assert_within(SMOOTH);
        }
    }
}

/// What every experiment of the list has alike, or tests of their own vary: the rest is tried
/// with more than one value wherever a model has it. A new setting belongs to either.
const ALIKE: [&str; 13] = [
    "model",
    "dataset",
    "drawing",
    "width",
    "image_size",
    "latent_dim",
    "batch_size",
    "generator_lr",
    "discriminator_lr",
    "beta1",
    "beta2",
    "epsilon",
    "seed",
];

#[test]
fn every_further_setting_of_a_model_is_tried() {
    for name in ALIKE {
        assert!(Field::named(name).is_some(), "there is no {name}");
    }
    for &model in Model::ALL {
        let found = experiments(model.as_str(), 2, 32);
        let mut tried = FIELDS.iter().filter(|field| !ALIKE.contains(&field.name));
        let constant = tried.find(|field| {
            let value = |experiment: &Experiment| experiment.to_value()[field.name].clone();
            let first = value(&found[0]);
            field.applies(model) && found.iter().all(|other| value(other) == first)
        });
        let name = constant.map(|field| field.name);
        assert_eq!(name, None, "{model:?}: only one value is tried");
    }
}
