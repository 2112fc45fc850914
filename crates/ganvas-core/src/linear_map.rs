//! One linear map at a time: what networks that run layer by layer, and formulas
//! outside of networks, share with the kernels of whole networks.

use std::sync::Arc;

use burn::tensor::Tensor;
use ganvas_kernels::ops;
use ganvas_kernels::stack::{Activation, Map, Mode, Shape, Stack, Stage, Weights};

/// `map` with `weight` (in any shape; its numbers count) on x `[batch, channels, height,
/// width]`, to images of the shape `output`. Gradients flow to both.
pub(crate) fn linear_map<const D: usize>(
    map: Map,
    output: Shape,
    weight: Tensor<D>,
    x: Tensor<4>,
) -> Tensor<4> {
    let [_, channels, height, width] = x.dims();
    let numbers = weight.dims().iter().product();
    let weight: Tensor<1> = weight.reshape([numbers]);
    let stage = Stage {
        map,
        input: Shape {
            channels,
            height,
            width,
        },
        output,
        weight: 0,
        bias: None,
        norm: None,
        activation: Activation::Identity,
    };
    let stack = Stack {
        stages: vec![stage],
        parameters: numbers,
        // There are none, but an operation wants a tensor: any will do.
        statistics: numbers,
    };
    let statistics = weight.clone().without_autodiff();
    let mode = Mode::Train { groups: 1 };
    ops::forward(&Arc::new(stack), weight, statistics, x, mode).0
}

/// A vector as an image of 1×1.
pub(crate) fn vector(len: usize) -> Shape {
    Shape {
        channels: len,
        height: 1,
        width: 1,
    }
}

/// x · weightᵀ for x `[rows, depth]` and weight `[columns, depth]`.
pub(crate) fn times_transposed(x: Tensor<2>, weight: Tensor<2>) -> Tensor<2> {
    let ([rows, depth], [columns, _]) = (x.dims(), weight.dims());
    let map = Map::Dense(Weights::OutputMajor);
    linear_map(map, vector(columns), weight, x.reshape([rows, depth, 1, 1]))
        .reshape([rows, columns])
}

/// x · weight for x `[rows, depth]` and weight `[depth, columns]`.
pub(crate) fn times(x: Tensor<2>, weight: Tensor<2>) -> Tensor<2> {
    let ([rows, depth], [_, columns]) = (x.dims(), weight.dims());
    let map = Map::Dense(Weights::InputMajor);
    linear_map(map, vector(columns), weight, x.reshape([rows, depth, 1, 1]))
        .reshape([rows, columns])
}
