//! The encoder of the variational autoencoder, article `004` §3.2 and §4.2.

use super::dcgan::downsampling;
use super::layer::Layer;
use super::network::Network;

/// Encoder: images `[batch, channels, 32, 32]` → features `[batch, 64w, 1, 1]`,
/// with two heads on them: `mu` and `logvar`, each `[batch, latent_dim]`.
///
/// The DCGAN discriminator without its last convolution; the decoder is
/// [`dcgan_generator`](super::dcgan_generator). After Kingma and Welling,
/// *Auto-Encoding Variational Bayes*, 2014.
pub fn vae_encoder(width: usize, latent_dim: usize, channels: usize) -> Network {
    downsampling(width, channels)
        .push(Layer::Flatten)
        .head("mu", 64 * width, latent_dim)
        .head("logvar", 64 * width, latent_dim)
        .build()
}
