//! What an update changes, repeatability, and what comes out of a run.

mod support;

use std::collections::BTreeSet;

use ganvas_core::experiment::Model;
use ganvas_core::loss::Loss;
use ganvas_core::player::{Player, Weights};
use ganvas_core::{Dataset, ErrorCode, Experiment, Training, Update};
use support::golden::read;
use support::named::{Named, parameters};
use support::runs::{device, digits, fingerprint, run, tiny, trained, wait};

/// Bytes of one 28×28 image.
const IMAGE: usize = 28 * 28;

/// Names of tensors whose numbers are not the same.
fn changed(before: &Named, after: &Named) -> BTreeSet<String> {
    let names = before.keys().filter(|name| before[*name] != after[*name]);
    names.cloned().collect()
}

/// The generator and the discriminator.
fn players(training: &Training) -> [&Player; 2] {
    let system = training.system().duel().unwrap();
    [&system.generator, &system.discriminator]
}

/// Which parameters one update changes: of the generator, of the discriminator.
fn changed_by(update: Update) -> [(BTreeSet<String>, BTreeSet<String>); 2] {
    let mut training = trained(tiny(), 1);
    let before = players(&training).map(parameters);
    training.update(update).unwrap();
    let after = players(&training).map(parameters);
    [0, 1].map(|player| {
        let all = before[player].keys().cloned().collect();
        (changed(&before[player], &after[player]), all)
    })
}

#[test]
fn a_generator_update_changes_every_generator_parameter_and_no_other() {
    let [(generator, all), (discriminator, _)] = changed_by(Update::Generator);
    assert_eq!(generator, all);
    assert_eq!(discriminator, BTreeSet::new());
}

#[test]
fn a_discriminator_update_changes_every_discriminator_parameter_and_no_other() {
    let [(generator, _), (discriminator, all)] = changed_by(Update::Discriminator);
    assert_eq!(generator, BTreeSet::new());
    assert_eq!(discriminator, all);
}

#[test]
fn a_whole_step_changes_every_parameter() {
    for (changed, all) in changed_by(Update::Both) {
        assert_eq!(changed, all);
    }
}

#[test]
fn reports_are_finite_and_count() {
    for name in Loss::NAMES {
        let loss = serde_json::from_value((*name).into()).unwrap();
        let mut training = run(Experiment {
            loss,
            discriminator_steps: 2,
            ..tiny()
        });
        let report = wait(training.report()).unwrap();
        assert_eq!((report.step, report.images, report.d_loss), (0, 0, 0.0));
        for _ in 0..4 {
            training.step().unwrap();
        }
        let report = wait(training.report()).unwrap();
        assert_eq!((report.step, report.images), (4, 4 * 2 * 4));
        // 30 images make seven whole batches of four.
        assert!((report.epoch - 8.0 / 7.0).abs() < 1e-9, "{}", report.epoch);
        assert!(
            report.d_loss.is_finite() && report.g_loss.is_finite(),
            "{name}"
        );
        match loss {
            Loss::Minimax | Loss::NonSaturating => {
                for probability in [report.d_real, report.d_fake] {
                    assert!((0.0..=1.0).contains(&probability), "{name}: {probability}");
                }
            }
            // Without a sigmoid D's output stands as it is, which shows where the loss is
            // the difference of both.
            Loss::Wasserstein => {
                let difference = report.d_fake - report.d_real;
                assert!((difference - report.d_loss).abs() < 1e-6, "{report:?}");
            }
            Loss::LeastSquares | Loss::Hinge => {
                let scores = [report.d_real, report.d_fake];
                assert!(scores.iter().all(|score| score.is_finite()), "{report:?}");
            }
        }
    }
}

#[test]
fn the_losses_train_the_generator_differently() {
    let [minimax, non_saturating] = [Loss::Minimax, Loss::NonSaturating].map(|loss| {
        let training = trained(Experiment { loss, ..tiny() }, 1);
        players(&training).map(parameters)
    });
    // The discriminator plays the same game, the generator does not.
    assert_eq!(minimax[1], non_saturating[1]);
    assert_ne!(minimax[0], non_saturating[0]);
}

#[test]
fn the_same_seed_gives_the_same_run_bit_for_bit() {
    let first = trained(tiny(), 3);
    assert_eq!(fingerprint(&first), fingerprint(&trained(tiny(), 3)));
    assert_eq!(
        wait(first.report()).unwrap(),
        wait(trained(tiny(), 3).report()).unwrap()
    );
    let other = trained(Experiment { seed: 12, ..tiny() }, 3);
    assert_ne!(fingerprint(&first), fingerprint(&other));
}

#[test]
fn reading_does_not_disturb_a_run() {
    let mut training = run(tiny());
    for _ in 0..3 {
        training.step().unwrap();
        wait(training.report()).unwrap();
        wait(training.grid()).unwrap();
        wait(training.sample(3, 1, None)).unwrap();
        wait(training.save()).unwrap();
    }
    assert_eq!(fingerprint(&training), fingerprint(&trained(tiny(), 3)));
}

#[test]
fn saving_and_loading_in_the_middle_changes_nothing() {
    // Seven batches make an epoch: the order of the second one must come back too.
    let whole = trained(tiny(), 9);
    for pause in [0, 2, 6, 8] {
        let bytes = wait(trained(tiny(), pause).save()).unwrap();
        let mut resumed = Training::load(&bytes, digits(), &device()).unwrap();
        for _ in pause..9 {
            resumed.step().unwrap();
        }
        assert_eq!(
            fingerprint(&resumed),
            fingerprint(&whole),
            "after {pause} steps"
        );
        assert_eq!(
            wait(resumed.report()).unwrap(),
            wait(whole.report()).unwrap()
        );
    }
}

