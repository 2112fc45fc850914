//! How soon digits can be read: the preset that readers start with, on drawn digits, by
//! steps and not by time.

mod support;

use ganvas_core::data::CLASSES;
use ganvas_core::metric::{Classifier, evaluate};
use ganvas_core::schema::{START, presets};
use ganvas_core::{Dataset, Experiment, Training};
use support::runs::{device, wait};

/// In the page a CPU takes these in two seconds.
const STEPS: usize = 350;
/// New digits that are judged.
const COUNT: usize = 500;

/// After its first steps from this seed: all ten digits, as clear as `confidence`, as near to
/// the drawn ones as `distance`, and nine of ten of the class that was asked for.
fn check(seed: u64, confidence: f64, distance: f64) {
    let start = presets()
        .into_iter()
        .find(|preset| preset.name == START)
        .unwrap();
    let experiment = Experiment {
        seed,
        ..start.experiment
    };
    let digits = Dataset::procedural(2000, 1);
    let mut training = Training::new(experiment, digits, &device()).unwrap();
    for _ in 0..STEPS {
        training.step().unwrap();
    }
    let classifier = Classifier::shipped(&device()).unwrap();
    let judged = wait(evaluate(&training, COUNT, &classifier)).unwrap();
    // Without a label the classes are drawn in turn.
    let drawn = wait(training.sample(COUNT, 7, None)).unwrap();
    let read = wait(classifier.judge(&drawn)).unwrap();
    let right = read
        .classes()
        .enumerate()
        .filter(|(index, class)| index % CLASSES == usize::from(*class))
        .count();
    let said = format!(
        "seed {seed}: confidence {:.3}, Fréchet distance {:.2}, {} digits, {right} of {COUNT} as asked",
        judged.confidence, judged.frechet_distance, judged.modes
    );
    println!("{said}");
    assert!(judged.confidence >= confidence, "{said}");
    assert!(judged.frechet_distance <= distance, "{said}");
    assert_eq!(judged.modes, CLASSES, "{said}");
    assert!(10 * right >= 9 * COUNT, "{said}");
}

#[test]
fn some_hundred_steps_draw_ten_readable_digits() {
    check(1, 0.93, 15.0);
}

#[test]
fn so_they_do_from_another_seed() {
    check(2, 0.93, 15.0);
}
