//! A whole network as one differentiable operation.
//!
//! burn's tensor operations are general: each is a kernel of its own, and its
//! automatic differentiation records each one. A small GAN is then bound by the
//! number of kernels rather than by their arithmetic. Here a network is a
//! [`Stack`] of stages (linear map, normalisation, skip, activation), and one call
//! runs all of them, forwards or backwards, with the gradients of all parameters
//! written to their places in one flat tensor.
//!
//! - [`stack`]: what a network is made of; [`plan`] builds it from layers.
//! - [`cpu`]: it runs on slices of `f32`, with SIMD, and knows no tensor library.
//! - [`gpu`]: it runs on a GPU, by the kernels of [`wgsl`].
//! - [`threads`]: the CPU's work on several cores.
//! - `ops`: both as operations of burn, with gradients.

pub mod adam;
pub mod cpu;
pub mod formula;
pub mod gpu;
pub mod loss;
#[cfg(feature = "burn")]
pub mod ops;
pub mod pass;
pub mod plan;
pub mod stack;
pub mod threads;
pub mod wgsl;

pub use stack::Stack;

/// The examples of the README, run as doc tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
