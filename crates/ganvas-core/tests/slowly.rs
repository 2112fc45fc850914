//! A round walked through phase by phase, what one update changes, and what D sees in a
//! digit.

mod support;

use ganvas_core::experiment::Model;
use ganvas_core::loss::Loss;
use ganvas_core::training::{Gaze, Phase, PhaseName, PlayerName, Walk};
use ganvas_core::{Dataset, ErrorCode, Experiment, GRID_COUNT, Training, Update};
use support::experiments::experiments;
use support::golden::read;
use support::runs::{device, digits, fingerprint, run, tiny, trained, wait};

/// Pixels of one 28×28 picture.
const PIXELS: usize = 28 * 28;
/// The models with one generator against one discriminator.
const MODELS: [&str; 6] = [
    "dcgan",
    "gan",
    "dcgan_linear",
    "conditional",
    "wgan",
    "wgan_gp",
];

/// Walks through a whole round.
fn round(training: &mut Training) -> Vec<Phase> {
    let mut phases = Vec::new();
    let steps = training.experiment().discriminator_steps;
    for begun in 0..=steps {
        let mut walk = Walk::begin(training, begun).unwrap();
        loop {
            let last = walk.comes() == PhaseName::Update;
            phases.push(wait(walk.next(training)).unwrap());
            if last {
                break;
            }
        }
    }
    phases
}

fn find(phases: &[Phase], player: PlayerName, name: PhaseName) -> &Phase {
    let found = |phase: &&Phase| phase.player == player && phase.phase == name;
    phases.iter().rev().find(found).unwrap()
}

fn near(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * b.abs().max(1e-3)
}

#[test]
fn walking_a_round_is_one_step_bit_for_bit_whatever_is_played() {
    for model in MODELS {
        for experiment in experiments(model, 2, 32) {
            let mut walked = run(experiment.clone());
            let mut stepped = run(experiment.clone());
            for _ in 0..2 {
                round(&mut walked);
                stepped.step().unwrap();
            }
            assert_eq!(
                fingerprint(&walked),
                fingerprint(&stepped),
                "{experiment:?}"
            );
            assert_eq!(
                wait(walked.report()).unwrap(),
                wait(stepped.report()).unwrap(),
                "{experiment:?}"
            );
        }
    }
}

#[test]
fn what_a_walk_shows_is_what_the_report_says() {
    for model in MODELS {
        for experiment in experiments(model, 2, 32) {
            let mut training = trained(experiment.clone(), 1);
            let phases = round(&mut training);
            let report = wait(training.report()).unwrap();
            let d = find(&phases, PlayerName::Discriminator, PhaseName::Update);
            let g = find(&phases, PlayerName::Generator, PhaseName::Update);
            assert_eq!(
                (d.d_real, d.d_fake),
                (Some(report.d_real), Some(report.d_fake)),
                "{experiment:?}"
            );
            let d_terms = d.terms.clone().unwrap();
            let g_terms = g.terms.clone().unwrap();
            assert_eq!(d_terms["d_loss"], report.d_loss, "{experiment:?}");
            assert_eq!(g_terms["g_loss"], report.g_loss, "{experiment:?}");
            for (name, value) in &report.terms {
                let norm = match *name {
                    "wasserstein" => continue,
                    // A report leaves out the L2 term, which Adam adds; a walk shows it.
                    "d_gradient" if experiment.d_l2 > 0.0 => continue,
                    "d_gradient" => d.gradient_norm,
                    "g_gradient" => g.gradient_norm,
                    _ => None,
                };
                if let Some(norm) = norm {
                    let off = (norm - value).abs();
                    assert!(off <= 1e-4 * value, "{name}: {norm}, {experiment:?}");
                    continue;
                }
                let shown = d_terms.get(name).or_else(|| g_terms.get(name));
                assert_eq!(shown, Some(value), "{name}, {experiment:?}");
            }
        }
    }
}

