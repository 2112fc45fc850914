//! The shipped generator, drawn here and by `ganvas-core`.

use burn::tensor::{Device, Tensor, TensorData};
use ganvas_core::data::CLASSES;
use ganvas_core::image::{self, to_pictures};
use ganvas_core::metric::{Classifier, Judgement};
use ganvas_core::network::{
    Activation, Mode, Network, Parameters, TensorSpec, conditional_generator,
};
use ganvas_core::{Experiment, latent};
use ganvas_sampler::{Generator, Shape};
use half::f16;
use pollster::block_on;
use safetensors::SafeTensors;
use safetensors::tensor::Dtype;
use std::collections::HashMap;

const FILE: &[u8] = include_bytes!("../../../www/assets/first-digits.safetensors");

/// The file as `ganvas-core` understands it.
struct Shipped {
    file: SafeTensors<'static>,
    card: HashMap<String, String>,
    experiment: Experiment,
    network: Network,
}

impl Shipped {
    fn open() -> Self {
        let (_, header) = SafeTensors::read_metadata(FILE).unwrap();
        let card = header.metadata().clone().unwrap();
        let experiment = Experiment::from_json(&card["experiment"]).unwrap();
        Self {
            file: SafeTensors::deserialize(FILE).unwrap(),
            network: conditional_generator(
                experiment.width,
                experiment.latent_dim,
                experiment.sample_shape(),
                Activation::Relu,
            )
            .unwrap(),
            experiment,
            card,
        }
    }

    fn halves(&self, name: &str) -> &[u8] {
        let view = self.file.tensor(name).unwrap();
        assert_eq!(view.dtype(), Dtype::F16, "{name}");
        view.data()
    }

    fn numbers(&self, name: &str) -> Vec<f32> {
        self.halves(name)
            .chunks_exact(2)
            .map(|pair| f16::from_le_bytes([pair[0], pair[1]]).to_f32())
            .collect()
    }

    fn flat(&self, specs: &[TensorSpec], length: usize) -> Vec<f32> {
        let mut flat = vec![0.0; length];
        for spec in specs {
            let name = format!("generator.{}", spec.name);
            assert_eq!(self.file.tensor(&name).unwrap().shape(), spec.shape);
            flat[spec.offset..][..spec.len()].copy_from_slice(&self.numbers(&name));
        }
        flat
    }

    /// Parameters and running statistics, each flat.
    fn weights(&self) -> [Vec<f32>; 2] {
        let network = &self.network;
        [
            self.flat(network.parameters(), network.flat_len()),
            self.flat(network.statistics(), network.statistics_len()),
        ]
    }

    /// The digits of `latents` by `ganvas-core`, with these weights, of all classes in turn.
    fn draw(&self, [flat, statistics]: [Vec<f32>; 2], latents: &[f32]) -> Vec<u8> {
        let device = Device::flex();
        let parameters = Parameters::from_vecs(flat, statistics, &device);
        let dim = self.experiment.latent_dim;
        let count = latents.len() / dim;
        let z = Tensor::from_data(
            TensorData::new(latents.to_vec(), [count, dim, 1, 1]),
            &device,
        );
        let mut bound = parameters.bind();
        let labels: Vec<u8> = (0..count).map(|index| (index % CLASSES) as u8).collect();
        let output = self
            .network
            .forward(&mut bound, Mode::Evaluate, z, Some(&labels));
        let values = output.into_data().try_into_vec::<f32>().unwrap();
        to_pictures(&values, count, self.experiment.sample_shape())
    }

    /// z of the 64 digits: what stands before each one's one-hot vector.
    fn latents(&self) -> Vec<f32> {
        let dim = self.experiment.latent_dim;
        let rows = self.numbers("latents");
        let rows = rows.chunks(dim + CLASSES).enumerate();
        rows.flat_map(|(index, row)| {
            let (z, one_hot) = row.split_at(dim);
            let expected = (0..CLASSES).map(|class| f32::from(class == index % CLASSES));
            assert!(one_hot.iter().copied().eq(expected), "{index}: {one_hot:?}");
            z.to_vec()
        })
        .collect()
    }

    /// As the page puts them together.
    fn sampler(&self) -> Generator {
        let mut names = Vec::new();
        for layer in [0, 3, 6] {
            names.push(format!("generator.model.{layer}.weight"));
            if layer == 0 {
                names.push("generator.embedding.weight".to_owned());
            }
            for part in ["weight", "bias", "running_mean", "running_var"] {
                names.push(format!("generator.model.{}.{part}", layer + 1));
            }
        }
        names.push("generator.model.9.weight".to_owned());
        names.push("latents".to_owned());
        let halves: Vec<u8> = names
            .iter()
            .flat_map(|name| self.halves(name).to_vec())
            .collect();
        let shape = Shape {
            width: self.experiment.width,
            latent_dim: self.experiment.latent_dim + CLASSES,
            count: 64,
        };
        Generator::new(shape, &halves).unwrap()
    }
}

