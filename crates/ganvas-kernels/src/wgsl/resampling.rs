//! 4×4 (transposed) convolutions with stride 2 and padding 1: they halve or double an image.

use super::activation::Slope;
use super::shader::Shader;
use super::title::linear;
use super::window::Direction;
use super::{ANY, Program, Work, cover};
use crate::stack::Shape;

/// y = x through the window [`HALVING`](crate::stack::Window::HALVING), then a bias and an
/// activation, or the derivative of the activation whose output is `gate`.
///
/// - [`Direction::Gather`] halves: y[n, o, r, c] = Σ x[n, i, 2r − 1 + a, 2c − 1 + b] ·
///   w[o, i, a, b]. A thread computes four neighbouring columns of `tile` output channels:
///   one row of input serves them all, as two vectors and two edges.
/// - [`Direction::Scatter`] doubles: y[n, o, s, t] = Σ x[n, i, (s + 1 − a)/2,
///   (t + 1 − b)/2] · w[i, o, a, b] over the taps (a, b) for which the divisions leave no
///   rest. Output pixels of one parity see 2×2 of the 16 taps, so a thread computes both
///   parities of two rows and eight columns for `tile` output channels: no tap is tried in
///   vain, and three rows of input serve them all.
///
/// Each is also the input gradient of the other's convolution, whose weight already lies as
/// this one reads it.
///
/// Buffers: `x`, `parameters`, `y`, and `gate` if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Resampling {
    /// Which way.
    pub direction: Direction,
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

impl Resampling {
    fn small(&self) -> Shape {
        self.direction.small(self.input, self.output)
    }

    fn columns(&self) -> usize {
        self.small().width / 4
    }

    /// The function that computes a thread's part of `output`; its sizes are read from
    /// `info[sizes_at]` on.
    pub(super) fn shader(&self, output: &str, sizes_at: usize, buffers: &[(&str, &str)]) -> Shader {
        let body = match self.direction {
            Direction::Gather => include_str!("halving.wgsl"),
            Direction::Scatter => include_str!("doubling.wgsl"),
        };
        Shader::of(body, buffers)
            .with(include_str!("rows.wgsl"))
            .put(output, self.activation, self.gate, "vec4f")
            .set("map", sizes_at)
            .set("tile", self.tile)
            .set("bias", usize::from(self.bias.is_some()))
    }
}

impl Program for Resampling {
    fn title(&self) -> String {
        let what = match self.direction {
            Direction::Gather => "halving convolution",
            Direction::Scatter => "doubling convolution",
        };
        linear(what, self.input, self.output, self.activation, self.gate)
    }

    fn wgsl(&self) -> String {
        let mut buffers = vec![("x", "vec4f"), ("parameters", "vec4f"), ("y", "vec4f")];
        if self.gate.is_some() {
            buffers.push(("gate", "vec4f"));
        }
        self.shader("y", 1, &buffers)
            .set("split", 0)
            .with(include_str!("tasks.wgsl"))
            .build()
    }

    fn constants(&self) -> Vec<usize> {
        vec![
            self.input.channels,
            self.output.channels,
            self.small().height,
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
            cover(batch * self.small().height * self.columns(), self.threads()),
            cover(self.output.channels, self.tile as u32),
            1,
        ]
    }

    fn work(&self, batch: usize) -> Work {
        let (input, output) = (self.input, self.output);
        let weight = 16 * input.channels * output.channels;
        Work::map(
            batch * self.small().pixels() * weight,
            batch * (input.len() + output.len()) + weight,
        )
    }
}
