//! The plane: its frame against the networks themselves, its data, and what it refuses.

mod support;

use burn::tensor::Tensor;
use ganvas_core::data::point_text;
use ganvas_core::experiment::{DatasetName, Model, Reading};
use ganvas_core::loss::Loss;
use ganvas_core::metric::modes::evaluate_plane;
use ganvas_core::metric::{Classifier, evaluate};
use ganvas_core::player::Weights;
use ganvas_core::{Dataset, ErrorCode, Experiment, PlaneFrame, PlaneRequest, Training, own_data};
use serde_json::json;
use support::golden::read;
use support::runs::{device, digits, fingerprint, run, trained, wait};

const REQUEST: PlaneRequest = PlaneRequest {
    points: 40,
    field: 6,
    lattice: 3,
};

fn small() -> Experiment {
    Experiment {
        width: 8,
        batch_size: 16,
        seed: 11,
        ..Experiment::of(Model::Plane)
    }
}

fn frame(training: &Training) -> PlaneFrame {
    wait(training.plane_frame(REQUEST)).unwrap()
}

/// D at points, x and y in turn.
fn judged(training: &Training, points: &[f32]) -> Vec<f32> {
    let system = training.system().duel().unwrap();
    let x = training.feed().samples(points.to_vec());
    let d = system.discriminator.shown(Weights::Raw, || unreachable!());
    read(d.makes(x, None))
}

/// G at latents, row after row.
fn made(training: &Training, z: &[f32]) -> Vec<f32> {
    let system = training.system().duel().unwrap();
    let z = training.feed().latents(z);
    let g = system
        .generator
        .shown(training.weights(), || unreachable!());
    read(g.makes(z, None))
}

fn assert_close(actual: &[f32], expected: &[f32], what: &str) {
    assert_eq!(actual.len(), expected.len(), "{what}");
    for (a, e) in actual.iter().zip(expected) {
        assert!(
            (a - e).abs() <= 1e-5 + 1e-5 * e.abs(),
            "{what}: {a} and {e}"
        );
    }
}

/// Each arrow against differences of its own fake's loss along both axes.
#[test]
fn every_arrow_is_the_slope_of_its_fakes_loss() {
    for &loss in Loss::ALL {
        let training = trained(Experiment { loss, ..small() }, 200);
        let PlaneFrame { fake, pull, .. } = frame(&training);
        let pointwise = loss.of_generator().value;
        let at = |points: &[f32]| -> Vec<f64> {
            let outputs = judged(&training, points);
            outputs
                .iter()
                .map(|&l| f64::from(pointwise.at(l)))
                .collect()
        };
        let step = 5e-4;
        let mut off = 0;
        let longest = pull
            .iter()
            .fold(0.0f64, |most, it| most.max(f64::from(it.abs())));
        assert!(longest > 0.0, "{loss:?}");
        for axis in 0..2 {
            let moved = |by: f32| {
                let mut points = fake.clone();
                points
                    .iter_mut()
                    .skip(axis)
                    .step_by(2)
                    .for_each(|it| *it += by);
                at(&points)
            };
            for (index, (ahead, behind)) in moved(step).iter().zip(moved(-step)).enumerate() {
                let slope = (ahead - behind) / f64::from(2.0 * step);
                let expected = -f64::from(pull[2 * index + axis]);
                if (slope - expected).abs() > 0.01 * longest + 1e-3 * expected.abs() {
                    off += 1;
                }
            }
        }
        // A kink of a LeakyReLU may lie within a step.
        assert!(off <= 6, "{loss:?}: {off} of 80 slopes are off");
    }
}

