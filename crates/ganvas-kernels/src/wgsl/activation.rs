//! Activations on their own, where no neighbouring kernel can take them in.

use std::hash::{Hash, Hasher};

use super::shader::Shader;
use super::title::fused;
use super::{Program, Work, in_rows};
use crate::stack::Activation;

/// An [`Activation`] that can be a key: slopes are compared by their bits.
#[derive(Debug, Clone, Copy)]
pub struct Slope(pub Activation);

impl Slope {
    fn bits(self) -> (u8, u32) {
        match self.0 {
            Activation::Identity => (0, 0),
            Activation::Relu => (1, 0),
            Activation::LeakyRelu(slope) => (2, slope.to_bits()),
            Activation::Tanh => (3, 0),
        }
    }
}

impl PartialEq for Slope {
    fn eq(&self, other: &Self) -> bool {
        self.bits() == other.bits()
    }
}

impl Eq for Slope {}

impl Hash for Slope {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bits().hash(state);
    }
}

/// activation(input + addend), or (input + addend) ⊙ activation′(y), which takes a gradient
/// back; the addend only where something is `added`.
///
/// Buffers: `input`, `addend` if there is one, `y` on the way back, `output`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Activate {
    /// Which.
    pub activation: Slope,
    /// Whether something is added first: what a residual connection brings.
    pub added: bool,
    /// Its derivative instead of itself.
    pub backward: bool,
    /// Numbers of one image.
    pub len: usize,
}

impl Activate {
    fn vector(&self) -> bool {
        self.len.is_multiple_of(4)
    }

    fn elements(&self) -> usize {
        if self.vector() {
            self.len / 4
        } else {
            self.len
        }
    }
}

impl Program for Activate {
    fn title(&self) -> String {
        let (applied, gate) = if self.backward {
            (Slope(Activation::Identity), Some(self.activation))
        } else {
            (self.activation, None)
        };
        let sum = if self.added { ", a sum" } else { "" };
        format!(
            "{} numbers of an image{sum}{}",
            self.len,
            fused(applied, gate)
        )
    }

    fn wgsl(&self) -> String {
        let kind = if self.vector() { "vec4f" } else { "f32" };
        let mut buffers = vec![("input", kind)];
        if self.added {
            buffers.push(("addend", kind));
        }
        if self.backward {
            buffers.push(("y", kind));
        }
        buffers.push(("output", kind));
        let shader = Shader::of(include_str!("activate.wgsl"), &buffers)
            .constant("elements", self.elements())
            .set("added", usize::from(self.added))
            .set("backward", usize::from(self.backward));
        let shader = if self.backward {
            shader.slope("slope", self.activation, kind)
        } else {
            shader.activation("activate", self.activation, kind)
        };
        shader.build()
    }

    fn threads(&self) -> u32 {
        64
    }

    fn workgroups(&self, batch: usize) -> [u32; 3] {
        in_rows(batch * self.elements(), self.threads())
    }

    fn work(&self, batch: usize) -> Work {
        let buffers = 2 + usize::from(self.added) + usize::from(self.backward);
        Work::pass(batch * self.len * buffers)
    }
}
