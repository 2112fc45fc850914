//! Networks: forward passes and parameters, nothing about losses or training.
//!
//! A [`Network`] is a list of [`Layer`]s, numbered like a PyTorch `Sequential`.
//! It holds no tensors. All parameters of a network live in one flat tensor
//! ([`Parameters`]), in PyTorch's order and layout, so that an optimizer step, a
//! norm, a clip or a download of the whole network is one operation; running
//! statistics of BatchNorm live in a second one.

mod dcgan;
mod layer;
mod network;

pub use dcgan::{dcgan_discriminator, dcgan_generator};
pub use layer::{Convolution, Layer};
pub use network::{
    BoundParameters, Initialisation, Mode, Network, NetworkBuilder, Parameters, Pass, TensorSpec,
};
