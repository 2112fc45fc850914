//! Batch normalisation by the batch's own statistics, and the gradients of either kind.

use super::{NOWHERE, alignment, kind, summing};
use crate::stack::{BatchNorm, NORM_EPSILON};
use crate::wgsl::activation::Slope;
use crate::wgsl::shader::Shader;
use crate::wgsl::title::fused;
use crate::wgsl::{Program, Work};

/// y = activation(γ(u − μ)/√(σ² + ε) + β) with the μ and σ² of each group of the
/// batch, and the running statistics after it.
///
/// A workgroup does a channel, from the sums to the result: what it reads again it
/// has just read, and there is nothing to wait for between three kernels. The
/// variance is summed around the mean, in a pass of its own, because the
/// difference of two large sums would lose it.
///
/// Buffers: `u`, `parameters`, `statistics`, `y`, `moments` (for each group mean and
/// 1/√(σ² + ε) of each channel, the means first), `followed` (the new statistics).
/// `info` holds batch, number of groups, and the bits of the newest batch's share in the
/// new statistics.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BatchNormForward {
    /// Channels.
    pub channels: usize,
    /// Pixels of a channel.
    pub pixels: usize,
    /// Where its numbers are.
    pub norm: BatchNorm,
    /// Applied to the result.
    pub activation: Slope,
    /// Threads that work on a channel, a power of two.
    pub threads: u32,
}

impl BatchNormForward {
    /// Adds the function `normalise` to a shader. It reads the buffers of this kernel, as
    /// vectors of four or not, and its sizes from `info[sizes_at]` on.
    pub(in crate::wgsl) fn normalises(
        &self,
        shader: Shader,
        vector: bool,
        sizes_at: usize,
    ) -> Shader {
        let kind = if vector { "vec4f" } else { "f32" };
        summing(shader, vector, "f32", self.threads)
            .with(include_str!("batch_forward.wgsl"))
            .with(include_str!("walk.wgsl"))
            .set("norm", sizes_at)
            .number("epsilon", NORM_EPSILON)
            .activation("activate_normalised", self.activation, kind)
    }

    pub(in crate::wgsl) fn sizes(&self, vector: bool) -> Vec<usize> {
        sizes(self.channels, self.pixels, vector, self.norm)
    }
}

impl Program for BatchNormForward {
    fn title(&self) -> String {
        let Self {
            channels, pixels, ..
        } = self;
        let fused = fused(self.activation, None);
        format!("BatchNorm {channels}×{pixels}{fused}")
    }

    fn wgsl(&self) -> String {
        let kind = kind(self.pixels);
        let buffers = [
            ("u", kind),
            ("parameters", "f32"),
            ("statistics", "f32"),
            ("y", kind),
            ("moments", "f32"),
            ("followed", "f32"),
        ];
        let vector = alignment(self.pixels) == 4;
        let shader = Shader::of(include_str!("channel.wgsl"), &buffers);
        self.normalises(shader.parameter("parameters", false), vector, 3)
            .build()
    }

    fn constants(&self) -> Vec<usize> {
        self.sizes(alignment(self.pixels) == 4)
    }

    fn key(&self) -> Self {
        Self {
            channels: 0,
            pixels: alignment(self.pixels),
            norm: NOWHERE,
            ..*self
        }
    }

    fn threads(&self) -> u32 {
        self.threads
    }

    fn workgroups(&self, _batch: usize) -> [u32; 3] {
        [u32::try_from(self.channels).unwrap_or(u32::MAX), 1, 1]
    }

    fn work(&self, batch: usize) -> Work {
        Work::pass(2 * batch * self.channels * self.pixels)
    }
}

/// Sizes and places in the order in which both shaders read them.
fn sizes(channels: usize, pixels: usize, vector: bool, norm: BatchNorm) -> Vec<usize> {
    let BatchNorm {
        gamma,
        beta,
        mean,
        variance,
    } = norm;
    let elements = if vector { pixels / 4 } else { pixels };
    vec![elements, pixels, channels, gamma, beta, mean, variance]
}

