//! Normalisation with the activation after it.

mod batch;
mod evaluate;
mod image;

pub use batch::{BatchNormBackward, BatchNormForward, Moments};
pub use evaluate::BatchNormEvaluate;
pub use image::{ImageNormBackward, ImageNormForward};

use super::shader::Shader;
use crate::stack::BatchNorm;

/// Pixels as far as a shader's text depends on them: whether vectors of four fit.
fn alignment(pixels: usize) -> usize {
    if pixels.is_multiple_of(4) { 4 } else { 1 }
}

/// The type of numbers that `pixels` of a channel are read as.
fn kind(pixels: usize) -> &'static str {
    match alignment(pixels) {
        4 => "vec4f",
        _ => "f32",
    }
}

/// Numbers that no shader depends on.
const NOWHERE: BatchNorm = BatchNorm {
    gamma: 0,
    beta: 0,
    mean: 0,
    variance: 0,
};

/// A shader of `threads` threads that share sums over the pixels of a channel, so many of type
/// `sums` at once: each takes barriers, for which threads wait.
fn summing(shader: Shader, vector: bool, sums: &str, threads: u32) -> Shader {
    shader
        .threads(threads)
        .numbers(vector)
        .verbatim(&format!("alias Sums = {sums};\n"))
        .set("few", usize::from(threads <= 16))
        .with(include_str!("sums.wgsl"))
}
