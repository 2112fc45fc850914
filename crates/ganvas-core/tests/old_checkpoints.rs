//! Files of an earlier version still load, draw what they drew, and go on as they went on.
//!
//! `tests/old/` holds one for each kind of system, written at revision 1e5b183, the last before
//! players had averages and counts of their own: 400 steps on `Dataset::procedural(30, 5)`. What
//! that version made of them after loading is in `figures.json`: the mean ink of the grid's
//! first pictures, and the losses of the next two steps. The second depends on how far Adam went
//! in the first.

mod support;

use ganvas_core::experiment::Conditioning;
use ganvas_core::player::Weights;
use ganvas_core::{Training, checkpoint};
use serde_json::Value;
use support::golden::{get, numbers};
use support::runs::{device, digits, wait};

const FIGURES: &str = include_str!("old/figures.json");

/// Of a mean ink, in bytes.
const INK: f64 = 0.1;
/// Of a loss, relative to itself.
const LOSS: f64 = 1e-3;

fn assert_near(what: &str, actual: f64, expected: f64, tolerance: f64) {
    assert!(
        (actual - expected).abs() <= tolerance,
        "{what}: {actual}, not {expected}"
    );
}

/// A file that draws what it drew, and takes the steps that it took.
fn check(name: &str, bytes: &[u8]) {
    let figures: Value = serde_json::from_str(FIGURES).unwrap();
    let figures = get(&figures, name);
    let mut training = Training::load(bytes, digits(), &device()).unwrap();
    assert_eq!(training.progress().generator_updates, 400, "{name}");
    for player in training.system().players() {
        assert_eq!(player.adam.updates, 400, "{name}: {}", player.name);
    }

    training.show_weights(Weights::Raw);
    let grid = wait(training.grid()).unwrap();
    let pictures = grid.chunks_exact(training.picture_side().pow(2));
    for (picture, expected) in pictures.zip(numbers(get(figures, "ink"))) {
        let sum: f64 = picture.iter().map(|&byte| f64::from(byte)).sum();
        let ink = sum / picture.len() as f64;
        assert_near(&format!("ink of {name}"), ink, expected, INK);
    }
    let losses = get(figures, "losses").as_array().unwrap();
    for (step, expected) in losses.iter().enumerate() {
        training.step().unwrap();
        let report = wait(training.report()).unwrap();
        for (actual, expected) in [report.d_loss, report.g_loss]
            .into_iter()
            .zip(numbers(expected))
        {
            let what = format!("a loss of {name} in step {step}");
            assert_near(&what, actual, expected, LOSS * expected.abs());
        }
    }
}

#[test]
fn a_generator_against_a_discriminator_with_spectral_norms() {
    check("dcgan", include_bytes!("old/dcgan.safetensors"));
}

/// At that time classes were told by planes alone, and no file said so.
#[test]
fn networks_that_are_told_classes() {
    let bytes = include_bytes!("old/conditional.safetensors");
    let experiment = checkpoint::experiment(bytes).unwrap();
    assert_eq!(experiment.conditioning, Conditioning::Concatenation);
    check("conditional", bytes);
}

#[test]
fn an_autoencoder() {
    check("vae", include_bytes!("old/vae.safetensors"));
}

#[test]
fn translators() {
    check("cyclegan", include_bytes!("old/cyclegan.safetensors"));
}
