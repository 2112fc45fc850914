//! Layers against the reference: output, gradients of the input and of every
//! parameter, and running statistics.

mod support;

use burn::tensor::{Device, Tensor};
use ganvas_core::network::{Convolution, Mode, Network, Parameters, Plan, Shape, TensorSpec};
use ganvas_kernels::plan::Builder;
use serde_json::Value;
use support::golden::{self, assert_slice, assert_tensor, get, shape};
use support::named;
use support::runs::device;

const RELATIVE: f64 = 1e-5;

#[test]
fn convolutions() {
    for name in [
        "conv2d_4_2_1",
        "conv2d_4_1_0",
        "conv2d_3_1_1",
        "conv2d_3_2_1",
    ] {
        check(name, |case| {
            let [output, _, kernel, _] = weight_shape(case);
            Plan::of(input_shape(case)).conv2d(geometry(case, output, kernel))
        });
    }
}

#[test]
fn transposed_convolutions() {
    for name in ["conv_transpose2d_4_2_1", "conv_transpose2d_4_1_0"] {
        check(name, |case| {
            let [_, output, kernel, _] = weight_shape(case);
            Plan::of(input_shape(case)).conv_transpose2d(geometry(case, output, kernel))
        });
    }
}

#[test]
fn a_linear_layer() {
    check("linear", |case| {
        let [output, ..] = weight_shape(case);
        Plan::of(input_shape(case)).linear(output)
    });
}

#[test]
fn batch_norm_of_images_and_of_vectors() {
    for name in ["batch_norm2d", "batch_norm1d"] {
        check(name, |case| identity(input_shape(case)).batch_norm());
    }
}

/// It has no parameters, and nothing to remember of a batch.
#[test]
fn instance_norm_of_images() {
    check("instance_norm2d", |case| {
        identity(input_shape(case)).instance_norm()
    });
}

/// A linear map for a normalisation to follow: each channel as it is. Its weight, layer
/// 0, is filled in by [`is_identity`].
fn identity(shape: Shape) -> Builder {
    Plan::of(shape).conv2d(Convolution {
        output: shape.channels,
        kernel: 1,
        stride: 1,
        padding: 0,
    })
}

/// The weight of [`identity`], where the case has no weight of that rank.
fn is_identity(spec: &TensorSpec, inputs: &Value) -> Option<Vec<f32>> {
    let own = inputs
        .get("weight")
        .is_some_and(|weight| shape(weight).len() == spec.shape.len());
    let [channels, _, 1, 1] = spec.shape[..] else {
        return None;
    };
    (!own).then(|| {
        (0..channels * channels)
            .map(|at| f32::from(at / channels == at % channels))
            .collect()
    })
}

/// One layer, as a network of its own, in one training pass.
fn check(name: &str, build: impl Fn(&Value) -> Builder) {
    let file = golden::file("layers");
    let case = get(&file, name);
    let (inputs, gradients) = (get(case, "inputs"), get(case, "gradients"));
    let device = device();

    let network = Network::new(build(case).build().unwrap());
    let parameters = named::fill(&network, &device, |spec| {
        if let Some(values) = is_identity(spec, inputs) {
            return values;
        }
        let part = part(&spec.name);
        let value = if part.starts_with("running") {
            get(case, part)
        } else {
            get(inputs, part)
        };
        assert_eq!(spec.shape, shape(value), "{name}: {part}");
        golden::values(value)
    });
    let mut bound = parameters.bind_tracked();
    let input = golden::tensor(get(inputs, "input"), &device)
        .autodiff()
        .require_grad();
    let output = network.forward(&mut bound, Mode::Train, input.clone(), None);
    let objective = (output.clone() * golden::tensor(get(case, "cotangent"), &device)).sum();
    let mut found = objective.backward();

    check_output(name, case, &network, output.without_autodiff());
    let input = golden::read(input.grad_remove(&mut found).unwrap());
    let what = format!("{name}, gradient of the input");
    assert_tensor(&what, &input, get(gradients, "input"), RELATIVE);
    let flat = golden::read(bound.gradient(&mut found).unwrap());
    for spec in network.parameters() {
        if is_identity(spec, inputs).is_none() {
            let what = format!("{name}, gradient of {}", spec.name);
            let expected = get(gradients, part(&spec.name));
            assert_tensor(&what, &flat[spec.range()], expected, RELATIVE);
        }
    }
    let after = golden::read(bound.statistics.clone());
    for (statistic, values) in named::cut("", network.statistics(), &after) {
        let expected = get(case, &format!("{}_after", part(&statistic)));
        assert_tensor(&format!("{name}, {statistic}"), &values, expected, RELATIVE);
    }
}

fn check_output(name: &str, case: &Value, network: &Network, output: Tensor<4>) {
    let expected = get(case, "output");
    let [batch, channels, height, width] = output.dims();
    let mut values: Vec<f64> = golden::values(expected)
        .into_iter()
        .map(f64::from)
        .collect();
    let has_bias = network
        .parameters()
        .iter()
        .any(|spec| part(&spec.name) == "bias");
    if let (false, Some(bias)) = (has_bias, get(case, "inputs").get("bias")) {
        // This network's layer has no bias, the reference's adds one to each channel.
        let bias = golden::values(bias);
        for (index, value) in values.iter_mut().enumerate() {
            *value -= f64::from(bias[index / (height * width) % channels]);
        }
    }
    assert_eq!(values.len(), batch * channels * height * width);
    let what = format!("{name}, output");
    assert_slice(&what, &golden::read(output), &values, RELATIVE, 0.0);
}

/// `model.0.weight` → `weight`.
fn part(name: &str) -> &str {
    name.rsplit('.').next().unwrap()
}

/// The shape of the weight, with ones behind.
fn weight_shape(case: &Value) -> [usize; 4] {
    let mut shape = shape(get(get(case, "inputs"), "weight"));
    shape.resize(4, 1);
    shape.try_into().unwrap()
}

/// One image of a case's input; a vector is an image of 1×1.
fn input_shape(case: &Value) -> Shape {
    let mut shape = shape(get(get(case, "inputs"), "input"));
    shape.resize(4, 1);
    Shape {
        channels: shape[1],
        height: shape[2],
        width: shape[3],
    }
}

fn geometry(case: &Value, output: usize, kernel: usize) -> Convolution {
    let number = |name| get(case, name).as_u64().unwrap() as usize;
    Convolution {
        output,
        kernel,
        stride: number("stride"),
        padding: number("padding"),
    }
}

#[test]
fn evaluation_uses_the_running_statistics() {
    let device: Device = device();
    let shape = Shape {
        channels: 1,
        height: 2,
        width: 1,
    };
    let network = Network::new(identity(shape).batch_norm().build().unwrap());
    let parameters: Parameters = named::fill(&network, &device, |spec| match part(&spec.name) {
        "weight" if spec.shape.len() == 4 => vec![1.0],
        "weight" => vec![3.0],
        "bias" => vec![0.5],
        "running_mean" => vec![2.0],
        "running_var" => vec![4.0 - 1e-5],
        other => panic!("{other}"),
    });
    let x = Tensor::<1>::from_floats([2.0, 4.0, 0.0, 3.0], &device).reshape([2, 1, 2, 1]);
    let mut bound = parameters.bind();
    let output = network.forward(&mut bound, Mode::Evaluate, x, None);
    // γ (x − μ) / σ + β
    let values = golden::read(output);
    assert_slice("output", &values, &[0.5, 3.5, -2.5, 2.0], 1e-6, 0.0);
}
