//! How kernels are called in tables.

use super::activation::Slope;
use crate::stack::{Activation, Shape};

/// A linear map and what is fused into it.
pub(super) fn linear(
    what: &str,
    input: Shape,
    output: Shape,
    activation: Slope,
    gate: Option<Slope>,
) -> String {
    format!("{what} {input} → {output}{}", fused(activation, gate))
}

/// What is done to a result on its way out.
pub(super) fn fused(activation: Slope, gate: Option<Slope>) -> String {
    let name = |Slope(activation): Slope| match activation {
        Activation::Identity => None,
        Activation::Relu => Some("ReLU"),
        Activation::LeakyRelu(_) => Some("LeakyReLU"),
        Activation::Tanh => Some("tanh"),
    };
    let applied = name(activation).map(|name| format!(", {name}"));
    let gated = gate.and_then(name).map(|name| format!(", {name}′"));
    applied.into_iter().chain(gated).collect()
}
