//! The geometry that a convolution and a transposed convolution share.
//!
//! A convolution takes a large image to a small one; the transposed convolution of
//! the same weight takes a small one to a large one and is its adjoint. Weights are
//! `[small, large, kernel, kernel]` in both. So three products serve both maps and
//! their gradients:
//!
//! | product | convolution | transposed |
//! |---|---|---|
//! | *gather*: large → small | forward | gradient of the input |
//! | *scatter*: small → large | gradient of the input | forward |
//! | *weight*: large, small → weight | gradient of the weight | gradient of the weight |

use crate::stack::{Shape, Window};

/// A window that slides over the large image; each place is a pixel of the small one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sliding {
    pub large: Shape,
    pub small: Shape,
    pub window: Window,
}
