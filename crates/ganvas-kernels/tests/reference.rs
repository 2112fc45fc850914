//! The operations give what burn's own give, values and gradients.

use std::sync::Arc;

use burn::tensor::activation::{leaky_relu, relu, tanh};
use burn::tensor::module::{batch_norm_train, conv_transpose2d, conv2d, linear};
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions};
use burn::tensor::{Device, Tensor, TensorData};
use ganvas_kernels::ops::forward;
use ganvas_kernels::stack::{Activation, Map, Mode, Norm, Shape, Stack, Stage, Weights, Window};

const BATCH: usize = 6;

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

fn leaf<const D: usize>(shape: [usize; D], seed: u32) -> Tensor<D> {
    let values = numbers(shape.iter().product(), seed);
    Tensor::from_data(TensorData::new(values, shape), &Device::flex())
        .autodiff()
        .require_grad()
}

fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.without_autodiff().into_data().try_to_vec().unwrap()
}

fn assert_close(what: &str, ours: &[f32], theirs: &[f32]) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    let largest = theirs.iter().fold(0.0f32, |most, v| most.max(v.abs()));
    for (index, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!(
            (a - b).abs() <= 1e-5 * largest + 1e-6,
            "{what}, number {index}: {a}, not {b}"
        );
    }
}

/// A stage, and the shape that burn gives its weight.
struct Case {
    name: &'static str,
    map: Map,
    input: Shape,
    output: Shape,
    weight: Vec<usize>,
    norm: bool,
    activation: Activation,
}

fn window(kernel: usize, stride: usize, padding: usize) -> Window {
    Window {
        kernel,
        stride,
        padding,
    }
}

fn shape(channels: usize, height: usize, width: usize) -> Shape {
    Shape {
        channels,
        height,
        width,
    }
}

/// The stage from burn's operations.
fn plain(case: &Case, x: Tensor<4>, flat: Tensor<1>, gamma: usize, beta: usize) -> Tensor<4> {
    let piece = |at: usize, len: usize| flat.clone().narrow(0, at, len);
    let weight = piece(0, case.weight.iter().product());
    let side = |index: usize| case.weight[index];
    let out = case.output;
    let u = match case.map {
        Map::Convolution(w) => {
            let weight = weight.reshape([side(0), side(1), side(2), side(3)]);
            let options = ConvOptions::new([w.stride; 2], [w.padding; 2], [1, 1], 1);
            conv2d(x, weight, None, options)
        }
        Map::Transposed(w) => {
            let weight = weight.reshape([side(0), side(1), side(2), side(3)]);
            let options =
                ConvTransposeOptions::new([w.stride; 2], [w.padding; 2], [0, 0], [1, 1], 1);
            conv_transpose2d(x, weight, None, options)
        }
        Map::Dense(order) => {
            let x: Tensor<2> = x.flatten(1, 3);
            let weight: Tensor<2> = match order {
                Weights::OutputMajor => weight.reshape([side(0), side(1)]).transpose(),
                Weights::InputMajor => weight.reshape([side(0), side(1)]),
            };
            linear(x, weight, None).reshape([BATCH, out.channels, out.height, out.width])
        }
    };
    let z = if case.norm {
        let (gamma, beta) = (piece(gamma, out.channels), piece(beta, out.channels));
        batch_norm_train(u, gamma, beta, 1e-5).output
    } else {
        u
    };
    match case.activation {
        Activation::Identity => z,
        Activation::Relu => relu(z),
        Activation::LeakyRelu(slope) => leaky_relu(z, f64::from(slope)),
        Activation::Tanh => tanh(z),
    }
}

fn check(case: &Case) {
    let weight: usize = case.weight.iter().product();
    let gamma = weight.next_multiple_of(64);
    let beta = gamma + case.output.channels.next_multiple_of(64);
    let length = beta + case.output.channels.next_multiple_of(64);
    let norm = case.norm.then_some(Norm {
        gamma,
        beta,
        mean: 0,
        variance: case.output.channels,
    });
    let stack = Arc::new(Stack {
        stages: vec![Stage {
            map: case.map,
            input: case.input,
            output: case.output,
            weight: 0,
            bias: None,
            norm,
            activation: case.activation,
        }],
        parameters: length,
        statistics: 2 * case.output.channels,
    });
    let (i, o) = (case.input, case.output);
    let run = |ours: bool| {
        let x = leaf([BATCH, i.channels, i.height, i.width], 1);
        let flat = leaf([length], 2);
        let y = if ours {
            let statistics = Tensor::zeros([2 * o.channels], &Device::flex());
            let mode = Mode::Train { groups: 1 };
            forward(&stack, flat.clone(), statistics, x.clone(), mode).0
        } else {
            plain(case, x.clone(), flat.clone(), gamma, beta)
        };
        let weights = leaf([BATCH, o.channels, o.height, o.width], 3).without_autodiff();
        let mut gradients = (y.clone() * weights).sum().backward();
        [
            read(y),
            read(x.grad_remove(&mut gradients).unwrap()),
            read(flat.grad_remove(&mut gradients).unwrap()),
        ]
    };
    let parts = ["output", "input's gradient", "parameters' gradient"];
    for ((part, ours), theirs) in parts.iter().zip(run(true)).zip(run(false)) {
        assert_close(&format!("{}, {part}", case.name), &ours, &theirs);
    }
}

#[test]
fn stages_are_what_burn_makes_of_them() {
    let leaky = Activation::LeakyRelu(0.2);
    let cases = [
        Case {
            name: "halving",
            map: Map::Convolution(window(4, 2, 1)),
            input: shape(3, 16, 16),
            output: shape(8, 8, 8),
            weight: vec![8, 3, 4, 4],
            norm: true,
            activation: leaky,
        },
        Case {
            name: "doubling",
            map: Map::Transposed(window(4, 2, 1)),
            input: shape(6, 4, 4),
            output: shape(5, 8, 8),
            weight: vec![6, 5, 4, 4],
            norm: true,
            activation: Activation::Relu,
        },
        Case {
            name: "doubling to an image",
            map: Map::Transposed(window(4, 2, 1)),
            input: shape(4, 8, 8),
            output: shape(1, 16, 16),
            weight: vec![4, 1, 4, 4],
            norm: false,
            activation: Activation::Tanh,
        },
        Case {
            name: "3×3",
            map: Map::Convolution(window(3, 1, 1)),
            input: shape(3, 7, 5),
            output: shape(4, 7, 5),
            weight: vec![4, 3, 3, 3],
            norm: false,
            activation: leaky,
        },
        Case {
            name: "5×5 with stride 2",
            map: Map::Convolution(window(5, 2, 2)),
            input: shape(2, 9, 9),
            output: shape(3, 5, 5),
            weight: vec![3, 2, 5, 5],
            norm: true,
            activation: Activation::Identity,
        },
        Case {
            name: "linear",
            map: Map::Dense(Weights::OutputMajor),
            input: shape(3, 2, 2),
            output: shape(7, 1, 1),
            weight: vec![7, 12],
            norm: false,
            activation: leaky,
        },
        Case {
            name: "stem",
            map: Map::Dense(Weights::InputMajor),
            input: shape(9, 1, 1),
            output: shape(4, 4, 4),
            weight: vec![9, 64],
            norm: true,
            activation: Activation::Relu,
        },
    ];
    cases.iter().for_each(check);
}
