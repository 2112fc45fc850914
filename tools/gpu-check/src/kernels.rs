//! Every kernel against the CPU: outputs, statistics and gradients of networks that
//! between them use all of them, with the tiles of GPUs and of software adapters.

#[path = "../../../crates/ganvas-kernels/tests/support/mod.rs"]
mod support;

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};
use ganvas_kernels::gpu::Tiles;
use ganvas_kernels::ops::{forward, set_tiles, tiles};
use ganvas_kernels::stack::Mode;
use support::networks::{Network, networks, small};
use support::numbers;

use crate::Comparison;

/// Relative to the largest number of a result: sums round differently in another order.
const ALLOWED: f64 = 2e-4;

/// Compares all networks in all modes with all tiles.
pub fn check(gpu: &Device) -> Comparison {
    let mut comparison = Comparison::new();
    let chosen = tiles();
    let cpu = Device::flex();
    let all = [2, 8, 16].into_iter().flat_map(networks).chain(small());
    for network in all {
        let groups = network.groups;
        for mode in [Mode::Train { groups }, Mode::Measure, Mode::Evaluate] {
            let expected = results(&network, mode, &cpu);
            for tiles in [Tiles::GPU, Tiles::SOFTWARE] {
                set_tiles(tiles);
                let found = results(&network, mode, gpu);
                for ((part, expected), (_, found)) in expected.iter().zip(&found) {
                    let what = || format!("{}, {mode:?}, {tiles:?}, {part}", network.name);
                    comparison.add(what, off(expected, found));
                }
            }
        }
    }
    set_tiles(chosen);
    comparison
}

/// The largest difference, as a part of what is allowed.
fn off(expected: &[f32], found: &[f32]) -> f64 {
    if expected.len() != found.len() {
        return f64::INFINITY;
    }
    let largest = expected.iter().fold(0.25f32, |most, v| most.max(v.abs()));
    let differences = expected.iter().zip(found).map(|(a, b)| f64::from(a - b).abs());
    // A number that is none must not get lost in a maximum.
    let worst = differences.fold(0.0f64, |most, d| if d > most || d.is_nan() { d } else { most });
    worst / (ALLOWED * f64::from(largest))
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), device)
}

fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    let data = tensor.without_autodiff().into_data();
    data.try_to_vec().unwrap_or_default()
}

/// Outputs, taps and statistics of a pass, and the gradients of a weighted sum of them.
fn results(network: &Network, mode: Mode, device: &Device) -> Vec<(String, Vec<f32>)> {
    let stack = Arc::new(network.stack.clone());
    let batch = network.batch;
    let flat = tensor(network.parameters(), [stack.parameters], device);
    let statistics = tensor(network.statistics(), [stack.statistics], device);
    let x = tensor(network.images(), stack.input.batch(batch), device);
    let labels = (stack.classes).map(|_| tensor(network.labels(), [batch], device));
    let flat = flat.autodiff().require_grad();
    let x = x.autodiff().require_grad();
    let pass = forward(&stack, flat.clone(), statistics, x.clone(), labels, mode);
    let outputs: Vec<Tensor<4>> = std::iter::once(pass.output).chain(pass.taps).collect();
    let mut sum = Tensor::<1>::zeros([1], device).autodiff();
    for (output, seed) in outputs.iter().zip(4..) {
        let dims = output.dims();
        let weights = tensor(numbers(dims.iter().product(), seed), dims, device);
        sum = sum + (output.clone() * weights.autodiff()).sum();
    }
    let mut gradients = sum.backward();
    let gradients = [
        ("parameters' gradient", flat.grad_remove(&mut gradients).map(read)),
        ("input's gradient", x.grad_remove(&mut gradients).map(read)),
    ];
    let mut results = vec![("statistics".to_owned(), read(pass.statistics))];
    for (name, gradient) in gradients {
        results.push((name.to_owned(), gradient.unwrap_or_default()));
    }
    for (index, output) in outputs.into_iter().enumerate() {
        results.push((format!("output {index}"), read(output)));
    }
    results
}