/// Where μ and σ² of a pass came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moments {
    /// From the batch: what [`BatchNormForward`] wrote.
    Batch,
    /// They are the running statistics, and do not depend on the images.
    Running,
}

/// The gradients of [`BatchNormForward`] or of [`BatchNormEvaluate`](super::BatchNormEvaluate):
/// with g the gradient of the normalised and scaled values (the activation's derivative is
/// already in it) and x̂ = (u − μ)/√(σ² + ε), ∂γ = Σ g·x̂, ∂β = Σ g, and
/// ∂u = γ/√(σ² + ε) · (g − mean(g) − x̂ · mean(g·x̂)), where g stands alone in the brackets
/// if μ and σ² were running ones.
///
/// Ioffe and Szegedy, *Batch Normalization*, 2015.
///
/// Buffers: `g`, `u`, `moments` (or the running statistics), `parameters`, `output`, and
/// `gradient`, for ∂γ and ∂β, which come with the rest whether they are wanted or not: so there
/// is one pipeline to compile. `info` holds batch and number of groups.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BatchNormBackward {
    /// Channels.
    pub channels: usize,
    /// Pixels of a channel.
    pub pixels: usize,
    /// Where its numbers are.
    pub norm: BatchNorm,
    /// Where μ and σ² came from.
    pub moments: Moments,
    /// Threads that work on a channel, a power of two.
    pub threads: u32,
}

impl BatchNormBackward {
    /// Adds the function `normalise`, as [`BatchNormForward::normalises`] does; the result
    /// goes to the buffer `output`, which may be `g`.
    pub(in crate::wgsl) fn normalises(
        &self,
        shader: Shader,
        output: &str,
        vector: bool,
        sizes_at: usize,
    ) -> Shader {
        summing(shader, vector, "vec2f", self.threads)
            .verbatim(&format!(
                "\
fn give(i: u32, value: Number) {{
    {output}[i] = value;
}}
"
            ))
            .with(include_str!("batch_backward.wgsl"))
            .with(include_str!("walk.wgsl"))
            .set("norm", sizes_at)
            .number("epsilon", NORM_EPSILON)
            .set("running", usize::from(self.moments == Moments::Running))
    }

    pub(in crate::wgsl) fn sizes(&self, vector: bool) -> Vec<usize> {
        sizes(self.channels, self.pixels, vector, self.norm)
    }
}

impl Program for BatchNormBackward {
    fn title(&self) -> String {
        let Self {
            channels, pixels, ..
        } = self;
        let by = match self.moments {
            Moments::Batch => "",
            Moments::Running => " by running statistics",
        };
        format!("gradient of BatchNorm {channels}×{pixels}{by}")
    }

    fn wgsl(&self) -> String {
        let kind = kind(self.pixels);
        let buffers = [
            ("g", kind),
            ("u", kind),
            ("moments", "f32"),
            ("parameters", "f32"),
            ("output", kind),
            ("gradient", "f32"),
        ];
        let vector = alignment(self.pixels) == 4;
        let shader = Shader::of(include_str!("channel.wgsl"), &buffers);
        self.normalises(shader.parameter("parameters", false), "output", vector, 2)
            .build()
    }

    fn constants(&self) -> Vec<usize> {
        self.sizes(alignment(self.pixels) == 4)
    }

    fn key(&self) -> Self {
        Self {
            channels: 0,
            pixels: alignment(self.pixels),
            norm: NOWHERE,
            ..*self
        }
    }

    fn threads(&self) -> u32 {
        self.threads
    }

    fn workgroups(&self, _batch: usize) -> [u32; 3] {
        [u32::try_from(self.channels).unwrap_or(u32::MAX), 1, 1]
    }

    fn work(&self, batch: usize) -> Work {
        Work::pass(3 * batch * self.channels * self.pixels)
    }
}
