//! Every model with every loss and every further term that the schema allows, and the
//! sizes at which kernels take other paths.

use ganvas_core::Experiment;
use ganvas_core::experiment::Model;
use ganvas_core::schema::{START, presets};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::pair::Pair;
use crate::steps::experiments::experiments;
use crate::steps::{Apart, SMOOTH, STEPS, of_size, with_any_seed};

/// Some steps of every experiment of a model.
async fn check(model: Model, least: usize) {
    let found = experiments(model.as_str(), 2, 32);
    assert!(found.len() >= least, "{} experiments", found.len());
    all(&found, STEPS).await;
}

async fn all(experiments: &[Experiment], steps: usize) {
    let mut pair = Pair::open(&experiments[0]).await;
    for experiment in experiments {
        pair.begin(experiment).await;
        let what = experiment.to_record().to_string();
        pair.agrees(&what, steps).await;
    }
}

#[wasm_bindgen_test]
async fn dcgan() {
    check(Model::Dcgan, 60).await;
}

#[wasm_bindgen_test]
async fn fully_connected() {
    check(Model::Gan, 55).await;
}

#[wasm_bindgen_test]
async fn linear_stem() {
    check(Model::DcganLinear, 60).await;
}

#[wasm_bindgen_test]
async fn conditional() {
    check(Model::Conditional, 75).await;
}

#[wasm_bindgen_test]
async fn wgan() {
    check(Model::Wgan, 9).await;
}

#[wasm_bindgen_test]
async fn wgan_gp() {
    check(Model::WganGp, 12).await;
}

#[wasm_bindgen_test]
async fn vae() {
    check(Model::Vae, 4).await;
}

#[wasm_bindgen_test]
async fn plane() {
    check(Model::Plane, 80).await;
}

#[wasm_bindgen_test]
async fn cyclegan() {
    check(Model::Cyclegan, 35).await;
}

/// One step of every convolutional model.
async fn sizes(width: usize, image_size: usize) {
    for experiment in of_size(width, image_size) {
        smooth(&experiment).await;
    }
}

/// One step of an experiment, whose gradients keep clear of kinks with one seed or another.
async fn smooth(experiment: &Experiment) {
    let mut pair = Pair::open(experiment).await;
    let what = experiment.to_record().to_string();
    let least = with_any_seed(experiment, async |experiment| {
        pair.begin(&experiment).await;
        pair.step(&format!("{what}, seed {}", experiment.seed))
            .await
    });
    let Apart { what: name, part } = least.await;
    assert!(
        part <= SMOOTH,
        "{what}: {name} is off by {part:e} of its length at best"
    );
}

#[wasm_bindgen_test]
async fn width_8() {
    sizes(8, 32).await;
}

#[wasm_bindgen_test]
async fn width_16() {
    sizes(16, 32).await;
}

#[wasm_bindgen_test]
async fn images_of_64() {
    sizes(2, 64).await;
}

/// Width and batch of the defaults, with which tables and documents begin.
#[wasm_bindgen_test]
async fn the_default_experiment() {
    smooth(&Experiment::default()).await;
}

/// What a reader sees first.
#[wasm_bindgen_test]
async fn the_first_experiment() {
    let preset = presets().into_iter().find(|preset| preset.name == START);
    smooth(&preset.unwrap().experiment).await;
}
