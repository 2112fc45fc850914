//! A stack, interpreted.

use burn::tensor::Tensor;
use burn::tensor::activation::{leaky_relu, relu, tanh};
use burn::tensor::module::{conv_transpose2d, conv2d};
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions};
use ganvas_core::network::{Conditioning, Network};
use ganvas_kernels::stack::{
    Activation, Map, NORM_EPSILON, Norm, STATISTICS_MOMENTUM, Shape, Stage, WeightOrder, Window,
};

/// What a pass gives.
pub struct Pass {
    /// `[batch, channels, height, width]`.
    pub output: Tensor<4>,
    /// What the last stage read.
    pub features: Tensor<4>,
    /// What every stage gave.
    pub values: Vec<Tensor<4>>,
    /// The running statistics after it.
    pub statistics: Tensor<1>,
}

/// One training pass with flat parameters (spectral norms are divided out already).
pub fn forward(
    network: &Network,
    flat: &Tensor<1>,
    statistics: &Tensor<1>,
    x: Tensor<4>,
    labels: Option<&[u8]>,
) -> Pass {
    let stack = network.stack();
    let batch = x.dims()[0];
    let one_hot = labels.map(|labels| one_hot(labels, &x));
    let mut x = match (&one_hot, network.conditioning()) {
        (Some(one_hot), Conditioning::Planes) => {
            let [_, _, height, width] = x.dims();
            let planes: Tensor<4> = one_hot.clone().reshape([batch, 10, 1, 1]);
            Tensor::cat(vec![x, planes.expand([batch, 10, height, width])], 1)
        }
        _ => x,
    };
    let mut statistics = statistics.clone();
    let mut inputs: Vec<Tensor<4>> = Vec::new();
    let mut values = Vec::new();
    for stage in &stack.stages {
        x = x.reshape(stage.input.batch(batch));
        inputs.push(x.clone());
        let mut y = map(stage, flat, x);
        y = normalise(stage, flat, &mut statistics, y);
        if let Some(from) = stage.skip {
            y = y + inputs[from].clone();
        }
        x = activate(stage.activation, y);
        values.push(x.clone());
    }
    if let (Some(one_hot), Some(classes)) = (one_hot, stack.classes) {
        // u₀ + u of the image's class.
        let u: Tensor<2> = x.reshape([batch, 1 + classes]);
        let first = u.clone().narrow(1, 0, 1);
        let chosen = (u.narrow(1, 1, classes) * one_hot).sum_dim(1);
        x = (first + chosen).reshape([batch, 1, 1, 1]);
    }
    Pass {
        output: x.reshape(stack.output.batch(batch)),
        features: inputs.pop().unwrap(),
        values,
        statistics,
    }
}

fn one_hot(labels: &[u8], like: &Tensor<4>) -> Tensor<2> {
    let values: Vec<f32> = labels
        .iter()
        .flat_map(|label| (0..10).map(move |class| f32::from(u8::from(class == *label))))
        .collect();
    let device = like.device().without_autodiff();
    Tensor::<1>::from_floats(values.as_slice(), &device).reshape([labels.len(), 10])
}

/// `[out, in, k, k]` of a convolution, `[in, out, k, k]` of a transposed one.
fn kernel(stage: &Stage, flat: &Tensor<1>, window: Window) -> Tensor<4> {
    let (first, second) = match stage.map {
        Map::Convolution(_) => (stage.output.channels, stage.input.channels),
        _ => (stage.input.channels, stage.output.channels),
    };
    flat.clone()
        .narrow(0, stage.weight, stage.weight_len())
        .reshape([first, second, window.kernel, window.kernel])
}

/// `[in, out]` of a matrix product.
fn matrix(stage: &Stage, flat: &Tensor<1>, order: WeightOrder) -> Tensor<2> {
    let (input, output) = (stage.input.len(), stage.output.len());
    let flat = flat.clone().narrow(0, stage.weight, stage.weight_len());
    match order {
        WeightOrder::OutputMajor => flat.reshape([output, input]).transpose(),
        WeightOrder::InputMajor => flat.reshape([input, output]),
    }
}

fn convolution(window: Window) -> ConvOptions<2> {
    ConvOptions::new([window.stride; 2], [window.padding; 2], [1, 1], 1)
}

/// With as many rows and columns more than the least as the stage's output has.
fn transposed(window: Window, small: Shape, large: Shape) -> ConvTransposeOptions<2> {
    let least = window.transposed(small, 1);
    ConvTransposeOptions::new(
        [window.stride; 2],
        [window.padding; 2],
        [large.height - least.height, large.width - least.width],
        [1, 1],
        1,
    )
}

