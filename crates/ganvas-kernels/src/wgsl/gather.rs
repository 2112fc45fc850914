//! Several tensors, or their squared lengths, one after the other in one.

use super::shader::Shader;
use super::{Program, Work, cover};

/// Some numbers as they are, of others the sum of squares, side by side.
///
/// Buffers: the parts, then `gathered`. `info` holds the length of the longest part that is
/// copied (at least 1), and for each part its length, where its result starts, and 1 where
/// that is the sum of its squares.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Gather {
    /// How many, at most [`Gather::MOST`].
    pub parts: usize,
    /// Whether a sum of squares can be among them. It takes barriers, which an emulated GPU pays for
    /// in every workgroup.
    pub squares: bool,
}

impl Gather {
    /// Parts that one kernel can read: a device binds eight buffers, two of which are the
    /// result and `info`.
    pub const MOST: usize = 6;
}

/// Numbers that a thread copies.
const EACH: usize = 4;

/// The names of the parts' buffers.
const NAMES: [&str; Gather::MOST] = ["part0", "part1", "part2", "part3", "part4", "part5"];

impl Program for Gather {
    fn title(&self) -> String {
        format!("{} tensors side by side", self.parts)
    }

    fn wgsl(&self) -> String {
        let parts = NAMES.iter().take(self.parts);
        let buffers: Vec<_> = parts
            .chain(&["gathered"])
            .map(|name| (*name, "f32"))
            .collect();
        Shader::of(include_str!("gather.wgsl"), &buffers)
            .set("parts", self.parts)
            .set("squares", usize::from(self.squares))
            .set("each", EACH)
            .build()
    }

    fn threads(&self) -> u32 {
        64
    }

    /// `batch` is the length of the longest part that is copied.
    fn workgroups(&self, batch: usize) -> [u32; 3] {
        let copied = EACH as u32 * self.threads();
        [cover(batch, copied), cover(self.parts, 1), 1]
    }

    fn work(&self, batch: usize) -> Work {
        Work::pass(2 * batch * self.parts)
    }
}
