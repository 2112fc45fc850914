//! Every model with every loss and every further term that the schema allows, and the
//! sizes at which kernels take other paths.

use ganvas_core::Experiment;
use ganvas_core::experiment::Model;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::experiments::{experiments, plainest};
use crate::pair::Pair;

/// Two steps of every experiment of a model.
async fn check(model: Model, least: usize) {
    let found = experiments(model.as_str(), 2, 32);
    assert!(found.len() >= least, "{} experiments", found.len());
    all(&found, 2).await;
}

async fn all(experiments: &[Experiment], steps: u32) {
    let mut pair = Pair::open(&experiments[0]).await;
    for experiment in experiments {
        pair.begin(experiment).await;
        let what = experiment.to_record().to_string();
        pair.agrees(&what, steps).await;
    }
}

#[wasm_bindgen_test]
async fn dcgan() {
    check(Model::Dcgan, 45).await;
}

#[wasm_bindgen_test]
async fn fully_connected() {
    check(Model::Gan, 40).await;
}

#[wasm_bindgen_test]
async fn linear_stem() {
    check(Model::DcganLinear, 45).await;
}

#[wasm_bindgen_test]
async fn conditional() {
    check(Model::Conditional, 45).await;
}

#[wasm_bindgen_test]
async fn wgan() {
    check(Model::Wgan, 6).await;
}

#[wasm_bindgen_test]
async fn wgan_gp() {
    check(Model::WganGp, 8).await;
}

#[wasm_bindgen_test]
async fn vae() {
    check(Model::Vae, 1).await;
}

#[wasm_bindgen_test]
async fn cyclegan() {
    check(Model::Cyclegan, 15).await;
}

/// One step each: with so many values some are at a kink, and a second update begins apart.
async fn sizes(width: usize, image_size: usize) {
    let convolutional = Model::ALL.iter().filter(|model| **model != Model::Gan);
    let found: Vec<Experiment> = convolutional
        .map(|model| plainest(model.as_str(), width, image_size))
        .collect();
    all(&found, 1).await;
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

/// Default width and batch: what a reader sees first.
#[wasm_bindgen_test]
async fn the_default_experiment() {
    all(&[Experiment::default()], 1).await;
}
