//! Walks and planes through the latent space: which latents they draw, and as which class.

mod support;

use burn::tensor::{Tensor, TensorData};
use ganvas_core::experiment::{Conditioning, Model};
use ganvas_core::image::to_pictures;
use ganvas_core::latent::{prior, spherical};
use ganvas_core::player::Weights;
use ganvas_core::system::Classes;
use ganvas_core::{Experiment, Training};
use support::golden::read;
use support::runs::{device, trained, wait};

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

#[test]
fn a_point_of_a_walk_or_a_plane_is_where_its_picture_is() {
    for (name, training) in systems() {
        let walk = wait(training.walk(FROM, TO, 5)).unwrap();
        for (index, image) in walk.chunks(IMAGE).enumerate() {
            let (z, label) = training.walk_at(FROM, TO, index as f32 / 4.0).unwrap();
            assert_eq!(label, class(&training, FROM));
            assert!(
                same(image, &at(&training, &z, label)),
                "{name}: walk {index}"
            );
        }
        let plane = wait(training.plane(FROM, 3, 1.5)).unwrap();
        for (index, image) in plane.chunks(IMAGE).enumerate() {
            let steps = [-1.5, 0.0, 1.5];
            let (right, down) = (steps[index % 3], steps[index / 3]);
            let (z, label) = training.plane_at(FROM, right, down).unwrap();
            assert!(
                same(image, &at(&training, &z, label)),
                "{name}: plane {index}"
            );
        }
        for t in [-0.1, 1.1, f32::NAN] {
            assert_eq!(
                training.walk_at(FROM, TO, t).unwrap_err().field(),
                Some("at")
            );
        }
        let far = training.plane_at(FROM, 0.0, f32::INFINITY).unwrap_err();
        assert_eq!(far.field(), Some("down"));
    }
    let flat = system(Model::Vae, 2);
    assert_eq!(flat.plane_at(FROM, 0.5, -1.25).unwrap().0, [0.5, 1.25]);
}

/// A conditional system by either way of telling the class, trained until classes differ.
fn conditional(conditioning: Conditioning) -> Training {
    let experiment = Experiment {
        width: 2,
        latent_dim: LATENT,
        batch_size: 4,
        conditioning,
        ..Experiment::of(Model::Conditional)
    };
    trained(experiment, 30)
}

const BOTH: [Conditioning; 2] = [Conditioning::Projection, Conditioning::Concatenation];

#[test]
fn between_two_labels_the_ends_are_the_labels() {
    for conditioning in BOTH {
        let training = conditional(conditioning);
        let z = prior(FROM, 1, LATENT);
        let mix = vec![0.0, 0.25, 0.5, 0.75, 1.0];
        let between = |from, to| {
            let mix = mix.clone();
            wait(training.sample_as(&z, Some(Classes::Between { from, to, mix }))).unwrap()
        };
        let way = between(3, 8);
        assert_eq!(way.len(), 5 * IMAGE);
        let images: Vec<&[u8]> = way.chunks(IMAGE).collect();
        assert!(
            same(images[0], &at(&training, &z, Some(3))),
            "{conditioning:?}: 0"
        );
        assert!(
            same(images[4], &at(&training, &z, Some(8))),
            "{conditioning:?}: 1"
        );
        assert!(
            !same(images[0], images[4]),
            "{conditioning:?}: classes look alike"
        );
        for pair in images.windows(2) {
            assert!(!same(pair[0], pair[1]), "{conditioning:?}: no step");
        }
        // The same way back, and a class with itself is that class everywhere.
        let back = between(8, 3);
        for (index, image) in back.chunks(IMAGE).enumerate() {
            assert!(
                same(image, images[4 - index]),
                "{conditioning:?}: back {index}"
            );
        }
        for image in between(3, 3).chunks(IMAGE) {
            assert!(same(image, images[0]), "{conditioning:?}: alone");
        }
    }
}