#[test]
fn phases_come_in_order_and_know_all_that_came_before() {
    let experiment = Experiment {
        discriminator_steps: 2,
        batch_size: 10,
        ..tiny()
    };
    let mut training = run(experiment);
    let phases = round(&mut training);
    let names: Vec<_> = phases
        .iter()
        .map(|phase| (phase.player, phase.update, phase.phase))
        .collect();
    use PhaseName::{Draw, Gradient, Judge, Loss, Make, Update};
    let order = [Draw, Make, Judge, Loss, Gradient, Update];
    let expected: Vec<_> = [
        (PlayerName::Discriminator, 1),
        (PlayerName::Discriminator, 2),
        (PlayerName::Generator, 1),
    ]
    .into_iter()
    .flat_map(|(player, update)| order.map(|name| (player, update, name)))
    .collect();
    assert_eq!(names, expected);
    for phase in &phases {
        let of_d = phase.player == PlayerName::Discriminator;
        assert_eq!(phase.round, 1);
        assert_eq!(phase.updates, if of_d { 2 } else { 1 });
        assert_eq!((phase.batch, phase.z.len()), (10, 8 * 5));
        assert_eq!(phase.real.is_some(), of_d);
        assert_eq!(phase.fake.is_some(), phase.phase >= Make);
        assert_eq!(phase.fake_scores.is_some(), phase.phase >= Judge);
        assert_eq!(phase.real_scores.is_some(), of_d && phase.phase >= Judge);
        assert_eq!(phase.terms.is_some(), phase.phase >= PhaseName::Loss);
        assert_eq!(phase.gradient_norm.is_some(), phase.phase >= Gradient);
        assert_eq!(phase.pull.is_some(), !of_d && phase.phase >= Gradient);
        assert_eq!(phase.after.is_some(), phase.phase == Update);
        if let Some(fake) = &phase.fake {
            assert_eq!((fake.count, fake.pixels.0.len()), (8, 8 * PIXELS));
        }
        if let Some(scores) = &phase.fake_scores {
            assert_eq!(
                scores.len(),
                10,
                "of all, not of those alone that are shown"
            );
        }
        if let Some(pull) = &phase.pull {
            assert_eq!((pull.values.len(), pull.norms.len()), (8 * PIXELS, 8));
        }
    }
}

#[test]
fn the_gradient_is_the_one_that_adam_gets() {
    for model in ["dcgan", "wgan_gp"] {
        let experiment = Experiment {
            beta1: 0.5,
            d_l2: 0.1,
            discriminator_steps: 1,
            width: 2,
            latent_dim: 5,
            batch_size: 4,
            ..Experiment::of(serde_json::from_value(model.into()).unwrap())
        };
        let mut training = run(experiment);
        let phases = round(&mut training);
        let system = training.system().duel().unwrap();
        for (player, name) in [
            (&system.discriminator, PlayerName::Discriminator),
            (&system.generator, PlayerName::Generator),
        ] {
            let phase = find(&phases, name, PhaseName::Gradient);
            // m = (1 − β₁)g after the first update.
            let squares = read(player.adam.mean.clone())
                .into_iter()
                .map(|value| (f64::from(value) / 0.5).powi(2));
            let expected = squares.sum::<f64>().sqrt();
            let norm = phase.gradient_norm.unwrap();
            assert!(near(norm, expected, 1e-4), "{model}: {norm} and {expected}");
            let layers = phase.layers.as_ref().unwrap();
            let whole = layers
                .iter()
                .map(|layer| layer.norm.powi(2))
                .sum::<f64>()
                .sqrt();
            assert!(near(whole, norm, 1e-6), "{whole} and {norm}");
            assert!(layers.iter().all(|layer| layer.norm > 0.0), "{layers:?}");
        }
    }
}

#[test]
fn after_the_update_the_same_batch_is_judged_anew() {
    let experiment = Experiment {
        discriminator_lr: 0.01,
        generator_lr: 0.01,
        ..tiny()
    };
    let mut training = trained(experiment, 2);
    let phases = round(&mut training);
    let d = find(&phases, PlayerName::Discriminator, PhaseName::Update);
    let after = d.after.as_ref().unwrap();
    // Half of the gap would be chance; with this rate D learns its own batch.
    let gap = |real: f64, fake: f64| real - fake;
    assert!(
        gap(after.d_real.unwrap(), after.d_fake) > gap(d.d_real.unwrap(), d.d_fake.unwrap()),
        "{after:?}"
    );
    assert!(after.change_norm > 0.0 && after.moved.is_none());

    let g = find(&phases, PlayerName::Generator, PhaseName::Update);
    let after = g.after.as_ref().unwrap();
    assert!(after.d_fake > g.d_fake.unwrap(), "{after:?}");
    let moved = after.moved.as_ref().unwrap();
    assert_eq!(moved.len(), 4);
    // Bytes are rounded to halves of 1/255, which bounds how far they can be off.
    let (from, to) = (
        &g.fake.as_ref().unwrap().pixels.0,
        &after.fake.as_ref().unwrap().pixels.0,
    );
    for (index, distance) in moved.iter().enumerate() {
        let range = index * PIXELS..(index + 1) * PIXELS;
        let squares = from[range.clone()]
            .iter()
            .zip(&to[range])
            .map(|(a, b)| (f64::from(a.abs_diff(*b)) / 255.0).powi(2));
        let seen = (squares.sum::<f64>() / PIXELS as f64).sqrt();
        assert!(
            (seen - distance).abs() < 1.0 / 255.0,
            "{seen} and {distance}"
        );
        assert!(*distance > 0.0);
    }
}

