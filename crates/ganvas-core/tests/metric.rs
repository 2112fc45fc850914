//! The shipped classifier on digits that it was not trained on, and the metrics
//! that rest on it.

mod support;

use std::fs;
use std::path::Path;

use ganvas_core::Dataset;
use ganvas_core::metric::{Classifier, Coverage, Judgement, compare};
use support::runs::{device, wait};

/// Where development machines have MNIST; it is not part of the repository.
const MNIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/mnist");

fn mnist(part: &str) -> Option<Dataset> {
    let read = |kind: &str| fs::read(Path::new(MNIST).join(format!("{part}-{kind}-ubyte.gz")));
    let images = read("images-idx3").ok()?;
    let labels = read("labels-idx1").ok()?;
    Some(Dataset::from_idx("mnist", part, &images, Some(&labels)).unwrap())
}

fn bytes(dataset: &Dataset, range: std::ops::Range<usize>) -> Vec<u8> {
    range.flat_map(|i| dataset.image(i)).copied().collect()
}

fn judge(dataset: &Dataset) -> Judgement {
    let classifier = Classifier::shipped(&device()).unwrap();
    wait(classifier.judge(&bytes(dataset, 0..dataset.count()))).unwrap()
}

fn accuracy(dataset: &Dataset) -> f64 {
    let judgement = judge(dataset);
    let accuracy = judgement.accuracy(dataset.labels().unwrap());
    let confidence = Coverage::of(&judgement.probabilities).confidence;
    println!(
        "{}: accuracy {accuracy}, confidence {confidence}",
        dataset.name()
    );
    accuracy
}

/// Where MNIST is missing, drawn digits stand in, with the lower bound that they
/// have below; the output says so.
#[test]
fn it_reads_the_test_set() {
    match mnist("t10k") {
        Some(test) => {
            let judgement = judge(&test);
            let accuracy = judgement.accuracy(test.labels().unwrap());
            assert!(accuracy >= 0.99, "{accuracy}");
            let coverage = Coverage::of(&judgement.probabilities);
            assert!(coverage.confidence > 0.99, "{coverage:?}");
            assert_eq!(coverage.modes, 10);
            assert!(coverage.kl_to_uniform < 0.005, "{coverage:?}");
        }
        None => {
            println!("no MNIST in {MNIST}: measured on drawn digits instead");
            assert!(accuracy(&Dataset::procedural(2000, 99)) >= DRAWN);
        }
    }
}

/// The classifier has never seen these; most must be clear to it all the same.
const DRAWN: f64 = 0.9;

#[test]
fn it_reads_most_drawn_digits() {
    let accuracy = accuracy(&Dataset::procedural(2000, 7));
    assert!(accuracy >= DRAWN, "{accuracy}");
}

/// The worse the images, the larger the distance and the lower the confidence.
#[test]
fn the_figures_follow_the_quality() {
    let digits = Dataset::procedural(1200, 3);
    let classifier = Classifier::shipped(&device()).unwrap();
    let other = Dataset::procedural(400, 4);
    let clean = bytes(&other, 0..400);
    let noisy = |amount: u32| -> Vec<u8> {
        let mut state = 1u32;
        clean
            .iter()
            .map(|&byte| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                byte.max((state >> 24).min(amount) as u8)
            })
            .collect()
    };
    let figures =
        [0, 100, 255].map(|amount| wait(compare(&noisy(amount), &digits, &classifier)).unwrap());
    assert!(
        figures[0].frechet_distance < 2.0 * figures[0].frechet_floor,
        "{figures:?}"
    );
    for pair in figures.windows(2) {
        assert!(
            pair[0].frechet_distance < pair[1].frechet_distance,
            "{figures:?}"
        );
    }

    // One digit, four hundred times.
    let same = clean[..784].repeat(400);
    let collapsed = wait(compare(&same, &digits, &classifier)).unwrap();
    assert_eq!(collapsed.modes.max(1), 1);
    assert!((collapsed.kl_to_uniform - 10f64.ln()).abs() < 1e-9);
    assert!(collapsed.frechet_distance > 10.0 * collapsed.frechet_floor);
}
