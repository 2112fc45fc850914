//! One step of Adam over all parameters of a network.

use super::shader::Shader;
use super::{Program, Work, in_rows};

/// A step as [`AdamSettings`](crate::adam::AdamSettings) says.
///
/// Buffers: `parameters`, `mean`, `square`, `gradient`, `settings` (as
/// [`numbers`](crate::adam::AdamSettings::numbers) gives them), and `average` if it
/// `averages`. All but gradient and settings are overwritten. `info` holds the number of
/// vectors of four, into which the numbers must divide.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Adam {
    /// Whether there is a limit. Without one nothing is clamped: that could make a finite
    /// number of one that is not.
    pub clips: bool,
    /// Whether an average follows the parameters.
    pub averages: bool,
}

impl Program for Adam {
    fn title(&self) -> String {
        let limit = if self.clips { ", clipped" } else { "" };
        let average = if self.averages { ", averaged" } else { "" };
        format!("Adam, all parameters of a network{limit}{average}")
    }

    fn wgsl(&self) -> String {
        let mut buffers = vec![
            ("parameters", "vec4f"),
            ("mean", "vec4f"),
            ("square", "vec4f"),
            ("gradient", "vec4f"),
            ("settings", "vec4f"),
        ];
        if self.averages {
            buffers.push(("average", "vec4f"));
        }
        Shader::of(include_str!("adam.wgsl"), &buffers)
            .set("clips", usize::from(self.clips))
            .set("averages", usize::from(self.averages))
            .build()
    }

    fn threads(&self) -> u32 {
        64
    }

    /// `batch` is the number of vectors of four here.
    fn workgroups(&self, batch: usize) -> [u32; 3] {
        in_rows(batch, self.threads())
    }

    fn work(&self, batch: usize) -> Work {
        Work::pass(4 * batch * if self.averages { 9 } else { 7 })
    }
}
