//! Activations on their own, where no neighbouring kernel can take them in.

use std::hash::{Hash, Hasher};

use super::text::{activate, bindings, derivative, element};
use super::title::fused;
use super::{Program, Work, cover};
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

/// gradient ⊙ activation′(y), or the activation itself.
///
/// Buffers: `input`, `output` for the activation; `gradient`, `y`, `output` for its gradient.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Activate {
    /// Which.
    pub activation: Slope,
    /// Its gradient instead of itself.
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
        format!("{} numbers of an image{}", self.len, fused(applied, gate))
    }

    fn wgsl(&self) -> String {
        let vector = self.vector();
        let kind = element(vector);
        let activation = self.activation.0;
        let (buffers, value) = if self.backward {
            let value = match derivative(activation, "y[i]", vector) {
                Some(slope) => format!("gradient[i] * {slope}"),
                None => "gradient[i]".to_owned(),
            };
            (
                bindings(&[("gradient", kind), ("y", kind), ("output", kind)]),
                value,
            )
        } else {
            (
                bindings(&[("input", kind), ("output", kind)]),
                activate(activation, "input[i]", vector),
            )
        };
        format!(
            "{buffers}
@compute @workgroup_size({threads})
fn main(@builtin(global_invocation_id) id: vec3u) {{
    let i = id.x;
    if (i >= info[0] * {elements}u) {{ return; }}
    output[i] = {value};
}}
",
            threads = self.threads(),
            elements = self.elements(),
        )
    }

    fn threads(&self) -> u32 {
        64
    }

    fn workgroups(&self, batch: usize) -> [u32; 3] {
        [cover(batch * self.elements(), self.threads()), 1, 1]
    }

    fn work(&self, batch: usize) -> Work {
        Work::pass(batch * self.len * if self.backward { 3 } else { 2 })
    }
}
