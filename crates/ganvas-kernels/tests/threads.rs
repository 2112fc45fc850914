//! The same bits for any number of threads: networks of every kind, and DCGANs that are large
//! enough for every stage to be cut into several tasks.
//!
//! With the feature `portable` the products are those of WebAssembly, which threads share too.

mod support;

use ganvas_kernels::adam::{AdamSettings, State};
use ganvas_kernels::cpu::{backward, forward};
use ganvas_kernels::pass::{Operands, Want};
use ganvas_kernels::plan::dcgan;
use ganvas_kernels::stack::{Activation, Mode, Shape};
use ganvas_kernels::threads::{rest, threads, use_threads};
use support::networks::{Network, networks, small};
use support::numbers;

/// Every number that a training step of a network makes.
fn step(network: &Network) -> Vec<f32> {
    let Network { stack, groups, .. } = network;
    let mut parameters = network.parameters();
    let statistics = network.statistics();
    let (x, labels) = (network.images(), network.labels());
    let operands = Operands {
        parameters: &parameters[..],
        statistics: &statistics[..],
        x: &x,
        labels: if stack.classes.is_some() {
            &labels
        } else {
            &[]
        },
    };
    let pass = forward(stack, operands, Mode::Train { groups: *groups }, true);
    let mut all = [&pass.output[..], &pass.statistics].concat();
    let mut gradients = vec![numbers(pass.output.len(), 4)];
    for tap in &pass.taps {
        all.extend(tap);
        gradients.push(numbers(tap.len(), 5));
    }
    let gradients: Vec<&[f32]> = gradients.iter().map(Vec::as_slice).collect();
    let saved = pass.saved.expect("kept");
    let found = backward(stack, &parameters, &saved, &gradients, Want::ALL);
    let gradient = found.parameters.expect("asked for");
    all.extend(&gradient);
    all.extend(found.input.expect("asked for"));
    let squares = |seed| -> Vec<f32> {
        let numbers = numbers(stack.parameters, seed);
        numbers.iter().map(|x| x * x).collect()
    };
    let [mut mean, mut square, mut average] = [6, 7, 8].map(squares);
    let mut settings = AdamSettings::of_update(3, 1e-3, [0.5, 0.999], 1e-8);
    settings.follow = 0.01;
    let state = State {
        parameters: &mut parameters,
        mean: &mut mean,
        square: &mut square,
        average: Some(&mut average),
    };
    settings.apply(state, &gradient);
    all.extend([parameters, mean, square, average].concat());
    all
}

/// The DCGANs of the page at its default size, and one with a latent of odd length.
fn dcgans() -> Vec<Network> {
    let image = Shape::square(1, 32);
    let of = |name: &str, builder: ganvas_kernels::plan::Builder, batch, groups| Network {
        name: name.into(),
        stack: builder.build().expect("a DCGAN").stack,
        batch,
        groups,
    };
    vec![
        of(
            "G",
            dcgan::generator(16, 100, image, Activation::Relu),
            32,
            1,
        ),
        of("D", dcgan::discriminator(16, image), 64, 2),
        of(
            "G of three channels",
            dcgan::generator(8, 37, Shape::square(3, 32), Activation::Relu),
            12,
            1,
        ),
        of(
            "D of three channels",
            dcgan::discriminator(8, Shape::square(3, 32)),
            24,
            2,
        ),
    ]
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    for network in small().into_iter().chain(networks(8)).chain(dcgans()) {
        use_threads(1);
        let alone: Vec<u32> = step(&network).iter().map(|x| x.to_bits()).collect();
        for count in 2..=5 {
            use_threads(count);
            assert_eq!(threads(), count);
            let shared: Vec<u32> = step(&network).iter().map(|x| x.to_bits()).collect();
            assert!(alone == shared, "{} on {count} threads", network.name);
        }
    }
    // Who rests is still there, and the numbers are the same without them.
    let network = &dcgans()[1];
    let shared = step(network);
    rest(true);
    assert_eq!(threads(), 5);
    assert_eq!(step(network), shared);
    rest(false);
    assert_eq!(step(network), shared);
}
