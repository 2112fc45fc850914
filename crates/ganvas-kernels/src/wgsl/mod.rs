//! The WebGPU kernels as text.
//!
//! A kernel is a file of WGSL and a small description (shapes, tile, what is fused into
//! it) that completes it for one case: loops over the channels of a tile are unrolled,
//! and accumulators are named variables, which every compiler keeps in registers;
//! `shader` says how the files are read. The batch is read from `info`, so that one pipeline serves every batch
//! size. Other sizes are constants of the shader where that makes the arithmetic
//! faster, and read from `info` where it does not, so that layers share a pipeline:
//! each has to be compiled before the first step.
//!
//! Nothing here touches a GPU: the text can be read, tested and timed anywhere.

mod activation;
mod adam;
mod dense;
mod gather;
mod halving_gradient;
mod loss;
mod norm;
mod projection;
mod resampling;
mod shader;
mod sum;
mod title;
mod whole;
mod window;

pub use activation::{Activate, Slope};
pub use adam::Adam;
pub use dense::{Dense, Left, Right};
pub use gather::Gather;
pub use halving_gradient::HalvingGradient;
pub use loss::Loss;
pub use norm::{
    BatchNormBackward, BatchNormEvaluate, BatchNormForward, ImageNormBackward, ImageNormForward,
    Moments,
};
pub use projection::Project;
pub use resampling::Resampling;
pub use sum::SumChannels;
pub use whole::{ChannelNorm, Linear, Whole};
pub use window::{Direction, WindowGradient, Windowed};

use std::hash::Hash;

use crate::stack::Shape;

/// A kernel's description.
pub trait Program: Clone + Eq + Hash + std::fmt::Debug + Send + Sync + 'static {
    /// What people call it, in tables.
    fn title(&self) -> String;

    /// The shader, entry point `main`.
    fn wgsl(&self) -> String;

    /// Sizes and places that the shader reads from the end of `info`. Kernels that differ
    /// in these alone share a pipeline, and a reader waits for fewer of them.
    fn constants(&self) -> Vec<usize> {
        Vec::new()
    }

    /// What decides the shader: the description without its [`constants`](Self::constants).
    fn key(&self) -> Self {
        self.clone()
    }

    /// Threads of a workgroup.
    fn threads(&self) -> u32;

    /// Workgroups for a batch of this many images.
    fn workgroups(&self, batch: usize) -> [u32; 3];

    /// What it has to do for a batch of this many images, at the least.
    fn work(&self, batch: usize) -> Work;
}

/// The arithmetic and the memory traffic that a kernel cannot do without.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Work {
    /// Additions and multiplications of a linear map; 0 for kernels that only pass over memory.
    pub flops: f64,
    /// Bytes read and written, each number once.
    pub bytes: f64,
}

impl Work {
    /// `products` multiplications and as many additions on `numbers` numbers.
    fn map(products: usize, numbers: usize) -> Self {
        Self {
            flops: 2.0 * products as f64,
            bytes: 4.0 * numbers as f64,
        }
    }

    /// Both.
    fn and(self, other: Self) -> Self {
        Self {
            flops: self.flops + other.flops,
            bytes: self.bytes + other.bytes,
        }
    }

    /// A pass over `numbers` numbers.
    fn pass(numbers: usize) -> Self {
        Self {
            flops: 0.0,
            bytes: 4.0 * numbers as f64,
        }
    }
}

/// A shape that comes with the launch.
const ANY: Shape = Shape {
    channels: 0,
    height: 0,
    width: 0,
};

/// Workgroups that WebGPU allows in a dimension.
const MOST_GROUPS: u32 = 65_535;

/// Workgroups for threads that may be too many for one dimension: rows of the same length. The
/// kernel counts its threads through them by `num_workgroups`.
fn in_rows(threads: usize, per: u32) -> [u32; 3] {
    let groups = cover(threads, per);
    let rows = groups.div_ceil(MOST_GROUPS);
    [groups.div_ceil(rows), rows, 1]
}

/// Workgroups that make at least this many threads, `per` in each; never none.
fn cover(threads: usize, per: u32) -> u32 {
    u32::try_from(threads.div_ceil(per as usize).max(1)).unwrap_or(u32::MAX)
}
