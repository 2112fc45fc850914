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

fn next_verdict(judge: &mut Judge, training: &Training) -> (usize, Verdict) {
    for looks in 1..=3 {
        if let Some(verdict) = wait(judge.look(training)).unwrap() {
            return (looks, verdict);
        }
    }
    panic!("no verdict after three looks");
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
    let mut training = fresh(tiny(), 600);
    let mut judge = Judge::new(classifier());
    assert_eq!(next_verdict(&mut judge, &training).0, 3);
    training.step().unwrap();
    assert_eq!(next_verdict(&mut judge, &training).0, 1);
    // The same images in another place, as after a reset.
    let again = Training::new(tiny(), training.dataset().clone(), &device()).unwrap();
    assert_eq!(next_verdict(&mut judge, &again).0, 1);
    training.set_dataset(Dataset::procedural(40, 2)).unwrap();
    let (looks, verdict) = next_verdict(&mut judge, &training);
    assert_eq!((looks, verdict.evaluation.reference_count), (3, 20));
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
