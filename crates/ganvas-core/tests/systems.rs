//! What every preset's system has to do: train, change what it should, sample,
//! save and resume exactly, refuse what it cannot use.

mod support;

use std::collections::BTreeSet;

use ganvas_core::data::idx::{Images, write_images};
use ganvas_core::experiment::{Activation, Model, has_critic};
use ganvas_core::loss::Loss;
use ganvas_core::{Dataset, ErrorCode, Experiment, Training, Update, schema};
use serde_json::json;
use support::named::{Named, parameters};
use support::runs::{data, device, digits, fingerprint, run, trained, wait};

/// Bytes of one plane of a 28×28 image.
const PLANE: usize = 28 * 28;

/// Every preset, cut down to take milliseconds.
fn presets() -> Vec<(&'static str, Experiment)> {
    schema::presets()
        .into_iter()
        .map(|preset| {
            let experiment = Experiment {
                // With two neurons a layer all points lie on the same side of every kink.
                width: if preset.experiment.model.has_points() {
                    8
                } else {
                    2
                },
                latent_dim: if preset.experiment.model.has_points() {
                    2
                } else {
                    5
                },
                batch_size: 4,
                discriminator_steps: preset.experiment.discriminator_steps.min(2),
                seed: 11,
                ..preset.experiment
            };
            (preset.name, experiment)
        })
        .collect()
}

fn of(model: Model) -> Experiment {
    Experiment {
        width: 2,
        latent_dim: 5,
        batch_size: 4,
        ..Experiment::of(model)
    }
}

fn all_parameters(training: &Training) -> Named {
    let players = training.system().players();
    players.into_iter().flat_map(parameters).collect()
}

/// Names of the parameters that an update changes, and of all.
fn changed_by(experiment: &Experiment, update: Update) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut training = trained(experiment.clone(), 1);
    let before = all_parameters(&training);
    training.update(update).unwrap();
    let after = all_parameters(&training);
    let changed = before.keys().filter(|name| before[*name] != after[*name]);
    (changed.cloned().collect(), before.keys().cloned().collect())
}

