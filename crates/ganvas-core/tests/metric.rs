//! The shipped classifier on digits that it was not trained on, and the metrics
//! that rest on it.

mod support;

use ganvas_core::metric::{Classifier, Coverage, Judgement, compare, evaluate, evaluate_against};
use ganvas_core::{Dataset, Training};
use serde_json::Value;
use support::golden::{entries, get, numbers};
use support::mnist;
use support::runs::{device, wait};

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
/// have below; the output says so, also of a run that passes.
#[test]
fn it_reads_the_test_set() {
    match mnist::part("t10k") {
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
            let instead = format!("drawn digits instead, at {DRAWN} instead of 0.99");
            mnist::not_measured("it_reads_the_test_set", &instead);
            let accuracy = accuracy(&Dataset::procedural(2000, 99));
            assert!(
                accuracy >= DRAWN,
                "{accuracy} on drawn digits, without MNIST"
            );
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

/// A small run, trained until the classifier can read what it draws, and the figures that
/// the native code found. `tests/session.rs` of ganvas-web asks the same of the element.
const RUN: &[u8] = include_bytes!("evaluation/run.safetensors");
const FIGURES: &str = include_str!("evaluation/figures.json");
/// Processors and backends round differently, and a pixel at the border of two grey levels
/// may take either. If that happened to one pixel in a hundred, more than ever does, the
/// distance would change by 1e-4 and the confidence by less; one pixel in ten makes 7e-4.
const FIGURE: f64 = 1e-3;

#[test]
fn a_run_is_judged_as_in_the_browser() {
    let golden: Value = serde_json::from_str(FIGURES).unwrap();
    let count = get(&golden, "count").as_u64().unwrap() as usize;
    let classifier = Classifier::shipped(&device()).unwrap();
    // The digits that the page draws.
    let digits = Dataset::procedural(10_000, 1);
    let load = |dataset: Dataset| Training::load(RUN, dataset, &device()).unwrap();
    // As the `evaluate` example does it, whatever data the run would go on with.
    let other = load(Dataset::procedural(100, 2));
    let beside = wait(evaluate_against(&other, &digits, count, &classifier)).unwrap();
    let figures = wait(evaluate(&load(digits), count, &classifier)).unwrap();
    assert_eq!(figures, beside);

    let figures = serde_json::to_value(&figures).unwrap();
    let expected = get(&golden, "figures");
    assert_eq!(entries(&figures).count(), entries(expected).count());
    for (name, expected) in entries(expected) {
        let actual = get(&figures, name);
        // The histogram is a list, the dataset's name neither that nor a number.
        let list = |value: &Value| match value {
            Value::Array(_) => numbers(value),
            _ => value.as_f64().into_iter().collect(),
        };
        let (numbers, wanted) = (list(actual), list(expected));
        assert_eq!(numbers.len(), wanted.len(), "{name}");
        for (a, e) in numbers.iter().zip(&wanted) {
            assert!(
                (a - e).abs() <= FIGURE * e.abs(),
                "{name} is {actual}, not {expected}"
            );
        }
        if wanted.is_empty() {
            assert_eq!(actual, expected, "{name}");
        }
    }
}
