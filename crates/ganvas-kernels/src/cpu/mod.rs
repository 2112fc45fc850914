//! Stacks on the CPU: plain slices of `f32`, one thread, written for SIMD.
//!
//! Outside, images are `[batch, channels, height, width]`. Between the stages they
//! are `[batch, height, width, channels]`: then every loop over channels is one over
//! neighbours in memory, which the compiler turns into SIMD whatever the size of an
//! image, and the output of a matrix product is an image as it stands.
//!
//! - [`forward`] and [`backward`]: a whole stack, in `executor`.
//!
//! Convolutions go through `winograd` where their geometry allows it and through
//! `im2col` otherwise; `window` says how a convolution and its transpose are two sides
//! of one thing.

mod activation;
mod dense;
mod executor;
mod gemm;
mod im2col;
mod lanes;
mod layout;
mod minimal;
mod norm;
mod scratch;
mod window;
mod winograd;

pub use executor::{Backward, Forward, Saved, backward, forward};
