//! 4×4 transposed convolution with stride 2 and padding 1, which doubles an image.

use super::activation::Slope;
use super::shader::Shader;
use super::title::linear;
use super::{ANY, Program, Work, cover};
use crate::stack::Shape;

/// y[n, o, s, t] = Σ x[n, i, (s + 1 − a)/2, (t + 1 − b)/2] · w[i, o, a, b] over the
/// taps (a, b) for which the divisions leave no rest, then a bias and an activation,
/// or the derivative of the activation whose output is `gate`.
///
/// It is also the input gradient of a convolution, whose weight `[out, in, 4, 4]`
/// already lies as this one reads it.
///
/// Output pixels of one parity see 2×2 of the 16 taps, so a thread computes both
/// parities of two rows and eight columns for `tile` output channels: no tap is
/// tried in vain, and three rows of input serve them all.
///
/// Buffers: `x`, `parameters`, `y`, and `gate` if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Doubling {
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

impl Doubling {
    fn columns(&self) -> usize {
        self.input.width / 4
    }
}

impl Program for Doubling {
    fn title(&self) -> String {
        linear(
            "doubling convolution",
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
        Shader::of(include_str!("doubling.wgsl"), &buffers)
            .put("y", self.activation, self.gate, "vec4f")
            .set("tile", self.tile)
            .set("bias", usize::from(self.bias.is_some()))
            .build()
    }

    fn constants(&self) -> Vec<usize> {
        vec![
            self.input.channels,
            self.output.channels,
            self.input.height,
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
            cover(batch * self.input.height * self.columns(), self.threads()),
            cover(self.output.channels, self.tile as u32),
            1,
        ]
    }

    fn work(&self, batch: usize) -> Work {
        let (input, output) = (self.input, self.output);
        let weight = 16 * input.channels * output.channels;
        Work::map(
            batch * input.pixels() * weight,
            batch * (input.len() + output.len()) + weight,
        )
    }
}