fn map(stage: &Stage, flat: &Tensor<1>, x: Tensor<4>) -> Tensor<4> {
    let batch = x.dims()[0];
    let y = match stage.map {
        Map::Convolution(window) => {
            conv2d(x, kernel(stage, flat, window), None, convolution(window))
        }
        Map::Transposed(window) => conv_transpose2d(
            x,
            kernel(stage, flat, window),
            None,
            transposed(window, stage.input, stage.output),
        ),
        Map::Dense(order) => {
            let rows: Tensor<2> = x.flatten(1, 3);
            rows.matmul(matrix(stage, flat, order))
                .reshape(stage.output.batch(batch))
        }
    };
    let Some(bias) = stage.bias else {
        return y;
    };
    let bias = flat.clone().narrow(0, bias, stage.bias_len());
    y + match stage.map {
        Map::Dense(_) => bias.reshape(stage.output.batch(1)),
        _ => bias.reshape([1, stage.output.channels, 1, 1]),
    }
}

/// From the gradient by what a stage's linear map gives to that by what it reads.
pub fn map_back(stage: &Stage, flat: &Tensor<1>, gradient: Tensor<4>) -> Tensor<4> {
    let batch = gradient.dims()[0];
    let gradient = gradient.reshape(stage.output.batch(batch));
    match stage.map {
        Map::Convolution(window) => conv_transpose2d(
            gradient,
            kernel(stage, flat, window),
            None,
            transposed(window, stage.output, stage.input),
        ),
        Map::Transposed(window) => conv2d(
            gradient,
            kernel(stage, flat, window),
            None,
            convolution(window),
        ),
        Map::Dense(order) => {
            let rows: Tensor<2> = gradient.flatten(1, 3);
            rows.matmul(matrix(stage, flat, order).transpose())
                .reshape(stage.input.batch(batch))
        }
    }
}

/// (x − μ)/√(σ² + ε) with μ and σ² over the given axes, and both.
fn standardise(x: Tensor<4>, axes: &[usize]) -> (Tensor<4>, Tensor<4>, Tensor<4>) {
    let mean = axes.iter().fold(x.clone(), |x, &axis| x.mean_dim(axis));
    let centred = x - mean.clone();
    let squares = centred.clone() * centred.clone();
    let variance = axes.iter().fold(squares, |x, &axis| x.mean_dim(axis));
    let deviation = (variance.clone() + f64::from(NORM_EPSILON)).sqrt();
    (centred / deviation, mean, variance)
}

fn normalise(
    stage: &Stage,
    flat: &Tensor<1>,
    statistics: &mut Tensor<1>,
    x: Tensor<4>,
) -> Tensor<4> {
    let channels = stage.output.channels;
    match stage.norm {
        Norm::None => x,
        Norm::Image => standardise(x, &[2, 3]).0,
        Norm::Batch(norm) => {
            let count = x.dims()[0] * stage.output.pixels();
            let (standard, mean, variance) = standardise(x, &[0, 2, 3]);
            let mut follow = |at: usize, new: Tensor<4>| {
                let old = statistics.clone().narrow(0, at, channels);
                let new = new.without_autodiff().reshape([channels]);
                let share = f64::from(STATISTICS_MOMENTUM);
                let next = old * (1.0 - share) + new * share;
                let ranges = at..at + channels;
                *statistics = statistics.clone().slice_assign([ranges], next);
            };
            follow(norm.mean, mean);
            let unbiased = count as f64 / (count - 1) as f64;
            follow(norm.variance, variance * unbiased);
            let of = |at: usize| {
                let numbers = flat.clone().narrow(0, at, channels);
                numbers.reshape([1, channels, 1, 1])
            };
            standard * of(norm.gamma) + of(norm.beta)
        }
    }
}

fn activate(activation: Activation, x: Tensor<4>) -> Tensor<4> {
    match activation {
        Activation::Identity => x,
        Activation::Relu => relu(x),
        Activation::LeakyRelu(slope) => leaky_relu(x, f64::from(slope)),
        Activation::Tanh => tanh(x),
    }
}

/// The slope of a piecewise linear activation at every value that it gave.
pub fn slopes(activation: Activation, value: &Tensor<4>) -> Tensor<4> {
    let below = match activation {
        Activation::Identity => 1.0,
        Activation::Relu => 0.0,
        Activation::LeakyRelu(slope) => f64::from(slope),
        Activation::Tanh => panic!("tanh is not piecewise linear"),
    };
    value.clone().greater_elem(0.0).float() * (1.0 - below) + below
}
