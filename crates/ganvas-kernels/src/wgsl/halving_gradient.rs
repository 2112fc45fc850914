//! Weight gradient of a 4×4 (transposed) convolution with stride 2 and padding 1.

use super::shader::Shader;
use super::{ANY, Program, Work, cover};
use crate::stack::Shape;

/// g[s, l, a, b] = Σ small[n, s, r, c] · large[n, l, 2r − 1 + a, 2c − 1 + b] over n, r, c.
///
/// `small` is the side with the halved image (a convolution's output gradient, a
/// transposed convolution's input), `large` the other; the result lies as the weight does.
///
/// A thread computes the four taps of one row of the kernel, for `tile` channels of
/// the small side and one of the large. With `split`, the 64 threads of a workgroup
/// share one such tile, each takes every 64th row of the batch, and their sums meet
/// in workgroup memory: a small network has too few weights to fill a GPU otherwise.
/// Without it each thread has a tile of its own, for adapters that emulate barriers.
///
/// Buffers: `small`, `large`, `gradient`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HalvingGradient {
    /// Shape of an image on the small side.
    pub small: Shape,
    /// Shape of an image on the large side.
    pub large: Shape,
    /// Where the weight's gradient starts in `gradient`.
    pub weight: usize,
    /// Channels of the small side of a thread; divides their number.
    pub tile: usize,
    /// Whether a workgroup shares a tile.
    pub split: bool,
}

impl HalvingGradient {
    fn tiles(&self) -> usize {
        self.small.channels / self.tile * self.large.channels * 4
    }
}

impl Program for HalvingGradient {
    fn title(&self) -> String {
        format!("halving weight gradient {} × {}", self.small, self.large)
    }

    fn wgsl(&self) -> String {
        let buffers = [
            ("small", "vec4f"),
            ("large", "vec4f"),
            ("gradient", "vec4f"),
        ];
        Shader::of(include_str!("halving_gradient.wgsl"), &buffers)
            .set("tile", self.tile)
            .set("split", usize::from(self.split))
            .threads(self.threads())
            .set("partials", self.threads() as usize * self.tile)
            .build()
    }

    fn constants(&self) -> Vec<usize> {
        let Shape {
            channels,
            height,
            width,
        } = self.small;
        vec![
            channels,
            self.large.channels,
            height,
            width / 4,
            self.weight / 4,
        ]
    }

    fn key(&self) -> Self {
        Self {
            small: ANY,
            large: ANY,
            weight: 0,
            ..*self
        }
    }

    fn threads(&self) -> u32 {
        if self.split { 64 } else { 16 }
    }

    fn workgroups(&self, _batch: usize) -> [u32; 3] {
        if self.split {
            [
                cover(self.large.channels * 4, 1),
                cover(self.small.channels, self.tile as u32),
                1,
            ]
        } else {
            [cover(self.tiles(), self.threads()), 1, 1]
        }
    }

    fn work(&self, batch: usize) -> Work {
        let (small, large) = (self.small, self.large);
        let weight = 16 * small.channels * large.channels;
        Work::map(
            batch * small.pixels() * weight,
            batch * (small.len() + large.len()) + weight,
        )
    }
}
