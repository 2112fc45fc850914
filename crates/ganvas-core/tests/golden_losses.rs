//! Losses and their gradients against the reference, logits of ±100 included.

mod support;

use burn::tensor::{Tensor, TensorData};
use ganvas_core::loss::Loss;
use serde_json::Value;
use support::golden::{self, assert_number, assert_slice, entries, get, numbers};
use support::runs::device;

const RELATIVE: f64 = 1e-5;

#[test]
fn values_and_gradients_are_those_of_the_reference() {
    let file = golden::file("losses");
    for (case, golden) in entries(get(&file, "cases")) {
        // Every loss that there is, so none can come without numbers.
        for name in Loss::ALL {
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
    let [real, fake] = ["real_logits", "fake_logits"].map(|name| leaf(get(logits, name)));

    let d_loss = loss.discriminator(real.clone(), fake.clone());
    assert_eq!(d_loss.dims(), [1]);
    let mut gradients = d_loss.backward();
    assert_scalar(&format!("{what}, d_loss"), d_loss, get(expected, "d_loss"));
    for (name, logits) in [("real_logits", &real), ("fake_logits", &fake)] {
        let gradient = logits.grad_remove(&mut gradients);
        let name = format!("d_loss_grad_{name}");
        assert_gradient(&format!("{what}, {name}"), gradient, get(expected, &name));
    }

    let g_loss = loss.generator(fake.clone());
    assert_eq!(g_loss.dims(), [1]);
    let mut gradients = g_loss.backward();
    assert_scalar(&format!("{what}, g_loss"), g_loss, get(expected, "g_loss"));
    let gradient = fake.grad_remove(&mut gradients);
    let name = "g_loss_grad_fake_logits";
    assert_gradient(&format!("{what}, {name}"), gradient, get(expected, name));
}

/// Logits `[batch, 1]` whose gradient is wanted.
fn leaf(logits: &Value) -> Tensor<2> {
    let values: Vec<f32> = numbers(logits).into_iter().map(|v| v as f32).collect();
    let shape = [values.len(), 1];
    Tensor::from_data(TensorData::new(values, shape), &device())
        .autodiff()
        .require_grad()
}

fn assert_scalar(what: &str, actual: Tensor<1>, expected: &Value) {
    let actual = golden::read(actual.without_autodiff())[0];
    assert_number(what, actual.into(), expected.as_f64().unwrap(), RELATIVE);
}

fn assert_gradient(what: &str, actual: Option<Tensor<2>>, expected: &Value) {
    let actual = golden::read(actual.unwrap_or_else(|| panic!("{what}: there is none")));
    assert_slice(what, &actual, &numbers(expected), RELATIVE, 0.0);
}