#[test]
fn the_sampler_draws_what_the_core_draws() {
    let shipped = Shipped::open();
    let sampler = shipped.sampler();
    assert_eq!(sampler.stack(), shipped.network.stack());
    let digits = sampler.draw();
    assert_eq!(digits.len(), 64 * image::PIXELS);
    assert_eq!(digits, shipped.draw(shipped.weights(), &shipped.latents()));
}

#[test]
fn its_sizes_are_those_of_the_core() {
    let sizes = [ganvas_sampler::SIDE, ganvas_sampler::PADDED_SIDE];
    assert_eq!(sizes, [image::SIDE, image::SMALLEST_SIDE]);
}

#[test]
fn its_latents_are_those_of_the_seed_on_the_card() {
    let shipped = Shipped::open();
    let seed = shipped.card["latents_seed"].parse().unwrap();
    let drawn = latent::prior(seed, 64, shipped.experiment.latent_dim);
    let rounded: Vec<f32> = drawn.iter().map(|z| f16::from_f32(*z).to_f32()).collect();
    assert_eq!(shipped.latents(), rounded);
}

#[test]
fn the_card_says_where_it_is_from() {
    let card = Shipped::open().card;
    for key in ["metric", "rounding", "command", "licence"] {
        assert!(!card[key].is_empty(), "{key}");
    }
    assert_eq!(card["dataset"], "mnist");
    for key in ["step", "images", "seed", "latents_seed", "modes"] {
        assert!(card[key].parse::<u64>().is_ok(), "{key}");
    }
    for key in ["confidence", "frechet_distance"] {
        assert!(card[key].parse::<f64>().is_ok(), "{key}");
    }
}

/// The card was written from more images, and from others: hence the tolerance, which is
/// more than three standard errors of a mean of 384 confidences.
#[test]
fn the_digits_read_as_clearly_as_the_card_says() {
    let shipped = Shipped::open();
    let said: f64 = shipped.card["confidence"].parse().unwrap();
    assert!(said >= 0.93, "{said}");
    let latents = latent::prior(11, 384, shipped.experiment.latent_dim);
    let digits = shipped.draw(shipped.weights(), &latents);
    let classifier = Classifier::shipped(&Device::flex()).unwrap();
    let judged = block_on(classifier.judge(&digits)).unwrap();
    let measured = confidence(&judged);
    assert!((measured - said).abs() < 0.025, "{measured}, not {said}");
    let mut seen = [0; 10];
    for class in judged.classes() {
        seen[usize::from(class)] += 1;
    }
    assert!(seen.iter().all(|count| *count > 0), "{seen:?}");
}

/// And so do the very 64 that everybody sees.
#[test]
fn the_first_digits_are_clear() {
    let digits = Shipped::open().sampler().draw();
    let classifier = Classifier::shipped(&Device::flex()).unwrap();
    let judged = block_on(classifier.judge(&digits)).unwrap();
    assert!(confidence(&judged) > 0.9, "{}", confidence(&judged));
}

/// Any weights that round to the shipped halves draw digits that read the same: the
/// rounding may have moved each number by half of the distance to the next one.
#[test]
fn half_precision_does_not_change_the_digits() {
    let shipped = Shipped::open();
    let mut state = 1u32;
    let mut between = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 2f32.powi(24) - 0.5
    };
    let before = shipped.weights();
    let mut undone = before.clone();
    for value in undone.iter_mut().flatten() {
        // Eleven significant bits: the numbers between 2ⁿ and 2ⁿ⁺¹ lie 2ⁿ⁻¹⁰ apart.
        *value += between() * 2f32.powi(value.abs().max(6e-5).log2().floor() as i32 - 10);
    }
    let latents = latent::prior(7, 128, shipped.experiment.latent_dim);
    let classifier = Classifier::shipped(&Device::flex()).unwrap();
    let judge = |weights| block_on(classifier.judge(&shipped.draw(weights, &latents))).unwrap();
    let (half, full) = (judge(before), judge(undone));
    let alike = half.classes().zip(full.classes()).filter(|(a, b)| a == b);
    assert!(alike.count() >= 126);
    let [half, full] = [confidence(&half), confidence(&full)];
    assert!((half - full).abs() < 0.01, "{half} and {full}");
}

/// The mean of the classifier's largest probability.
fn confidence(judged: &Judgement) -> f64 {
    let rows = &judged.probabilities;
    let best = rows
        .iter()
        .map(|row| row.iter().copied().fold(0.0, f64::max));
    best.sum::<f64>() / rows.len() as f64
}
