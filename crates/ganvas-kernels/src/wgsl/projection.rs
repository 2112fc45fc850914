//! The end of a stack with classes.

use super::shader::Shader;
use super::{Program, Work, cover};

/// u₀ + u₁₊c of each image, c being its class, or the gradient of u from that of the sum.
/// A label that is none of the classes adds nothing.
///
/// Buffers: `input` (u, or the gradient of the sum), `labels`, `output`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Project {
    /// How many classes.
    pub classes: usize,
    /// The gradient instead.
    pub backward: bool,
}

impl Program for Project {
    fn title(&self) -> String {
        let what = if self.backward { "gradient of a" } else { "a" };
        format!("{what} projection on {} classes", self.classes)
    }

    fn wgsl(&self) -> String {
        let buffers = [("input", "f32"), ("labels", "f32"), ("output", "f32")];
        Shader::of(include_str!("project.wgsl"), &buffers)
            .constant("values", 1 + self.classes)
            .set("backward", usize::from(self.backward))
            .build()
    }

    fn threads(&self) -> u32 {
        64
    }

    fn workgroups(&self, batch: usize) -> [u32; 3] {
        let numbers = if self.backward {
            batch * (1 + self.classes)
        } else {
            batch
        };
        [cover(numbers, self.threads()), 1, 1]
    }

    fn work(&self, batch: usize) -> Work {
        Work::pass(batch * (3 + self.classes))
    }
}