#[test]
fn every_system_trains_and_reports() {
    for (name, experiment) in presets() {
        let training = trained(experiment.clone(), 3);
        let report = wait(training.report()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(report.step, 3, "{name}");
        assert!(report.g_loss.is_finite(), "{name}");
        let expected: &[&str] = match experiment.model {
            _ if experiment.gradient_penalty > 0.0 && has_critic(experiment.objective_loss()) => {
                &["gradient_penalty", "wasserstein"]
            }
            _ if experiment.gradient_penalty > 0.0 => &["gradient_penalty"],
            _ if has_critic(experiment.objective_loss()) => &["wasserstein"],
            Model::Vae => &["kl", "loss", "reconstruction"],
            Model::Cyclegan => &["cycle", "identity"],
            _ if experiment.mmd > 0.0 => &["d_l2", "mmd"],
            _ if experiment.feature_matching > 0.0 => &["feature_matching"],
            _ => &[],
        };
        let names = report.terms.keys().copied();
        let (gradients, terms): (Vec<&str>, Vec<&str>) =
            names.partition(|term| term.ends_with("_gradient"));
        assert_eq!(terms, expected, "{name}");
        let lengths: &[&str] = match experiment.model.has_discriminator() {
            true => &["d_gradient", "g_gradient"],
            false => &["g_gradient"],
        };
        assert_eq!(gradients, lengths, "{name}");
        let json = serde_json::to_value(&report).unwrap();
        for term in expected {
            assert!(json[term].is_number(), "{name}: {term} in {json}");
        }
    }
}

#[test]
fn an_update_changes_its_own_networks_only() {
    for (name, experiment) in presets() {
        if experiment.model == Model::Vae {
            continue;
        }
        // Where a tight clip leaves so little of the weights that biases alone decide which
        // LeakyReLUs are open, these shift real and fake scores alike.
        let experiment = Experiment {
            clip: experiment.clip.ceil(),
            // A ReLU that no sample opens learns nothing.
            generator_activation: match experiment.model.has_points() {
                true => Activation::LeakyRelu,
                false => experiment.generator_activation,
            },
            ..experiment
        };
        let (changed, all) = changed_by(&experiment, Update::Generator);
        let own = |name: &&String| name.starts_with("generator");
        assert_eq!(
            changed,
            all.iter().filter(own).cloned().collect(),
            "{name}: the generator's update"
        );
        let (changed, all) = changed_by(&experiment, Update::Discriminator);
        let mut others: BTreeSet<String> = all.into_iter().filter(|name| !own(&name)).collect();
        let loss = experiment.objective_loss();
        if has_critic(loss) || loss == Loss::Hinge {
            // The last bias shifts real and fake scores alike, also within the hinge's margin:
            // its gradient is 0.
            others.remove("discriminator.model.6.bias");
        }
        assert!(changed.is_superset(&others), "{name}: {changed:?}");
        assert!(!changed.iter().any(|name| own(&name)), "{name}");
    }
}

#[test]
fn a_vae_steps_both_networks_at_once() {
    let (changed, all) = changed_by(&of(Model::Vae), Update::Both);
    assert_eq!(changed, all);
    let mut training = run(of(Model::Vae));
    for update in [Update::Generator, Update::Discriminator] {
        let error = training.update(update).unwrap_err();
        assert_eq!(error.field(), Some("step"));
    }
}

#[test]
fn every_system_resumes_exactly_from_its_checkpoint() {
    for (name, experiment) in presets() {
        let whole = trained(experiment.clone(), 5);
        let bytes = wait(trained(experiment.clone(), 2).save()).unwrap();
        let mut resumed = Training::load(&bytes, data(&experiment), &device())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        for _ in 2..5 {
            resumed.step().unwrap();
        }
        let again = trained(experiment.clone(), 5);
        assert!(fingerprint(&again) == fingerprint(&whole), "{name} twice");
        assert!(fingerprint(&resumed) == fingerprint(&whole), "{name}");
        assert_eq!(
            wait(resumed.report()).unwrap(),
            wait(whole.report()).unwrap(),
            "{name}"
        );
    }
}

#[test]
fn every_system_draws_images() {
    let of_images = presets()
        .into_iter()
        .filter(|(_, experiment)| experiment.model.has_images());
    for (name, experiment) in of_images {
        let training = trained(experiment.clone(), 1);
        let image = PLANE * training.channels();
        assert_eq!(wait(training.grid()).unwrap().len(), 64 * image, "{name}");
        let draw = |seed| wait(training.sample(10, seed, None)).unwrap();
        assert_eq!(draw(3).len(), 10 * image, "{name}");
        assert!(draw(3) == draw(3), "{name}");
        if experiment.model != Model::Cyclegan {
            let z = support::golden::pattern(4, 70 * experiment.latent_dim, 3.0, 0.0);
            let images = wait(training.sample_at(&z, None)).unwrap();
            assert_eq!(images.len(), 70 * image, "{name}");
        }
        assert_eq!(training.real_images(7).len(), 7 * image, "{name}");
    }
}

#[test]
fn a_conditional_model_draws_the_class_that_it_is_told() {
    let training = trained(of(Model::Conditional), 2);
    let draw = |label| wait(training.sample_label(10, 3, label, None)).unwrap();
    let each = draw(None);
    for label in 0..10u8 {
        let all = draw(Some(label));
        let index = usize::from(label) * PLANE;
        // The same z and, here, the same class.
        assert_eq!(all[index..][..PLANE], each[index..][..PLANE], "{label}");
    }
    assert_ne!(draw(Some(1)), draw(Some(2)));
    let error = wait(training.sample_label(1, 3, Some(10), None)).unwrap_err();
    assert_eq!(error.field(), Some("label"));
    let plain = trained(of(Model::Dcgan), 1);
    let error = wait(plain.sample_label(1, 3, Some(1), None)).unwrap_err();
    assert_eq!(error.field(), Some("label"));
}

#[test]
fn a_conditional_model_refuses_data_without_labels() {
    let images = Images {
        count: 6,
        pixels: vec![9; 6 * PLANE],
    };
    let unlabelled = || Dataset::from_idx("file", "a test", &write_images(&images), None).unwrap();
    let error = Training::new(of(Model::Conditional), unlabelled(), &device()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadDataset);
    let mut training = trained(of(Model::Conditional), 1);
    let before = fingerprint(&training);
    let error = training.set_dataset(unlabelled()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadDataset);
    assert_eq!(training.dataset().count(), digits().count());
    assert_eq!(fingerprint(&training), before);
    training.step().unwrap();
}

#[test]
fn reconstructions_stand_beside_their_originals() {
    let training = trained(of(Model::Vae), 2);
    assert_eq!(wait(training.reconstruct(1000)).unwrap().len(), 60 * PLANE);
    let pairs = wait(training.reconstruct(3)).unwrap();
    assert_eq!(pairs.len(), 6 * PLANE);
    for index in 0..3 {
        assert_eq!(
            pairs[2 * index * PLANE..][..PLANE],
            *training.dataset().image(index)
        );
    }
    let error = wait(trained(of(Model::Dcgan), 1).reconstruct(3)).unwrap_err();
    assert_eq!(error.field(), Some("model"));
}

#[test]
fn translations_stand_beside_their_originals() {
    let training = trained(of(Model::Cyclegan), 2);
    let draw = |count, seed| wait(training.sample(count, seed, None)).unwrap();
    // 30 digits: the order starts again.
    let images = draw(400, 0);
    assert_eq!(images.len(), 400 * PLANE);
    for index in 0..100 {
        let real = &images[(4 * index + 2) * PLANE..][..PLANE];
        assert!(real == training.dataset().image(index % 30), "{index}");
    }
    assert!(draw(4, 7)[2 * PLANE..][..PLANE] == *training.dataset().image(7));
    assert!(wait(training.grid()).unwrap() == draw(64, 0));
    let error = wait(training.walk(1, 2, 5)).unwrap_err();
    assert_eq!(error.field(), Some("z"));
}

#[test]
fn clipping_bounds_the_critic() {
    let training = trained(
        Experiment {
            clip: 0.02,
            ..of(Model::Wgan)
        },
        2,
    );
    for (name, values) in all_parameters(&training) {
        let bounded = values.iter().all(|v| v.abs() <= 0.02);
        assert!(bounded || name.starts_with("generator"), "{name}");
    }
}

#[test]
fn checkpoints_of_another_model_are_refused() {
    let mut file = support::files::File::read(&wait(trained(of(Model::WganGp), 1).save()).unwrap());
    file.metadata
        .insert("experiment".into(), of(Model::Dcgan).to_json());
    let error = Training::load(&file.write(), digits(), &device()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadCheckpoint);
}

#[test]
fn spectral_vectors_are_part_of_a_checkpoint() {
    let experiment = Experiment {
        spectral_norm: true,
        ..of(Model::Dcgan)
    };
    let whole = wait(trained(experiment, 1).save()).unwrap();
    let mut file = support::files::File::read(&whole);
    assert_eq!(file.get("discriminator.model.2.weight_u").shape, [4]);
    file.tensors.remove("discriminator.model.2.weight_u");
    let error = Training::load(&file.write(), digits(), &device()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadCheckpoint);
}

#[test]
fn another_model_brings_its_own_settings() {
    let experiment = Experiment {
        spectral_norm: true,
        ..of(Model::Dcgan)
    };
    let changed = experiment.with_changes(&json!({ "model": "vae" })).unwrap();
    assert_eq!(changed, Experiment::of(Model::Vae));
}
