//! The presets that fail on purpose do fail, in the way that they are meant to.

mod support;

use burn::tensor::Tensor;
use ganvas_core::loss::Loss;
use ganvas_core::optimizer::Adam;
use ganvas_core::{Dataset, Experiment, Training, schema};
use support::golden::read;
use support::runs::{device, wait};

/// A preset on small networks, after some steps on drawn digits.
fn trained(preset: &str, changes: impl Fn(Experiment) -> Experiment, steps: usize) -> Training {
    let preset = schema::presets()
        .into_iter()
        .find(|candidate| candidate.name == preset)
        .unwrap();
    let experiment = changes(Experiment {
        width: 4,
        batch_size: 16,
        ..preset.experiment
    });
    let mut training = Training::new(experiment, Dataset::procedural(400, 1), &device()).unwrap();
    for _ in 0..steps {
        training.step().unwrap();
    }
    training
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
            "critic_without_penalty"
        ]
    );
}

/// Mean absolute difference of neighbouring images, in grey levels.
fn variety(images: &[u8]) -> f64 {
    let image = 28 * 28;
    let others = images[image..].iter();
    let sum: u64 = others
        .zip(images)
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    sum as f64 / (images.len() - image) as f64
}

#[test]
fn a_collapsed_generator_draws_one_image_for_every_z() {
    let mut training = trained("mode_collapse", |experiment| experiment, 60);
    let real = variety(&training.real_images(64));
    for _ in 0..3 {
        for _ in 0..60 {
            training.step().unwrap();
        }
        let fake = variety(&wait(training.sample(64, 1, None)).unwrap());
        let steps = training.progress().generator_updates;
        assert!(fake < 0.15 * real, "{steps} steps: {fake}, real {real}");
    }
}

/// Length of the generator's next gradient under a loss.
fn gradient_length(training: &Training, loss: Loss) -> f64 {
    let mut system = training.system().adversarial().unwrap().clone();
    system.objective.loss = loss;
    let player = &mut system.generator;
    player.adam = Adam::new(player.network.flat_len(), &device());
    let beta1 = player.config.beta1;
    let Experiment {
        batch_size,
        latent_dim,
        ..
    } = *training.experiment();
    let z = support::golden::pattern(9, batch_size * latent_dim, 3.4, 0.0);
    let data = burn::tensor::TensorData::new(z, [batch_size, latent_dim, 1, 1]);
    system.update_generator(Tensor::from_data(data, &device()));
    let mean = read(system.generator.adam.mean);
    let squares: f64 = mean.iter().map(|m| f64::from(*m).powi(2)).sum();
    squares.sqrt() / (1.0 - beta1)
}

#[test]
fn the_minimax_gradient_vanishes_before_a_strong_discriminator() {
    let training = trained("vanishing_gradient", |experiment| experiment, 30);
    let report = wait(training.report()).unwrap();
    assert!(report.d_fake < 0.01, "{report:?}");
    let [minimax, other] =
        [Loss::Minimax, Loss::NonSaturating].map(|loss| gradient_length(&training, loss));
    assert!(minimax < 0.01 * other, "{minimax} and {other}");
}

#[test]
fn the_scores_of_a_critic_without_penalty_run_away() {
    let [without, with] = [0.0, 10.0].map(|gradient_penalty| {
        let changes = |experiment| Experiment {
            gradient_penalty,
            ..experiment
        };
        let training = trained("critic_without_penalty", changes, 40);
        wait(training.report()).unwrap().terms["wasserstein"]
    });
    assert!(without > 5.0 * with, "{without} and {with}");
}
