//! Batch normalisation by running statistics.

use super::NOWHERE;
use crate::stack::{BatchNorm, NORM_EPSILON};
use crate::wgsl::activation::Slope;
use crate::wgsl::shader::Shader;
use crate::wgsl::title::fused;
use crate::wgsl::{Program, Work, cover};

/// y = activation(γ(u − μ)/√(σ² + ε) + β) with the running μ and σ².
///
/// Buffers: `u`, `parameters`, `statistics`, `y`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BatchNormEvaluate {
    /// Channels.
    pub channels: usize,
    /// Pixels of a channel.
    pub pixels: usize,
    /// Where its numbers are.
    pub norm: BatchNorm,
    /// Applied to the result.
    pub activation: Slope,
}

impl Program for BatchNormEvaluate {
    fn title(&self) -> String {
        let Self {
            channels, pixels, ..
        } = self;
        let fused = fused(self.activation, None);
        format!("BatchNorm {channels}×{pixels} by running statistics{fused}")
    }

    fn wgsl(&self) -> String {
        let buffers = [
            ("u", "f32"),
            ("parameters", "f32"),
            ("statistics", "f32"),
            ("y", "f32"),
        ];
        Shader::of(include_str!("batch_evaluate.wgsl"), &buffers)
            .number("epsilon", NORM_EPSILON)
            .activation("activate", self.activation, "f32")
            .build()
    }

    fn constants(&self) -> Vec<usize> {
        let BatchNorm {
            gamma,
            beta,
            mean,
            variance,
        } = self.norm;
        vec![self.pixels, self.channels, gamma, beta, mean, variance]
    }

    fn key(&self) -> Self {
        Self {
            channels: 0,
            pixels: 0,
            norm: NOWHERE,
            ..*self
        }
    }

    fn threads(&self) -> u32 {
        64
    }

    fn workgroups(&self, batch: usize) -> [u32; 3] {
        // A dimension of its own for the images: together they can be too many for one.
        [
            cover(self.channels * self.pixels, self.threads()),
            cover(batch, 1),
            1,
        ]
    }

    fn work(&self, batch: usize) -> Work {
        Work::pass(2 * batch * self.channels * self.pixels)
    }
}
