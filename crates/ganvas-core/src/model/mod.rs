//! Networks: forward passes and parameters, nothing about losses or training.
//!
//! A [`Network`] is a list of [`Layer`]s, numbered like a PyTorch `Sequential`.
//! It holds no tensors. All parameters of a network live in one flat tensor
//! ([`Parameters`]), in PyTorch's order and layout, so that an optimizer step, a
//! norm, a clip or a download of the whole network is one operation; running
//! statistics of BatchNorm live in a second one.

mod critic;
mod dcgan;
mod fully_connected;
mod input_gradient;
mod layer;
mod linear_stem;
mod network;
mod stack;
mod translator;
mod vae;

pub use critic::critic;
pub use dcgan::{dcgan_discriminator, dcgan_generator, dcgan_generator_with};
pub use fully_connected::{fully_connected_discriminator, fully_connected_generator};
pub use layer::{Convolution, Layer};
pub use linear_stem::linear_stem_generator;
pub use network::{
    BoundParameters, Initialisation, Mode, Network, NetworkBuilder, Parameters, Pass, TensorSpec,
};
pub use translator::translator;
pub use vae::vae_encoder;
