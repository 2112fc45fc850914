//! Walks and planes through the latent space: which latents they draw, and as which class.

mod support;

use ganvas_core::experiment::Model;
use ganvas_core::latent::{prior, spherical};
use ganvas_core::{Experiment, Training};
use support::runs::{trained, wait};

/// Bytes of one 28×28 image.
const IMAGE: usize = 28 * 28;
const LATENT: usize = 5;
/// Two seeds; a conditional system draws a walk between them as the first one's class.
const FROM: u64 = 13;
const TO: u64 = 27;

/// Every kind of system that has latents, trained until its images differ.
fn systems() -> impl Iterator<Item = (&'static str, Training)> {
    [Model::Dcgan, Model::Conditional, Model::Vae]
        .into_iter()
        .map(|model| (model.as_str(), system(model, LATENT)))
}

fn system(model: Model, latent_dim: usize) -> Training {
    let experiment = Experiment {
        width: 2,
        latent_dim,
        batch_size: 4,
        ..Experiment::of(model)
    };
    trained(experiment, 30)
}

/// The class that a picture keeps for its first seed, in a system that has classes.
fn class(training: &Training, seed: u64) -> Option<u8> {
    let conditional = training.experiment().model.is_conditional();
    conditional.then_some((seed % 10) as u8)
}

fn at(training: &Training, z: &[f32], label: Option<u8>) -> Vec<u8> {
    wait(training.sample_at(z, label)).unwrap()
}

/// Images of the same latents, up to the rounding of batches of other sizes.
fn same(a: &[u8], b: &[u8]) -> bool {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).all(|(a, b)| a.abs_diff(*b) <= 1)
}

#[test]
fn a_walk_leads_from_one_seed_to_the_other() {
    for (name, training) in systems() {
        let label = class(&training, FROM);
        let walk = wait(training.walk(FROM, TO, 5)).unwrap();
        assert_eq!(walk.len(), 5 * IMAGE, "{name}");
        let images: Vec<&[u8]> = walk.chunks(IMAGE).collect();
        for (image, seed) in [(images[0], FROM), (images[4], TO)] {
            let end = wait(training.sample_label(1, seed, label, None)).unwrap();
            assert!(same(image, &end), "{name}: the end of seed {seed}");
        }
        let [from, to] = [FROM, TO].map(|seed| prior(seed, 1, LATENT));
        for (index, image) in images.iter().enumerate() {
            let z = spherical(&from, &to, index as f32 / 4.0);
            assert!(
                same(image, &at(&training, &z, label)),
                "{name}: image {index}"
            );
        }
        for pair in images.windows(2) {
            assert!(!same(pair[0], pair[1]), "{name}: a walk on the spot");
        }
    }
}

/// The shortest walk has its ends only, and the other way round it is the same way.
#[test]
fn a_walk_has_as_many_images_as_it_is_asked_for() {
    let training = system(Model::Vae, LATENT);
    let there = wait(training.walk(FROM, TO, 2)).unwrap();
    let back = wait(training.walk(TO, FROM, 2)).unwrap();
    assert_eq!(there.len(), 2 * IMAGE);
    assert!(same(&there[..IMAGE], &back[IMAGE..]));
    assert!(same(&there[IMAGE..], &back[..IMAGE]));
    // More than are drawn at once.
    let long = wait(training.walk(FROM, TO, 256)).unwrap();
    assert_eq!(long.len(), 256 * IMAGE);
    assert!(same(&long[255 * IMAGE..], &there[IMAGE..]));
}

#[test]
fn walks_and_planes_are_in_colour_where_the_images_are() {
    let training = system(Model::DcganLinear, LATENT);
    let walk = wait(training.walk(FROM, TO, 3)).unwrap();
    assert_eq!(walk.len(), 3 * 3 * IMAGE);
    let plane = wait(training.plane(FROM, 2, 1.0)).unwrap();
    assert_eq!(plane.len(), 2 * 2 * 3 * IMAGE);
}

