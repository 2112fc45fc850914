//! Settings that change while a run goes on: what stays, what follows, what is refused.

mod support;

use ganvas_core::experiment::Model;
use ganvas_core::schema::FIELDS;
use ganvas_core::{ErrorCode, Experiment, Training};
use serde_json::{Value, json};
use support::runs::{device, digits, fingerprint, run, tiny, trained, wait};

fn advanced(mut training: Training, steps: usize) -> Training {
    for _ in 0..steps {
        training.step().unwrap();
    }
    training
}

/// Changes that each act on the next updates of some model.
fn changes() -> Vec<(Model, Value)> {
    vec![
        (Model::Dcgan, json!({ "loss": "minimax" })),
        (Model::Dcgan, json!({ "loss": "hinge" })),
        (Model::Dcgan, json!({ "discriminator_steps": 3 })),
        (Model::Dcgan, json!({ "generator_lr": 1e-5 })),
        (Model::Dcgan, json!({ "discriminator_lr": 1e-5 })),
        (Model::Dcgan, json!({ "beta1": 0.1 })),
        (Model::Dcgan, json!({ "beta2": 0.5 })),
        (Model::Dcgan, json!({ "epsilon": 0.01 })),
        (Model::Dcgan, json!({ "d_l2": 0.1 })),
        (Model::Dcgan, json!({ "mmd": 1.0 })),
        (Model::Dcgan, json!({ "feature_matching": 1.0 })),
        (
            Model::Dcgan,
            json!({ "feature_matching": 1.0, "feature_matching_only": true }),
        ),
        (Model::Dcgan, json!({ "unrolled_steps": 2 })),
        (Model::Wgan, json!({ "clip": 0.001 })),
        (Model::WganGp, json!({ "gradient_penalty": 0.0 })),
        (Model::Vae, json!({ "kl_weight": 3.0 })),
        (Model::Vae, json!({ "generator_lr": 1e-5 })),
        (Model::Cyclegan, json!({ "cycle_weight": 1.0 })),
        (Model::Cyclegan, json!({ "identity_weight": 0.0 })),
        (Model::Cyclegan, json!({ "discriminator_lr": 1e-5 })),
    ]
}

fn small(model: Model) -> Experiment {
    Experiment {
        width: 2,
        batch_size: 4,
        seed: 11,
        ..Experiment::of(model)
    }
}

/// Every setting that can be tuned is in that list.
#[test]
fn all_that_can_be_tuned_is_tried() {
    let changes = changes();
    for field in FIELDS.iter().filter(|field| field.is_tunable()) {
        let tried = changes.iter().any(|(_, it)| !it[field.name].is_null());
        assert!(tried, "{}", field.name);
    }
}

/// The weights stay, the next updates are others, and a run that is saved then goes on in the
/// same way: nothing of the old settings is left anywhere, nothing of the new ones is missing.
#[test]
fn a_tuned_run_is_the_run_that_a_file_with_its_settings_begins() {
    for (model, changes) in changes() {
        let seen = format!("{model:?} {changes}");
        let before = trained(small(model), 2);
        let mut tuned = before.clone();
        tuned.tune(&changes).unwrap();
        assert_eq!(fingerprint(&tuned), fingerprint(&before), "{seen}");
        assert_eq!(
            *tuned.experiment(),
            before.experiment().with_changes(&changes).unwrap()
        );
        let loaded = Training::load(&wait(tuned.save()).unwrap(), digits(), &device()).unwrap();
        assert_eq!(loaded.experiment(), tuned.experiment(), "{seen}");
        let [untuned, tuned, loaded] = [before, tuned, loaded].map(|run| advanced(run, 2));
        assert_eq!(fingerprint(&tuned), fingerprint(&loaded), "{seen}");
        assert_ne!(fingerprint(&tuned), fingerprint(&untuned), "{seen}");
        let report = wait(tuned.report()).unwrap();
        assert_eq!(report, wait(loaded.report()).unwrap(), "{seen}");
    }
}

#[test]
fn a_change_to_the_same_changes_nothing() {
    let before = trained(tiny(), 2);
    let mut tuned = before.clone();
    tuned.tune(&json!({})).unwrap();
    tuned.tune(&before.experiment().to_record()).unwrap();
    assert_eq!(
        fingerprint(&advanced(tuned, 2)),
        fingerprint(&advanced(before, 2))
    );
}

#[test]
fn what_decides_networks_and_batches_is_refused() {
    let mut training = run(tiny());
    let before = training.experiment().clone();
    let refused = [
        json!({ "width": 3 }),
        json!({ "image_size": 64 }),
        json!({ "latent_dim": 6 }),
        json!({ "batch_size": 5 }),
        json!({ "spectral_norm": true }),
        json!({ "generator_activation": "leaky_relu" }),
        json!({ "ema_decay": 0.0 }),
        json!({ "dataset": "file" }),
        json!({ "seed": 12 }),
        json!({ "model": "gan" }),
    ];
    for changes in &refused {
        let error = training.tune(changes).unwrap_err();
        assert_eq!(error.code(), ErrorCode::BadExperiment);
        let name = changes.as_object().unwrap().keys().next().unwrap();
        assert_eq!(error.field(), Some(name.as_str()), "{error}");
        assert_eq!(*training.experiment(), before);
    }
    // Values out of range and settings that do not go together, as ever.
    for (field, changes) in [
        ("generator_lr", json!({ "generator_lr": 9 })),
        ("clip", json!({ "clip": 0.5 })),
        (
            "feature_matching_only",
            json!({ "feature_matching_only": true }),
        ),
        ("colour", json!({ "colour": 1 })),
    ] {
        let error = training.tune(&changes).unwrap_err();
        assert_eq!(error.field(), Some(field), "{error}");
        assert_eq!(*training.experiment(), before);
    }
}
