//! The critic of Wasserstein GANs: a discriminator without BatchNorm.

use super::dcgan::{SLOPE, project, resample};
use super::layer::Layer;
use super::network::Network;

/// Critic: images `[batch, channels, 32, 32]` → scores `[batch, 1, 1, 1]`.
///
/// The DCGAN discriminator without BatchNorm, which would make an image's score
/// depend on the rest of its batch, so that the gradient penalty would not be
/// one image's own; with biases in its place (Gulrajani et al., *Improved
/// Training of Wasserstein GANs*, 2017). Parameters start as in PyTorch's
/// `Conv2d`: nothing here rescales activations that start too small.
pub fn critic(width: usize, channels: usize) -> Network {
    Network::builder()
        .conv2d_biased(resample(channels, width))
        .push(Layer::LeakyRelu(SLOPE))
        .conv2d_biased(resample(width, 2 * width))
        .push(Layer::LeakyRelu(SLOPE))
        .conv2d_biased(resample(2 * width, 4 * width))
        .push(Layer::LeakyRelu(SLOPE))
        .conv2d_biased(project(4 * width, 1))
        .build()
}
