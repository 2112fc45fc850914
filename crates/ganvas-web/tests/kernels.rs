//! Every GPU kernel gives what the CPU gives, values and gradients, whatever the
//! tiles: those for GPUs and those for adapters that are a processor in disguise.

#![cfg(target_family = "wasm")]

#[path = "../../ganvas-kernels/tests/support/mod.rs"]
mod support;

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};
use ganvas_core::loss::{Loss, PairLogits};
use ganvas_kernels::adam::AdamSettings;
use ganvas_kernels::gpu::Tiles;
use ganvas_kernels::ops::{AdamState, Evaluated, Figure, adam, forward, gather, set_tiles};
use ganvas_kernels::plan::{Builder, Plan};
use ganvas_kernels::stack::{Activation, Mode, Shape};
use ganvas_web::Session;
use support::networks::{Network, networks, small};
use support::numbers;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// Both devices; a session has opened the second.
async fn devices() -> [Device; 2] {
    let experiment = js_sys::JSON::parse(r#"{ "dataset": "procedural", "width": 2 }"#).unwrap();
    let session = Session::create("webgpu".into(), experiment).await.unwrap();
    [Device::flex(), session.device()]
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), device)
}

async fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    let data = tensor.without_autodiff().into_data_async().await.unwrap();
    data.try_to_vec().unwrap()
}

