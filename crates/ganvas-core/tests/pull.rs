//! Where the generator's loss pulls samples, against differences of that loss.

mod support;

use burn::tensor::{Tensor, TensorData};
use ganvas_core::experiment::Model;
use ganvas_core::loss::Loss;
use ganvas_core::network::{CLASSES, Labelled};
use ganvas_core::{Dataset, Experiment, Training};
use support::runs::device;

const BATCH: usize = 8;

/// A fresh run, and fakes for its discriminator: real images with some noise, so that it
/// has something to say.
fn run_and_fakes(model: Model, loss: Loss) -> (Training, Labelled) {
    let experiment = Experiment {
        width: 4,
        batch_size: BATCH,
        loss,
        seed: 5,
        ..Experiment::of(model)
    };
    let training = Training::new(experiment, Dataset::procedural(64, 1), &device()).unwrap();
    let feed = training.feed();
    let images = feed.images_of(feed.dataset(), &[0, 1, 2, 3, 4, 5, 6, 7]);
    let labels = feed
        .is_conditional()
        .then(|| (0..BATCH).map(|index| (index % CLASSES) as u8).collect());
    (training, Labelled { images, labels })
}

/// E[ℓ(D(x))], in double precision from D's outputs on.
fn loss_at(training: &Training, x: &Labelled) -> f64 {
    let system = training.system().duel().unwrap();
    let outputs = system.pull_on(x).outputs;
    let outputs: Vec<f32> = outputs.into_data().try_into_vec().unwrap();
    let value = system.objective.loss.of_generator().value;
    let sum: f64 = outputs.iter().map(|&l| f64::from(value.at(l))).sum();
    sum / outputs.len() as f64
}

#[test]
fn it_is_the_slope_of_the_generators_loss() {
    let models = [Model::Gan, Model::Dcgan, Model::Conditional, Model::WganGp];
    for model in models {
        let own = model.own_loss();
        for &loss in Loss::ALL
            .iter()
            .filter(|loss| own.is_none_or(|own| own == **loss))
        {
            let (training, x) = run_and_fakes(model, loss);
            let pull = training.system().duel().unwrap().pull_on(&x).pull;
            assert_eq!(pull.dims(), x.images.dims());
            let values: Vec<f32> = pull.clone().into_data().try_into_vec().unwrap();
            let length = values
                .iter()
                .map(|v| f64::from(*v).powi(2))
                .sum::<f64>()
                .sqrt();
            assert!(length > 0.0, "{model:?}, {loss:?}");

            // Along the pull itself, the loss falls by its length.
            let way: Vec<f32> = values.iter().map(|v| v / length as f32).collect();
            let way = Tensor::<4>::from_data(TensorData::new(way, pull.dims()), &device());
            let step = 2e-2;
            let [ahead, behind] = [step, -step].map(|step| {
                let images = x.images.clone() + way.clone() * step;
                loss_at(&training, &x.like(images))
            });
            let slope = (ahead - behind) / (2.0 * step);
            let expected = -length / BATCH as f64;
            assert!(
                (slope - expected).abs() < 0.02 * expected.abs(),
                "{model:?}, {loss:?}: {slope} and {expected}"
            );
        }
    }
}

#[test]
fn looking_changes_nothing_and_does_not_depend_on_how_many_are_looked_at() {
    let (training, x) = run_and_fakes(Model::WganGp, Loss::Wasserstein);
    let system = training.system().duel().unwrap();
    let before: Vec<f32> = system
        .discriminator
        .parameters
        .flat
        .clone()
        .into_data()
        .try_into_vec()
        .unwrap();
    let all: Vec<f32> = system.pull_on(&x).pull.into_data().try_into_vec().unwrap();
    let half: Labelled = x.images.clone().narrow(0, 0, BATCH / 2).into();
    let half: Vec<f32> = system
        .pull_on(&half)
        .pull
        .into_data()
        .try_into_vec()
        .unwrap();
    for (one, other) in half.iter().zip(&all) {
        assert!((one - other).abs() < 1e-5 + 1e-4 * other.abs());
    }
    let after: Vec<f32> = system
        .discriminator
        .parameters
        .flat
        .clone()
        .into_data()
        .try_into_vec()
        .unwrap();
    assert_eq!(before, after);
}
