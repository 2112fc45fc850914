//! The presets that fail on purpose do fail, in the way that they are meant to, and recover by
//! their cure: the same run, with the same weights, goes on under the changed settings.
//!
//! Such training is chaotic, and machines round differently: what SIMD a processor has
//! decides the order of sums. So every test runs from two seeds, and looks at what is typical
//! of many moments, never at one. What is said to be measured was measured for both seeds.

mod support;

use ganvas_core::metric::{Classifier, Judge, Verdict};
use ganvas_core::{Dataset, Experiment, Report, Training, schema};
use serde_json::Value;
use support::runs::{device, wait};

const SEEDS: [u64; 2] = [42, 1];

/// A preset as it is, on drawn digits, with its cure.
fn start(name: &str, seed: u64, digits: usize) -> (Training, Value) {
    start_changed(name, seed, digits, |experiment| experiment)
}

/// The same with some settings changed.
fn start_changed(
    name: &str,
    seed: u64,
    digits: usize,
    changed: impl Fn(Experiment) -> Experiment,
) -> (Training, Value) {
    let preset = schema::presets()
        .into_iter()
        .find(|candidate| candidate.name == name)
        .unwrap();
    let experiment = changed(Experiment {
        seed,
        ..preset.experiment
    });
    let digits = Dataset::procedural(digits, 1);
    let training = Training::new(experiment, digits, &device()).unwrap();
    (training, Value::Object(preset.cure))
}

fn advance(training: &mut Training, steps: usize) {
    for _ in 0..steps {
        training.step().unwrap();
    }
}

fn reported(training: &Training) -> Report {
    wait(training.report()).unwrap()
}

fn judged(judge: &mut Judge, training: &Training) -> Verdict {
    loop {
        if let Some(verdict) = wait(judge.look(training)).unwrap() {
            return verdict;
        }
    }
}

/// Of an odd number of values the middle one.
fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn presets_that_fail_say_so() {
    let names: Vec<&str> = schema::presets()
        .iter()
        .filter(|preset| preset.fails_on_purpose)
        .map(|preset| preset.name)
        .collect();
    assert_eq!(
        names,
        [
            "mode_collapse",
            "vanishing_gradient",
            "critic_without_penalty",
            "plane_collapse",
            "plane_minimax",
            "plane_clipping"
        ]
    );
}

/// After each further `every` steps, `times` times.
fn looks(
    training: &mut Training,
    judge: &mut Judge,
    every: usize,
    times: usize,
) -> Vec<(Verdict, Report)> {
    (0..times)
        .map(|_| {
            advance(training, every);
            (judged(judge, training), reported(training))
        })
        .collect()
}

/// Few digits that D lets pass, and most of the ten after the cure: the classifier counts
/// them. Measured, as medians of five looks: 4 modes at a D(G(z)) of 0.4 to 0.5 and a distance
/// of 73 to 76; after the cure 7 to 8 modes and a distance of 41 to 43. (On MNIST, of the same
/// seeds, medians of 2 to 3 modes and distances of 87 to 104, then 6 to 7 and 48.)
#[test]
fn a_collapsed_generator_draws_few_digits_that_pass_and_many_after_its_cure() {
    for seed in SEEDS {
        let (mut training, cure) = start("mode_collapse", seed, 2000);
        let mut judge = Judge::new(Classifier::shipped(&device()).unwrap());
        advance(&mut training, 420);
        let ill = looks(&mut training, &mut judge, 60, 5);
        training.tune(&cure).unwrap();
        advance(&mut training, 60);
        let well = looks(&mut training, &mut judge, 60, 5);

        let typical = |seen: &[(Verdict, Report)], of: fn(&(Verdict, Report)) -> f64| {
            median(seen.iter().map(of))
        };
        let modes = |(verdict, _): &(Verdict, Report)| verdict.evaluation.modes as f64;
        let drawn = |(verdict, _): &(Verdict, Report)| verdict.evaluation.entropy.exp();
        let distance = |(verdict, _): &(Verdict, Report)| verdict.evaluation.frechet_distance;
        let confidence = |(verdict, _): &(Verdict, Report)| verdict.evaluation.confidence;
        let passing = |(_, report): &(Verdict, Report)| report.d_fake;
        let said = |seen: &[(Verdict, Report)]| {
            let lines = seen.iter().map(|it| {
                format!(
                    "{} modes, {:.1} drawn, confidence {:.2}, distance {:.0}, D(G(z)) {:.2}",
                    modes(it),
                    drawn(it),
                    confidence(it),
                    distance(it),
                    passing(it)
                )
            });
            lines.collect::<Vec<_>>().join("; ")
        };
        let seen = format!("seed {seed}: {} / {}", said(&ill), said(&well));
        println!("{seen}");
        // As many are few to the page, which says so (`www/src/diagnosis/diagnosis.js`).
        assert!(typical(&ill, modes) <= 5.0, "{seen}");
        assert!(typical(&ill, drawn) < typical(&well, drawn), "{seen}");
        assert!(typical(&ill, confidence) > 0.6, "{seen}");
        assert!(typical(&ill, passing) > 0.1, "{seen}");
        assert!(typical(&well, modes) >= 6.0, "{seen}");
        assert!(
            typical(&well, distance) < 0.75 * typical(&ill, distance),
            "{seen}"
        );
    }
}

