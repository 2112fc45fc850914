//! Every GPU kernel gives what the CPU gives, values and gradients, whatever the
//! tiles: those for GPUs and those for adapters that are a processor in disguise.

#![cfg(target_family = "wasm")]

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};
use ganvas_kernels::adam::AdamSettings;
use ganvas_kernels::gpu::Tiles;
use ganvas_kernels::loss::{GanLoss, Side};
use ganvas_kernels::ops::{adam, forward, gan_loss, set_tiles};
use ganvas_kernels::stack::{Activation, Map, Mode, Norm, Shape, Stack, Stage, Weights, Window};
use ganvas_web::Session;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const HALVING: Window = Window {
    kernel: 4,
    stride: 2,
    padding: 1,
};

const LEAKY: Activation = Activation::LeakyRelu(0.2);

/// Both devices; a session has opened the second.
async fn devices() -> [Device; 2] {
    let experiment = js_sys::JSON::parse(r#"{ "dataset": "procedural", "width": 2 }"#).unwrap();
    let session = Session::create("webgpu".into(), experiment).await.unwrap();
    [Device::flex(), session.device()]
}

/// Numbers that look random and are the same everywhere.
fn numbers(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).max(1);
    (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        })
        .collect()
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
    let largest = cpu.iter().fold(0.0f32, |most, v| most.max(v.abs()));
    for (index, (a, b)) in cpu.iter().zip(gpu).enumerate() {
        assert!(
            (a - b).abs() <= 1e-4 * largest + 1e-6,
            "{what}, number {index}: {a} on the CPU, {b} on WebGPU"
        );
    }
}

fn shape(channels: usize, height: usize, width: usize) -> Shape {
    Shape {
        channels,
        height,
        width,
    }
}

const fn window(kernel: usize, stride: usize, padding: usize) -> Window {
    Window {
        kernel,
        stride,
        padding,
    }
}

const fn square(kernel: usize, stride: usize, padding: usize) -> Map {
    Map::Convolution(window(kernel, stride, padding))
}

const fn spread(kernel: usize, stride: usize, padding: usize) -> Map {
    Map::Transposed(window(kernel, stride, padding))
}

/// A stack of one kind of stage, and how large a batch in how many groups.
struct Case {
    name: &'static str,
    stages: Vec<(Map, Shape, Shape, bool, bool, Activation)>,
    batch: usize,
    groups: usize,
}

impl Case {
    fn stack(&self) -> Stack {
        let (mut parameters, mut statistics) = (0, 0);
        let mut place = |len: usize| {
            let at = parameters;
            parameters = (at + len).next_multiple_of(64);
            at
        };
        let mut stages = Vec::new();
        for &(map, input, output, bias, norm, activation) in &self.stages {
            let mut stage = Stage {
                map,
                input,
                output,
                weight: 0,
                bias: None,
                norm: None,
                activation,
            };
            stage.weight = place(stage.weight_len());
            stage.bias = bias.then(|| place(stage.bias_len()));
            stage.norm = norm.then(|| {
                let mean = statistics;
                statistics += 2 * output.channels;
                Norm {
                    gamma: place(output.channels),
                    beta: place(output.channels),
                    mean,
                    variance: mean + output.channels,
                }
            });
            stages.push(stage);
        }
        Stack {
            stages,
            parameters,
            statistics: statistics.max(1),
        }
    }

    /// Output, statistics, and the gradients of parameters and input.
    async fn run(&self, device: &Device) -> [Vec<f32>; 5] {
        let stack = Arc::new(self.stack());
        let (first, last) = (self.stages[0].1, self.stages[self.stages.len() - 1].2);
        let flat = tensor(numbers(stack.parameters, 1), [stack.parameters], device);
        let flat = flat.autodiff().require_grad();
        let statistics: Vec<f32> = numbers(stack.statistics, 2)
            .iter()
            .map(|v| v.abs())
            .collect();
        let statistics = tensor(statistics, [stack.statistics], device);
        let dims = [self.batch, first.channels, first.height, first.width];
        let x = tensor(numbers(dims.iter().product(), 3), dims, device);
        let x = x.autodiff().require_grad();
        let mode = Mode::Train {
            groups: self.groups,
        };
        let (y, followed) = forward(&stack, flat.clone(), statistics.clone(), x.clone(), mode);
        let dims = [self.batch, last.channels, last.height, last.width];
        let weights = tensor(numbers(dims.iter().product(), 4), dims, device);
        let mut gradients = (y.clone() * weights).sum().backward();
        let (evaluated, _) = forward(
            &stack,
            flat.clone().without_autodiff(),
            statistics,
            x.clone().without_autodiff(),
            Mode::Evaluate,
        );
        [
            read(y).await,
            read(followed).await,
            read(flat.grad_remove(&mut gradients).unwrap()).await,
            read(x.grad_remove(&mut gradients).unwrap()).await,
            read(evaluated).await,
        ]
    }
}

