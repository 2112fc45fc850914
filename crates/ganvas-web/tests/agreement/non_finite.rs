//! NaN and infinity through every kind of stage, as `non_finite.rs` of the kernels has it for
//! the CPU: halving, doubling, other windows, products, both weight gradients, projection.

use std::sync::Arc;

use burn::tensor::Device;
use ganvas_kernels::gpu::Tiles;
use ganvas_kernels::ops::{forward, set_tiles};
use ganvas_kernels::stack::Mode;

use super::networks::apart;
use super::support::networks::{Network, networks, small};
use super::support::numbers;
use super::{Comparison, Devices, read, tensor};

/// What is spoilt.
#[derive(Debug, Clone, Copy)]
enum Spoilt {
    /// All images.
    Images,
    /// One number of one image.
    Pixel,
    /// One number of the first weight.
    Parameter,
    /// The gradient of the output.
    Gradient,
}

const CASES: [(Spoilt, f32); 5] = [
    (Spoilt::Images, f32::NAN),
    (Spoilt::Pixel, f32::NAN),
    (Spoilt::Parameter, f32::NAN),
    (Spoilt::Gradient, f32::NAN),
    (Spoilt::Gradient, f32::INFINITY),
];

/// No kernel of a network may turn a NaN into a number, whatever the tiles.
pub async fn networks_keep_what_is_no_number([_, gpu]: &Devices) -> Comparison {
    let tiles = [Tiles::SOFTWARE, Tiles::GPU];
    let mut comparison = Comparison::default();
    for network in &small() {
        for tiles in [tiles, tiles.map(apart)].concat() {
            all(network, tiles, gpu, &mut comparison).await;
        }
    }
    for network in &networks(8) {
        for tiles in tiles {
            all(network, tiles, gpu, &mut comparison).await;
        }
    }
    comparison
}

async fn all(network: &Network, tiles: Tiles, gpu: &Device, comparison: &mut Comparison) {
    set_tiles(tiles);
    let groups = network.groups;
    for mode in [Mode::Train { groups }, Mode::Evaluate] {
        for (spoilt, bad) in CASES {
            let name = &network.name;
            let what = format!("{name}, {mode:?}, {tiles:?}, {bad} in {spoilt:?}");
            let mut claim =
                |part: &str, holds| comparison.claim(|| format!("{what}: {part}"), holds);
            let pass = run(network, mode, spoilt, bad, gpu).await;
            match spoilt {
                Spoilt::Images => {
                    claim("output", pass.output.iter().all(|y| y.is_nan()));
                    if mode != Mode::Evaluate && network.stack.has_batch_norm() {
                        claim("statistics", spoils(&pass.statistics));
                    }
                    claim("gradient", spoils(&pass.of_parameters));
                }
                Spoilt::Pixel => {
                    claim("output", spoils(&pass.output));
                    claim("gradient", spoils(&pass.of_parameters));
                }
                Spoilt::Parameter => claim("output", spoils(&pass.output)),
                Spoilt::Gradient => {
                    claim("gradient of x", spoils(&pass.of_x));
                    for (index, stage) in network.stack.stages.iter().enumerate() {
                        let weight = &pass.of_parameters[stage.weight..][..stage.weight_len()];
                        claim(&format!("gradient of weight {index}"), spoils(weight));
                    }
                }
            }
        }
    }
}

fn spoils(numbers: &[f32]) -> bool {
    numbers.iter().any(|x| !x.is_finite())
}

struct Pass {
    output: Vec<f32>,
    statistics: Vec<f32>,
    of_parameters: Vec<f32>,
    of_x: Vec<f32>,
}

/// A pass forwards and backwards, with `bad` where it is `spoilt`.
async fn run(network: &Network, mode: Mode, spoilt: Spoilt, bad: f32, gpu: &Device) -> Pass {
    let stack = Arc::new(network.stack.clone());
    let batch = network.batch;
    let (mut parameters, mut images) = (network.parameters(), network.images());
    let mut gradient = numbers(batch * stack.output.len(), 4);
    let first = &stack.stages[0];
    match spoilt {
        Spoilt::Images => images.fill(bad),
        Spoilt::Pixel => images[stack.input.len() / 2] = bad,
        Spoilt::Parameter => parameters[first.weight + first.weight_len() / 2] = bad,
        Spoilt::Gradient => gradient.fill(bad),
    }
    let flat = tensor(parameters, [stack.parameters], gpu);
    let flat = flat.autodiff().require_grad();
    let statistics = tensor(network.statistics(), [stack.statistics], gpu);
    let x = tensor(images, stack.input.batch(batch), gpu);
    let x = x.autodiff().require_grad();
    let labels = stack.classes;
    let labels = labels.map(|_| tensor(network.labels(), [batch], gpu));
    let pass = forward(&stack, flat.clone(), statistics, x.clone(), labels, mode);
    let gradient = tensor(gradient, stack.output.batch(batch), gpu).autodiff();
    let mut gradients = (pass.output.clone() * gradient).sum().backward();
    let of_parameters = flat.grad_remove(&mut gradients).unwrap();
    let of_x = x.grad_remove(&mut gradients).unwrap();
    Pass {
        output: read(pass.output).await,
        statistics: read(pass.statistics).await,
        of_parameters: read(of_parameters).await,
        of_x: read(of_x).await,
    }
}
