//! A run that has diverged is noticed where its numbers are read, so nothing on the way may
//! make a finite number of one that is not: through every kind of stage, forwards and
//! backwards, from the images, the parameters and the gradient.

mod support;

use ganvas_kernels::adam::{AdamSettings, State};
use ganvas_kernels::cpu::{backward, forward};
use ganvas_kernels::formula::{Formula, number, positive, sigmoid, softplus, step};
use ganvas_kernels::pass::{Operands, Want};
use ganvas_kernels::stack::{Activation, Mode, Norm};
use support::networks::{Network, networks, small};
use support::numbers;

fn all() -> Vec<Network> {
    // Transforms halve and double images from eight channels on.
    small().into_iter().chain(networks(8)).collect()
}

fn has_nan(numbers: &[f32]) -> bool {
    numbers.iter().any(|x| x.is_nan())
}

struct Pass {
    output: Vec<f32>,
    statistics: Vec<f32>,
    of_parameters: Vec<f32>,
    of_x: Vec<f32>,
}

/// A pass forwards and backwards after `spoil` has had its way with parameters, images and
/// the output's gradient.
fn run(network: &Network, mode: Mode, spoil: impl Fn(&mut [f32], &mut [f32], &mut [f32])) -> Pass {
    let stack = &network.stack;
    let (mut parameters, mut x) = (network.parameters(), network.images());
    let mut gradient = numbers(network.batch * stack.output.len(), 4);
    spoil(&mut parameters, &mut x, &mut gradient);
    let (statistics, labels) = (network.statistics(), network.labels());
    let operands = Operands {
        parameters: &parameters[..],
        statistics: &statistics[..],
        x: &x[..],
        labels: &labels[..],
    };
    let pass = forward(stack, operands, mode, true);
    let zeros: Vec<Vec<f32>> = pass.taps.iter().map(|tap| vec![0.0; tap.len()]).collect();
    let gradients: Vec<&[f32]> = std::iter::once(&gradient[..])
        .chain(zeros.iter().map(|zeros| &zeros[..]))
        .collect();
    let saved = pass.saved.expect("asked for");
    let back = backward(stack, &parameters, &saved, &gradients, Want::ALL);
    Pass {
        output: pass.output,
        statistics: pass.statistics,
        of_parameters: back.parameters.expect("asked for"),
        of_x: back.input.expect("asked for"),
    }
}

fn modes(network: &Network) -> [Mode; 2] {
    let groups = network.groups;
    [Mode::Train { groups }, Mode::Evaluate]
}

#[test]
fn images_of_no_numbers_give_none() {
    for network in all() {
        for mode in modes(&network) {
            let what = format!("{}, {mode:?}", network.name);
            let pass = run(&network, mode, |_, x, _| x.fill(f32::NAN));
            assert!(pass.output.iter().all(|y| y.is_nan()), "{what}");
            if mode != Mode::Evaluate && network.stack.has_batch_norm() {
                assert!(has_nan(&pass.statistics), "{what}");
            }
            assert!(has_nan(&pass.of_parameters), "{what}");
        }
    }
}

#[test]
fn one_such_number_reaches_the_output_and_the_gradients() {
    for network in all() {
        for mode in modes(&network) {
            for bad in [f32::NAN, f32::INFINITY] {
                let what = format!("{}, {mode:?}, {bad}", network.name);
                let place = network.stack.input.len() / 2;
                let pass = run(&network, mode, |_, x, _| x[place] = bad);
                // Bounded activations make ±1 of infinity; that is what they are for.
                let bounded = network.stack.stages.iter().any(|stage| {
                    matches!(stage.activation, Activation::Tanh | Activation::Relu)
                        && stage.norm == Norm::None
                });
                if bad.is_nan() || !bounded {
                    let finite = pass.output.iter().all(|y| y.is_finite());
                    assert!(!finite, "{what}");
                }
                let finite = pass.of_parameters.iter().all(|g| g.is_finite());
                assert!(!finite, "{what}: gradient of the parameters");
            }
        }
    }
}

#[test]
fn a_parameter_of_no_number_reaches_the_output() {
    for network in all() {
        for mode in modes(&network) {
            let first = &network.stack.stages[0];
            let middle = first.weight + first.weight_len() / 2;
            let pass = run(&network, mode, |parameters, _, _| {
                parameters[middle] = f32::NAN;
            });
            assert!(has_nan(&pass.output), "{}, {mode:?}", network.name);
        }
    }
}

#[test]
fn a_gradient_of_no_number_reaches_all_gradients() {
    for network in all() {
        for mode in modes(&network) {
            for bad in [f32::NAN, f32::INFINITY] {
                let what = format!("{}, {mode:?}, {bad}", network.name);
                let pass = run(&network, mode, |_, _, g| g.fill(bad));
                assert!(pass.of_x.iter().any(|g| !g.is_finite()), "{what}");
                for stage in &network.stack.stages {
                    let weight = &pass.of_parameters[stage.weight..][..stage.weight_len()];
                    assert!(weight.iter().any(|g| !g.is_finite()), "{what}");
                }
            }
        }
    }
}

#[test]
fn formulas_keep_them() {
    let l = || Formula::Logit;
    for formula in [
        softplus(l()),
        sigmoid(l()),
        positive(l()),
        step(l()),
        0.5 * (l() - number(1.0)) * (l() - number(1.0)),
    ] {
        assert!(formula.at(f32::NAN).is_nan(), "{formula:?}");
    }
    assert_eq!(softplus(l()).at(f32::INFINITY), f32::INFINITY);
    assert_eq!(positive(l()).at(f32::INFINITY), f32::INFINITY);
    assert_eq!(softplus(l()).at(f32::NEG_INFINITY), 0.0);
}

/// θ, m, v and θ̄ after a step.
fn adam(settings: AdamSettings, theta: f32, gradient: f32) -> [f32; 4] {
    let mut state = [[theta], [0.0], [0.0], [0.5]];
    let [parameters, mean, square, average] = &mut state;
    settings.apply(
        State {
            parameters,
            mean,
            square,
            average: Some(average),
        },
        &[gradient],
    );
    state.map(|[value]| value)
}

#[test]
fn adam_keeps_them() {
    let plain = AdamSettings {
        follow: 0.1,
        ..AdamSettings::of_update(1, 1e-3, [0.9, 0.999], 1e-8)
    };
    let clipped = AdamSettings { clip: 0.1, ..plain };
    for settings in [plain, clipped] {
        let state = adam(settings, 1.0, f32::NAN);
        assert!(state.iter().all(|x| x.is_nan()), "{state:?}");
        let [_, mean, square, _] = adam(settings, 1.0, f32::INFINITY);
        assert!(!mean.is_finite() && !square.is_finite());
        for bad in [f32::NAN, f32::INFINITY] {
            assert!(!adam(settings, bad, 0.0)[0].is_finite());
        }
    }
}