fn cases() -> Vec<Case> {
    let down = Map::Convolution(HALVING);
    let up = Map::Transposed(HALVING);
    let out = Map::Dense(Weights::OutputMajor);
    let in_ = Map::Dense(Weights::InputMajor);
    let one = |name, map, input, output, bias, norm, activation, batch, groups| Case {
        name,
        stages: vec![(map, input, output, bias, norm, activation)],
        batch,
        groups,
    };
    let identity = Activation::Identity;
    vec![
        one(
            "convolution",
            down,
            shape(3, 8, 8),
            shape(6, 4, 4),
            false,
            false,
            identity,
            3,
            1,
        ),
        one(
            "convolution of a strip",
            down,
            shape(1, 10, 16),
            shape(5, 5, 8),
            true,
            false,
            LEAKY,
            2,
            1,
        ),
        one(
            "convolution, norm",
            down,
            shape(4, 16, 16),
            shape(8, 8, 8),
            true,
            true,
            LEAKY,
            4,
            2,
        ),
        one(
            "transposed",
            up,
            shape(6, 4, 4),
            shape(3, 8, 8),
            false,
            false,
            Activation::Tanh,
            3,
            1,
        ),
        one(
            "transposed strip",
            up,
            shape(2, 3, 8),
            shape(1, 6, 16),
            true,
            false,
            identity,
            1,
            1,
        ),
        one(
            "transposed, norm",
            up,
            shape(8, 8, 8),
            shape(4, 16, 16),
            false,
            true,
            Activation::Relu,
            4,
            2,
        ),
        one(
            "dense",
            out,
            shape(7, 1, 1),
            shape(5, 1, 1),
            true,
            false,
            Activation::Tanh,
            3,
            1,
        ),
        one(
            "dense, divisible",
            out,
            shape(16, 1, 1),
            shape(12, 1, 1),
            true,
            true,
            LEAKY,
            8,
            2,
        ),
        one(
            "dense to one",
            out,
            shape(32, 4, 4),
            shape(1, 1, 1),
            true,
            false,
            identity,
            6,
            2,
        ),
        one(
            "dense, input major",
            in_,
            shape(10, 1, 1),
            shape(6, 4, 4),
            false,
            true,
            Activation::Relu,
            5,
            1,
        ),
        one(
            "3×3",
            square(3, 1, 1),
            shape(2, 7, 9),
            shape(5, 7, 9),
            true,
            false,
            LEAKY,
            3,
            1,
        ),
        one(
            "5×5, stride 2",
            square(5, 2, 2),
            shape(1, 12, 12),
            shape(4, 6, 6),
            false,
            true,
            LEAKY,
            4,
            2,
        ),
        one(
            "3×3 transposed",
            spread(3, 2, 1),
            shape(4, 5, 6),
            shape(3, 9, 11),
            true,
            false,
            Activation::Tanh,
            2,
            1,
        ),
        one(
            "4×4 of odd width",
            square(4, 2, 1),
            shape(2, 12, 12),
            shape(3, 6, 6),
            false,
            false,
            identity,
            2,
            1,
        ),
        Case {
            name: "generator",
            stages: vec![
                (
                    in_,
                    shape(9, 1, 1),
                    shape(8, 4, 4),
                    false,
                    true,
                    Activation::Relu,
                ),
                (
                    up,
                    shape(8, 4, 4),
                    shape(4, 8, 8),
                    false,
                    true,
                    Activation::Relu,
                ),
                (
                    up,
                    shape(4, 8, 8),
                    shape(2, 16, 16),
                    false,
                    false,
                    Activation::Tanh,
                ),
            ],
            batch: 6,
            groups: 1,
        },
        Case {
            name: "discriminator",
            stages: vec![
                (down, shape(2, 16, 16), shape(4, 8, 8), true, false, LEAKY),
                (down, shape(4, 8, 8), shape(8, 4, 4), false, true, LEAKY),
                (out, shape(8, 4, 4), shape(1, 1, 1), false, false, identity),
            ],
            batch: 6,
            groups: 2,
        },
    ]
}

