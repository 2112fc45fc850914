//! 4×4 convolution with stride 2 and padding 1, which halves an image.

use super::activation::Slope;
use super::shader::Shader;
use super::title::linear;
use super::{ANY, Program, Work, cover};
use crate::stack::Shape;

/// y[n, o, r, c] = Σ x[n, i, 2r − 1 + a, 2c − 1 + b] · w[o, i, a, b], then a bias
/// and an activation, or the derivative of the activation whose output is `gate`.
///
/// It is also the input gradient of a transposed convolution, whose weight
/// `[in, out, 4, 4]` already lies as this one reads it.
///
/// A thread computes four neighbouring columns of `tile` output channels: one
/// row of input serves them all, as two vectors and two edges.
///
/// Buffers: `x`, `parameters`, `y`, and `gate` if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Halving {
    /// What goes in.
    pub input: Shape,
    /// What comes out.
    pub output: Shape,
    /// Where the weight starts in `parameters`.
    pub weight: usize,
    /// Where the bias starts, if there is one.
    pub bias: Option<usize>,
    /// Applied to the result.
    pub activation: Slope,
    /// The result is multiplied with this activation's derivative, taken from `gate`,
    /// which has the shape of the output.
    pub gate: Option<Slope>,
    /// Output channels of a thread; divides the output's.
    pub tile: usize,
}

impl Halving {
    fn columns(&self) -> usize {
        self.output.width / 4
    }
}

impl Program for Halving {
    fn title(&self) -> String {
        linear(
            "halving convolution",
            self.input,
            self.output,
            self.activation,
            self.gate,
        )
    }

    fn wgsl(&self) -> String {
        let mut buffers = vec![("x", "vec4f"), ("parameters", "vec4f"), ("y", "vec4f")];
        if self.gate.is_some() {
            buffers.push(("gate", "vec4f"));
        }
        Shader::of(include_str!("halving.wgsl"), &buffers)
            .put("y", self.activation, self.gate, "vec4f")
            .set("tile", self.tile)
            .set("bias", usize::from(self.bias.is_some()))
            .build()
    }

    fn constants(&self) -> Vec<usize> {
        vec![
            self.input.channels,
            self.output.channels,
            self.output.height,
            self.columns(),
            self.weight / 4,
            self.bias.unwrap_or(0),
        ]
    }

    fn key(&self) -> Self {
        Self {
            input: ANY,
            output: ANY,
            weight: 0,
            bias: self.bias.map(|_| 0),
            ..*self
        }
    }

    fn threads(&self) -> u32 {
        64
    }

    fn workgroups(&self, batch: usize) -> [u32; 3] {
        [
            cover(batch * self.output.height * self.columns(), self.threads()),
            cover(self.output.channels, self.tile as u32),
            1,
        ]
    }

    fn work(&self, batch: usize) -> Work {
        let (input, output) = (self.input, self.output);
        let weight = 16 * input.channels * output.channels;
        Work::map(
            batch * output.pixels() * weight,
            batch * (input.len() + output.len()) + weight,
        )
    }
}
