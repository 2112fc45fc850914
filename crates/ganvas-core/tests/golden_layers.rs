//! Layers against the reference: output, gradients of the input and of every
//! parameter, and running statistics.

mod support;

use burn::tensor::{Device, Tensor};
use ganvas_core::model::{Convolution, Layer, Mode, Network};
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
            let [output, input, kernel, _] = weight_shape(case);
            let geometry = geometry(case, input, output, kernel);
            Network::builder().conv2d(geometry).build()
        });
    }
}

#[test]
fn transposed_convolutions() {
    for name in ["conv_transpose2d_4_2_1", "conv_transpose2d_4_1_0"] {
        check(name, |case| {
            let [input, output, kernel, _] = weight_shape(case);
            let geometry = geometry(case, input, output, kernel);
            Network::builder().conv_transpose2d(geometry).build()
        });
    }
}

#[test]
fn a_linear_layer() {
    check("linear", |case| {
        let [output, input, ..] = weight_shape(case);
        Network::builder().linear(input, output).build()
    });
}

#[test]
fn batch_norm_of_images_and_of_vectors() {
    for name in ["batch_norm2d", "batch_norm1d"] {
        check(name, |case| {
            let channels = shape(get(get(case, "inputs"), "weight"))[0];
            Network::builder().batch_norm(channels).build()
        });
    }
}

/// It has no parameters, and nothing to remember of a batch.
#[test]
fn instance_norm_of_images() {
    check("instance_norm2d", |_| {
        Network::builder().push(Layer::InstanceNorm).build()
    });
}

/// One layer, as a network of its own, in one training pass.
fn check(name: &str, build: impl Fn(&Value) -> Network) {
    let file = golden::file("layers");
    let case = get(&file, name);
    let (inputs, gradients) = (get(case, "inputs"), get(case, "gradients"));
    let device = device();

    let network = build(case);
    let parameters = named::fill(&network, &device, |spec| {
        let part = part(&spec.name);
        let value = if part.starts_with("running") {
            get(case, part)
        } else {
            get(inputs, part)
        };
        assert_eq!(spec.shape, shape(value), "{name}: {part}");
        golden::values(value)
    });
    let bound = network.bind_tracked(&parameters);
    let input = golden::tensor(get(inputs, "input"), &device)
        .autodiff()
        .require_grad();
    let pass = network.forward(&bound, Mode::Train, input.clone());
    let objective = (pass.output.clone() * golden::tensor(get(case, "cotangent"), &device)).sum();
    let mut found = objective.backward();

    check_output(name, case, &network, pass.output.clone().without_autodiff());
    let input = golden::read(input.grad_remove(&mut found).unwrap());
    let what = format!("{name}, gradient of the input");
    assert_tensor(&what, &input, get(gradients, "input"), RELATIVE);
    if !network.parameters().is_empty() {
        let flat = golden::read(network.gradient(&bound, &mut found));
        for (parameter, values) in named::cut("", network.parameters(), &flat) {
            let what = format!("{name}, gradient of {parameter}");
            let expected = get(gradients, part(&parameter));
            assert_tensor(&what, &values, expected, RELATIVE);
        }
    }
    let after = network.updated_statistics(parameters.statistics.clone(), &pass);
    for (statistic, values) in named::cut("", network.statistics(), &golden::read(after)) {
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

fn geometry(case: &Value, input: usize, output: usize, kernel: usize) -> Convolution {
    let number = |name| get(case, name).as_u64().unwrap() as usize;
    Convolution {
        input,
        output,
        kernel,
        stride: number("stride"),
        padding: number("padding"),
    }
}

#[test]
fn evaluation_uses_the_running_statistics() {
    let device: Device = device();
    let network = Network::builder().batch_norm(1).build();
    let parameters = named::fill(&network, &device, |spec| match part(&spec.name) {
        "weight" => vec![3.0],
        "bias" => vec![0.5],
        "running_mean" => vec![2.0],
        "running_var" => vec![4.0 - 1e-5],
        other => panic!("{other}"),
    });
    let x = Tensor::<1>::from_floats([2.0, 4.0, 0.0, 3.0], &device).reshape([2, 1, 2, 1]);
    let pass = network.forward(&network.bind(&parameters), Mode::Evaluate, x);
    let values = golden::read(pass.output);
    // γ (x − μ) / σ + β
    assert_slice("output", &values, &[0.5, 3.5, -2.5, 2.0], 1e-6, 0.0);
}
