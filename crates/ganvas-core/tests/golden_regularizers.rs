//! Penalties, divergences and normalisations against the reference, value and gradient.

mod support;

use burn::tensor::{Gradients, Tensor, TensorData};
use ganvas_core::network::{
    self, Convolution, Mode, Network, Plan, Shape, critic, dcgan_discriminator,
};
use ganvas_core::regularizer;
use serde_json::Value;
use support::golden::{
    self, RELATIVE, assert_number, assert_tensor, entries, file, get, numbers, print_worst, shape,
    values,
};
use support::named;
use support::runs::device;

/// Where sums are short: float32 is ten times better than this.
const SHORT: f64 = 1e-5;

/// A golden tensor of `D` axes whose gradient is wanted.
fn leaf<const D: usize>(value: &Value) -> Tensor<D> {
    plain(value).autodiff().require_grad()
}

fn plain<const D: usize>(value: &Value) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values(value), shape(value)), &device())
}

fn assert_value(what: &str, actual: Tensor<1>, expected: &Value, relative: f64) {
    let actual = golden::read(actual.without_autodiff())[0];
    let expected = expected.as_f64().unwrap();
    // One unit in the last place of 1: MMD² of 0.03 is what remains of kernels around 1.
    let cancelled = f32::EPSILON.into();
    assert_number(what, actual.into(), expected, relative, cancelled);
}

fn assert_gradient<const D: usize>(
    what: &str,
    leaf: &Tensor<D>,
    gradients: &mut Gradients,
    expected: &Value,
) {
    let actual = leaf.grad_remove(gradients);
    let actual = golden::read(actual.unwrap_or_else(|| panic!("{what}: no gradient")));
    assert_tensor(what, &actual, expected, SHORT);
}

#[test]
fn mmd() {
    for (case, golden) in entries(get(&file("regularizers"), "mmd2")) {
        let fake: Tensor<2> = leaf(get(golden, "fake"));
        let bandwidths = numbers(get(golden, "bandwidths"));
        let value = regularizer::mmd_squared(plain(get(golden, "real")), fake.clone(), &bandwidths);
        let mut gradients = value.backward();
        assert_value(case, value, get(golden, "value"), SHORT);
        assert_gradient(case, &fake, &mut gradients, get(golden, "grad_fake"));
    }
    print_worst("mmd2");
}

#[test]
fn spectral_norm() {
    for (case, golden) in entries(get(&file("regularizers"), "spectral_norm")) {
        match shape(get(golden, "weight")).len() {
            2 => check_spectral_norm::<2>(case, golden),
            _ => check_spectral_norm::<4>(case, golden),
        }
    }
    print_worst("spectral_norm");
}

fn check_spectral_norm<const D: usize>(case: &str, golden: &Value) {
    let weight: Tensor<D> = leaf(get(golden, "weight"));
    let mut u: Tensor<1> = plain(get(golden, "u"));
    for _ in 1..get(golden, "iterations").as_u64().unwrap() {
        u = network::spectral_norm(weight.clone(), u).u;
    }
    let result = network::spectral_norm(weight.clone(), u);
    let value = (result.weight.clone() * plain(get(golden, "c"))).sum();
    let mut gradients = value.backward();
    assert_value(case, result.sigma, get(golden, "sigma"), SHORT);
    assert_tensor(case, &golden::read(result.u), get(golden, "u_after"), SHORT);
    let normalised = golden::read(result.weight.without_autodiff());
    assert_tensor(case, &normalised, get(golden, "normalised"), SHORT);
    assert_value(case, value, get(golden, "value"), SHORT);
    assert_gradient(case, &weight, &mut gradients, get(golden, "grad_weight"));
}

#[test]
fn kl() {
    let file = file("regularizers");
    let golden = get(&file, "kl");
    let (mu, logvar) = (leaf(get(golden, "mu")), leaf(get(golden, "logvar")));
    let value = regularizer::kl_to_standard_normal(mu.clone(), logvar.clone());
    let mut gradients = value.backward();
    assert_value("kl", value, get(golden, "value"), SHORT);
    assert_gradient("mu", &mu, &mut gradients, get(golden, "grad_mu"));
    assert_gradient(
        "logvar",
        &logvar,
        &mut gradients,
        get(golden, "grad_logvar"),
    );
    print_worst("kl");
}

#[test]
fn squared_error() {
    let file = file("regularizers");
    let golden = get(&file, "squared_error");
    let made: Tensor<4> = leaf(get(golden, "reconstructions"));
    let value = regularizer::squared_error(plain(get(golden, "images")), made.clone());
    let mut gradients = value.backward();
    assert_value("squared_error", value, get(golden, "value"), SHORT);
    let expected = get(golden, "grad_reconstructions");
    assert_gradient("squared_error", &made, &mut gradients, expected);
    print_worst("squared_error");
}

#[test]
fn feature_matching() {
    let file = file("regularizers");
    let golden = get(&file, "feature_matching");
    let fake: Tensor<2> = leaf(get(golden, "fake_features"));
    let value = regularizer::feature_matching(plain(get(golden, "real_features")), fake.clone());
    let mut gradients = value.backward();
    assert_value("feature_matching", value, get(golden, "value"), SHORT);
    let expected = get(golden, "grad_fake");
    assert_gradient("feature_matching", &fake, &mut gradients, expected);
    print_worst("feature_matching");
}

