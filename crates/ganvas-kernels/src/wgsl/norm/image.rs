//! Normalisation of each channel of each image by itself. A workgroup does one of them.

use super::{alignment, kind, summing};
use crate::stack::NORM_EPSILON;
use crate::wgsl::activation::Slope;
use crate::wgsl::shader::Shader;
use crate::wgsl::title::fused;
use crate::wgsl::{Program, Work, cover};

/// y = activation((u − μ)/√(σ² + ε)) with the μ and σ² of each channel of each image.
///
/// Buffers: `u`, `y`, `moments` (μ and 1/√(σ² + ε) of each).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ImageNormForward {
    /// Channels.
    pub channels: usize,
    /// Pixels of a channel.
    pub pixels: usize,
    /// Applied to the result.
    pub activation: Slope,
    /// Threads that work on a channel, a power of two.
    pub threads: u32,
}

impl Program for ImageNormForward {
    fn title(&self) -> String {
        let Self {
            channels, pixels, ..
        } = self;
        let fused = fused(self.activation, None);
        format!("InstanceNorm {channels}×{pixels}{fused}")
    }

    fn wgsl(&self) -> String {
        let kind = kind(self.pixels);
        let buffers = [("u", kind), ("y", kind), ("moments", "f32")];
        let body = include_str!("image_forward.wgsl");
        summing(
            Shader::of(body, &buffers),
            alignment(self.pixels) == 4,
            "f32",
            self.threads,
        )
        .number("epsilon", NORM_EPSILON)
        .activation("activate", self.activation, kind)
        .build()
    }

    fn constants(&self) -> Vec<usize> {
        sizes(self.channels, self.pixels)
    }

    fn key(&self) -> Self {
        Self {
            channels: 0,
            pixels: alignment(self.pixels),
            ..*self
        }
    }

    fn threads(&self) -> u32 {
        self.threads
    }

    fn workgroups(&self, batch: usize) -> [u32; 3] {
        [cover(self.channels, 1), cover(batch, 1), 1]
    }

    fn work(&self, batch: usize) -> Work {
        Work::pass(2 * batch * self.channels * self.pixels)
    }
}

/// Sizes in the order in which both shaders read them.
fn sizes(channels: usize, pixels: usize) -> Vec<usize> {
    vec![pixels / alignment(pixels), pixels, channels]
}

/// The gradient of [`ImageNormForward`]: ∂u = (g − mean(g) − x̂ · mean(g·x̂))/√(σ² + ε) with
/// g the gradient of x̂, the activation's derivative already in it.
///
/// Buffers: `g`, `u`, `moments`, `output`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ImageNormBackward {
    /// Channels.
    pub channels: usize,
    /// Pixels of a channel.
    pub pixels: usize,
    /// Threads that work on a channel, a power of two.
    pub threads: u32,
}

impl Program for ImageNormBackward {
    fn title(&self) -> String {
        format!("gradient of InstanceNorm {}×{}", self.channels, self.pixels)
    }

    fn wgsl(&self) -> String {
        let kind = kind(self.pixels);
        let buffers = [
            ("g", kind),
            ("u", kind),
            ("moments", "f32"),
            ("output", kind),
        ];
        let body = include_str!("image_backward.wgsl");
        summing(
            Shader::of(body, &buffers),
            alignment(self.pixels) == 4,
            "vec2f",
            self.threads,
        )
        .build()
    }

    fn constants(&self) -> Vec<usize> {
        sizes(self.channels, self.pixels)
    }

    fn key(&self) -> Self {
        Self {
            channels: 0,
            pixels: alignment(self.pixels),
            ..*self
        }
    }

    fn threads(&self) -> u32 {
        self.threads
    }

    fn workgroups(&self, batch: usize) -> [u32; 3] {
        [cover(self.channels, 1), cover(batch, 1), 1]
    }

    fn work(&self, batch: usize) -> Work {
        Work::pass(3 * batch * self.channels * self.pixels)
    }
}
