//! What a pass through a network cannot do is refused by name: no gradient and no label is
//! lost without a word.

mod support;

use std::fmt::Debug;
use std::panic::AssertUnwindSafe;

use burn::tensor::Tensor;
use ganvas_core::Experiment;
use ganvas_core::experiment::{Conditioning, Model};
use ganvas_core::network::{Labelled, Mode, Shape, critic, vae_encoder};
use ganvas_core::player::{Player, minimise};
use ganvas_kernels::ops::Descent;
use support::runs::{device, run, tiny};

/// What a call says that is refused.
fn refused<T: Debug>(call: impl FnOnce() -> T) -> String {
    let panic = std::panic::catch_unwind(AssertUnwindSafe(call)).expect_err("it is refused");
    match panic.downcast::<String>() {
        Ok(message) => *message,
        Err(panic) => (*panic.downcast::<&str>().expect("a message")).to_owned(),
    }
}

fn discriminator(experiment: Experiment) -> Player {
    let training = run(experiment);
    training.system().duel().unwrap().discriminator.clone()
}

fn images() -> Tensor<4> {
    Tensor::ones([4, 1, 32, 32], &device())
}

/// Ones that a gradient is wanted for, and numbers made of them.
fn tracked() -> [Tensor<4>; 2] {
    let leaf = images().autodiff().require_grad();
    [leaf.clone(), leaf * 0.5]
}

#[test]
fn a_pair_of_batches_takes_no_tracked_images() {
    for spectral_norm in [false, true] {
        let mut player = discriminator(Experiment {
            spectral_norm,
            ..tiny()
        });
        for fake in tracked() {
            let message = refused(|| {
                player
                    .learns()
                    .judges_pair(&images().into(), &fake.clone().into())
            });
            assert!(message.contains("tracked images"), "{message}");
        }
        // A constant may have come from tracked tensors.
        let fake = tracked()[1].clone().detach();
        let logits = player.learns().judges_pair(&images().into(), &fake.into());
        assert_eq!(logits.both.dims(), [8, 1]);
    }
}

#[test]
fn labels_are_for_networks_that_are_told_classes() {
    let labelled = |count: usize| Labelled {
        images: images(),
        labels: Some(vec![3; count]),
    };
    let mut plain = discriminator(tiny());
    let message = refused(|| plain.plays().judges(&labelled(4)));
    assert!(message.contains("told no classes"), "{message}");
    for conditioning in [Conditioning::Projection, Conditioning::Concatenation] {
        let mut told = discriminator(Experiment {
            model: Model::Conditional,
            conditioning,
            ..tiny()
        });
        assert_eq!(told.plays().judges(&labelled(4)).dims(), [4, 1]);
        let message = refused(|| told.plays().judges(&labelled(3)));
        assert!(message.contains("one label for each image"), "{message}");
        // One batch of a pair has no labels.
        let message = refused(|| told.plays().judges_pair(&labelled(4), &images().into()));
        assert!(message.contains("one label for each image"), "{message}");
        refused(|| told.plays().judges(&images().into()));
    }
}

/// Heads read the parameters as they are, so no network has both.
#[test]
fn heads_have_no_spectral_normalisation() {
    let sample = Shape::square(1, 32);
    let encoder = vae_encoder(2, 5, sample).unwrap();
    let refused = encoder.with_spectral_norm().unwrap_err().to_string();
    assert_eq!(
        refused,
        "layer mu: a head's weight has no spectral normalisation"
    );
    let critic = critic(2, sample).unwrap().with_spectral_norm().unwrap();
    assert!(critic.is_spectral());
}

#[test]
fn a_gradient_that_is_not_there_is_not_zero() {
    let player = discriminator(tiny());
    let gradient = |learns: bool, of_it: bool| {
        let mut bound = match learns {
            true => player.parameters.bind_tracked(),
            false => player.parameters.bind(),
        };
        let [leaf, other] = tracked();
        let said = player.network.forward(&mut bound, Mode::Train, leaf, None);
        let loss = if of_it { said.sum() } else { other.sum() };
        bound.gradient(&mut loss.backward())
    };
    assert!(gradient(true, true).is_some());
    assert!(gradient(true, false).is_none());
    assert!(gradient(false, true).is_none());
}

#[test]
fn nobody_learns_from_a_loss_of_something_else() {
    let mut player = discriminator(tiny());
    let before = player.parameters.flat.clone().into_data();
    let elsewhere = || Descent::of(tracked()[1].clone().sum());
    let message = refused(|| minimise(&elsewhere(), [player.learns()]));
    assert!(
        message.contains("does not reach the discriminator"),
        "{message}"
    );
    let message = refused(|| {
        let mut turn = player.plays();
        let said = turn.judges(&tracked()[0].clone().into());
        minimise(&Descent::of(said.sum()), [turn]);
    });
    assert!(
        message.contains("does not reach the discriminator"),
        "{message}"
    );
    assert_eq!(player.parameters.flat.into_data(), before);
    assert_eq!(player.adam.updates, 0);
}
