//! Sums over batch and pixels: the gradient of a bias.

use super::shader::Shader;
use super::{Program, Work};

/// `g[c] = Σ x[n, c, p]` over n and p.
///
/// Group by group: where real and fake images weigh the same with opposite signs,
/// their sums cancel to the last bit, and Adam does not turn rounding errors into steps.
///
/// Buffers: `x`, `gradient`. `info` holds batch and number of groups.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SumChannels {
    /// Channels.
    pub channels: usize,
    /// Pixels of a channel.
    pub pixels: usize,
    /// Where the result starts in `gradient`.
    pub at: usize,
}

impl Program for SumChannels {
    fn title(&self) -> String {
        format!("sum of each of {} channels", self.channels)
    }

    fn wgsl(&self) -> String {
        let buffers = [("x", "f32"), ("gradient", "f32")];
        Shader::of(include_str!("sum_channels.wgsl"), &buffers)
            .constant("channels", self.channels)
            .constant("pixels", self.pixels)
            .constant("gradient_at", self.at)
            .build()
    }

    fn threads(&self) -> u32 {
        64
    }

    fn workgroups(&self, _batch: usize) -> [u32; 3] {
        [u32::try_from(self.channels).unwrap_or(u32::MAX), 1, 1]
    }

    fn work(&self, batch: usize) -> Work {
        Work::pass(batch * self.channels * self.pixels)
    }
}