#[test]
fn a_walk_begins_where_a_round_stands() {
    let experiment = Experiment {
        discriminator_steps: 2,
        ..tiny()
    };
    let mut walked = run(experiment.clone());
    walked.update(Update::Discriminator).unwrap();
    let mut walk = Walk::begin(&mut walked, 1).unwrap();
    let phase = wait(walk.next(&mut walked)).unwrap();
    assert_eq!((phase.player, phase.update), (PlayerName::Discriminator, 2));
    // Looking changes nothing: a walk that is given up has done nothing.
    for _ in 0..4 {
        wait(walk.next(&mut walked)).unwrap();
    }
    walked.update(Update::Discriminator).unwrap();
    walked.update(Update::Generator).unwrap();
    assert_eq!(fingerprint(&walked), fingerprint(&trained(experiment, 1)));
}

#[test]
fn systems_without_such_a_round_say_so() {
    for model in [Model::Vae, Model::Cyclegan] {
        let mut training = run(Experiment {
            width: 2,
            batch_size: 4,
            ..Experiment::of(model)
        });
        let error = Walk::begin(&mut training, 0).unwrap_err();
        assert_eq!(
            (error.code(), error.field()),
            (ErrorCode::BadExperiment, Some("model"))
        );
        let error = wait(training.eyes(&Gaze::default())).unwrap_err();
        assert_eq!(error.code(), ErrorCode::BadExperiment);
        let both = wait(training.update_and_compare(Update::Both)).unwrap();
        assert!(both.is_none());
    }
}

#[test]
fn one_update_shows_what_it_changes_and_is_the_update_itself() {
    for model in MODELS.into_iter().chain(["plane"]) {
        let experiment = Experiment {
            width: 2,
            latent_dim: if model == "plane" { 2 } else { 5 },
            batch_size: 4,
            generator_lr: 0.005,
            discriminator_lr: 0.005,
            ..Experiment::of(serde_json::from_value(model.into()).unwrap())
        };
        let mut compared = trained(experiment.clone(), 1);
        let mut plain = trained(experiment, 1);
        for update in [Update::Discriminator, Update::Generator] {
            let change = wait(compared.update_and_compare(update)).unwrap().unwrap();
            plain.update(update).unwrap();
            assert_eq!(fingerprint(&compared), fingerprint(&plain), "{model}");
            assert_eq!(change.step, plain.progress().generator_updates);
            assert!(change.change_norm > 0.0);
            let moves = change.moved.iter().all(|distance| *distance > 0.0);
            let stays = change.moved.iter().all(|distance| *distance == 0.0);
            assert_eq!(change.moved.len(), GRID_COUNT);
            assert!(
                if update == Update::Generator {
                    moves
                } else {
                    stays
                },
                "{model}"
            );
            for (means, scores) in [
                (change.d_real, &change.real_scores),
                (change.d_fake, &change.fake_scores),
            ] {
                for (mean, scores) in means.iter().zip(scores) {
                    assert_eq!(scores.len(), GRID_COUNT);
                    let expected = scores.iter().sum::<f64>() / GRID_COUNT as f64;
                    assert!((mean - expected).abs() < 1e-9);
                }
            }
            // D's word on real images changes with D alone.
            assert_eq!(
                change.d_real[0] == change.d_real[1],
                update == Update::Generator
            );
        }
    }
}

/// The picture of a digit in the grid, and where its loss pulls it, from the core's parts.
fn expected_pull(training: &Training, index: usize) -> Vec<f32> {
    use ganvas_core::network::Labelled;
    use ganvas_core::player::Weights;
    use ganvas_core::system::Request;
    let feed = training.feed();
    let behaviour = training.system().behaviour();
    let images = behaviour
        .draw(feed, Request::Grid, Weights::Averaged)
        .unwrap()
        .next()
        .unwrap();
    let labels = feed
        .is_conditional()
        .then(|| (0..GRID_COUNT).map(|index| (index % 10) as u8).collect());
    let system = training.system().duel().unwrap();
    let pull = system.pull_on(&Labelled { images, labels }).pull;
    let [_, channels, side, _] = pull.dims();
    let values = read(pull.narrow(0, index, 1));
    let mut pixels = Vec::new();
    for row in 2..30 {
        for column in 2..30 {
            for channel in 0..channels {
                pixels.push(values[(channel * side + row) * side + column]);
            }
        }
    }
    pixels
}

