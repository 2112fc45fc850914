//! Stacks on the CPU: plain slices of `f32`, written for SIMD, shared among
//! [`threads`](crate::threads) where there are several.
//!
//! Outside, images are `[batch, channels, height, width]`. Between the stages they
//! are `[batch, height, width, channels]`: then every loop over channels is one over
//! neighbours in memory, which the compiler turns into SIMD whatever the size of an
//! image, and the output of a matrix product is an image as it stands.
//!
//! - [`forward()`] and [`backward()`]: a whole stack.
//! - `linear`: a stage's map, by one of `halving` (kernel 4, stride 2, padding 1, with
//!   the transforms of `winograd`), `thin` (the same window on images with one channel),
//!   `im2col` (any other) and `dense`. `sliding` says how a convolution and its transpose are two sides of one thing.
//! - `gemm`, `tile`: matrix products. `products`: those between the transforms.
//! - `norm`, `activation`, `projection`: what follows it.
//!
//! A number that is not finite stays so. Halving and doubling spread it over the tile of
//! 4×4 pixels that it meets, because their transforms subtract; nothing makes it finite,
//! except the activations that are bounded.

mod activation;
mod backward;
mod dense;
mod forward;
mod gemm;
mod halving;
mod im2col;
mod lanes;
mod layout;
mod linear;
mod norm;
mod products;
mod projection;
mod scratch;
mod sliding;
mod thin;
mod tile;
mod winograd;

pub use backward::backward;
pub use forward::{Forward, Saved, forward};
