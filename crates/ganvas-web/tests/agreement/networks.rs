//! Passes through networks that between them use every kernel, with every kind of tiles.

use std::sync::Arc;

use burn::tensor::{Device, Tensor};
use ganvas_kernels::gpu::Tiles;
use ganvas_kernels::ops::{forward, set_tiles};
use ganvas_kernels::stack::Mode;

use super::support::networks::{Network, networks, small};
use super::support::numbers;
use super::{ALLOWED, Comparison, Devices, read, tensor};

/// With kernels of their own for maps and normalisations, as large layers have them.
pub fn apart(tiles: Tiles) -> Tiles {
    Tiles { whole: 0, ..tiles }
}

/// Each kind of map, norm and activation through its corners.
pub async fn small_stacks_agree(devices: &Devices) -> Comparison {
    let tiles = [Tiles::SOFTWARE, Tiles::GPU, Tiles::of_adapter(false, 128)];
    let tiles = [tiles, tiles.map(apart)].concat();
    all(&small(), &tiles, devices).await
}

/// Whole networks of a width. From eight channels on, the CPU halves and doubles images by
/// transforms; the narrowest are tried with kernels apart too.
pub async fn networks_agree(width: usize, devices: &Devices) -> Comparison {
    let tiles = [Tiles::SOFTWARE, Tiles::GPU];
    let tiles = match width {
        2 => [tiles, tiles.map(apart)].concat(),
        _ => tiles.to_vec(),
    };
    all(&networks(width), &tiles, devices).await
}

async fn all(networks: &[Network], tiles: &[Tiles], [cpu, gpu]: &Devices) -> Comparison {
    let mut comparison = Comparison::default();
    for network in networks {
        let groups = network.groups;
        for mode in [Mode::Train { groups }, Mode::Measure, Mode::Evaluate] {
            let on_cpu = results(network, mode, cpu).await;
            for tiles in tiles {
                set_tiles(*tiles);
                let on_gpu = results(network, mode, gpu).await;
                for ((part, on_cpu), (_, on_gpu)) in on_cpu.iter().zip(&on_gpu) {
                    let what = format!("{}, {mode:?}, {tiles:?}, {part}", network.name);
                    comparison.numbers(&what, ALLOWED, on_cpu, on_gpu);
                }
            }
        }
    }
    comparison
}

/// What is compared, by name.
type Results = Vec<(String, Vec<f32>)>;

/// Outputs, taps and statistics of a pass, and the gradients of a weighted sum of them; in
/// the end the output of a pass that is not tracked.
async fn results(network: &Network, mode: Mode, device: &Device) -> Results {
    let stack = Arc::new(network.stack.clone());
    let batch = network.batch;
    let flat = tensor(network.parameters(), [stack.parameters], device);
    let statistics = tensor(network.statistics(), [stack.statistics], device);
    let x = tensor(network.images(), stack.input.batch(batch), device);
    let labels = stack
        .classes
        .map(|_| tensor(network.labels(), [batch], device));
    let untracked = forward(
        &stack,
        flat.clone(),
        statistics.clone(),
        x.clone(),
        labels.clone(),
        mode,
    );
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
    let of_flat = flat.grad_remove(&mut gradients).unwrap();
    let of_x = x.grad_remove(&mut gradients).unwrap();
    let mut results = vec![
        ("statistics".to_owned(), read(pass.statistics).await),
        ("parameters' gradient".to_owned(), read(of_flat).await),
        ("input's gradient".to_owned(), read(of_x).await),
        ("untracked output".to_owned(), read(untracked.output).await),
    ];
    for (index, output) in outputs.into_iter().enumerate() {
        results.push((format!("output {index}"), read(output).await));
    }
    results
}
