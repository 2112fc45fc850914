//! The first GANs: fully connected networks, articles `000` §4.4 and `001`.
//!
//! After Goodfellow et al., *Generative Adversarial Nets*, 2014.

use super::dcgan::SLOPE;
use super::layer::Layer;
use super::network::Network;

/// Pixels of an image.
const PIXELS: usize = 32 * 32;

/// Generator: z `[batch, latent_dim, 1, 1]` → images `[batch, 1, 32, 32]` in (−1, 1).
///
/// Linear layers `latent_dim` → 8w → 16w → 32w → 1024 with w = `width`,
/// LeakyReLU 0.2 between them and tanh at the end; the start is PyTorch's.
pub fn fully_connected_generator(width: usize, latent_dim: usize) -> Network {
    Network::builder()
        .linear(latent_dim, 8 * width)
        .push(Layer::LeakyRelu(SLOPE))
        .linear(8 * width, 16 * width)
        .push(Layer::LeakyRelu(SLOPE))
        .linear(16 * width, 32 * width)
        .push(Layer::LeakyRelu(SLOPE))
        .linear(32 * width, PIXELS)
        .push(Layer::Tanh)
        .push(Layer::Reshape([1, 32, 32]))
        .build()
}

/// Discriminator: images `[batch, 1, 32, 32]` → logits `[batch, 1, 1, 1]`.
///
/// The generator's widths backwards: 1024 → 32w → 16w → 8w → 1.
pub fn fully_connected_discriminator(width: usize) -> Network {
    Network::builder()
        .push(Layer::Flatten)
        .linear(PIXELS, 32 * width)
        .push(Layer::LeakyRelu(SLOPE))
        .linear(32 * width, 16 * width)
        .push(Layer::LeakyRelu(SLOPE))
        .linear(16 * width, 8 * width)
        .push(Layer::LeakyRelu(SLOPE))
        .linear(8 * width, 1)
        .build()
}