#[test]
fn a_plane_goes_through_the_latent_of_its_seed() {
    for (name, training) in systems() {
        let label = class(&training, FROM);
        let extent = 1.5;
        let plane = wait(training.plane(FROM, 3, extent)).unwrap();
        assert_eq!(plane.len(), 9 * IMAGE, "{name}");
        // The seed's first draw is in the middle, the next two are the directions to the
        // right and down; every point has the length that draws from the prior have.
        let draws = prior(FROM, 3, LATENT);
        let steps = [-extent, 0.0, extent];
        for (index, image) in plane.chunks(IMAGE).enumerate() {
            let (right, down) = (steps[index % 3], steps[index / 3]);
            let point: Vec<f32> = (0..LATENT)
                .map(|i| draws[i] + right * draws[LATENT + i] + down * draws[2 * LATENT + i])
                .collect();
            let length = point.iter().map(|x| x * x).sum::<f32>().sqrt();
            let scale = (LATENT as f32).sqrt() / length;
            let z: Vec<f32> = point.iter().map(|x| x * scale).collect();
            assert!(
                same(image, &at(&training, &z, label)),
                "{name}: image {index}"
            );
        }
        let corner = |index: usize| &plane[index * IMAGE..][..IMAGE];
        for (a, b) in [(0, 2), (0, 6), (2, 6), (0, 8)] {
            assert!(!same(corner(a), corner(b)), "{name}: images {a} and {b}");
        }
        let point = wait(training.plane(FROM, 2, 0.0)).unwrap();
        for image in point.chunks(IMAGE) {
            assert!(same(image, corner(4)), "{name}: without extent");
        }
    }
}

/// In two dimensions the plane is the whole latent space, up and to the right as on paper.
#[test]
fn a_plane_of_two_dimensions_is_the_latent_space() {
    let training = system(Model::Vae, 2);
    let plane = wait(training.plane(FROM, 3, 2.0)).unwrap();
    let z = [
        [-2.0, 2.0],
        [0.0, 2.0],
        [2.0, 2.0],
        [-2.0, 0.0],
        [0.0, 0.0],
        [2.0, 0.0],
        [-2.0, -2.0],
        [0.0, -2.0],
        [2.0, -2.0],
    ];
    assert!(same(&plane, &at(&training, z.as_flattened(), None)));
    assert!(!same(&plane[..IMAGE], &plane[8 * IMAGE..]));
    assert_eq!(plane, wait(training.plane(TO, 3, 2.0)).unwrap());
}

#[test]
fn a_conditional_system_keeps_the_class_of_the_first_seed() {
    let training = system(Model::Conditional, LATENT);
    let walk = wait(training.walk(FROM, TO, 2)).unwrap();
    let end = |label| wait(training.sample_label(1, TO, Some(label), None)).unwrap();
    assert!(same(&walk[IMAGE..], &end(3)));
    assert!(!same(&walk[IMAGE..], &end(7)), "classes look alike");
    // Ten seeds further on stands the same digit.
    let middle = |seed: u64| {
        let plane = wait(training.plane(seed, 3, 1.0)).unwrap();
        plane[4 * IMAGE..][..IMAGE].to_vec()
    };
    let draw = |seed: u64, label| {
        let z = prior(seed, 1, LATENT);
        let length = z.iter().map(|x| x * x).sum::<f32>().sqrt();
        let scale = (LATENT as f32).sqrt() / length;
        let z: Vec<f32> = z.iter().map(|x| x * scale).collect();
        at(&training, &z, Some(label))
    };
    for seed in [FROM, FROM + 10] {
        assert!(same(&middle(seed), &draw(seed, 3)), "{seed}");
        assert!(!same(&middle(seed), &draw(seed, 7)), "{seed}");
    }
}

#[test]
fn sizes_out_of_range_are_refused() {
    let training = system(Model::Dcgan, LATENT);
    for count in [0, 1, 257, usize::MAX] {
        let error = wait(training.walk(FROM, TO, count)).unwrap_err();
        assert_eq!(error.field(), Some("count"), "{count}");
    }
    for side in [0, 1, 25, usize::MAX] {
        let error = wait(training.plane(FROM, side, 1.0)).unwrap_err();
        assert_eq!(error.field(), Some("side"), "{side}");
    }
    for extent in [-0.1, 10.1, f32::NAN, f32::INFINITY] {
        let error = wait(training.plane(FROM, 2, extent)).unwrap_err();
        assert_eq!(error.field(), Some("extent"), "{extent}");
    }
    assert_eq!(wait(training.walk(FROM, TO, 2)).unwrap().len(), 2 * IMAGE);
    let plane = wait(training.plane(FROM, 24, 10.0)).unwrap();
    assert_eq!(plane.len(), 24 * 24 * IMAGE);
}

#[test]
fn a_system_without_latents_refuses_both() {
    let experiment = Experiment {
        width: 2,
        batch_size: 4,
        ..Experiment::of(Model::Cyclegan)
    };
    let training = trained(experiment, 1);
    let walk = wait(training.walk(FROM, TO, 3)).unwrap_err();
    let plane = wait(training.plane(FROM, 3, 1.0)).unwrap_err();
    for error in [walk, plane] {
        assert_eq!(error.field(), Some("z"));
    }
}
