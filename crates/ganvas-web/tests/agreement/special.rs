//! NaN and infinity, and slopes at 0.

use std::sync::Arc;

use ganvas_core::loss::{Loss, PairLogits};
use ganvas_kernels::adam::AdamSettings;
use ganvas_kernels::ops::{AdamState, adam, forward};
use ganvas_kernels::plan::{Builder, Plan};
use ganvas_kernels::stack::{Activation, Mode, Shape};

use super::support::numbers;
use super::{Comparison, Devices, read, tensor};

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

/// A run that has diverged is noticed where its numbers are read, so no kernel may turn a NaN
/// into a number.
pub async fn what_is_not_a_number_stays_so([_, gpu]: &Devices) -> Comparison {
    let mut comparison = Comparison::default();
    for activation in ACTIVATIONS {
        for (name, builder) in stages(activation) {
            let stack = Arc::new(builder.build().unwrap().stack);
            for mode in [Mode::Train { groups: 1 }, Mode::Evaluate] {
                for bad in [f32::NAN, f32::INFINITY] {
                    let what = format!("{name}, {activation:?}, {mode:?}, {bad}");
                    let length = stack.parameters;
                    let flat = tensor(numbers(length, 1), [length], gpu);
                    let flat = flat.autodiff().require_grad();
                    let statistics = tensor(vec![1.0; stack.statistics], [stack.statistics], gpu);
                    let x = tensor(vec![bad; 16], [2, 8, 1, 1], gpu);
                    let x = x.autodiff().require_grad();
                    let pass = forward(&stack, flat.clone(), statistics, x.clone(), None, mode);
                    // A gradient that begins as none comes through, whatever the values were.
                    let mut gradients = (pass.output.clone().sum() * f32::NAN).backward();
                    let gradient = read(x.grad_remove(&mut gradients).unwrap()).await;
                    let kept = gradient.iter().all(|v| v.is_nan());
                    comparison.claim(|| format!("{what}, gradient: {gradient:?}"), kept);
                    let output = read(pass.output).await;
                    // Infinity has bounds where an activation has them.
                    let kept = if bad.is_nan() {
                        output.iter().all(|v| v.is_nan())
                    } else if matches!(activation, Activation::Identity | Activation::LeakyRelu(_))
                    {
                        output.iter().all(|v| !v.is_finite())
                    } else {
                        continue;
                    };
                    comparison.claim(|| format!("{what}, output: {output:?}"), kept);
                }
            }
        }
    }
    for &loss in Loss::ALL {
        let logits = tensor(vec![f32::NAN; 4], [4, 1], gpu);
        let value = read(loss.generator(logits.clone()).value).await;
        comparison.claim(
            || format!("{loss:?} of G is {} for NaN", value[0]),
            value[0].is_nan(),
        );
        let value = read(loss.discriminator(&PairLogits { both: logits }).value).await;
        comparison.claim(
            || format!("{loss:?} of D is {} for NaN", value[0]),
            value[0].is_nan(),
        );
    }
    for clip in [f64::INFINITY, 0.1] {
        let settings = AdamSettings {
            clip,
            follow: 0.5,
            ..AdamSettings::of_update(1, 1e-3, [0.9, 0.999], 1e-8)
        };
        for bad in [f32::NAN, f32::INFINITY] {
            let start = |value| tensor::<1>(vec![value; 8], [8], gpu);
            let state = AdamState {
                parameters: start(bad),
                mean: start(0.0),
                square: start(0.0),
                average: Some(start(1.0)),
            };
            let new = adam(settings, state, start(bad));
            for (name, values) in [
                ("parameters", new.parameters),
                ("mean", new.mean),
                ("square", new.square),
                ("average", new.average.unwrap()),
            ] {
                let values = read(values).await;
                let kept = values.iter().all(|v| !v.is_finite());
                comparison.claim(
                    || format!("Adam, limit {clip}, {bad}, {name}: {values:?}"),
                    kept,
                );
            }
        }
    }
    comparison
}

/// The slope at 0 is the one below it, on both backends.
pub async fn slopes_at_zero_agree(devices: &Devices) -> Comparison {
    let mut comparison = Comparison::default();
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
            for (device, kind) in devices.iter().zip(["CPU", "GPU"]) {
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
                comparison.claim(
                    || format!("{name}, {activation:?}, on the {kind}: {largest}, twice {slope}"),
                    largest == 2.0 * slope,
                );
            }
        }
    }
    comparison
}