/// What the embedding says at t is (1 − t)·E\[a\] + t·E\[b\]: a class whose row is that blend
/// draws the digit of the mixture.
#[test]
fn a_mixture_of_classes_is_that_of_their_embeddings() {
    let mut training = conditional(Conditioning::Projection);
    training.show_weights(Weights::Raw);
    let z = prior(TO, 1, LATENT);
    let mixture = Classes::Between {
        from: 2,
        to: 7,
        mix: vec![0.25],
    };
    let mixed = wait(training.sample_as(&z, Some(mixture))).unwrap();

    let mut generator = training.system().duel().unwrap().generator.clone();
    let embedding = generator
        .network
        .parameters()
        .iter()
        .find(|spec| spec.name == "embedding.weight")
        .unwrap()
        .clone();
    let mut flat = read(generator.parameters.flat.clone());
    let values = embedding.shape[1];
    let rows = &mut flat[embedding.range()];
    for i in 0..values {
        rows[4 * values + i] = 0.75 * rows[2 * values + i] + 0.25 * rows[7 * values + i];
    }
    let length = flat.len();
    let data = TensorData::new(flat, [length]);
    generator.parameters.flat = Tensor::from_data(data, &device());
    let image = generator
        .shown(Weights::Raw, || training.feed().measuring_latents())
        .makes(training.feed().latents(&z), Some(&[4]));
    let picture = to_pictures(&read(image), 1, training.feed().sample());
    assert!(same(&mixed, &picture));
    for label in [2, 7] {
        assert!(!same(&mixed, &at(&training, &z, Some(label))), "{label}");
    }
}

#[test]
fn labels_are_drawn_in_turn_and_one_latent_as_all_of_them() {
    let training = conditional(Conditioning::Projection);
    let drawn = training.latents(3, TO, None).unwrap();
    assert_eq!(drawn, prior(TO, 3, LATENT));
    let turns = Some(Classes::InTurn(vec![3, 8]));
    let images = wait(training.sample_as(&drawn, turns.clone())).unwrap();
    for (index, image) in images.chunks(IMAGE).enumerate() {
        let z = &drawn[index * LATENT..][..LATENT];
        let label = [3, 8, 3][index];
        assert!(same(image, &at(&training, z, Some(label))), "{index}");
    }
    let one = wait(training.sample_as(&drawn[..LATENT], turns)).unwrap();
    assert_eq!(one.len(), 2 * IMAGE);
    assert!(same(
        &one[IMAGE..],
        &at(&training, &drawn[..LATENT], Some(8))
    ));
    // Without classes, as a sample of that seed.
    let plain = wait(training.sample_as(&drawn, None)).unwrap();
    assert!(same(&plain, &wait(training.sample(3, TO, None)).unwrap()));
}

#[test]
fn classes_that_cannot_be_drawn_are_refused() {
    let training = conditional(Conditioning::Concatenation);
    let z = prior(FROM, 1, LATENT);
    let refused = |training: &Training, z: &[f32], classes| {
        let error = wait(training.sample_as(z, Some(classes))).unwrap_err();
        error.field().unwrap().to_owned()
    };
    let between = |to, mix: &[f32]| Classes::Between {
        from: 0,
        to,
        mix: mix.to_vec(),
    };
    for (classes, field) in [
        (Classes::InTurn(vec![]), "labels"),
        (Classes::InTurn(vec![0, 10]), "labels"),
        (between(10, &[0.5]), "labels"),
        (between(1, &[]), "mix"),
        (between(1, &[0.5, 1.01]), "mix"),
        (between(1, &[-0.01]), "mix"),
        (between(1, &[f32::NAN]), "mix"),
        (Classes::InTurn(vec![0; 4097]), "count"),
    ] {
        assert_eq!(
            refused(&training, &z, classes.clone()),
            field,
            "{classes:?}"
        );
    }
    assert_eq!(refused(&training, &z[1..], Classes::InTurn(vec![0])), "z");
    let infinite = vec![f32::INFINITY; LATENT];
    assert_eq!(refused(&training, &infinite, Classes::InTurn(vec![0])), "z");
    for model in [Model::Dcgan, Model::Vae] {
        let plain = system(model, LATENT);
        assert_eq!(
            refused(&plain, &z, Classes::InTurn(vec![0])),
            "labels",
            "{model:?}"
        );
    }
}