#[test]
fn a_frame_shows_what_the_networks_say() {
    for latent_dim in [1, 2] {
        let mut training = trained(
            Experiment {
                latent_dim,
                ..small()
            },
            30,
        );
        training.show_weights(Weights::Raw);
        let before = fingerprint(&training);
        let seen = frame(&training);
        assert_eq!(fingerprint(&training), before, "looking changes nothing");
        assert_eq!((seen.step, seen.latent_dim), (30, latent_dim));
        assert_eq!((seen.extent, seen.reading), (3.0, Reading::Probability));
        assert_eq!(seen.real.len(), 80);
        assert_close(&seen.outputs, &judged(&training, &seen.fake), "outputs");
        // From the upper left, along rows.
        let centres: Vec<f32> = (0..36)
            .flat_map(|cell| [(cell % 6) as f32 - 2.5, 2.5 - (cell / 6) as f32])
            .collect();
        assert_close(&seen.field, &judged(&training, &centres), "field");
        let side = [-2.0, -2.0 / 3.0, 2.0 / 3.0, 2.0];
        let nodes: Vec<f32> = match latent_dim {
            1 => side.to_vec(),
            _ => side
                .iter()
                .flat_map(|y| side.iter().flat_map(|x| [*x, *y]))
                .collect(),
        };
        assert_close(&seen.lattice, &made(&training, &nodes), "lattice");

        training.step().unwrap();
        let next = frame(&training);
        assert_eq!(next.real, seen.real, "the same real points in every frame");
        assert_ne!(next.fake, seen.fake);
        let more = wait(training.plane_frame(PlaneRequest {
            points: 50,
            field: 0,
            lattice: 0,
        }));
        let more = more.unwrap();
        assert_eq!(more.real[..80], next.real, "and the first ones of more");
        assert!(more.field.is_empty() && more.lattice.is_empty());
        assert_close(&more.fake[..80], &next.fake, "fakes");

        training.show_weights(Weights::Averaged);
        assert_ne!(
            frame(&training).fake,
            next.fake,
            "the average is another generator"
        );
    }
}

#[test]
fn modes_are_told_where_there_are_some() {
    for name in ["ring", "grid", "moons", "spiral", "line", "clusters"] {
        let settings = json!({ "model": "plane", "dataset": name, "width": 4, "batch_size": 8 });
        let training = trained(Experiment::from_value(settings).unwrap(), 2);
        let all = match name {
            "ring" => Some(8),
            "grid" => Some(25),
            _ => None,
        };
        let seen = frame(&training);
        assert_eq!(seen.coverage.map(|it| it.modes_of), all, "{name}");
        assert!(
            (0.0..=2f64.ln() + 1e-9).contains(&seen.js),
            "{name}: {}",
            seen.js
        );
        let judged = wait(evaluate_plane(&training, 500)).unwrap();
        assert_eq!(judged.coverage.map(|it| it.modes_of), all, "{name}");
        assert!(judged.js_floor < judged.js, "{name}: {judged:?}");
        assert_eq!(judged, wait(evaluate_plane(&training, 500)).unwrap());
        let told = serde_json::to_value(&judged).unwrap();
        assert_eq!(told["modes_of"].is_number(), all.is_some(), "{told}");
        assert_eq!(told["reference"], name);
    }
}

#[test]
fn a_drawing_travels_with_the_experiment() {
    let text = point_text::encode(&[-1.0, 1.0, 0.0, 0.5, 1.0, 1.0]).unwrap();
    let settings = json!({
        "model": "plane", "dataset": "points", "drawing": text, "width": 4, "batch_size": 8,
    });
    let experiment = Experiment::from_value(settings).unwrap();
    let whole = trained(experiment.clone(), 5);
    // What is drawn is learnt, with a little noise.
    let points = point_text::decode(&text).unwrap();
    for real in frame(&whole).real.chunks_exact(2) {
        let near = |it: &&[f32; 2]| (it[0] - real[0]).abs() < 0.1 && (it[1] - real[1]).abs() < 0.1;
        assert!(points.iter().any(|it| near(&it)), "{real:?}");
    }
    // It is in the checkpoint, which resumes bit for bit on the data that it names.
    let bytes = wait(trained(experiment.clone(), 2).save()).unwrap();
    let recorded = ganvas_core::checkpoint::experiment(&bytes).unwrap();
    assert_eq!(recorded, experiment);
    let data = own_data(&recorded).unwrap().unwrap();
    let mut resumed = Training::load(&bytes, data, &device()).unwrap();
    for _ in 2..5 {
        resumed.step().unwrap();
    }
    assert_eq!(fingerprint(&resumed), fingerprint(&whole));

    // Another dataset, and another model, leave it behind.
    let ring = experiment
        .with_changes(&json!({ "dataset": "ring" }))
        .unwrap();
    assert_eq!(ring.drawing, "");
    let wider = experiment.with_changes(&json!({ "width": 5 })).unwrap();
    assert_eq!(wider.drawing, text);
    let digits = experiment
        .with_changes(&json!({ "model": "dcgan" }))
        .unwrap();
    assert_eq!(
        (digits.dataset, digits.drawing),
        (DatasetName::Mnist, String::new())
    );
}