/// The tiny critic of the golden file, on 8×8 images.
fn tiny_critic(biased: bool) -> Network {
    let convolution = |output, kernel, stride, padding| Convolution {
        output,
        kernel,
        stride,
        padding,
    };
    let layers = [
        convolution(4, 4, 2, 1),
        convolution(8, 4, 2, 1),
        convolution(1, 2, 1, 0),
    ];
    let plan = layers.into_iter().enumerate().fold(
        Plan::of(Shape::square(1, 8)),
        |builder, (index, convolution)| {
            let builder = match index {
                0 => builder,
                _ => builder.leaky_relu(0.2),
            };
            match biased {
                true => builder.conv2d_biased(convolution),
                false => builder.conv2d(convolution),
            }
        },
    );
    Network::new(plan.build().unwrap())
}

#[test]
fn gradient_penalty_agrees_with_double_backward() {
    for (case, golden) in entries(get(&file("regularizers"), "gradient_penalty")) {
        let network = tiny_critic(case == "bias");
        let parameters = named::fill(&network, &device(), |spec| {
            values(get(get(golden, "parameters"), &spec.name))
        });
        let points = regularizer::interpolate(
            plain(get(golden, "real_images")),
            plain(get(golden, "fake_images")),
            plain(get(golden, "epsilon")),
        );
        let what = |part: &str| format!("{case}, {part}");
        let seen = golden::read(points.clone());
        assert_tensor(
            &what("points"),
            &seen,
            get(golden, "interpolates"),
            RELATIVE,
        );

        let tracked = parameters.bind_tracked();
        let gradient = network
            .input_gradient(&tracked, points)
            .expect("a critic without BatchNorm");
        let inner = golden::read(gradient.clone().without_autodiff());
        assert_tensor(&what("inner"), &inner, get(golden, "grad_images"), RELATIVE);

        let lambda = get(golden, "lambda").as_f64().unwrap();
        let value = regularizer::gradient_penalty(gradient) * lambda;
        let mut gradients = value.backward();
        assert_value(&what("value"), value, get(golden, "value"), RELATIVE);
        let flat = golden::read(tracked.gradient(&mut gradients).unwrap());
        for (name, actual) in named::cut("", network.parameters(), &flat) {
            let expected = get(get(golden, "grad_parameters"), &name);
            assert_tensor(&what(&name), &actual, expected, RELATIVE);
        }
    }
    print_worst("gradient_penalty");
}

/// As of PyTorch's `norm`: 0 is its gradient where all of an image's gradient is 0, as that of a
/// critic that begins with zeros, and the other images keep theirs.
#[test]
fn a_penalty_of_a_flat_critic_is_one_without_a_gradient() {
    let numbers = [0.0f32, 0.0, 0.0, 3.0, 0.0, 4.0];
    let gradient = Tensor::<1>::from_floats(numbers, &device().autodiff())
        .reshape([2, 1, 1, 3])
        .require_grad();
    let value = regularizer::gradient_penalty(gradient.clone());
    let gradients = value.backward();
    // Of norms 0 and 5: the mean of 1 and 16.
    assert_eq!(golden::read(value.without_autodiff()), [8.5]);
    let found = golden::read(gradient.grad(&gradients).unwrap());
    assert_eq!(found[..3], [0.0; 3]);
    for (found, expected) in found[3..].iter().zip([2.4, 0.0, 3.2]) {
        assert!((found - expected).abs() < 1e-6, "{found} {expected}");
    }
}

#[test]
fn the_inner_gradient_agrees_with_automatic_differentiation() {
    for side in [32, 64] {
        let sample = Shape::square(1, side);
        let network = critic(3, sample).unwrap();
        let mut salt = 0;
        let parameters = named::fill(&network, &device(), |spec| {
            salt += 1;
            golden::pattern(salt, spec.len(), 0.3, 0.0)
        });
        let images = golden::pattern(77, 2 * sample.len(), 2.0, 0.0);
        let data = TensorData::new(images, sample.batch(2));
        let images: Tensor<4> = Tensor::from_data(data, &device());
        let leaf = images.clone().autodiff().require_grad();
        let mut bound = parameters.bind();
        let output = network.forward(&mut bound, Mode::Train, leaf.clone(), None);
        let mut gradients = output.sum().backward();
        let expected = golden::read(leaf.grad_remove(&mut gradients).unwrap());
        let actual = network.input_gradient(&bound, images).unwrap();
        let expected: Vec<f64> = expected.into_iter().map(f64::from).collect();
        golden::assert_slice("inner", &golden::read(actual), &expected, 1e-5, 0.0);
    }
}

#[test]
fn networks_with_batch_norm_have_no_inner_gradient() {
    let network = dcgan_discriminator(2, Shape::square(1, 32)).unwrap();
    let parameters = named::fill(&network, &device(), |spec| vec![0.1; spec.len()]);
    let images = Tensor::zeros([2, 1, 32, 32], &device());
    let error = network
        .input_gradient(&parameters.bind(), images)
        .unwrap_err();
    assert!(error.to_string().contains("stage 1"), "{error}");
}
