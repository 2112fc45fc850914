//! A network on the drawing board: its stages, and the names and places of its numbers.
//!
//! ```
//! use ganvas_kernels::plan::{Convolution, Plan};
//! use ganvas_kernels::stack::Shape;
//!
//! let halve = Convolution { output: 8, kernel: 4, stride: 2, padding: 1 };
//! let plan = Plan::of(Shape::square(1, 32))
//!     .conv2d(halve)
//!     .leaky_relu(0.2)
//!     .build()
//!     .unwrap();
//! assert_eq!(plan.stack.output, Shape::square(8, 16));
//! assert_eq!(plan.parameters[0].name, "model.0.weight");
//! assert_eq!(plan.parameters[0].shape, [8, 1, 4, 4]);
//! ```

mod builder;
pub mod dcgan;

use std::fmt;

use crate::stack::{Shape, Stack};

pub use builder::{Builder, Convolution};

/// How a parameter starts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Initialisation {
    /// Draws from N(mean, deviation²).
    Normal {
        /// Mean.
        mean: f32,
        /// Standard deviation.
        deviation: f32,
    },
    /// Draws from U(−limit, limit).
    Uniform {
        /// Largest absolute value.
        limit: f32,
    },
    /// All the same value.
    Constant(f32),
}

/// Name, shape and place of one parameter or running statistic.
#[derive(Debug, Clone, PartialEq)]
pub struct TensorSpec {
    /// The name in a PyTorch `state_dict`, such as `model.0.weight`.
    pub name: String,
    /// The shape, in PyTorch's layout.
    pub shape: Vec<usize>,
    /// Where it starts in the flat tensor.
    pub offset: usize,
    /// How it starts.
    pub initialisation: Initialisation,
}

impl TensorSpec {
    /// How many numbers it holds.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its numbers in a flat tensor.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.offset..self.offset + self.len()
    }
}

/// A finished network: how it runs, and what its numbers are called.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// How it runs.
    pub stack: Stack,
    /// Every parameter, in PyTorch's order.
    pub parameters: Vec<TensorSpec>,
    /// Every running statistic.
    pub statistics: Vec<TensorSpec>,
    /// Linear layers that stand beside the list and read its output, such as the mean
    /// and the variance of an encoder: stacks of one stage over the same parameters.
    pub heads: Vec<Stack>,
}

/// What no stack can do, by the name of the layer that asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsupported {
    /// The layer, such as `model.3`.
    pub layer: String,
    /// Why not.
    pub reason: &'static str,
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "layer {}: {}", self.layer, self.reason)
    }
}

impl std::error::Error for Unsupported {}

impl Plan {
    /// An empty network for images of the shape `input`.
    pub fn of(input: Shape) -> Builder {
        Builder::new(input)
    }
}
