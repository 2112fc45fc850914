//! The encoder of the variational autoencoder, article `004` §3.2 and §4.2.

use ganvas_kernels::plan::Unsupported;
use ganvas_kernels::plan::dcgan::downsampling;
use ganvas_kernels::stack::Shape;

use super::Network;

/// Encoder: images of the shape `sample` → features, all values of the last 4×4 image,
/// with two heads on them: `mu` and `logvar`, each `[batch, latent_dim]`.
///
/// The DCGAN discriminator without its last convolution; the decoder is
/// [`dcgan_generator`](super::dcgan_generator). After Kingma and Welling,
/// *Auto-Encoding Variational Bayes*, 2014.
///
/// # Errors
///
/// None for square samples whose side is 4 times a power of two.
pub fn vae_encoder(width: usize, latent_dim: usize, sample: Shape) -> Result<Network, Unsupported> {
    let plan = downsampling(width, sample)
        .flatten()
        .head("mu", latent_dim)
        .head("logvar", latent_dim);
    Ok(Network::new(plan.build()?))
}
