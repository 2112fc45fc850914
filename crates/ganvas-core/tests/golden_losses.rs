//! Losses and their gradients against the reference, logits of ±100 included: the
//! functions that the trainers call, value and gradient from one kernel.

mod support;

use burn::tensor::{Tensor, TensorData};
use ganvas_core::loss::{Loss, PairLogits};
use ganvas_kernels::ops::Evaluated;
use serde_json::Value;
use support::golden::{self, entries, get, numbers};
use support::runs::device;

const RELATIVE: f64 = 1e-5;
/// What a number that float32 can only just tell from 0 may be off by: gradients at
/// logits of ±100 are below its smallest normal number, and may be cut to 0.
const SMALLEST: f64 = f32::MIN_POSITIVE as f64;

#[test]
fn values_and_gradients_are_those_of_the_reference() {
    let file = golden::file("losses");
    for (case, golden) in entries(get(&file, "cases")) {
        // Every loss that there is, so none can come without numbers.
        for name in Loss::NAMES {
            let loss: Loss = serde_json::from_value((*name).into()).unwrap();
            check(
                &format!("{name}, case {case}"),
                loss,
                golden,
                get(golden, name),
            );
        }
    }
}

fn check(what: &str, loss: Loss, logits: &Value, expected: &Value) {
    let [real, fake] = ["real_logits", "fake_logits"].map(|name| numbers(get(logits, name)));

    let what_d = |part: &str| format!("{what}, d_loss{part}");
    // The kernel takes as many real logits as fake ones. Of batches that are not of one
    // length it gets whole copies: no mean changes, and each copy has its share of the gradient.
    let length = lcm(real.len(), fake.len());
    let repeat = |values: &[f64]| values.repeat(length / values.len());
    let (value, gradient) = evaluate(&[repeat(&real), repeat(&fake)].concat(), |both| {
        loss.discriminator(&PairLogits { both })
    });
    assert_close(&what_d(""), &[value], &[number(expected, "d_loss")]);
    for (name, batch, gradient) in [
        ("real_logits", &real, &gradient[..length]),
        ("fake_logits", &fake, &gradient[length..]),
    ] {
        let name = format!("_grad_{name}");
        let whole = numbers(get(expected, &format!("d_loss{name}")));
        let copies = length / batch.len();
        let share: Vec<f64> = whole.iter().map(|g| g / copies as f64).collect();
        assert_close(&what_d(&name), gradient, &repeat(&share));
    }

    let (value, gradient) = evaluate(&fake, |fake| loss.generator(fake));
    let what_g = |part: &str| format!("{what}, g_loss{part}");
    assert_close(&what_g(""), &[value], &[number(expected, "g_loss")]);
    let name = "g_loss_grad_fake_logits";
    assert_close(
        &what_g("_grad_fake_logits"),
        &gradient,
        &numbers(get(expected, name)),
    );
}

/// A loss of logits `[batch, 1]`, and its gradient.
fn evaluate(logits: &[f64], loss: impl Fn(Tensor<2>) -> Evaluated) -> (f32, Vec<f32>) {
    let values: Vec<f32> = logits.iter().map(|v| *v as f32).collect();
    let data = TensorData::new(values, [logits.len(), 1]);
    let logits = Tensor::from_data(data, &device()).autodiff().require_grad();
    let Evaluated { value, descent } = loss(logits.clone());
    assert_eq!(value.dims(), [1]);
    let mut gradients = descent.backward();
    let gradient = logits.grad_remove(&mut gradients).expect("a gradient");
    (golden::read(value)[0], golden::read(gradient))
}

fn number(expected: &Value, name: &str) -> f64 {
    get(expected, name).as_f64().unwrap()
}

/// Each number relative to itself: a gradient of 1e-15 is still a direction for Adam.
fn assert_close(what: &str, actual: &[f32], expected: &[f64]) {
    assert_eq!(actual.len(), expected.len(), "{what}: how many numbers");
    for (index, (a, e)) in actual.iter().zip(expected).enumerate() {
        let tolerance = RELATIVE * e.abs() + SMALLEST;
        assert!(
            (f64::from(*a) - e).abs() <= tolerance,
            "{what}, number {index}: {a}, not {e} ± {tolerance:e}"
        );
    }
}

/// The least common multiple.
fn lcm(a: usize, b: usize) -> usize {
    (1..).map(|times| times * a).find(|n| n % b == 0).unwrap()
}