#[test]
fn single_updates_in_order_are_a_step() {
    let whole = trained(tiny(), 2);
    let mut training = trained(tiny(), 1);
    training.update(Update::Discriminator).unwrap();
    // A pause between the two halves of a step.
    let bytes = wait(training.save()).unwrap();
    let mut resumed = Training::load(&bytes, digits(), &device()).unwrap();
    resumed.update(Update::Generator).unwrap();
    assert_eq!(fingerprint(&resumed), fingerprint(&whole));

    training.update(Update::Generator).unwrap();
    assert_eq!(fingerprint(&training), fingerprint(&whole));
}

#[test]
fn datasets_smaller_than_a_batch_are_refused() {
    let few = || Dataset::procedural(3, 1);
    let error = Training::new(tiny(), few(), &device()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadExperiment);
    assert_eq!(error.field(), Some("batch_size"));

    let mut training = trained(tiny(), 1);
    let before = fingerprint(&training);
    assert_eq!(
        training.set_dataset(few()).unwrap_err().field(),
        Some("batch_size")
    );
    assert_eq!(training.dataset().count(), digits().count());
    assert_eq!(fingerprint(&training), before);
    training.step().unwrap();
}

#[test]
fn settings_out_of_range_are_refused_before_anything_is_built() {
    let experiment = Experiment { width: 0, ..tiny() };
    let error = Training::new(experiment, digits(), &device()).unwrap_err();
    assert_eq!(error.field(), Some("width"));
}

#[test]
fn samples_repeat_with_their_seed() {
    let training = trained(tiny(), 2);
    let draw = |count, seed, truncation| wait(training.sample(count, seed, truncation)).unwrap();
    let images = draw(70, 5, None);
    assert_eq!(images.len(), 70 * IMAGE);
    assert_eq!(images, draw(70, 5, None));
    assert_ne!(images, draw(70, 6, None));
    assert_ne!(images[..IMAGE], images[IMAGE..2 * IMAGE]);
}

#[test]
fn truncated_samples_vary_less() {
    let training = trained(tiny(), 2);
    let variety = |truncation| {
        let images = wait(training.sample(64, 5, truncation)).unwrap();
        let first = &images[..IMAGE];
        let differences = images.chunks_exact(IMAGE).flat_map(|image| {
            let pairs = image.iter().zip(first);
            pairs.map(|(a, b)| u64::from(a.abs_diff(*b)))
        });
        differences.sum::<u64>()
    };
    assert!(variety(Some(0.1)) < variety(None));
    // Nothing lies beyond a hundred deviations.
    assert!(variety(Some(100.0)) > 0);

    for bad in [0.0, -1.0, f32::NAN] {
        let error = wait(training.sample(1, 5, Some(bad))).unwrap_err();
        assert_eq!(error.field(), Some("truncation"), "{bad}");
    }
    for bad in [0, 4097, usize::MAX] {
        let error = wait(training.sample(bad, 5, None)).unwrap_err();
        assert_eq!(error.field(), Some("count"), "{bad}");
    }
}

#[test]
fn an_image_does_not_depend_on_those_drawn_with_it() {
    let training = trained(tiny(), 2);
    let latent_dim = training.experiment().latent_dim;
    let z = support::golden::pattern(3, 64 * latent_dim, 4.0, 0.0);
    let draw = |z: &[f32]| {
        let shape = [z.len() / latent_dim, latent_dim, 1, 1];
        let data = burn::tensor::TensorData::new(z.to_vec(), shape);
        let generator = &training.system().duel().unwrap().generator;
        let shown = generator.shown(Weights::Averaged, || training.feed().measuring_latents());
        read(shown.makes(burn::tensor::Tensor::from_data(data, &device()), None))
    };
    let together = draw(&z);
    for index in [0, 17, 63] {
        let alone = draw(&z[index * latent_dim..][..latent_dim]);
        let image = &together[index * 1024..][..1024];
        for (a, b) in alone.iter().zip(image) {
            assert!((a - b).abs() < 1e-5, "image {index}: {a} and {b}");
        }
    }
}

/// Whatever is drawn from averages is then drawn from the weights themselves.
#[test]
fn adopted_averages_draw_what_was_shown() {
    for model in [
        Model::Dcgan,
        Model::Conditional,
        Model::Vae,
        Model::Cyclegan,
    ] {
        let mut training = trained(Experiment { model, ..tiny() }, 3);
        let shown = wait(training.grid()).unwrap();
        training.show_weights(Weights::Raw);
        assert_ne!(wait(training.grid()).unwrap(), shown, "{model:?}");
        training.adopt_averages();
        assert_eq!(wait(training.grid()).unwrap(), shown, "{model:?}");
    }
}

#[test]
fn without_an_average_there_is_nothing_to_adopt() {
    let mut training = trained(
        Experiment {
            ema_decay: 0.0,
            ..tiny()
        },
        2,
    );
    let before = fingerprint(&training);
    training.adopt_averages();
    assert_eq!(fingerprint(&training), before);
}

#[test]
fn the_grid_shows_the_same_latents_throughout() {
    let mut training = trained(tiny(), 1);
    let grid = wait(training.grid()).unwrap();
    assert_eq!(grid.len(), 64 * IMAGE);
    assert_eq!(grid, wait(training.grid()).unwrap());
    training.step().unwrap();
    assert_ne!(
        grid,
        wait(training.grid()).unwrap(),
        "the images follow the weights"
    );
    // Other samples are drawn from other latents.
    assert_ne!(grid, wait(training.sample(64, tiny().seed, None)).unwrap());
}
