//! Every model with every loss and every further term that the schema allows: two steps of
//! a training against the same from burn's own operations.

mod plain;
mod support;

use burn::tensor::Tensor;
use ganvas_core::experiment::Model;
use ganvas_core::loss::Loss;
use ganvas_core::{Dataset, Experiment, Training};
use serde_json::{Value, json};
use support::golden::read;
use support::runs::{device, wait};

/// Losses, relative to themselves.
const LOSS: f64 = 1e-4;
/// Gradients, parameters and averages, relative to the largest change in their tensor.
const NUMBERS: f64 = 2e-3;

/// What can be added to an objective or changed about it.
fn terms() -> Vec<Value> {
    vec![
        json!({}),
        json!({ "gradient_penalty": 10.0 }),
        json!({ "gradient_penalty": 0.0 }),
        json!({ "spectral_norm": true, "gradient_penalty": 0.0 }),
        json!({ "spectral_norm": true }),
        json!({ "feature_matching": 0.5 }),
        json!({ "feature_matching": 0.5, "feature_matching_only": true }),
        json!({ "mmd": 0.5 }),
        json!({ "d_l2": 0.01 }),
        json!({ "unrolled_steps": 2 }),
        json!({ "generator_activation": "leaky_relu" }),
        json!({ "discriminator_steps": 2 }),
        json!({ "feature_matching": 0.5, "mmd": 0.5, "d_l2": 0.01, "unrolled_steps": 1 }),
    ]
}

/// Every experiment of one model that the schema allows.
fn experiments(model: &str, width: usize, image_size: usize) -> Vec<Experiment> {
    let mut found: Vec<Experiment> = Vec::new();
    for loss in Loss::NAMES {
        for term in terms() {
            let mut settings = json!({
                "model": model, "loss": loss, "width": width, "image_size": image_size,
                "batch_size": 4, "seed": 3,
                // Large: an optimizer step is then nearly linear in the gradient, and a
                // gradient of nothing but rounding moves nothing.
                "epsilon": 0.1,
            });
            let fields = settings.as_object_mut().unwrap();
            if model != "cyclegan" {
                fields.insert("latent_dim".into(), json!(6));
            }
            fields.extend(term.as_object().unwrap().clone());
            if let Ok(experiment) = Experiment::from_value(settings)
                && !found.contains(&experiment)
            {
                found.push(experiment);
            }
        }
    }
    found
}

/// Two steps of both.
fn check(experiment: &Experiment) {
    let what = experiment.to_record().to_string();
    let digits = Dataset::procedural(12, 5);
    let mut training = Training::new(experiment.clone(), digits, &device()).unwrap();
    let mut players = plain::players_of(training.system());
    let mut feed = training.feed().clone();
    let start: Vec<Vec<f32>> = players.iter().map(|p| read(p.flat.clone())).collect();
    for step in 1..=2 {
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
            let near = |name: &str, actual: &Tensor<1>, expected: &Tensor<1>, from: &[f32]| {
                let what = format!("{what}, step {step}: {name} of {}", tested.name);
                assert_near(&what, &read(actual.clone()), &read(expected.clone()), from);
            };
            let zeros = vec![0.0; start.len()];
            let statistics = &tested.parameters.statistics;
            let none = vec![0.0; statistics.dims()[0]];
            near("mean gradient", &tested.adam.mean, &plain.mean, &zeros);
            near("parameters", &tested.parameters.flat, &plain.flat, start);
            near("statistics", statistics, &plain.statistics, &none);
            match (&tested.adam.average, &plain.average) {
                (Some(actual), Some(expected)) => near("average", actual, expected, start),
                (None, None) => {}
                _ => panic!("{what}: one keeps an average"),
            }
        }
    }
}

/// Both have moved alike from where they were.
fn assert_near(what: &str, actual: &[f32], expected: &[f32], from: &[f32]) {
    assert_eq!(actual.len(), expected.len(), "{what}: how many numbers");
    let moved = |values: &[f32]| -> Vec<f64> {
        let pairs = values.iter().zip(from);
        pairs.map(|(to, from)| f64::from(to - from)).collect()
    };
    let (actual, expected) = (moved(actual), moved(expected));
    let largest = expected.iter().fold(1e-6f64, |most, v| most.max(v.abs()));
    for (place, (a, e)) in actual.iter().zip(&expected).enumerate() {
        assert!(
            (a - e).abs() <= NUMBERS * largest,
            "{what}, number {place}: moved by {a:e}, not {e:e}, of at most {largest:e}"
        );
    }
}

fn check_model(model: Model, least: usize) {
    let found = experiments(model.as_str(), 2, 32);
    assert!(found.len() >= least, "{} experiments", found.len());
    for experiment in &found {
        check(experiment);
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
    check_model(Model::Wgan, 7);
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

/// The kernels that begin at eight channels, and one more stage.
#[test]
fn wider_networks_and_larger_images() {
    for model in Model::NAMES {
        for (width, image_size) in [(8, 32), (16, 32), (2, 64), (8, 64)] {
            let plain = &experiments(model, width, image_size)[0];
            check(plain);
        }
    }
}
