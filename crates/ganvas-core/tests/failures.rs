//! The presets that fail on purpose do fail, in the way that they are meant to, and recover by
//! their cure: the same run, with the same weights, goes on under the changed settings.
//!
//! Such training is chaotic, and machines round differently: what SIMD a processor has
//! decides the order of sums. So every test runs from two seeds, and looks at what is typical
//! of many moments, never at one. What is said to be measured was measured for both seeds.

mod support;

use ganvas_core::metric::{Classifier, JUDGED, Judge, Judgement, Verdict};
use ganvas_core::{Dataset, Experiment, Report, Training, schema};
use serde_json::{Value, json};
use support::mnist;
use support::runs::{device, wait};

const SEEDS: [u64; 2] = [42, 1];

/// A digit is clear from the confidence on with which the judge counts its mode.
const CLEAR: f64 = 0.8;

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
    start_on(name, seed, Dataset::procedural(digits, 1), changed)
}

/// The same on any digits.
fn start_on(
    name: &str,
    seed: u64,
    digits: Dataset,
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

/// What is to be known of a run at one moment.
struct Look {
    verdict: Verdict,
    report: Report,
    /// Which digits some images show.
    read: Judgement,
}

impl Look {
    fn at(training: &Training, judge: &mut Judge, classifier: &Classifier) -> Self {
        let images = wait(training.sample(JUDGED, 0, None)).unwrap();
        Self {
            verdict: judged(judge, training),
            report: reported(training),
            read: wait(classifier.judge(&images)).unwrap(),
        }
    }

    /// The images that look like a digit: each with the confidence that it is one.
    fn of_digit(&self, digit: usize) -> impl Iterator<Item = f64> + '_ {
        (self.read.classes().zip(&self.read.probabilities))
            .filter(move |(class, _)| usize::from(*class) == digit)
            .map(move |(_, row)| row[digit])
    }

    /// How many digits a tenth of the images or more show clearly, each.
    fn clear(&self) -> f64 {
        let shown = |digit: &usize| {
            let clear = self.of_digit(*digit).filter(|sure| *sure >= CLEAR);
            10 * clear.count() >= self.read.count()
        };
        (0..10).filter(shown).count() as f64
    }

    /// The mean confidence with which the images of the two most frequent digits are read.
    fn legible(&self) -> f64 {
        let mut digits: Vec<Vec<f64>> = (0..10)
            .map(|digit| self.of_digit(digit).collect())
            .collect();
        digits.sort_by_key(Vec::len);
        let two = digits[8..].concat();
        two.iter().sum::<f64>() / two.len() as f64
    }
}

/// The figures that tell a collapse, each the median of some looks.
#[derive(Debug)]
struct Typical {
    modes: f64,
    /// e to the entropy of the digits that are drawn.
    drawn: f64,
    /// The share of the two digits that are drawn most often.
    two: f64,
    /// How many digits a tenth of the images or more show clearly, each.
    clear: f64,
    /// The mean confidence with which the images of the two digits are read.
    legible: f64,
    distance: f64,
    /// D(G(z)).
    passing: f64,
}

impl Typical {
    fn of(looks: &[Look]) -> Self {
        let figure = |of: fn(&Look) -> f64| median(looks.iter().map(of));
        Self {
            modes: figure(|look| look.verdict.evaluation.modes as f64),
            drawn: figure(|look| look.verdict.evaluation.entropy.exp()),
            two: figure(|look| {
                let mut shares = look.verdict.evaluation.histogram;
                shares.sort_by(|a, b| b.total_cmp(a));
                shares[0] + shares[1]
            }),
            clear: figure(Look::clear),
            legible: figure(Look::legible),
            distance: figure(|look| look.verdict.evaluation.frechet_distance),
            passing: figure(|look| look.report.d_fake),
        }
    }
}

/// A run that collapses, the same one after its cure, and again without it: each time what is
/// typical of 240 to 600 steps.
fn collapse_cure_and_relapse(seed: u64, digits: Dataset) -> [Typical; 3] {
    let (mut training, cure) = start_on("mode_collapse", seed, digits, |experiment| experiment);
    let fault = json!({ "mmd": training.experiment().mmd });
    let classifier = Classifier::shipped(&device()).unwrap();
    let mut judge = Judge::new(classifier.clone());
    [json!({}), cure, fault].map(|changes| {
        training.tune(&changes).unwrap();
        advance(&mut training, 240);
        let looks: Vec<Look> = (0..15)
            .map(|_| {
                advance(&mut training, 24);
                Look::at(&training, &mut judge, &classifier)
            })
            .collect();
        Typical::of(&looks)
    })
}

/// Two digits are most of what is drawn, they can be read, and D lets them pass; no third one is
/// shown clearly by a tenth of the images. Cured, the run draws most of the ten, and broken again,
/// fewer of them. Measured, as medians of fifteen looks of eight seeds on either dataset: one or two
/// clear digits, two digits 0.66 to 0.85 of all, read with a confidence of 0.73 to 0.84, at a D(G(z))
/// of 0.27 to 0.39; after the cure 6 or 7 modes, at 0.41 to 0.63 of the distance; broken again, 0 to 4
/// modes fewer.
fn collapses_and_recovers(digits: &Dataset) -> Vec<[Typical; 3]> {
    let check = |seed| {
        let stages = collapse_cure_and_relapse(seed, digits.clone());
        let seen = format!("seed {seed}: {stages:?}");
        println!("{seen}");
        let [ill, well, again] = &stages;
        // As many are few to the page, which says so (`www/src/diagnosis/diagnosis.js`).
        assert!(ill.modes <= 5.0 && ill.drawn < well.drawn, "{seen}");
        assert!(ill.clear <= 2.0 && ill.two > 0.6, "{seen}");
        assert!(ill.legible > 0.65 && ill.passing > 0.15, "{seen}");
        assert!(well.modes >= 6.0, "{seen}");
        assert!(well.distance < 0.75 * ill.distance, "{seen}");
        assert!(again.drawn < well.drawn && again.two > well.two, "{seen}");
        stages
    };
    SEEDS.map(check).into()
}

#[test]
fn on_drawn_digits_one_or_two_pass_and_the_cure_brings_others() {
    collapses_and_recovers(&Dataset::procedural(2000, 1));
}

/// On MNIST a cured run that is broken again is two modes poorer on the average of eight seeds, and
/// one at least.
#[test]
fn on_mnist_one_or_two_digits_pass_the_cure_brings_others_and_the_count_of_modes_falls() {
    let Some(digits) = mnist::part("train") else {
        let instead = "the test beside this one takes drawn digits";
        mnist::not_measured(
            "on_mnist_one_or_two_digits_pass_the_cure_brings_others_and_the_count_of_modes_falls",
            instead,
        );
        return;
    };
    for [ill, well, again] in collapses_and_recovers(&digits) {
        let seen = format!("{ill:?}, {well:?}, {again:?}");
        assert!(ill.modes <= 3.0, "{seen}");
        assert!(again.modes <= 5.0 && again.modes < well.modes, "{seen}");
        assert!(again.two > well.two + 0.1, "{seen}");
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