#[test]
fn spaces_do_not_mix() {
    let refused = |settings, field: &str| {
        let error = Experiment::from_value(settings).unwrap_err();
        assert_eq!(error.code(), ErrorCode::BadExperiment);
        assert_eq!(error.field(), Some(field), "{error}");
    };
    refused(json!({ "model": "plane", "dataset": "mnist" }), "dataset");
    refused(json!({ "dataset": "ring" }), "dataset");
    refused(json!({ "model": "plane", "latent_dim": 3 }), "latent_dim");
    refused(json!({ "model": "plane", "image_size": 64 }), "image_size");
    refused(json!({ "model": "plane", "dataset": "points" }), "dataset");
    refused(json!({ "model": "plane", "drawing": "AAAAAA" }), "drawing");
    refused(json!({ "model": "plane", "drawing": "AAAA" }), "drawing");
    refused(json!({ "drawing": "AAAAAA" }), "drawing");
    refused(
        json!({ "model": "plane", "clip": 0.1, "gradient_penalty": 1 }),
        "clip",
    );
    refused(
        json!({ "model": "plane", "clip": 0.1, "spectral_norm": true }),
        "clip",
    );
    refused(json!({ "model": "wgan", "clip": 0 }), "clip");

    let error = Training::new(small(), digits(), &device()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadDataset);
    let ring = || own_data(&small()).unwrap().unwrap();
    let images = Experiment {
        width: 2,
        batch_size: 4,
        ..Experiment::default()
    };
    let error = Training::new(images.clone(), ring(), &device()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadDataset);
    let mut training = trained(small(), 1);
    assert!(training.set_dataset(digits()).is_err());
    assert_eq!(training.dataset().name(), "ring");
    training.step().unwrap();

    // What is of the other space has a code, and stops nothing.
    let of_model = |error: ganvas_core::Error| assert_eq!(error.field(), Some("model"), "{error}");
    of_model(wait(training.grid()).unwrap_err());
    of_model(wait(training.sample(3, 1, None)).unwrap_err());
    of_model(wait(training.sample_at(&[0.0, 0.0], None)).unwrap_err());
    of_model(wait(training.walk(1, 2, 3)).unwrap_err());
    of_model(wait(training.plane(1, 3, 2.0)).unwrap_err());
    of_model(wait(training.reconstruct(2)).unwrap_err());
    let classifier = Classifier::shipped(&device()).unwrap();
    of_model(wait(evaluate(&training, 10, &classifier)).unwrap_err());
    assert!(training.real_images(5).is_empty());
    let pictures = run(images);
    of_model(wait(pictures.plane_frame(REQUEST)).unwrap_err());
    of_model(wait(pictures.sample_points(3, 1)).unwrap_err());
    of_model(wait(evaluate_plane(&pictures, 100)).unwrap_err());

    for (request, field) in [
        (
            PlaneRequest {
                points: 0,
                ..REQUEST
            },
            "points",
        ),
        (
            PlaneRequest {
                points: 1025,
                ..REQUEST
            },
            "points",
        ),
        (
            PlaneRequest {
                field: 97,
                ..REQUEST
            },
            "field",
        ),
        (
            PlaneRequest {
                lattice: 33,
                ..REQUEST
            },
            "lattice",
        ),
    ] {
        let error = wait(training.plane_frame(request)).unwrap_err();
        assert_eq!(error.field(), Some(field));
    }
    assert_eq!(
        wait(evaluate_plane(&training, 9)).unwrap_err().field(),
        Some("count")
    );
}

/// A point of the plane is `[batch, 2, 1, 1]`, drawn anew for every batch.
#[test]
fn batches_are_fresh_points() {
    let training = trained(small(), 1);
    let mut feed = training.feed().clone();
    let first = feed.real(0).images;
    assert_eq!(first.dims(), [16, 2, 1, 1]);
    let numbers = |x: Tensor<4>| read(x);
    let second = numbers(feed.real(1).images);
    assert_ne!(numbers(first.clone()), second);
    // Long after one pass through anything.
    assert_ne!(numbers(feed.real(1_000_000).images), second);
    assert_eq!(numbers(feed.real(0).images), numbers(first));
    assert_eq!(training.dataset().labels(), None);
    assert!(training.dataset().image(3).is_empty());
    assert!(Dataset::procedural(3, 1).image(3).is_empty());
}
