//! The lengths of gradients that reports tell, and a critic's slope, against plain
//! recomputations.

mod support;

use burn::tensor::Tensor;
use ganvas_core::experiment::Model;
use ganvas_core::loss::Loss;
use ganvas_core::network::Mode;
use ganvas_core::player::{Player, Weights};
use ganvas_core::regularizer::interpolate;
use ganvas_core::{Experiment, Training};
use support::experiments::experiments;
use support::golden::read;
use support::runs::{digits, run, trained, wait};

/// A small run of every model, after one step.
fn stepped(model: Model) -> Training {
    stepped_as(Experiment::of(model))
}

fn stepped_as(experiment: Experiment) -> Training {
    trained(
        Experiment {
            width: 2,
            batch_size: 4,
            seed: 11,
            discriminator_steps: 1,
            ..experiment
        },
        1,
    )
}

/// After the first update Adam's running mean is (1 − β₁)g: the gradient itself, by a way of
/// its own, summed here in double precision.
fn length_by_moments(players: &[&Player]) -> f64 {
    let squares = players.iter().map(|player| {
        assert_eq!(player.adam.updates, 1);
        let unscaled = 1.0 / (1.0 - player.config.beta1);
        let mean = read(player.adam.mean.clone());
        let gradient = mean.iter().map(|m| f64::from(*m) * unscaled);
        gradient.map(|g| g * g).sum::<f64>()
    });
    squares.sum::<f64>().sqrt()
}

#[track_caller]
fn assert_near(actual: f64, expected: f64, what: &str) {
    let difference = (actual - expected).abs();
    assert!(
        difference <= 1e-4 * expected.abs(),
        "{what}: {actual} is not {expected}"
    );
}

#[test]
fn a_report_tells_the_lengths_of_both_gradients() {
    for &model in Model::ALL {
        let training = stepped(model);
        let report = wait(training.report()).unwrap();
        let (judges, makers): (Vec<&Player>, Vec<&Player>) = training
            .system()
            .players()
            .into_iter()
            .partition(|player| player.name.starts_with("discriminator"));
        let expected = length_by_moments(&makers);
        assert!(expected > 0.0, "{model:?}");
        assert_near(report.terms["g_gradient"], expected, model.as_str());
        match judges.is_empty() {
            true => assert!(!report.terms.contains_key("d_gradient"), "{model:?}"),
            false => {
                let expected = length_by_moments(&judges);
                assert_near(report.terms["d_gradient"], expected, model.as_str());
            }
        }
    }
}

/// They are those of the latest update of each network, and of nothing before it.
#[test]
fn lengths_are_of_the_latest_update() {
    let mut training = run(Experiment {
        width: 2,
        batch_size: 4,
        ..Experiment::default()
    });
    let terms = |training: &Training| wait(training.report()).unwrap().terms;
    assert!(terms(&training).is_empty());
    training.update(ganvas_core::Update::Discriminator).unwrap();
    let first = terms(&training);
    assert!(first.contains_key("d_gradient") && !first.contains_key("g_gradient"));
    training.update(ganvas_core::Update::Generator).unwrap();
    let second = terms(&training);
    assert_eq!(second["d_gradient"], first["d_gradient"]);
    assert!(second["g_gradient"] > 0.0);
    training.update(ganvas_core::Update::Discriminator).unwrap();
    let third = terms(&training);
    assert_ne!(third["d_gradient"], first["d_gradient"]);
    assert_eq!(third["g_gradient"], second["g_gradient"]);
    // A file holds no gradients: until the next update there are none to tell.
    let bytes = wait(training.save()).unwrap();
    let loaded = Training::load(&bytes, digits(), &support::runs::device()).unwrap();
    assert!(terms(&loaded).is_empty());
}

/// ∇ₓD by automatic differentiation, where the slope is written as a forward computation.
fn slope_by_autodiff(training: &Training) -> f64 {
    let system = training.system().duel().unwrap();
    let feed = training.feed();
    let (real, z, epsilon) = feed.interpolation();
    let generator = system
        .generator
        .shown(Weights::Raw, || feed.measuring_latents());
    let between = interpolate(real, generator.makes(z, None), epsilon);
    let count = between.dims()[0];
    let x = between.autodiff().require_grad();
    let critic = &system.discriminator;
    let mut bound = critic.parameters.bind();
    let scores = critic
        .network
        .forward(&mut bound, Mode::Evaluate, x.clone(), None);
    let gradients = scores.sum().backward();
    let gradient: Tensor<1> = x.grad(&gradients).unwrap().flatten(0, 3);
    let values = read(gradient);
    let norms = values.chunks_exact(values.len() / count).map(|image| {
        let squares = image.iter().map(|g| f64::from(*g).powi(2));
        squares.sum::<f64>().sqrt()
    });
    norms.sum::<f64>() / count as f64
}

#[test]
fn a_critic_has_a_slope() {
    let of_points = stepped_as(Experiment {
        loss: Loss::Wasserstein,
        ..Experiment::of(Model::Plane)
    });
    let of_images = [Model::Wgan, Model::WganGp].map(stepped);
    for training in of_images.into_iter().chain([of_points]) {
        let model = training.experiment().model;
        let before = support::runs::fingerprint(&training);
        let slope = wait(training.critic_slope()).unwrap().unwrap();
        assert!(slope > 0.0);
        assert_near(slope, slope_by_autodiff(&training), model.as_str());
        assert_eq!(support::runs::fingerprint(&training), before);
    }
}

/// The schema allows the Wasserstein loss where D has normalisations or classes, whose gradient
/// by an image is no plain pass: there is none then, and nothing fails.
#[test]
fn every_experiment_answers_for_its_critic() {
    for model in Model::ALL {
        let all = experiments(model.as_str(), 2, 32);
        for experiment in all.into_iter().filter(|it| it.loss == Loss::Wasserstein) {
            let what = format!("{experiment:?}");
            let normalised = matches!(
                model,
                Model::Dcgan
                    | Model::DcganLinear
                    | Model::Conditional
                    | Model::Vae
                    | Model::Cyclegan
            );
            let plain = !experiment.spectral_norm && !normalised;
            let slope = wait(run(experiment).critic_slope()).unwrap();
            assert_eq!(slope.is_some(), plain, "{what}");
        }
    }
}

#[test]
fn others_have_none() {
    for &model in Model::ALL {
        if !matches!(model, Model::Wgan | Model::WganGp) {
            let slope = wait(stepped(model).critic_slope()).unwrap();
            assert_eq!(slope, None, "{model:?}");
        }
    }
    // Spectral norms bound it by themselves, and have no such pass.
    let bounded = run(Experiment {
        width: 2,
        batch_size: 4,
        gradient_penalty: 0.0,
        spectral_norm: true,
        ..Experiment::of(Model::WganGp)
    });
    assert_eq!(wait(bounded.critic_slope()).unwrap(), None);
}