#[wasm_bindgen_test]
async fn stacks_agree() {
    let [cpu, gpu] = devices().await;
    for case in cases() {
        let on_cpu = case.run(&cpu).await;
        for tiles in [Tiles::SOFTWARE, Tiles::GPU, Tiles::of_adapter(false, 128)] {
            set_tiles(tiles);
            let on_gpu = case.run(&gpu).await;
            let parts = [
                "output",
                "statistics",
                "parameters' gradient",
                "input's gradient",
                "evaluation",
            ];
            for ((part, cpu), gpu) in parts.iter().zip(&on_cpu).zip(&on_gpu) {
                assert_close(&format!("{}, {tiles:?}, {part}", case.name), cpu, gpu);
            }
        }
    }
}

#[wasm_bindgen_test]
async fn losses_agree() {
    let [cpu, gpu] = devices().await;
    for loss in [
        GanLoss::Minimax,
        GanLoss::NonSaturating,
        GanLoss::LeastSquares,
        GanLoss::Hinge,
        GanLoss::Wasserstein,
    ] {
        for side in [Side::Discriminator, Side::Generator] {
            let run = async |device: &Device| {
                // Beyond ±88, eˣ and e⁻ˣ are no longer finite or no longer there.
                let mut logits: Vec<f32> = numbers(66, 5).iter().map(|v| v * 100.0).collect();
                logits.extend([100.0, -100.0, 0.0, 88.8]);
                let logits = tensor(logits, [70, 1], device).autodiff().require_grad();
                let value = gan_loss(loss(side), logits.clone());
                let mut gradients = (value.clone() * 3.0).backward();
                let gradient = logits.grad_remove(&mut gradients).unwrap();
                [read(value).await, read(gradient).await]
            };
            for (cpu, gpu) in run(&cpu).await.iter().zip(&run(&gpu).await) {
                assert_close(&format!("{:?}", loss(side)), cpu, gpu);
            }
        }
    }
}

#[wasm_bindgen_test]
async fn adam_agrees_and_leaves_clones_alone() {
    let [cpu, gpu] = devices().await;
    let settings = AdamSettings {
        beta1: 0.5,
        beta2: 0.999,
        rate: 1e-2,
        correction: 3.0,
        epsilon: 1e-8,
        l2: 0.01,
        clip: 0.9,
    };
    let run = async |device: &Device| {
        let start = |seed| tensor(numbers(192, seed), [192], device);
        let square = start(8).abs();
        let parameters = start(6);
        let kept = parameters.clone();
        let (new, [mean, square]) = adam(settings, parameters, [start(7), square], start(9));
        [
            read(new).await,
            read(mean).await,
            read(square).await,
            read(kept).await,
        ]
    };
    let on_cpu = run(&cpu).await;
    assert_eq!(on_cpu[3], numbers(192, 6), "the clone on the CPU");
    for (what, (cpu, gpu)) in ["parameters", "mean", "square", "clone"]
        .iter()
        .zip(on_cpu.iter().zip(&run(&gpu).await))
    {
        assert_close(what, cpu, gpu);
    }
}

/// A run that has diverged is noticed where its numbers are read, so no kernel may turn
/// one that is none into one that is.
#[wasm_bindgen_test]
async fn what_is_not_a_number_stays_so() {
    let [_, gpu] = devices().await;
    for activation in [Activation::Relu, LEAKY, Activation::Identity] {
        let case = Case {
            name: "not a number",
            stages: vec![(
                Map::Dense(Weights::OutputMajor),
                shape(8, 1, 1),
                shape(4, 1, 1),
                true,
                false,
                activation,
            )],
            batch: 2,
            groups: 1,
        };
        let stack = Arc::new(case.stack());
        let flat = tensor(vec![f32::NAN; stack.parameters], [stack.parameters], &gpu);
        let statistics = tensor(vec![0.0; stack.statistics], [stack.statistics], &gpu);
        let x = tensor(numbers(16, 1), [2, 8, 1, 1], &gpu);
        let (y, _) = forward(&stack, flat, statistics, x, Mode::Evaluate);
        let y = read(y).await;
        assert!(y.iter().all(|v| v.is_nan()), "{activation:?}: {y:?}");
    }
    let settings = AdamSettings::of_update(1, 1e-3, [0.9, 0.999], 1e-8);
    let start = |value| tensor(vec![value; 8], [8], &gpu);
    let (new, _) = adam(
        settings,
        start(1.0),
        [start(0.0), start(0.0)],
        start(f32::NAN),
    );
    let new = read(new).await;
    assert!(new.iter().all(|v| v.is_nan()), "Adam: {new:?}");
}