/// Compared relative to the largest number: sums round differently in another order.
fn assert_close(what: &str, cpu: &[f32], gpu: &[f32]) {
    assert_eq!(cpu.len(), gpu.len(), "{what}: how many numbers");
    let largest = cpu.iter().fold(0.25f32, |most, v| most.max(v.abs()));
    for (index, (a, b)) in cpu.iter().zip(gpu).enumerate() {
        assert!(
            (a - b).abs() <= 2e-4 * largest,
            "{what}, number {index}: {a} on the CPU, {b} on WebGPU, largest {largest}"
        );
    }
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

async fn check(network: &Network, tiles: &[Tiles], [cpu, gpu]: &[Device; 2]) {
    let groups = network.groups;
    for mode in [Mode::Train { groups }, Mode::Measure, Mode::Evaluate] {
        let on_cpu = results(network, mode, cpu).await;
        for tiles in tiles {
            set_tiles(*tiles);
            let on_gpu = results(network, mode, gpu).await;
            for ((part, on_cpu), (_, on_gpu)) in on_cpu.iter().zip(&on_gpu) {
                let what = format!("{}, {mode:?}, {tiles:?}, {part}", network.name);
                assert_close(&what, on_cpu, on_gpu);
            }
        }
    }
}

/// With kernels of their own for maps and normalisations, as large layers have them.
fn apart(tiles: Tiles) -> Tiles {
    Tiles { whole: 0, ..tiles }
}

#[wasm_bindgen_test]
async fn small_stacks_agree() {
    let devices = devices().await;
    let tiles = [Tiles::SOFTWARE, Tiles::GPU, Tiles::of_adapter(false, 128)];
    let tiles = [tiles, tiles.map(apart)].concat();
    for network in small() {
        check(&network, &tiles, &devices).await;
    }
}

#[wasm_bindgen_test]
async fn networks_agree() {
    let devices = devices().await;
    let tiles = [Tiles::SOFTWARE, Tiles::GPU];
    let tiles = [tiles, tiles.map(apart)].concat();
    for network in networks(2) {
        check(&network, &tiles, &devices).await;
    }
}

/// From eight channels on, the CPU halves and doubles images by transforms.
#[wasm_bindgen_test]
async fn wide_networks_agree() {
    let devices = devices().await;
    for network in networks(8).iter().chain(&networks(16)) {
        check(network, &[Tiles::SOFTWARE, Tiles::GPU], &devices).await;
    }
}

/// More tensors than one kernel reads, numbers and squares, long and short.
#[wasm_bindgen_test]
async fn gathered_figures_agree() {
    let run = async |device: &Device| {
        let part = |index: usize| {
            let length = [1, 70, 3000][index % 3];
            let figure = [Figure::Numbers, Figure::Squares][index % 2];
            (
                tensor(numbers(length, index as u32), [length], device),
                figure,
            )
        };
        read(gather((0..15).map(part).collect())).await
    };
    let [cpu, gpu] = devices().await;
    let [on_cpu, on_gpu] = [run(&cpu).await, run(&gpu).await];
    // Of each length and figure there are as many, but for the parity of 15.
    assert_eq!(on_cpu.len(), 3 + 2 * 70 + 3 * 3000 + 7);
    for (index, (cpu, gpu)) in on_cpu.iter().zip(&on_gpu).enumerate() {
        assert!(
            (cpu - gpu).abs() <= 1e-4 * cpu.abs().max(1.0),
            "number {index}: {cpu} and {gpu}"
        );
    }
}

#[wasm_bindgen_test]
async fn losses_agree() {
    let [cpu, gpu] = devices().await;
    for &loss in Loss::ALL {
        for of_discriminator in [false, true] {
            let run = async |device: &Device| {
                // Beyond ±88, eˣ and e⁻ˣ are no longer finite or no longer there.
                let mut logits: Vec<f32> = numbers(66, 5).iter().map(|v| v * 100.0).collect();
                logits.extend([100.0, -100.0, 0.0, 88.8]);
                let logits = tensor(logits, [70, 1], device).autodiff().require_grad();
                let Evaluated { value, descent } = match of_discriminator {
                    true => loss.discriminator(&PairLogits {
                        both: logits.clone(),
                    }),
                    false => loss.generator(logits.clone()),
                };
                let mut gradients = descent.backward();
                let gradient = logits.grad_remove(&mut gradients).unwrap();
                [read(value).await, read(gradient).await]
            };
            for (cpu, gpu) in run(&cpu).await.iter().zip(&run(&gpu).await) {
                assert_close(&format!("{loss:?}, {of_discriminator}"), cpu, gpu);
            }
        }
    }
}

#[wasm_bindgen_test]
async fn adam_agrees_and_leaves_clones_alone() {
    let [cpu, gpu] = devices().await;
    let limited = AdamSettings {
        beta1: 0.5,
        beta2: 0.999,
        rate: 1e-2,
        correction: 3.0,
        epsilon: 1e-8,
        l2: 0.01,
        clip: 0.9,
        follow: 0.25,
    };
    let free = AdamSettings {
        clip: f64::INFINITY,
        ..limited
    };
    for (settings, averages) in [
        (limited, false),
        (limited, true),
        (free, false),
        (free, true),
    ] {
        let run = async |device: &Device| {
            let start = |seed| tensor::<1>(numbers(192, seed), [192], device);
            let state = AdamState {
                parameters: start(6),
                mean: start(7),
                square: start(8).abs(),
                average: averages.then(|| start(9)),
            };
            let kept = state.parameters.clone();
            let new = adam(settings, state, start(10));
            let mut results = vec![
                read(new.parameters).await,
                read(new.mean).await,
                read(new.square).await,
                read(kept).await,
            ];
            if let Some(average) = new.average {
                results.push(read(average).await);
            }
            results
        };
        let on_cpu = run(&cpu).await;
        assert_eq!(on_cpu[3], numbers(192, 6), "the clone on the CPU");
        assert_eq!(on_cpu.len(), 4 + usize::from(averages));
        let names = ["parameters", "mean", "square", "clone", "average"];
        for (what, (cpu, gpu)) in names.iter().zip(on_cpu.iter().zip(&run(&gpu).await)) {
            assert_close(what, cpu, gpu);
        }
    }
}

const ACTIVATIONS: [Activation; 4] = [
    Activation::Identity,
    Activation::Relu,
    Activation::LeakyRelu(0.2),
    Activation::Tanh,
];

/// A linear layer, alone or with what takes its activation into kernels of their own.
fn stages(activation: Activation) -> Vec<(&'static str, Builder)> {
    let linear = || Plan::of(Shape::vector(8)).linear(8);
    vec![
        ("linear", linear().activation(activation)),
        ("BatchNorm", linear().batch_norm().activation(activation)),
        (
            "InstanceNorm",
            linear()
                .unflatten(Shape::square(2, 2))
                .instance_norm()
                .activation(activation),
        ),
        (
            "skip",
            Plan::of(Shape::vector(8))
                .residual(|block| block.linear(8))
                .activation(activation),
        ),
        ("gate", linear().activation(activation).linear(4)),
    ]
}

/// A run that has diverged is noticed where its numbers are read, so no kernel may turn
/// one that is none into one that is.
#[wasm_bindgen_test]
async fn what_is_not_a_number_stays_so() {
    let [_, gpu] = devices().await;
    for activation in ACTIVATIONS {
        for (name, builder) in stages(activation) {
            let stack = Arc::new(builder.build().unwrap().stack);
            for mode in [Mode::Train { groups: 1 }, Mode::Evaluate] {
                for bad in [f32::NAN, f32::INFINITY] {
                    let what = format!("{name}, {activation:?}, {mode:?}, {bad}");
                    let length = stack.parameters;
                    let flat = tensor(numbers(length, 1), [length], &gpu);
                    let flat = flat.autodiff().require_grad();
                    let statistics = tensor(vec![1.0; stack.statistics], [stack.statistics], &gpu);
                    let x = tensor(vec![bad; 16], [2, 8, 1, 1], &gpu);
                    let x = x.autodiff().require_grad();
                    let pass = forward(&stack, flat.clone(), statistics, x.clone(), None, mode);
                    // A gradient that begins as none comes through, whatever the values were.
                    let mut gradients = (pass.output.clone().sum() * f32::NAN).backward();
                    let gradient = read(x.grad_remove(&mut gradients).unwrap()).await;
                    assert!(gradient.iter().all(|v| v.is_nan()), "{what}: {gradient:?}");
                    let output = read(pass.output).await;
                    // Infinity has bounds where an activation has them.
                    if bad.is_nan() {
                        assert!(output.iter().all(|v| v.is_nan()), "{what}: {output:?}");
                    } else if matches!(activation, Activation::Identity | Activation::LeakyRelu(_))
                    {
                        assert!(output.iter().all(|v| !v.is_finite()), "{what}: {output:?}");
                    }
                }
            }
        }
    }
    for &loss in Loss::ALL {
        let logits = tensor(vec![f32::NAN; 4], [4, 1], &gpu);
        let value = read(loss.generator(logits.clone()).value).await;
        assert!(value[0].is_nan(), "{loss:?} of the generator");
        let value = read(loss.discriminator(&PairLogits { both: logits }).value).await;
        assert!(value[0].is_nan(), "{loss:?} of the discriminator");
    }
    for clip in [f64::INFINITY, 0.1] {
        let settings = AdamSettings {
            clip,
            follow: 0.5,
            ..AdamSettings::of_update(1, 1e-3, [0.9, 0.999], 1e-8)
        };
        for bad in [f32::NAN, f32::INFINITY] {
            let start = |value| tensor::<1>(vec![value; 8], [8], &gpu);
            let state = AdamState {
                parameters: start(bad),
                mean: start(0.0),
                square: start(0.0),
                average: Some(start(1.0)),
            };
            let new = adam(settings, state, start(bad));
            for (what, values) in [
                ("parameters", new.parameters),
                ("mean", new.mean),
                ("square", new.square),
                ("average", new.average.unwrap()),
            ] {
                let values = read(values).await;
                assert!(
                    values.iter().all(|v| !v.is_finite()),
                    "Adam, limit {clip}, {bad}, {what}: {values:?}"
                );
            }
        }
    }
}

/// The slope at 0 is the one below it, on both backends.
#[wasm_bindgen_test]
async fn slopes_at_zero_agree() {
    let devices = devices().await;
    for (activation, slope) in [
        (Activation::Relu, 0.0),
        (Activation::LeakyRelu(0.2), 0.2f32),
        (Activation::Tanh, 1.0),
    ] {
        for (name, builder) in stages(activation) {
            // Sums of what has passed a normalisation or another layer are none of one slope.
            if matches!(name, "gate" | "InstanceNorm") {
                continue;
            }
            let stack = Arc::new(builder.build().unwrap().stack);
            for device in &devices {
                // Of zeros, with γ = 0 and β = 0 too, so that every value is 0.
                let flat = tensor(vec![0.0; stack.parameters], [stack.parameters], device);
                let flat = flat.autodiff().require_grad();
                let statistics = tensor(vec![1.0; stack.statistics], [stack.statistics], device);
                let x = tensor(vec![0.0; 16], [2, 8, 1, 1], device);
                let mode = Mode::Evaluate;
                let pass = forward(&stack, flat.clone(), statistics, x, None, mode);
                let mut gradients = pass.output.sum().backward();
                let gradient = read(flat.grad_remove(&mut gradients).unwrap()).await;
                let largest = gradient.iter().fold(0.0f32, |most, v| most.max(v.abs()));
                // Two images, one bias (or β) for each of eight values.
                assert_eq!(largest, 2.0 * slope, "{name}, {activation:?}");
            }
        }
    }
}
