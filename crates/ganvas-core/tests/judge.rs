//! The evaluation that goes along with a run.

mod support;

use ganvas_core::experiment::Model;
use ganvas_core::metric::{Classifier, JUDGED, Judge, Verdict, evaluate};
use ganvas_core::player::Weights;
use ganvas_core::{Dataset, Experiment, Training};
use support::runs::{device, fingerprint, tiny, wait};

fn classifier() -> Classifier {
    Classifier::shipped(&device()).unwrap()
}

fn fresh(experiment: Experiment, images: usize) -> Training {
    Training::new(experiment, Dataset::procedural(images, 1), &device()).unwrap()
}

/// How many parts a look had, and what it found.
fn next_verdict(judge: &mut Judge, training: &Training) -> (usize, Verdict) {
    for parts in 1..=100 {
        if let Some(verdict) = wait(judge.look(training)).unwrap() {
            return (parts, verdict);
        }
    }
    panic!("no verdict after a hundred parts");
}

/// To the last bit, at every step, by averaged weights and raw ones.
#[test]
fn its_figures_are_those_of_an_evaluation_of_as_many_images() {
    let classifier = classifier();
    for experiment in [
        tiny(),
        Experiment {
            width: 2,
            batch_size: 4,
            ..Experiment::of(Model::WganGp)
        },
    ] {
        let mut training = fresh(experiment, 1000);
        let mut judge = Judge::new(classifier.clone());
        for weights in [Weights::Averaged, Weights::Raw] {
            training.show_weights(weights);
            training.step().unwrap();
            let before = fingerprint(&training);
            let (_, verdict) = next_verdict(&mut judge, &training);
            assert_eq!(fingerprint(&training), before, "a look changes nothing");
            let evaluation = wait(evaluate(&training, JUDGED, &classifier)).unwrap();
            assert_eq!(verdict.evaluation, evaluation);
            assert_eq!(verdict.step, training.progress().generator_updates);
            assert_eq!(verdict.slope, wait(training.critic_slope()).unwrap());
        }
    }
}

#[test]
fn real_images_are_read_once_for_each_dataset() {
    // A look begins with a part that reads nothing and goes on with 32 images a part.
    let of_run = 1 + JUDGED / 32;
    let mut training = fresh(tiny(), 600);
    let mut judge = Judge::new(classifier());
    let first = next_verdict(&mut judge, &training).0;
    assert_eq!(first, 1 + 2 * JUDGED / 32 + of_run);
    training.step().unwrap();
    assert_eq!(next_verdict(&mut judge, &training).0, of_run);
    // The same images in another place, as after a reset.
    let again = Training::new(tiny(), training.dataset().clone(), &device()).unwrap();
    assert_eq!(next_verdict(&mut judge, &again).0, of_run);
    // Other images, in the middle of a look.
    assert_eq!(wait(judge.look(&training)).unwrap(), None);
    training.set_dataset(Dataset::procedural(40, 2)).unwrap();
    let (parts, verdict) = next_verdict(&mut judge, &training);
    assert_eq!(parts, 1 + 2 + of_run);
    assert_eq!(verdict.evaluation.reference_count, 20);
}

/// Of every family, since each draws in a way of its own: images, classes and running
/// statistics of a part are those of the whole.
#[test]
fn a_run_may_go_on_between_two_parts_of_a_look() {
    let classifier = classifier();
    for model in [
        Model::Dcgan,
        Model::Vae,
        Model::Cyclegan,
        Model::WganGp,
        Model::Conditional,
        Model::DcganLinear,
    ] {
        let experiment = Experiment {
            width: 2,
            batch_size: 4,
            ..Experiment::of(model)
        };
        let mut training = fresh(experiment, 300);
        let mut judge = Judge::new(classifier.clone());
        training.step().unwrap();
        next_verdict(&mut judge, &training);
        let evaluation = wait(evaluate(&training, JUDGED, &classifier)).unwrap();
        let slope = wait(training.critic_slope()).unwrap();
        let verdict = loop {
            if let Some(verdict) = wait(judge.look(&training)).unwrap() {
                break verdict;
            }
            training.step().unwrap();
        };
        assert_eq!(verdict.step, 1, "{model:?}");
        assert_eq!(verdict.evaluation, evaluation, "{model:?}");
        assert_eq!(verdict.slope, slope, "{model:?}");
    }
}

#[test]
fn a_look_that_is_given_up_begins_anew() {
    let mut training = fresh(tiny(), 100);
    let mut judge = Judge::new(classifier());
    next_verdict(&mut judge, &training);
    assert_eq!(wait(judge.look(&training)).unwrap(), None);
    training.step().unwrap();
    judge.forget_earlier(&training);
    assert_eq!(wait(judge.look(&training)).unwrap(), None);
    // That one is at the run as it is.
    judge.forget_earlier(&training);
    let (parts, verdict) = next_verdict(&mut judge, &training);
    assert_eq!((parts, verdict.step), (JUDGED / 32, 1));
    assert_eq!(wait(judge.look(&training)).unwrap(), None);
    judge.forget();
    assert_eq!(next_verdict(&mut judge, &training).0, 1 + JUDGED / 32);
}

/// Beside what is real in every respect.
#[test]
fn noise_is_neither_precise_nor_does_it_recall_anything() {
    let training = fresh(tiny(), 1000);
    let (_, verdict) = next_verdict(&mut Judge::new(classifier()), &training);
    assert_eq!((verdict.precision, verdict.recall), (0.0, 0.0));
    assert!(verdict.evaluation.frechet_distance > 10.0 * verdict.evaluation.frechet_floor);
    let json = serde_json::to_value(&verdict).unwrap();
    assert_eq!(json["count"], JUDGED);
    assert_eq!(json["histogram"].as_array().unwrap().len(), 10);
    assert!(json.get("slope").is_none());
}
