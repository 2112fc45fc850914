//! (Transposed) convolutions of any geometry: plain kernels for the few layers that
//! are not 4×4 with stride 2, or whose images are not as wide as vectors of four ask.

use super::activation::Slope;
use super::shader::Shader;
use super::title::linear;
use super::{Program, Work, cover, in_rows};
use crate::stack::{Shape, Window};

/// Which way a convolution's window is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the large image to the small one: a convolution, or the input gradient of a
    /// transposed one. Weight `[out, in, k, k]`.
    Gather,
    /// From the small image to the large one: a transposed convolution, or the input
    /// gradient of a convolution. Weight `[in, out, k, k]`.
    Scatter,
}

impl Direction {
    /// The small one of the images that go in and come out.
    pub const fn small(self, input: Shape, output: Shape) -> Shape {
        match self {
            Self::Gather => output,
            Self::Scatter => input,
        }
    }
}

/// y = x through a window, then a bias and an activation, or the derivative of the
/// activation whose output is `gate`. A thread computes one pixel of `tile` channels.
///
/// Buffers: `x`, `parameters`, `y`, and `gate` if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Windowed {
    /// Which way.
    pub direction: Direction,
    /// Kernel, stride and padding.
    pub window: Window,
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
    /// The result is multiplied with this activation's derivative, taken from `gate`.
    pub gate: Option<Slope>,
    /// Output channels of a thread; divides the output's.
    pub tile: usize,
}

impl Program for Windowed {
    fn title(&self) -> String {
        let what = format!(
            "{:?}, kernel {}, stride {},",
            self.direction, self.window.kernel, self.window.stride
        );
        linear(&what, self.input, self.output, self.activation, self.gate)
    }

    fn wgsl(&self) -> String {
        let (input, output) = (self.input, self.output);
        let mut buffers = vec![("x", "f32"), ("parameters", "f32"), ("y", "f32")];
        if self.gate.is_some() {
            buffers.push(("gate", "f32"));
        }
        Shader::of(include_str!("windowed.wgsl"), &buffers)
            .window(self.window)
            .constant("channels", input.channels)
            .constant("input_height", input.height)
            .constant("input_width", input.width)
            .constant("outputs", output.channels)
            .constant("height", output.height)
            .constant("width", output.width)
            .constant("weight_at", self.weight)
            .constant("bias_at", self.bias.unwrap_or(0))
            .put("y", self.activation, self.gate, "f32")
            .set("tile", self.tile)
            .set("gather", usize::from(self.direction == Direction::Gather))
            .set("bias", usize::from(self.bias.is_some()))
            .build()
    }

    fn threads(&self) -> u32 {
        64
    }

    fn workgroups(&self, batch: usize) -> [u32; 3] {
        let [columns, rows, _] = in_rows(batch * self.output.pixels(), self.threads());
        [columns, cover(self.output.channels, self.tile as u32), rows]
    }

    fn work(&self, batch: usize) -> Work {
        let (input, output) = (self.input, self.output);
        let small = self.direction.small(input, output);
        let weight = self.window.kernel.pow(2) * input.channels * output.channels;
        Work::map(
            batch * small.pixels() * weight,
            batch * (input.len() + output.len()) + weight,
        )
    }
}

/// g[s, l, a, b] = Σ small[n, s, r, c] · large[n, l, r · stride − padding + a, …] over
/// n, r, c: the weight gradient of either direction. A workgroup does the taps of one
/// row of one kernel, its threads share the sum.
///
/// Buffers: `small`, `large`, `gradient`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WindowGradient {
    /// Kernel, stride and padding.
    pub window: Window,
    /// Shape of an image on the small side.
    pub small: Shape,
    /// Shape of an image on the large side.
    pub large: Shape,
    /// Where the weight's gradient starts in `gradient`.
    pub weight: usize,
    /// Threads that share a sum, at most 64.
    pub threads: u32,
}

impl Program for WindowGradient {
    fn title(&self) -> String {
        let Window { kernel, stride, .. } = self.window;
        format!(
            "weight gradient, kernel {kernel}, stride {stride}, {} × {}",
            self.small, self.large
        )
    }

    fn wgsl(&self) -> String {
        let (small, large, kernel) = (self.small, self.large, self.window.kernel);
        let buffers = [("small", "f32"), ("large", "f32"), ("gradient", "f32")];
        Shader::of(include_str!("window_gradient.wgsl"), &buffers)
            .window(self.window)
            .constant("small_channels", small.channels)
            .constant("height", small.height)
            .constant("width", small.width)
            .constant("large_channels", large.channels)
            .constant("large_height", large.height)
            .constant("large_width", large.width)
            .constant("weight_at", self.weight)
            .set("kernel", kernel)
            .threads(self.threads)
            .set("partials", self.threads as usize * kernel)
            .build()
    }

    fn threads(&self) -> u32 {
        self.threads
    }

    fn workgroups(&self, _batch: usize) -> [u32; 3] {
        [
            cover(self.large.channels * self.window.kernel, 1),
            cover(self.small.channels, 1),
            1,
        ]
    }

    fn work(&self, batch: usize) -> Work {
        let (small, large) = (self.small, self.large);
        let weight = self.window.kernel.pow(2) * small.channels * large.channels;
        Work::map(
            batch * small.pixels() * weight,
            batch * (small.len() + large.len()) + weight,
        )
    }
}