fn g_gradients(training: &mut Training, every: usize, times: usize) -> Vec<f64> {
    (0..times)
        .map(|_| {
            advance(training, every);
            reported(training).terms["g_gradient"]
        })
        .collect()
}

/// By two orders of magnitude under the minimax loss, and back by as many under the
/// non-saturating one. Measured: from about 2 to 0.01 and below in 200 steps, and 5 to 20 within
/// ten steps of the cure.
#[test]
fn the_minimax_gradient_vanishes_before_a_strong_discriminator_and_comes_back() {
    for seed in SEEDS {
        let (mut training, cure) = start("vanishing_gradient", seed, 2000);
        let first = g_gradients(&mut training, 2, 5);
        advance(&mut training, 180);
        let last = g_gradients(&mut training, 2, 5);
        let d_fake = reported(&training).d_fake;
        training.tune(&cure).unwrap();
        advance(&mut training, 10);
        let cured = g_gradients(&mut training, 2, 5);
        let again = reported(&training).d_fake;
        let seen =
            format!("seed {seed}: {first:?}, {last:?} at D(G(z)) {d_fake}, {cured:?} at {again}");
        println!("{seen}");
        let most = first.iter().copied().fold(0.0, f64::max);
        let vanished = median(last);
        assert!(vanished < 0.02 * most, "{seen}");
        assert!(d_fake < 0.01, "{seen}");
        assert!(median(cured) > 50.0 * vanished, "{seen}");
        assert!(again > 10.0 * d_fake, "{seen}");
    }
}

/// On small networks. Measured after 10, 20 and 30 steps: 10, 80 and 270; a gradient penalty
/// takes it to 30 within 20 steps, and to 1.6 within 50.
#[test]
fn the_slope_of_a_critic_without_penalty_runs_away_and_is_caught() {
    for seed in SEEDS {
        let small = |experiment| Experiment {
            width: 8,
            batch_size: 8,
            ..experiment
        };
        let (mut training, cure) = start_changed("critic_without_penalty", seed, 400, small);
        let slope = |training: &Training| wait(training.critic_slope()).unwrap().unwrap();
        let before = slope(&training);
        let ill = [10, 10, 10].map(|steps| {
            advance(&mut training, steps);
            slope(&training)
        });
        training.tune(&cure).unwrap();
        let well = [20, 30].map(|steps| {
            advance(&mut training, steps);
            slope(&training)
        });
        let seen = format!("seed {seed}: {before}, {ill:?}, {well:?}");
        println!("{seen}");
        assert!(before < 1.0, "{seen}");
        assert!(ill[0] > 4.0, "{seen}");
        assert!(ill[1] > 3.0 * ill[0] && ill[2] > 1.5 * ill[1], "{seen}");
        assert!(well[0] < 0.5 * ill[2], "{seen}");
        assert!(well[1] < 5.0, "{seen}");
    }
}