#[test]
fn eyes_see_the_grid_its_scores_and_where_it_is_pulled() {
    for model in MODELS {
        let experiment = Experiment {
            width: 2,
            latent_dim: 5,
            batch_size: 4,
            ..Experiment::of(serde_json::from_value(model.into()).unwrap())
        };
        let training = trained(experiment, 2);
        let before = fingerprint(&training);
        let gaze = Gaze {
            index: Some(13),
            z: None,
        };
        let eyes = wait(training.eyes(&gaze)).unwrap();
        assert_eq!((eyes.step, eyes.scores.len()), (2, GRID_COUNT));
        let chosen = eyes.chosen.unwrap();
        assert_eq!(chosen.score, eyes.scores[13]);
        assert_eq!(chosen.z, training.grid_latents()[13 * 5..14 * 5]);
        assert_eq!(chosen.label, (model == "conditional").then_some(3));
        let grid = wait(training.grid()).unwrap();
        let bytes = PIXELS * training.channels();
        assert_eq!(chosen.picture.pixels.0, grid[13 * bytes..14 * bytes]);
        assert_eq!(chosen.pull, expected_pull(&training, 13), "{model}");
        assert!(chosen.pull_norm > 0.0);
        assert_eq!(fingerprint(&training), before, "looking changes nothing");
    }
}

#[test]
fn eyes_follow_another_z_and_refuse_what_is_none() {
    let training = trained(tiny(), 1);
    let look = |index, z: Option<Vec<f32>>| wait(training.eyes(&Gaze { index, z }));
    let z = vec![0.5, -1.0, 0.0, 2.0, 1.0];
    let eyes = look(Some(3), Some(z.clone())).unwrap();
    let chosen = eyes.chosen.unwrap();
    assert_eq!(chosen.z, z);
    let alone = wait(training.sample_at(&z, None)).unwrap();
    assert_eq!(chosen.picture.pixels.0, alone);
    for (index, z, field) in [
        (Some(GRID_COUNT), None, "index"),
        (Some(0), Some(vec![1.0; 4]), "z"),
        (Some(0), Some(vec![f32::NAN; 5]), "z"),
    ] {
        let error = look(index, z).unwrap_err();
        assert_eq!(
            (error.code(), error.field()),
            (ErrorCode::BadExperiment, Some(field))
        );
    }
}

#[test]
fn scores_of_eyes_are_probabilities_where_the_loss_reads_them_so() {
    for &loss in Loss::ALL {
        let training = trained(Experiment { loss, ..tiny() }, 1);
        let eyes = wait(training.eyes(&Gaze::default())).unwrap();
        assert!(eyes.chosen.is_none());
        let probable = matches!(loss, Loss::Minimax | Loss::NonSaturating);
        if probable {
            assert!(eyes.scores.iter().all(|score| (0.0..=1.0).contains(score)));
        }
        let mean = eyes.scores.iter().sum::<f64>() / GRID_COUNT as f64;
        assert!((eyes.d_fake - mean).abs() < 1e-9, "{loss:?}");
    }
}

#[test]
fn the_nearest_real_image_is_the_nearest_of_all() {
    for (model, image_size) in [("dcgan", 32), ("dcgan", 64), ("dcgan_linear", 32)] {
        let experiment = Experiment {
            width: 2,
            latent_dim: 5,
            batch_size: 4,
            image_size,
            ..Experiment::of(serde_json::from_value(model.into()).unwrap())
        };
        let data = Dataset::procedural(600, 3);
        let training = Training::new(experiment, data.clone(), &device()).unwrap();
        let bytes = training.picture_side().pow(2) * training.channels();
        let real = training.real_images(600);
        for index in [0, 21] {
            let gaze = Gaze {
                index: Some(index),
                z: None,
            };
            let chosen = wait(training.eyes(&gaze)).unwrap().chosen.unwrap();
            let distance = |image: &[u8]| {
                let squares = image
                    .iter()
                    .zip(&chosen.picture.pixels.0)
                    .map(|(a, b)| (f64::from(a.abs_diff(*b)) / 255.0).powi(2));
                (squares.sum::<f64>() / bytes as f64).sqrt()
            };
            let distances: Vec<f64> = real.chunks_exact(bytes).map(distance).collect();
            let least = distances.iter().copied().fold(f64::INFINITY, f64::min);
            let nearest = chosen.nearest.unwrap();
            let rounding = 1.0 / 255.0;
            assert!(distances[nearest.index] - least < rounding, "{nearest:?}");
            assert!((nearest.distance - least).abs() < rounding, "{nearest:?}");
            assert_eq!(nearest.label, Some(data.labels().unwrap()[nearest.index]));
            let start = nearest.index * bytes;
            assert_eq!(nearest.picture.pixels.0, real[start..start + bytes]);
        }
    }
    // With one image there is no choice.
    let training = Training::new(tiny(), digits(), &device()).unwrap();
    assert_eq!(training.grid_latents().len(), GRID_COUNT * 5);
}
